"""A wait that runs down on the screen, second by second."""

from collections.abc import Callable
from math import ceil
from time import monotonic

from PySide6.QtCore import QObject, QTimer, Signal

from station.ui.translations import translate

TICK_MS = 200
_MINUTE_S = 60


class Countdown(QObject):
    """Emits `changed` whenever another second has gone, and once more when it is over."""

    changed = Signal()

    def __init__(self, parent: QObject, clock_s: Callable[[], float] = monotonic) -> None:
        """`clock_s` never goes back."""
        super().__init__(parent)
        self._clock_s = clock_s
        self._until_s = 0.0
        self._shown = 0
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)

    def start(self, wait_s: float) -> None:
        """Count from now; 0 ends a wait that runs."""
        self._until_s = self._clock_s() + wait_s
        self._shown = self.left_s
        if self._shown:
            self._timer.start()
        else:
            self._timer.stop()
        self.changed.emit()

    @property
    def left_s(self) -> int:
        """Whole seconds that are left, 0 when there is nothing to wait for."""
        return max(0, ceil(self._until_s - self._clock_s())) if self._until_s else 0

    def tick(self) -> None:
        """Tell when the number has changed."""
        left_s = self.left_s
        if left_s == self._shown:
            return
        self._shown = left_s
        if not left_s:
            self._timer.stop()
        self.changed.emit()


def wait_words(left_s: int) -> str:
    """How long, in the largest units that matter."""
    minutes, seconds = divmod(left_s, _MINUTE_S)
    if not minutes:
        return translate("{n} 秒").format(n=seconds)
    return translate("{m} 分 {s} 秒").format(m=minutes, s=seconds)
