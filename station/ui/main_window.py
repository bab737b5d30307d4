"""The one window of a station: who is signed in, at which post, and where the keys go."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QStackedWidget

from station.assets import asset
from station.domain.audit import PostChanged
from station.services.status import DeviceChip, SignInState
from station.settings import Language, Settings
from station.ui import keys
from station.ui.chrome import Chrome
from station.ui.chrome_words import chips
from station.ui.lock_watch import LockWatch
from station.ui.notice_words import NoticeWords
from station.ui.print_watch import PrintWatch
from station.ui.scans import ScanWatch, wedge_of
from station.ui.screens.base import Screen, Task, View
from station.ui.screens.devices_dialog import DevicesDialog
from station.ui.screens.help_dialog import HelpDialog, window_keys
from station.ui.screens.modes import Mode, Post, posts_for, title_word
from station.ui.screens.sign_in import SignInTask
from station.ui.theme import Level, Theme
from station.ui.translations import Languages, load_catalogue
from station.workflow import inputs

if TYPE_CHECKING:
    from station.services.bundle import Services

TICK_MS = 1000
LOOK_FOR_CODES_MS = 500
REFUSAL_SHOWN_MS = 12_000


class MainWindow(QMainWindow):
    """Shows states and passes on keys; rules live elsewhere."""

    refused = Signal()

    def __init__(
        self,
        services: Services,
        settings: Settings,
        language: Language,
        theme: Theme | None = None,
    ) -> None:
        """Starts at sign-in. Without a `theme` the size of the screen decides.

        Raises:
            AssetMissing: style sheet or translations are not installed.
            CatalogueError: a translation file is damaged.
        """
        super().__init__()
        self._services = services
        self._settings = settings
        self._languages = Languages(load_catalogue(asset("translations")), language)
        self._theme = theme or self._theme_of_screen()
        self.setObjectName("shell")
        self.setWindowTitle(self.tr("现场确认与入场工作站"))
        style = asset("qss/station.qss").read_text(encoding="utf-8")
        self.setStyleSheet(self._theme.style_sheet(style))
        self._sign_in = SignInTask(services, self._theme)
        self._middle = QStackedWidget()
        self._middle.addWidget(self._sign_in)
        self._chrome = Chrome(self._theme, self._middle)
        self.setCentralWidget(self._chrome)
        self._tasks: dict[Mode, Task] = {}
        self._post: Post | None = None
        self._refusal = False
        self._print_watch = PrintWatch(self, services.printing)
        self._print_watch.changed.connect(self._refresh)
        self._print_watch.settled.connect(self.close)
        self._lock_watch = LockWatch(self, self._theme, services, settings)
        self._lock_watch.taken_over.connect(self._take_over)
        self._connect()
        self._watch_keys()
        self._signed_in(services.sign_in.state)
        self._tick()

    def _theme_of_screen(self) -> Theme:
        size = self.screen().size()
        return Theme.for_screen(size.width(), size.height())

    def _connect(self) -> None:
        services, bottom = self._services, self._chrome.bottom
        bottom.primary_triggered.connect(self._primary)
        bottom.secondary_triggered.connect(self._secondary)
        bottom.exception_requested.connect(lambda: self._front.on_exception())
        bottom.pause_requested.connect(self._pause)
        self._chrome.status.language_requested.connect(self._languages.toggle)
        self._chrome.status.devices_requested.connect(self._devices)
        self._chrome.switch.chosen.connect(self._open_mode)
        self._sign_in.changed.connect(self._refresh)
        services.sign_in.on_change(self._signed_in)
        # Through a signal, for a refusal may come from any thread.
        self.refused.connect(self._say_refused)
        services.guard.on_refusal(lambda _error: self.refused.emit())
        services.devices.on_change(self._show_devices)
        services.platform.on_change(lambda status: self._chrome.show_sync(status, services.clock()))

    def _watch_keys(self) -> None:
        keys.bind(self, keys.HELP, self._help)
        keys.bind(self, keys.FIND, self._find)
        keys.bind(self, keys.DEVICES, self._devices)
        keys.bind(self, keys.LOCK, self._lock)
        self._lock_in_dialogs = keys.LockInDialogs(self)
        self._lock_in_dialogs.pressed.connect(self._lock)
        self._idle = keys.IdleWatch(self)
        self._scans = ScanWatch(self, settings=wedge_of(self._settings))
        self._scans.scanned.connect(self._scanned)
        self._scans.composed.connect(self._scan_spoilt)
        self._scans.refused.connect(self._sign_in.tell_scan_refused)
        application = QCoreApplication.instance()
        assert application is not None
        application.installEventFilter(self._idle)
        application.installEventFilter(self._lock_in_dialogs)
        application.installEventFilter(self._scans)
        self._clock = QTimer(self)
        self._clock.setInterval(TICK_MS)
        self._clock.timeout.connect(self._tick)
        self._clock.start()
        self._looks = QTimer(self)
        self._looks.setInterval(LOOK_FOR_CODES_MS)
        self._looks.timeout.connect(self._look_for_codes)
        if self._settings.scanner_camera:
            self._looks.start()

    # --- who works here, and at what ----------------------------------------------------------

    @property
    def _front(self) -> Screen:
        shown = self._middle.currentWidget()
        assert isinstance(shown, Screen)
        return shown

    def _signed_in(self, state: SignInState) -> None:
        operator = state.operator
        self._chrome.status.set_operator(operator.display_name if operator else "")
        posts = posts_for(operator.roles) if operator else ()
        if not posts:
            self._post = None
            self._close_dialogs()
            self._bring_up(self._sign_in)
        elif self._post not in posts:
            self._open_post(posts[0])
        self._show_posts(posts)
        self._lock_watch.signed_in(operator)

    def _take_over(self, registration_id: str) -> None:
        self._open_mode(Mode.DESK)
        self._services.desk.send(inputs.Find(registration_id))

    def _close_dialogs(self) -> None:
        """Nothing about anybody stays in front of a locked screen."""
        for dialog in self.findChildren(QDialog):
            dialog.reject()

    def _open_mode(self, mode: Mode) -> None:
        operator = self._services.sign_in.state.operator
        posts = posts_for(operator.roles) if operator else ()
        for post in posts:
            if post.mode is mode:
                self._open_post(post)
        self._show_posts(posts)

    def _show_posts(self, posts: tuple[Post, ...]) -> None:
        self._chrome.switch.set_posts(posts, self._post.mode if self._post else None)
        self._refresh()

    def _open_post(self, post: Post) -> None:
        if post is not self._post:
            changed = PostChanged(post.mode.value)
            self._services.trail.note(changed, self._services.guard.author.operator_id)
        self._post = post
        self._bring_up(self._task(post))

    def _task(self, post: Post) -> Task:
        task = self._tasks.get(post.mode)
        if task is None:
            task = post.build(self._services, self._theme, self._settings)
            task.changed.connect(self._refresh)
            self._tasks[post.mode] = task
            self._middle.addWidget(task)
        return task

    def _bring_up(self, screen: Screen) -> None:
        before = self._front
        if before is not screen:
            before.left()
            self._middle.setCurrentWidget(screen)
        screen.entered()

    # --- keys ---------------------------------------------------------------------------------

    def _lock(self) -> None:
        self._services.sign_in.sign_out()

    def _primary(self) -> None:
        self._go_on()
        self._front.on_primary()

    def _secondary(self, name: str) -> None:
        self._go_on()
        self._front.on_secondary(name)

    def _go_on(self) -> None:
        if self._post is not None:
            self._print_watch.go_on()

    def _pause(self) -> None:
        if isinstance(task := self._front, Task):
            task.on_pause()

    def _find(self) -> None:
        if isinstance(task := self._front, Task):
            task.on_find()

    def _scanned(self, text: str) -> None:
        self._go_on()
        if isinstance(task := self._front, Task):
            task.on_scan(text)

    def _scan_spoilt(self) -> None:
        if isinstance(task := self._front, Task):
            task.on_scan_spoilt()

    def _look_for_codes(self) -> None:
        """A code held before the camera is as good as a scan, while a number is awaited."""
        if self._awaits_number():
            self._services.codes.look(self._code_seen)

    def _code_seen(self, text: str) -> None:
        if self._awaits_number():  # much may have happened since the picture was taken
            self._scanned(text)

    def _awaits_number(self) -> bool:
        task = self._front
        no_dialog = QApplication.activeModalWidget() is None
        return isinstance(task, Task) and no_dialog and task.awaits_number()

    def _help(self) -> None:
        front, bottom = self._front, self._chrome.bottom
        known = [*bottom.keys(), *window_keys(finds=front.finds)]
        HelpDialog(self._theme, self, front.help_text(), known).open()

    def _devices(self) -> None:
        DevicesDialog(self._theme, self, chips(self._services.devices.chips)).open()

    # --- what was refused ---------------------------------------------------------------------

    def _say_refused(self) -> None:
        """Somebody has no right to what was asked for; said for a while, then as before."""
        self._refusal = True
        self._refresh()
        QTimer.singleShot(REFUSAL_SHOWN_MS, self, self._forget_refusal)

    def _forget_refusal(self) -> None:
        self._refusal = False
        self._refresh()

    def _refusal_words(self) -> NoticeWords:
        return NoticeWords(
            Level.STOP,
            self.tr("您没有办理这一项的权限。"),
            self.tr("什么都没有改动。"),
            self.tr("请换有权限的人员登录后再办。"),
        )

    # --- what is shown ------------------------------------------------------------------------

    def _refresh(self) -> None:
        front = self._front
        view = front.view() if isinstance(front, Task) else View(front.offers())
        view = self._print_watch.over(view)
        if self._refusal:
            view = replace(view, message=self._refusal_words())
        self._chrome.show_view(view)
        self._show_devices(self._services.devices.chips)
        title = title_word(self._post) if self._post else self.tr("请登录")
        desk = self.tr("{n} 号工位").format(n=self._settings.desk_name)
        self._chrome.show_place(self._settings.unit_name, f"{title} · {desk}")

    def _show_devices(self, devices: tuple[DeviceChip, ...]) -> None:
        self._chrome.show_devices(devices)
        for dialog in self.findChildren(DevicesDialog):
            dialog.show_devices(chips(devices))

    def _tick(self) -> None:
        now = self._services.clock()
        self._chrome.show_clock(now)
        self._chrome.show_sync(self._services.platform.status, now)
        self.lock_when_idle(self._idle.idle_s())

    def lock_when_idle(self, idle_s: float) -> None:
        """Sign out once nobody has touched anything for longer than the settings allow."""
        self._lock_watch.tick(idle_s)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a language switch, once every part knows of it."""
        if event.type() is QEvent.Type.LanguageChange:
            self.setWindowTitle(self.tr("现场确认与入场工作站"))
            QTimer.singleShot(0, self, self._show_all_anew)
        super().changeEvent(event)

    def _show_all_anew(self) -> None:
        self._refresh()
        self._tick()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Leave nothing running and nothing of ours in the application.

        While something could not be written yet the window stays: closing it would lose that. It
        stays, too, until what waits in the printer is taken back, or somebody has read why it is
        not and closes once more.
        """
        services = self._services
        if any(post.state.save_failed for post in (services.desk, services.gate, services.review)):
            event.ignore()
            return
        if self._print_watch.keeps_open():
            event.ignore()
            return
        self._clock.stop()
        self._looks.stop()
        self._front.left()
        application = QCoreApplication.instance()
        if application is not None:
            application.removeEventFilter(self._idle)
            application.removeEventFilter(self._scans)
            application.removeEventFilter(self._lock_in_dialogs)
        self._languages.use(Language.ZH_CN)
        super().closeEvent(event)
