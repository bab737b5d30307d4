"""Questions and explanations in front of the screen: a sheet in the middle, Esc closes it."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from station.ui.theme import Theme
from station.ui.widgets.base import label
from station.ui.widgets.key_button import KeyButton

WIDTH_PX = 560


class StationDialog(QDialog):
    """A titled sheet with one primary button and one to go back. Shown with `open`."""

    def __init__(self, theme: Theme, parent: QWidget, name: str) -> None:
        """`name` is the object name; buttons are `<name>.primary` and `<name>.back`."""
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.theme = theme
        self.setObjectName(name)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedWidth(theme.space(WIDTH_PX))
        self.title = label(size="applicant", bold=True, wrap=True)
        self.inside = QVBoxLayout()
        self.inside.setSpacing(theme.space(10))
        self.primary = KeyButton(theme, primary=True)
        self.primary.setObjectName(f"{name}.primary")
        self.primary.setDefault(True)
        self.back = KeyButton(theme)
        self.back.setObjectName(f"{name}.back")
        self.back.setAutoDefault(False)
        self.back.clicked.connect(self.reject)
        self._lay_out()

    def _lay_out(self) -> None:
        space = self.theme.space
        page = QVBoxLayout(self)
        page.setContentsMargins(space(32), space(28), space(32), space(28))
        page.setSpacing(space(16))
        page.addWidget(self.title)
        page.addLayout(self.inside)
        buttons = QHBoxLayout()
        buttons.setSpacing(space(12))
        buttons.addWidget(self.primary)
        buttons.addStretch(1)
        buttons.addWidget(self.back)
        page.addSpacing(space(8))
        page.addLayout(buttons)

    def retranslate(self) -> None:
        """All words of the sheet."""

    def showEvent(self, event: QShowEvent) -> None:
        """In the middle of the window, whoever manages windows or nobody."""
        super().showEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Grow and shrink with what is said, once the layout knows of all that changed."""
        handled = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest and self.isVisible():
            self._fit()
        return handled

    def _fit(self) -> None:
        # Qt measures a window with its sentences on one line each; here they wrap.
        page = self.layout()
        assert page is not None
        self.resize(self.width(), page.totalHeightForWidth(self.width()))
        parent = self.parentWidget()
        if parent is not None:
            middle = parent.window().frameGeometry().center()
            self.move(middle - self.rect().center())

    def done(self, result: int) -> None:
        """Give the keys back to the window: a kiosk has no window manager to do it."""
        super().done(result)
        parent = self.parentWidget()
        if parent is not None:
            parent.window().activateWindow()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a language switch."""
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
