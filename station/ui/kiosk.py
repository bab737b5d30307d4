"""The two windows of a station one after the other: locked, then at work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow, QWidget

from drivers.api import DriverKind
from station.services.status import SignInState
from station.services.unlocking import Opening, Unlocking
from station.settings import Language, Settings
from station.ui.devpanel.hands import Hands, Moved
from station.ui.main_window import MainWindow
from station.ui.start_window import StartWindow
from station.ui.theme import Theme

if TYPE_CHECKING:
    from station.services.bundle import Services

DEVICE_TICK_MS = 250
PLATFORM_TICK_MS = 1000
WATCH_TICK_MS = 5000
PANEL_GAP_PX = 12


@dataclass(frozen=True)
class Showing:
    """How the windows come: `size` in pixels for a window, None for the whole screen."""

    language: Language
    size: tuple[int, int] | None = None
    panel: bool = False


class Running(Protocol):
    """A station that is open and composed."""

    @property
    def services(self) -> Services: ...

    @property
    def moved(self) -> Mapping[DriverKind, Moved]: ...

    def close(self) -> None:
        """End everything in order."""


class Kiosk:
    """Shows the start, and once the store is open the window in which everybody works."""

    def __init__(
        self,
        settings: Settings,
        showing: Showing,
        unlocking: Unlocking,
        build: Callable[[Opening], Running],
        hands: Hands,
    ) -> None:
        """`build` composes the station over an open store; it is fast and does not fail.

        Raises AssetMissing or CatalogueError as the windows do.
        """
        self._settings = settings
        self._showing = showing
        self._build = build
        self._hands = hands
        self._theme = _theme(showing)
        self._start = StartWindow(settings, unlocking, self._theme, showing.language)
        self._station: Running | None = None
        self._windows: list[QWidget] = []
        self._timers: list[QTimer] = []
        unlocking.on_opened(self._opened)
        self._unlocking = unlocking

    def open(self) -> None:
        """Show the start and begin."""
        self._show(self._start)
        self._unlocking.begin()

    def close(self) -> None:
        """Close every window, then the station."""
        for timer in self._timers:
            timer.stop()
        for window in (*self._windows, self._start):
            window.close()
        self._unlocking.close()
        if self._station is not None:
            self._station.close()

    def _opened(self, opening: Opening) -> None:
        station = self._station = self._build(opening)
        services = station.services
        self._timers = [
            _every(DEVICE_TICK_MS, services.devices.tick),
            _every(DEVICE_TICK_MS, services.printing.tick),
            _every(PLATFORM_TICK_MS, services.platform.tick),
            _every(WATCH_TICK_MS, services.watch.tick),
            _every(WATCH_TICK_MS, services.upkeep.tick),
            _every(PLATFORM_TICK_MS, services.retention.tick),
        ]
        services.platform.on_applicants(services.board.refresh)
        services.sign_in.on_change(self._known)
        if opening.operator is not None:
            services.sign_in.enter(opening.operator.operator_id, opening.method)
        # Also behind it: an account that was closed leaves somebody else to sign in.
        services.sign_in.load()

    def _known(self, state: SignInState) -> None:
        """Whoever unlocked is signed in, or the names are here: the first of these ends the start.

        The window comes when it has something to show, so nobody is asked twice.
        """
        if self._windows or self._station is None or state.busy:
            return
        services = self._station.services
        window = MainWindow(services, self._settings, self._start.language, self._theme)
        self._windows.append(window)
        services.board.refresh()
        self._show(window)
        self._start.close()
        if self._showing.panel:
            self._windows.append(_panel(self._hands, self._station.moved, window))

    def _show(self, window: QMainWindow) -> None:
        if self._showing.size is None:
            window.showFullScreen()
        else:
            window.resize(*self._showing.size)
            window.show()
        window.activateWindow()


def _theme(showing: Showing) -> Theme:
    if showing.size is not None:
        return Theme.for_screen(*showing.size)
    size = QGuiApplication.primaryScreen().size()
    return Theme.for_screen(size.width(), size.height())


def _panel(hands: Hands, moved: Mapping[DriverKind, Moved], window: QWidget) -> QWidget:
    # Imported here: a live station never loads it.
    from station.ui.devpanel.panel import DeveloperPanel

    panel = DeveloperPanel(hands, moved)
    panel.show()
    panel.move(_beside(window, panel))
    return panel


def _beside(window: QWidget, panel: QWidget) -> QPoint:
    """Right of the window, or at the right edge of a screen too narrow for both."""
    free = window.screen().availableGeometry()
    left = min(window.frameGeometry().right() + PANEL_GAP_PX, free.right() - panel.width())
    return QPoint(left, window.frameGeometry().top())


def _every(interval_ms: int, action: Callable[[], None]) -> QTimer:
    timer = QTimer()
    timer.timeout.connect(action)
    timer.start(interval_ms)
    return timer
