"""The large field into which a number is scanned or typed."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from station.ui.theme import Theme
from station.ui.widgets.base import StationWidget, label

LONGEST_INPUT = 64


class ScanField(StationWidget):
    """Prompt above, one large line below; Enter or the scanner's Return submits what is there."""

    submitted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Empty, with no prompt."""
        super().__init__(theme, parent)
        self._prompt = label(size="lead", wrap=True)
        self._edit = _ScanEdit()
        self._edit.setMaxLength(LONGEST_INPUT)
        self._edit.setStyleSheet(
            f"font-size: {theme.applicant}px; min-height: {theme.row(60)}px;"
            f" padding: 0 {theme.space(14)}px;"
        )
        self._edit.returnPressed.connect(self._submit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(8))
        column.addWidget(self._prompt)
        column.addWidget(self._edit)
        self.setFocusProxy(self._edit)

    def set_prompt(self, prompt: str, example: str = "") -> None:
        """What belongs into the field; `example` shows inside while it is empty."""
        self._prompt.setText(prompt)
        self._edit.setPlaceholderText(example)
        self._edit.setAccessibleName(prompt)

    def set_text(self, text: str) -> None:
        """Put text into the field and select it, so that the next scan replaces it."""
        self._edit.setText(text)
        self._edit.selectAll()

    def text(self) -> str:
        """What stands in the field, without outer spaces."""
        return self._edit.text().strip()

    def clear(self) -> None:
        """Empty the field."""
        self._edit.clear()

    def line_edit(self) -> QLineEdit:
        """The line itself, for focus and tests."""
        return self._edit

    def _submit(self) -> None:
        if text := self.text():
            self._edit.selectAll()
            self.submitted.emit(text)


class _ScanEdit(QLineEdit):
    """Keeps Return from the screen's primary action while there is something to submit."""

    def event(self, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and self.text().strip()
        ):
            event.accept()
            return True
        return super().event(event)
