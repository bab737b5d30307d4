"""A task of several screens, one of which is in front and gets what the operator does."""

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from station.ui.screens.base import Actions, Screen, Task
from station.ui.theme import Theme


class StackedTask(Task):
    """Subclasses add their screens once and say which one belongs to the front."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Empty; `front` is there as soon as a screen has been added."""
        super().__init__(theme, parent)
        self._stack = QStackedWidget()
        self._across = QHBoxLayout(self)
        self._across.setContentsMargins(0, 0, 0, 0)
        self._across.setSpacing(0)
        self._across.addWidget(self._stack, 1)

    def place_beside(self, chooser: QWidget) -> None:
        """Left of the screens, whichever is in front."""
        self._across.insertWidget(0, chooser)

    def add_screen(self, screen: Screen) -> None:
        """The first one is in front until another is brought there."""
        self._stack.addWidget(screen)
        screen.changed.connect(self.changed)

    @property
    def front(self) -> Screen:
        """The screen in front."""
        shown = self._stack.currentWidget()
        assert isinstance(shown, Screen)
        return shown

    def bring_to_front(self, wanted: Screen, *refreshes: Callable[[], None]) -> None:
        """Switch if need be; `refreshes` run before the screen wakes, so it wakes up to date."""
        before = self.front
        if wanted is not before:
            before.left()
            self._stack.setCurrentWidget(wanted)
        for refresh in refreshes:
            refresh()
        if wanted is not before and self.isVisible():
            wanted.entered()
        self.changed.emit()

    def offers(self) -> Actions:
        """What the screen in front offers."""
        return self.front.offers()

    def on_primary(self) -> None:
        """To the screen in front."""
        self.front.on_primary()

    def on_secondary(self, action: str) -> None:
        """To the screen in front."""
        self.front.on_secondary(action)

    def on_exception(self) -> None:
        """To the screen in front."""
        self.front.on_exception()

    def help_text(self) -> str:
        """Of the screen in front."""
        return self.front.help_text()

    def entered(self) -> None:
        """Wake the screen in front."""
        self.front.entered()

    def left(self) -> None:
        """Let the screen in front sleep."""
        self.front.left()
