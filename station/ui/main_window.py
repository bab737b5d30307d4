"""The shell: status above, steps left, the task in the middle, the person right, keys below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from station.assets import asset
from station.domain.identity_document import masked_number
from station.domain.people import Applicant
from station.services.status import SignInState
from station.settings import Language, Settings
from station.ui import keys
from station.ui.chrome_words import chips, sync_words
from station.ui.screens.base import Actions, Screen, Task, View, picture
from station.ui.screens.help_dialog import HelpDialog
from station.ui.screens.mode_switch import ModeSwitch, insert_after_place
from station.ui.screens.modes import Mode, Post, posts_for, title_word
from station.ui.screens.named_bar import NamedBar
from station.ui.screens.sign_in import SignInScreen
from station.ui.theme import Theme
from station.ui.translations import Languages, load_catalogue
from station.ui.widgets.message_bar import MessageBar
from station.ui.widgets.person_card import PersonCard
from station.ui.widgets.simulation_banner import SimulationBanner
from station.ui.widgets.status_bar import StatusBar
from station.ui.widgets.step_rail import StepRail

if TYPE_CHECKING:
    from station.services.bundle import Services

TICK_MS = 1000
_MINUTE_S = 60


class MainWindow(QMainWindow):
    """The one window of a station. It shows states and passes on keys; rules live elsewhere."""

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
        self._make_parts()
        self._lay_out()
        self._connect()
        self._tasks: dict[Mode, Task] = {}
        self._post: Post | None = None
        self._signed_in(services.sign_in.state)
        self._tick()

    def _theme_of_screen(self) -> Theme:
        size = self.screen().size()
        return Theme.for_screen(size.width(), size.height())

    # --- parts --------------------------------------------------------------------------------

    def _make_parts(self) -> None:
        theme = self._theme
        self._status = StatusBar(theme)
        self._switch = ModeSwitch(theme)
        self._banner = SimulationBanner(theme)
        self._rail = StepRail(theme)
        self._message = MessageBar(theme)
        self._message.setObjectName("shell.message")
        self._middle = QStackedWidget()
        self._card = PersonCard(theme)
        self._bottom = NamedBar(theme)
        self._sign_in = SignInScreen(theme, self._services.sign_in)
        self._middle.addWidget(self._sign_in)
        self._shown_actions: Actions | None = None
        self._shown_person: Applicant | None = None

    def _lay_out(self) -> None:
        space = self._theme.space
        for button in self._status.findChildren(QPushButton):
            button.setObjectName("status.language")
        insert_after_place(self._status, self._switch)
        centre = QVBoxLayout()
        centre.setSpacing(0)
        message = QHBoxLayout()
        message.setContentsMargins(space(28), space(12), space(28), 0)
        message.addWidget(self._message)
        centre.addLayout(message)
        centre.addWidget(self._middle, 1)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self._rail)
        body.addLayout(centre, 1)
        body.addWidget(self._card)
        everything = QWidget()
        page = QVBoxLayout(everything)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addWidget(self._status)
        page.addWidget(self._banner)
        page.addLayout(body, 1)
        page.addWidget(self._bottom)
        self.setCentralWidget(everything)

    def _connect(self) -> None:
        services = self._services
        self._bottom.primary_triggered.connect(lambda: self._front.on_primary())
        self._bottom.secondary_triggered.connect(lambda name: self._secondary(name))
        self._bottom.exception_requested.connect(lambda: self._front.on_exception())
        self._bottom.pause_requested.connect(self._pause)
        self._status.language_requested.connect(self._languages.toggle)
        self._switch.chosen.connect(self._open_mode)
        self._sign_in.changed.connect(self._refresh)
        services.sign_in.on_change(self._signed_in)
        services.devices.on_change(lambda _chips: self._show_devices())
        services.platform.on_change(lambda _status: self._show_sync())
        keys.bind(self, keys.HELP, self._help)
        keys.bind(self, keys.FIND, self._find)
        keys.bind(self, keys.LOCK, services.sign_in.sign_out)
        self._idle = keys.IdleWatch(self)
        self._scans = keys.ScanWatch(self)
        self._scans.scanned.connect(self._scanned)
        application = QCoreApplication.instance()
        assert application is not None
        application.installEventFilter(self._idle)
        application.installEventFilter(self._scans)
        self._clock = QTimer(self)
        self._clock.setInterval(TICK_MS)
        self._clock.timeout.connect(self._tick)
        self._clock.start()

    # --- who works here, and at what ----------------------------------------------------------

    @property
    def _front(self) -> Screen:
        shown = self._middle.currentWidget()
        assert isinstance(shown, Screen)
        return shown

    def _signed_in(self, state: SignInState) -> None:
        operator = state.operator
        self._status.set_operator(operator.display_name if operator else "")
        posts = posts_for(operator.roles) if operator else ()
        if not posts:
            self._post = None
            self._bring_up(self._sign_in)
        elif self._post not in posts:
            self._open_post(posts[0])
        self._switch.set_posts(posts, self._post.mode if self._post else None)
        self._refresh()

    def _open_mode(self, mode: Mode) -> None:
        operator = self._services.sign_in.state.operator
        posts = posts_for(operator.roles) if operator else ()
        for post in posts:
            if post.mode is mode:
                self._open_post(post)
        self._switch.set_posts(posts, self._post.mode if self._post else None)
        self._refresh()

    def _open_post(self, post: Post) -> None:
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

    def _secondary(self, name: str) -> None:
        self._front.on_secondary(name)

    def _pause(self) -> None:
        if isinstance(task := self._front, Task):
            task.on_pause()

    def _find(self) -> None:
        if isinstance(task := self._front, Task):
            task.on_find()

    def _scanned(self, text: str) -> None:
        if isinstance(task := self._front, Task):
            task.on_scan(text)

    def _help(self) -> None:
        HelpDialog(self._theme, self, self._front.help_text()).open()

    # --- chrome -------------------------------------------------------------------------------

    def _refresh(self) -> None:
        front = self._front
        view = front.view() if isinstance(front, Task) else View(front.offers())
        self._bottom.show_actions(view.actions)
        self._rail.setVisible(bool(view.steps))
        self._rail.set_steps(view.steps)
        self._card.setVisible(bool(view.steps))
        self._show_person(view.person)
        self._show_message(view)
        self._show_devices()
        self._show_sync()
        self._show_place()

    def _show_place(self) -> None:
        title = title_word(self._post) if self._post else self.tr("请登录")
        desk = self.tr("{n} 号工位").format(n=self._settings.desk_name)
        self._status.set_place(self._settings.unit_name, f"{title} · {desk}")

    def _show_message(self, view: View) -> None:
        if view.message is None:
            self._message.clear()
        else:
            said = view.message
            self._message.set_message(said.level, said.happened, said.safe, said.to_do)

    def _show_person(self, person: Applicant | None) -> None:
        if person is None:
            self._card.clear()
        else:
            further = [(self.tr("申请学科"), person.discipline)]
            masked = masked_number(person.document_number)
            self._card.set_person(
                person.name, person.pinyin, person.registration_id, masked, further
            )
        if person is not self._shown_person:
            self._card.set_photo(picture(person.photo) if person else None)
        self._shown_person = person

    def _show_devices(self) -> None:
        devices = self._services.devices.chips
        self._status.set_devices(chips(devices))
        self._banner.setVisible(any(one.simulated for one in devices))

    def _show_sync(self) -> None:
        status = self._services.platform.status
        self._status.set_sync(*sync_words(status, self._services.clock()))

    def _tick(self) -> None:
        self._status.set_clock(f"{self._services.clock().astimezone():%H:%M}")
        self._show_sync()
        self.lock_when_idle(self._idle.idle_s())

    def lock_when_idle(self, idle_s: float) -> None:
        """Sign out once nobody has touched anything for longer than the settings allow."""
        limit_s = self._settings.idle_lock_min * _MINUTE_S
        if self._services.sign_in.state.operator and idle_s > limit_s:
            self._services.sign_in.sign_out()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a language switch."""
        if event.type() is QEvent.Type.LanguageChange:
            self.setWindowTitle(self.tr("现场确认与入场工作站"))
            self._refresh()
        super().changeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Leave nothing running and nothing of ours in the application."""
        self._clock.stop()
        self._front.left()
        application = QCoreApplication.instance()
        if application is not None:
            application.removeEventFilter(self._idle)
            application.removeEventFilter(self._scans)
        self._languages.use(Language.ZH_CN)
        super().closeEvent(event)
