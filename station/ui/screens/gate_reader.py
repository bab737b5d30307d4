"""The person at the reader: who they are, which finger, live picture, tries, verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from station.ui.screens.base import Action, Actions, bar, picture, row
from station.ui.screens.gate_band import GateBand
from station.ui.screens.gate_chief_dialog import ChiefDialog
from station.ui.screens.gate_screen import GateScreen
from station.ui.screens.gate_words import (
    band_words,
    finger_asked,
    finger_words,
    instruction_words,
    place_words,
    score_words,
)
from station.ui.screens.live_feed import LiveFeed
from station.ui.theme import ACCENT, MUTED, Theme
from station.ui.widgets.base import Panel, label
from station.ui.widgets.fit_label import FitLabel
from station.ui.widgets.hands_diagram import HandsDiagram
from station.ui.widgets.live_picture import Guide, LivePicture
from station.ui.widgets.photo import Photo
from station.ui.widgets.tries_dots import TriesDots
from station.ui.words import word
from station.workflow import inputs
from station.workflow.capture import ReaderPhase
from station.workflow.entry_state import ExamEntry
from station.workflow.visit import Visit, fingers_asked

if TYPE_CHECKING:
    from station.services.devices import DeviceService
    from station.services.gate import GateService

PHOTO_WIDTH_PX = 160
PICTURE_WIDTH_PX = 210
HANDS_WIDTH_PX = 330


class ReaderScreen(GateScreen):
    """Read by the candidate at two metres and by the staff beside them."""

    def __init__(
        self,
        theme: Theme,
        gate: GateService,
        devices: DeviceService,
        parent: QWidget | None = None,
    ) -> None:
        """`devices` gives the reader's live picture while the screen is in front."""
        super().__init__(theme, gate, parent)
        self._shown_subject = ""
        self._person = _Person(theme)
        self._hands = HandsDiagram(theme, for_applicant=False)
        self._picture = LivePicture(theme)
        self._picture.setObjectName("gate.picture")
        self._picture.set_guide(Guide.FINGER)
        self._band = GateBand(theme)
        self._feed = LiveFeed(self._picture, devices.reader_frame, only_finger=True)
        self._build()
        self.refresh()

    def _build(self) -> None:
        space = self.theme.space
        page = QVBoxLayout(self)
        page.setContentsMargins(0, space(16), 0, 0)
        page.setSpacing(space(16))
        self._hands.setFixedWidth(space(HANDS_WIDTH_PX))
        self._picture.setFixedWidth(space(PICTURE_WIDTH_PX))
        above = row(self._person, self._hands, self._picture, spacing=space(20))
        above.setContentsMargins(space(28), 0, space(28), 0)
        page.addLayout(above, 1)
        page.addWidget(self._band)

    def refresh(self) -> None:
        """Everything about the visit of the moment."""
        visit = self.state.visit
        if visit is None:
            self._person.clear()
            self._shown_subject = ""
            self._band.show_finger("")
            self.changed.emit()
            return
        self._show_person(visit)
        self._show_hands(visit)
        self._picture.set_placeholder(self._placeholder(visit))
        said = band_words(self.state)
        if said is not None:
            self._band.show_verdict(said)
        else:
            self._band.show_finger(finger_words(self.state))
        self.changed.emit()

    def entered(self) -> None:
        """The reader's picture runs."""
        self._feed.start()
        self.refresh()

    def left(self) -> None:
        """No finger and no person stays on the screen."""
        self._feed.stop()

    def offers(self) -> Actions:
        """With a verdict the next person is one key away; before, the finger is the action."""
        state = self.state
        if state.visit is not None and state.visit.verdict is not None:
            return Actions(self.tr("下一位"))
        if state.ending is not None:
            return Actions(self.tr("再拍一次"), not state.waiting)
        free = not state.waiting
        leave = bar(Action.BACK, self.tr("换下一位"), "Esc", enabled=free)
        return Actions("", secondary=(leave,), exception=free)

    def on_primary(self) -> None:
        """Next person, or the photo once more."""
        if self.state.ending is not None:
            self.send(inputs.CallChief())
        else:
            self.send(inputs.NextPerson())

    def on_secondary(self, action: str) -> None:
        """The person steps aside; their tries stay counted."""
        if action == Action.BACK:
            self.send(inputs.NextPerson())

    def on_exception(self) -> None:
        """F8: to the chief, after a question, for it ends this person's tries."""
        dialog = ChiefDialog(self.theme, self.window())
        dialog.confirmed.connect(lambda: self.send(inputs.CallChief()))
        dialog.open()

    def help_text(self) -> str:
        """For F1."""
        return self.tr(
            "请考生按图示放手指。三次没有比对上时到特殊通道，任一登记过的手指都可以，最多六次；"
            "仍不通过时转主考，不得入场。采集仪不能用或有疑问时按 F8 请主考。"
        )

    def _show_person(self, visit: Visit) -> None:
        candidate = visit.candidate
        self._person.show_visit(self.state, visit)
        if candidate.subject != self._shown_subject:
            self._shown_subject = candidate.subject
            self._person.photo.set_image(picture(candidate.photo))

    def _show_hands(self, visit: Visit) -> None:
        finger = finger_asked(self.state)
        if visit.verdict is not None:
            self._hands.set_fingers(None)
        elif finger is not None:
            self._hands.set_fingers(finger)
        else:
            self._hands.set_fingers(None, fingers_asked(visit))

    def _placeholder(self, visit: Visit) -> str:
        if visit.verdict is not None:
            return ""
        if self.state.reader.phase is ReaderPhase.LOST:
            return self.tr("采集仪已断开")
        return self.tr("等待按指")


