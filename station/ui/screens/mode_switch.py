"""Which post the window shows, for people who hold more than one."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QHBoxLayout, QPushButton, QWidget

from station.ui.screens.modes import Mode, Post, short_word
from station.ui.theme import ACCENT, ACCENT_SOFT, Theme
from station.ui.widgets.base import StationWidget
from station.ui.widgets.status_bar import StatusBar

_STYLE = (
    f"QPushButton:checked {{ background: {ACCENT_SOFT}; color: {ACCENT};"
    f" border-color: {ACCENT}; font-weight: 700; }}"
)


class ModeSwitch(StationWidget):
    """One button for each post; hidden when there is nothing to choose."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Empty until `set_posts`."""
        super().__init__(theme, parent)
        self._posts: tuple[Post, ...] = ()
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(theme.space(4))
        self.setStyleSheet(_STYLE)
        self.hide()

    def set_posts(self, posts: Sequence[Post], current: Mode | None) -> None:
        """Offer these posts with `current` pressed in."""
        if tuple(posts) != self._posts:
            self._posts = tuple(posts)
            self._rebuild()
        for post, button in zip(self._posts, self._group.buttons(), strict=True):
            button.setChecked(post.mode is current)
        self.setVisible(len(self._posts) > 1)

    def retranslate(self) -> None:
        """The words on the buttons."""
        for post, button in zip(self._posts, self._group.buttons(), strict=True):
            button.setText(short_word(post))

    def _rebuild(self) -> None:
        for old in self._group.buttons():
            self._group.removeButton(old)
            old.hide()
            old.deleteLater()
        for post in self._posts:
            self._add(post)
        self.retranslate()

    def _add(self, post: Post) -> None:
        button = QPushButton()
        button.setObjectName(f"shell.mode.{post.mode.value}")
        button.setCheckable(True)
        button.setProperty("kind", "mode")
        button.clicked.connect(lambda _on=False, mode=post.mode: self.chosen.emit(mode))
        self._group.addButton(button)
        self._line.addWidget(button)


def insert_after_place(bar: StatusBar, switch: ModeSwitch) -> None:
    """Put the switch where the status bar names the mode."""
    line = bar.layout()
    assert isinstance(line, QBoxLayout)
    line.insertWidget(1, switch)
