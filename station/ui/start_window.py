"""The window of a station that is not open yet. It knows no people and no devices."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QMainWindow

from station.assets import asset
from station.services.places import Places
from station.services.unlocking import Unlocking
from station.settings import Language, Mode, Settings
from station.ui import keys
from station.ui.chrome import Chrome
from station.ui.scans import ScanWatch, wedge_of
from station.ui.screens.help_dialog import HelpDialog, language_key
from station.ui.screens.unlock.unlock import UnlockTask
from station.ui.theme import Theme
from station.ui.translations import Languages, load_catalogue

TICK_MS = 1000


class StartWindow(QMainWindow):
    """Unlocking, with the same frame, keys and language switch as everything after it."""

    def __init__(
        self, settings: Settings, unlocking: Unlocking, theme: Theme, language: Language
    ) -> None:
        """Shows the state of `unlocking`; whoever made it begins.

        Raises:
            AssetMissing: style sheet or translations are not installed.
            CatalogueError: a translation file is damaged.
        """
        super().__init__()
        self._settings = settings
        self._theme = theme
        self._languages = Languages(load_catalogue(asset("translations")), language)
        self.setObjectName("start")
        style = asset("qss/station.qss").read_text(encoding="utf-8")
        self.setStyleSheet(theme.style_sheet(style))
        self._task = UnlockTask(theme, unlocking, self._where())
        self._chrome = Chrome(theme, self._task)
        self._chrome.show_simulation(settings.mode is Mode.SIMULATION)
        self.setCentralWidget(self._chrome)
        self._connect()
        self._clock = QTimer(self)
        self._clock.setInterval(TICK_MS)
        self._clock.timeout.connect(self._tick)
        self._clock.start()
        self._refresh()
        self._tick()

    @property
    def language(self) -> Language:
        """In which language to go on."""
        return self._languages.current

    def _connect(self) -> None:
        bottom = self._chrome.bottom
        bottom.primary_triggered.connect(self._task.on_primary)
        bottom.secondary_triggered.connect(self._task.on_secondary)
        self._chrome.status.language_requested.connect(self._languages.toggle)
        self._task.changed.connect(self._refresh)
        keys.bind(self, keys.HELP, self._help)
        self._scans = ScanWatch(self, settings=wedge_of(self._settings))
        self._scans.scanned.connect(self._task.on_scan)
        self._scans.refused.connect(self._task.tell_scan_refused)
        application = QCoreApplication.instance()
        assert application is not None
        application.installEventFilter(self._scans)

    def _where(self) -> str:
        places = Places.of(self._settings)
        return f"{places.keyring}\n{places.database}"

    def _help(self) -> None:
        known = [*self._chrome.bottom.keys(), language_key()]
        HelpDialog(self._theme, self, self._task.help_text(), known).open()

    def _refresh(self) -> None:
        self.setWindowTitle(self.tr("现场确认与入场工作站"))
        self._chrome.show_view(self._task.view())
        desk = self.tr("{n} 号工位").format(n=self._settings.desk_name)
        place = f"{self.tr('本机未打开')} · {desk}"
        self._chrome.show_place(self._settings.unit_name, place)

    def _tick(self) -> None:
        self._chrome.show_clock(datetime.now().astimezone())

    def changeEvent(self, event: QEvent) -> None:
        """Follow a language switch, once every part knows of it."""
        if event.type() is QEvent.Type.LanguageChange:
            QTimer.singleShot(0, self, self._refresh)
        super().changeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Leave nothing of ours in the application."""
        self._clock.stop()
        self._task.left()
        application = QCoreApplication.instance()
        if application is not None:
            application.removeEventFilter(self._scans)
        self._languages.use(Language.ZH_CN)
        super().closeEvent(event)
