"""From a device's picture to the screen, in the station's own window on Qt's offscreen platform.

Offscreen draws into memory by the same software path as a display; what is missing is the
display's own time (at most one refresh, 17 ms).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import cast

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication

from drivers.api import Frame
from station.assets import asset
from station.services.bundle import Services
from station.settings import Language, Settings
from station.ui.fonts import load_fonts
from station.ui.main_window import MainWindow
from station.ui.theme import Theme
from station.ui.widgets.live_picture import LivePicture
from station.workflow.progress import DeskStep
from tests.support.ui_fakes import CLERK, PASSPHRASE, FakeServices

SIZE = (1366, 768)
NAP_S = 0.002
MadeAt = Callable[[Frame], float]


@dataclass
class Shown:
    """What reached the screen: when each picture was made and when it had been painted."""

    made_at: MadeAt
    newest: Frame | None = None
    painted_sequence: int = -1
    latencies_ms: list[float] = field(default_factory=list)
    times_s: list[float] = field(default_factory=list)

    def painted(self) -> None:
        """The picture widget has just painted itself."""
        frame = self.newest
        if frame is None or frame.sequence == self.painted_sequence:
            return
        self.painted_sequence = frame.sequence
        now_s = time.monotonic()
        self.latencies_ms.append((now_s - self.made_at(frame)) * 1000)
        self.times_s.append(now_s)

    @property
    def median_ms(self) -> float:
        """Half of the pictures were on the screen sooner."""
        return median(self.latencies_ms)

    @property
    def nearly_all_ms(self) -> float:
        """19 of 20 pictures were on the screen sooner."""
        ordered = sorted(self.latencies_ms)
        return ordered[len(ordered) * 95 // 100]

    @property
    def per_s(self) -> float:
        """Different pictures painted a second."""
        return (len(self.times_s) - 1) / (self.times_s[-1] - self.times_s[0])


def application() -> QApplication:
    """The one application, with the station's fonts."""
    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    made = QApplication([])
    load_fonts(asset("fonts"))
    return made


def run_for(time_s: float) -> None:
    """Let Qt work; sleeping in between with Python's lock free, as its event loop does."""
    end_s = time.monotonic() + time_s
    while time.monotonic() < end_s:
        QApplication.processEvents()
        time.sleep(NAP_S)


def show_preview(
    step: DeskStep, look: Callable[[], Frame | None], made_at: MadeAt, time_s: float
) -> Shown:
    """Show a device's pictures on the screen of `step`; the first second is for free."""
    application()
    shown = Shown(made_at)

    def newest() -> Frame | None:
        shown.newest = look() or shown.newest
        return shown.newest

    with _painting_told(shown):
        services = FakeServices()
        camera = step is DeskStep.PHOTO
        setattr(services.devices, "camera_frame" if camera else "reader_frame", newest)
        window = MainWindow(
            cast(Services, services), Settings(), Language.ZH_CN, Theme.for_screen(*SIZE)
        )
        window.resize(*SIZE)
        window.show()
        services.sign_in.sign_in(CLERK.operator_id, PASSPHRASE)
        services.desk.open_at(step)
        run_for(1.0)
        shown.latencies_ms.clear()
        shown.times_s.clear()
        run_for(time_s)
        window.close()
    return shown


@contextmanager
def _painting_told(shown: Shown) -> Iterator[None]:
    paint = LivePicture.paintEvent

    def told(self: LivePicture, event: QPaintEvent) -> None:
        paint(self, event)
        shown.painted()

    LivePicture.paintEvent = told  # type: ignore[method-assign] # measured as it is, without a copy
    try:
        yield
    finally:
        LivePicture.paintEvent = paint  # type: ignore[method-assign] # as it was
