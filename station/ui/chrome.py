"""What surrounds every task: status above, steps left, the person right, message, keys below.

A part is only touched when what it says has changed: laying out text anew on every press would
cost more than the 100 ms in which a screen must follow.
"""

from collections.abc import Iterable
from datetime import datetime

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from station.domain.identity_document import masked_number
from station.domain.people import Applicant
from station.services.status import DeviceChip, SyncStatus
from station.ui.chrome_words import chips, sync_words
from station.ui.notice_words import NoticeWords
from station.ui.screens.base import MARGIN_PX, View, picture
from station.ui.screens.mode_switch import ModeSwitch, insert_after_place
from station.ui.screens.named_bar import NamedBar
from station.ui.theme import Theme
from station.ui.widgets.base import StationWidget
from station.ui.widgets.message_bar import MessageBar
from station.ui.widgets.person_card import PersonCard
from station.ui.widgets.simulation_banner import SimulationBanner
from station.ui.widgets.status_bar import StatusBar
from station.ui.widgets.step_rail import StepRail


class Chrome(StationWidget):
    """Lays out the parts around `middle` and shows values in them."""

    def __init__(self, theme: Theme, middle: QWidget, parent: QWidget | None = None) -> None:
        """`middle` holds the tasks."""
        super().__init__(theme, parent)
        self.status = StatusBar(theme)
        self.switch = ModeSwitch(theme)
        self.bottom = NamedBar(theme)
        self._banner = SimulationBanner(theme)
        self._rail = StepRail(theme)
        self._message = MessageBar(theme)
        self._message.setObjectName("shell.message")
        self._card = PersonCard(theme)
        self._shown: dict[str, object] = {}
        for button in self.status.findChildren(QPushButton):
            button.setObjectName("status.language")
        insert_after_place(self.status, self.switch)
        self._lay_out(middle)

    def _lay_out(self, middle: QWidget) -> None:
        space = self.theme.space
        message = QHBoxLayout()
        message.setContentsMargins(space(MARGIN_PX), space(12), space(MARGIN_PX), 0)
        message.addWidget(self._message)
        centre = QVBoxLayout()
        centre.setSpacing(0)
        centre.addLayout(message)
        centre.addWidget(middle, 1)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self._rail)
        body.addLayout(centre, 1)
        body.addWidget(self._card)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addWidget(self.status)
        page.addWidget(self._banner)
        page.addLayout(body, 1)
        page.addWidget(self.bottom)

    def retranslate(self) -> None:
        """All words are to be set anew with the next values."""
        self._shown.clear()

    def show_view(self, view: View) -> None:
        """Actions, steps, person and message of the task in front."""
        self.bottom.show_actions(view.actions)
        self._rail.setVisible(bool(view.steps))
        self._card.setVisible(bool(view.steps))
        if self._is_new("steps", view.steps):
            self._rail.set_steps(view.steps)
        if self._is_new("person", view.person):
            self._show_person(view.person)
        if self._is_new("message", view.message):
            self._show_message(view.message)

    def show_place(self, unit: str, place: str) -> None:
        """Unit, and what is done where."""
        if self._is_new("place", (unit, place)):
            self.status.set_place(unit, place)

    def show_simulation(self, simulated: bool) -> None:
        """The banner, where no device is known yet."""
        self._banner.setVisible(simulated)

    def show_devices(self, devices: Iterable[DeviceChip]) -> None:
        """Chips, and the banner as soon as one device is simulated."""
        known = tuple(devices)
        if self._is_new("devices", known):
            self.status.set_devices(chips(known))
            self._banner.setVisible(any(one.simulated for one in known))

    def show_sync(self, sync: SyncStatus, now: datetime) -> None:
        """How the platform stands."""
        words = sync_words(sync, now)
        if self._is_new("sync", words):
            self.status.set_sync(*words)

    def show_clock(self, now: datetime) -> None:
        """Local time."""
        text = f"{now.astimezone():%H:%M}"
        if self._is_new("clock", text):
            self.status.set_clock(text)

    def _is_new(self, part: str, value: object) -> bool:
        if part in self._shown and self._shown[part] == value:
            return False
        self._shown[part] = value
        return True

    def _show_message(self, said: NoticeWords | None) -> None:
        if said is None:
            self._message.clear()
        else:
            self._message.set_message(said.level, said.happened, said.safe, said.to_do)

    def _show_person(self, person: Applicant | None) -> None:
        if person is None:
            self._card.clear()
            return
        further = [(self.tr("申请学科"), person.discipline)]
        masked = masked_number(person.document_number)
        self._card.set_person(person.name, person.pinyin, person.registration_id, masked, further)
        self._card.set_photo(picture(person.photo))
