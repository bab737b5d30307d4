"""Two sources side by side, field by field, with what differs marked."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from station.ui.theme import ATTENTION, ATTENTION_SOFT, LINE, SURFACE, Level, Theme
from station.ui.widgets.base import StationWidget, clear_layout, label
from station.ui.widgets.fit_label import FitLabel
from station.ui.widgets.shapes import draw_level


@dataclass(frozen=True)
class FieldRow:
    """One field: its caption, both values, and whether they differ (decided elsewhere)."""

    caption: str
    left: str
    right: str
    differs: bool = False


class FieldTable(StationWidget):
    """Caption · left value · right value · mark. Differing rows are tinted and say so in words."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Empty until `set_rows`."""
        super().__init__(theme, parent)
        self._rows: tuple[FieldRow, ...] = ()
        self._heads = ("", "")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(1, 1, 1, 1)
        self._column.setSpacing(0)
        # Preferred, for a name that wraps makes its row higher than the hint says.
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def set_rows(self, left_head: str, right_head: str, rows: Sequence[FieldRow]) -> None:
        """Replace everything; heads are such as 身份证 and 报名信息."""
        self._heads = (left_head, right_head)
        self._rows = tuple(rows)
        self.retranslate()

    def retranslate(self) -> None:
        """Rebuild, for the mark has words."""
        clear_layout(self._column)
        if not self._rows:
            return
        self._column.addWidget(self._head_row())
        for row in self._rows:
            self._column.addWidget(_line())
            self._column.addWidget(self._row(row))

    def differing(self) -> tuple[str, ...]:
        """Captions of the rows marked as different."""
        return tuple(row.caption for row in self._rows if row.differs)

    def _head_row(self) -> QWidget:
        made, grid = self._grid(SURFACE)
        for column, text in enumerate(("", *self._heads)):
            grid.addWidget(label(text, tone="muted"), 0, column)
        grid.addWidget(QWidget(), 0, 3)
        return made

    def _row(self, row: FieldRow) -> QWidget:
        made, grid = self._grid(ATTENTION_SOFT if row.differs else SURFACE)
        grid.addWidget(label(row.caption, tone="muted"), 0, 0)
        for column, value in ((1, row.left), (2, row.right)):
            shown = FitLabel((self.theme.lead, self.theme.body), bold=row.differs)
            grid.addWidget(shown, 0, column)
            shown.set_text(value or "—")
        if row.differs:
            grid.addWidget(self._mark(), 0, 3, Qt.AlignmentFlag.AlignVCenter)
        else:
            grid.addWidget(QWidget(), 0, 3)
        return made

    def _grid(self, ground: str) -> tuple[QWidget, QGridLayout]:
        space = self.theme.space
        made = QWidget()
        made.setObjectName("row")
        made.setStyleSheet(f"QWidget#row {{ background: {ground}; border-radius: 5px; }}")
        made.setMinimumHeight(self.theme.row(44))
        grid = QGridLayout(made)
        grid.setContentsMargins(space(20), space(6), space(16), space(6))
        grid.setHorizontalSpacing(space(12))
        grid.setColumnMinimumWidth(0, self.theme.row(96))
        grid.setColumnMinimumWidth(3, self.theme.row(84))
        for column in (1, 2):
            grid.setColumnStretch(column, 1)
        return made, grid

    def _mark(self) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self.theme.space(6))
        row.addWidget(_Triangle(self.theme.row(20)))
        word = label(self.tr("不一致"), bold=True)
        word.setStyleSheet(f"color: {ATTENTION};")
        row.addWidget(word)
        return made


class _Triangle(QWidget):
    def __init__(self, side_px: int) -> None:
        super().__init__()
        self.setFixedSize(side_px, side_px)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw_level(painter, QRectF(self.rect()), Level.ATTENTION, QColor(ATTENTION).name())


def _line() -> QFrame:
    line = QFrame()
    line.setFixedHeight(1)
    line.setStyleSheet(f"background: {LINE};")
    return line