class _Person(Panel):
    """Photo, name, room and seat, the instruction, tries and score."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.photo = Photo(theme, theme.space(PHOTO_WIDTH_PX))
        self._name = FitLabel((theme.display, theme.applicant), bold=True)
        self._name.setObjectName("gate.name")
        self._place = FitLabel((theme.applicant, theme.lead))
        self._place.setObjectName("gate.place")
        self._ticket = FitLabel((theme.body,), colour=MUTED)
        self._instruction = label(size="applicant", bold=True, wrap=True)
        self._instruction.setObjectName("gate.instruction")
        self._instruction.setStyleSheet(f"color: {ACCENT};")
        self._lane = label(bold=True)
        self._lane.setObjectName("gate.lane")
        self._tries = TriesDots(theme)
        self._tries.setObjectName("gate.tries")
        self._score = FitLabel((theme.body,), colour=MUTED)
        self._score.setObjectName("gate.score")
        self._lay_out(theme)

    def _lay_out(self, theme: Theme) -> None:
        space = theme.space
        inside = QHBoxLayout(self)
        inside.setContentsMargins(*([space(20)] * 4))
        inside.setSpacing(space(22))
        inside.addWidget(self.photo, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(space(4))
        for part in (self._name, self._place, self._ticket):
            words.addWidget(part)
        words.addStretch(1)
        words.addWidget(self._instruction)
        words.addStretch(1)
        line = row(self._lane, self._tries, spacing=space(14))
        line.addStretch(1)
        words.addLayout(line)
        words.addWidget(self._score)
        inside.addLayout(words, 1)

    def show_visit(self, state: ExamEntry, visit: Visit) -> None:
        candidate = visit.candidate
        self._name.set_text(candidate.name)
        self._place.set_text(place_words(candidate))
        self._ticket.set_text(
            self.tr("准考证 {ticket}　{paper}").format(
                ticket=candidate.ticket_number, paper=candidate.paper
            )
        )
        instruction = instruction_words(state)
        self._instruction.setText(instruction)
        self._instruction.setVisible(bool(instruction))
        self._lane.setText(word(visit.lane))
        self._tries.set_tries(visit.tries, visit.tries + state.tries_left)
        self._score.set_text(score_words(visit))

    def clear(self) -> None:
        """Nothing of the last person stays behind."""
        for part in (self._name, self._place, self._ticket, self._score):
            part.set_text("")
        for text in (self._instruction, self._lane):
            text.setText("")
        self._tries.set_tries(0, 0)
        self.photo.set_image(None)
