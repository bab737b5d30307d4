"""Rows to be judged one by one, each with a few exclusive choices."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from station.ui.theme import ACCENT, DONE, INK, LINE, STOP, SURFACE, Level, Theme
from station.ui.widgets.base import StationWidget, clear_layout, label
from station.ui.widgets.fit_label import FitLabel

CHECKED_COLOURS = {Level.DONE: DONE, Level.STOP: STOP}


@dataclass(frozen=True)
class CheckChoice:
    """One answer: identifier, words, and the level that colours it when chosen."""

    choice: str
    caption: str
    level: Level = Level.PLAIN


@dataclass(frozen=True)
class CheckItem:
    """One row: identifier, title, a quieter note, and the answer given so far."""

    item: str
    title: str
    note: str = ""
    chosen: str = ""


class CheckList(StationWidget):
    """Tab goes from row to row, ← → and 1 2 3 choose; every choice is a touch target."""

    choice_changed = Signal(str, str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Empty until `set_items`."""
        super().__init__(theme, parent)
        self._choices: tuple[CheckChoice, ...] = ()
        self._rows: dict[str, CheckRow] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(theme.space(20), 0, theme.space(20), 0)
        self._column.setSpacing(0)

    def document_choices(self) -> tuple[CheckChoice, ...]:
        """The answers for originals; identifiers are the words of the record."""
        return (
            CheckChoice("original_seen", self.tr("已看原件"), Level.DONE),
            CheckChoice("copy_kept", self.tr("留复印件"), Level.DONE),
            CheckChoice("mismatch", self.tr("不符"), Level.STOP),
        )

    def set_items(
        self, items: Sequence[CheckItem], choices: Sequence[CheckChoice] | None = None
    ) -> None:
        """Replace all rows; without `choices` those for documents are offered."""
        self._choices = self.document_choices() if choices is None else tuple(choices)
        self._clear()
        for item in items:
            if self._rows:
                self._column.addWidget(_line())
            row = CheckRow(self.theme, item, self._choices)
            row.chosen.connect(self.choice_changed)
            self._column.addWidget(row)
            self._rows[item.item] = row

    def set_choice(self, item: str, choice: str) -> None:
        """Show an answer without a signal. Raises KeyError for an unknown row."""
        self._rows[item].set_choice(choice)

    def choices(self) -> dict[str, str]:
        """The answers given so far, "" where there is none."""
        return {item: row.choice() for item, row in self._rows.items()}

    def rows(self) -> dict[str, "CheckRow"]:
        """The rows by item."""
        return dict(self._rows)

    def _clear(self) -> None:
        self._rows.clear()
        clear_layout(self._column)


class CheckRow(StationWidget):
    """Title, note, and a segment of buttons of which one can be down."""

    chosen = Signal(str, str)

    def __init__(self, theme: Theme, item: CheckItem, choices: Sequence[CheckChoice]) -> None:
        """Built once from its item; only the answer changes."""
        super().__init__(theme)
        self._item = item
        self._buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, theme.space(10), 0, theme.space(10))
        row.setSpacing(theme.space(8))
        words = QVBoxLayout()
        words.setSpacing(0)
        title = FitLabel((theme.lead, theme.body), bold=True)
        words.addWidget(title)
        title.set_text(item.title)
        if item.note:
            words.addWidget(label(item.note, tone="muted", wrap=True))
        row.addLayout(words, 1)
        for choice in choices:
            row.addWidget(self._add_button(choice))
        self.set_choice(item.chosen)

    def buttons(self) -> dict[str, QPushButton]:
        """The buttons by choice."""
        return dict(self._buttons)

    def choice(self) -> str:
        """The answer, "" while there is none."""
        return next((name for name, button in self._buttons.items() if button.isChecked()), "")

    def set_choice(self, choice: str) -> None:
        """Show an answer without a signal; "" lifts all buttons."""
        self._group.setExclusive(False)
        for name, button in self._buttons.items():
            button.setChecked(name == choice)
        self._group.setExclusive(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits choose by place."""
        place = event.key() - Qt.Key.Key_1
        if 0 <= place < len(self._buttons):
            button = list(self._buttons.values())[place]
            button.setFocus()
            button.click()
        else:
            super().keyPressEvent(event)

    def _add_button(self, choice: CheckChoice) -> QPushButton:
        button = QPushButton(choice.caption)
        button.setCheckable(True)
        button.setMinimumSize(self.theme.row(104), self.theme.touch)
        colour = CHECKED_COLOURS.get(choice.level, ACCENT)
        button.setStyleSheet(
            f"QPushButton:checked {{ background: {colour}; color: {SURFACE};"
            f" border-color: {colour}; font-weight: 700; }}"
            f"QPushButton:checked:focus {{ border: 3px solid {INK}; }}"
        )
        button.setAccessibleName(f"{self._item.title} {choice.caption}")
        button.clicked.connect(
            lambda _checked=False, name=choice.choice: self.chosen.emit(self._item.item, name)
        )
        self._group.addButton(button)
        self._buttons[choice.choice] = button
        return button


def _line() -> QFrame:
    line = QFrame()
    line.setFixedHeight(1)
    line.setStyleSheet(f"background: {LINE};")
    return line
