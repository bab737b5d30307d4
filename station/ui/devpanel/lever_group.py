"""One device's levers: a titled box of rows, with the state of the hand in words."""

from collections.abc import Callable

from PySide6.QtWidgets import QComboBox, QGroupBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

Lever = tuple[str, str, Callable[[], None]]
"""Name, words, what the hand does."""


class LeverGroup(QGroupBox):
    """Buttons and lists named `hands.<device>.<lever>`; the last row says how things stand."""

    def __init__(self, device: str, title: str) -> None:
        """`device` is the middle part of every lever's name."""
        super().__init__(title)
        self._device = device
        self._column = QVBoxLayout(self)
        self._column.setSpacing(6)
        self._state = QLabel()
        self._state.setObjectName(f"hands.{device}.state")
        self._state.setWordWrap(True)

    def add_list(self, lever: str, caption: str, choices: list[tuple[str, object]]) -> QComboBox:
        """A list to choose from; each choice carries a value."""
        box = QComboBox()
        box.setObjectName(f"hands.{self._device}.{lever}")
        box.setAccessibleName(caption)
        for words, value in choices:
            box.addItem(words, value)
        line = QHBoxLayout()
        line.addWidget(QLabel(caption))
        line.addWidget(box, 1)
        self._column.addLayout(line)
        return box

    def add_levers(self, *levers: Lever) -> None:
        """A row of buttons."""
        line = QHBoxLayout()
        for lever, words, act in levers:
            button = QPushButton(words)
            button.setObjectName(f"hands.{self._device}.{lever}")
            button.setAutoDefault(False)
            button.clicked.connect(lambda _on=False, act=act: act())
            line.addWidget(button)
        self._column.addLayout(line)

    def add_state(self) -> None:
        """The line of words, below everything added so far."""
        self._column.addWidget(self._state)

    def lock(self) -> None:
        """No lever moves; the words stay readable."""
        for control in (*self.findChildren(QPushButton), *self.findChildren(QComboBox)):
            control.setEnabled(False)

    def show_state(self, words: str) -> None:
        """How the device stands now."""
        self._state.setText(words)
