"""The gate for the screens' tests: the real pure workflow, with answers a test gives by name."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QApplication, QWidget

from drivers.api import Frame
from station.domain.exam import ExamSession, GateRules
from station.domain.facts import EntryFact, FoundBy
from station.domain.fingers import CAPTURE_PLAN, FingerPosition
from station.domain.people import Candidate, Operator, Role
from station.domain.purpose import Purpose
from station.settings import Language, Settings
from station.ui.main_window import MainWindow
from station.ui.theme import Theme
from station.workflow import effects, inputs
from station.workflow.capture import ReaderPhase
from tests.support.ui_fakes import NOW, PASSPHRASE, FakeServices, FakeSignIn
from tests.support.workflow_cases import press_compared

SIZES = ((1366, 768), (1920, 1080))
SESSION = ExamSession(
    "morning",
    "外国语水平考试（上午）",
    "演示大学东区考点",
    NOW + timedelta(minutes=40),
    GateRules(),
    Purpose.NATIONAL_EXAM,
)
GATE_CLERK = Operator("op-9", "江一舟", frozenset({Role.GATE_CLERK}))
DESIGNATED = FingerPosition.RIGHT_INDEX


def make_candidate(**changes: object) -> Candidate:
    """A fictional candidate; the area code 001234 was never assigned."""
    values: dict[str, object] = {
        "subject": "9a" * 16,
        "ticket_number": "990000000012",
        "name": "欧阳䶮",
        "document_number": "001234199001010024",
        "room": "03",
        "seat": "17",
        "exam_session_id": SESSION.exam_session_id,
        "paper": "外国语水平考试（英语）",
        "enrolled": CAPTURE_PLAN,
        "designated": DESIGNATED,
    }
    values.update(changes)
    return Candidate(**values)  # type: ignore[arg-type]  # a table of overrides


LONG_NAMED = make_candidate(
    subject="3c" * 16,
    ticket_number="990000000013",
    name="阿卜杜热西提·买买提明·阿布力克木·吐尔逊",
    room="综合楼 A-1204",
    seat="08",
)


def picture_of_a_finger(sequence: int = 1) -> Frame:
    """Dark stripes on a light ground, as the reader's glass shows a finger."""
    y, x = np.mgrid[0:360, 0:256]
    ridges = 128 + 110 * np.sin(np.hypot(x - 128, (y - 150) * 0.8) / 1.5)
    inside = ((x - 128) / 105) ** 2 + ((y - 180) / 150) ** 2 < 1
    return Frame(np.where(inside, ridges, 245).astype(np.uint8), sequence, finger_present=True)


class GateWorld:
    """Answers what the gate asks for, as services and devices would."""

    def __init__(self, services: FakeServices) -> None:
        self.services = services
        self.gate = services.gate

    def load(self, expected: int = 1482, admitted: int = 317, without_template: int = 4) -> None:
        """A package is here."""
        self.gate.send(inputs.FetchSession())
        self.gate.send(inputs.SessionReady(SESSION, expected, admitted, without_template))

    def find(
        self,
        who: Candidate,
        earlier: tuple[EntryFact, ...] = (),
        at: datetime = NOW,
    ) -> None:
        """Answer the latest scan with `who`; what is to be stored is stored."""
        self.gate.send(inputs.CandidateFound(who, FoundBy.TICKET, earlier, at))
        if self.gate.state.unsaved:
            self.gate.store()

    def bring(self, who: Candidate) -> None:
        """Scan, found, at the reader."""
        self.gate.send(inputs.Scan(who.ticket_number, NOW))
        self.find(who)

    def press(self, matched: FingerPosition | None, score: float | None = None) -> None:
        """One press, compared and stored; the finger still lies there."""
        attempt = self.gate.state.reader.attempt
        self.gate.send(press_compared(attempt, matched, score))
        self.gate.store()

    def lift(self) -> None:
        """The finger leaves the glass."""
        if self.gate.state.reader.phase is ReaderPhase.LIFT:
            self.gate.send(inputs.FingerLifted(self.gate.state.reader.attempt))

    def miss(self, times: int = 1) -> None:
        """Presses that do not match, each lifted."""
        for _ in range(times):
            self.press(None)
            self.lift()

    def photograph(self) -> None:
        """The referral's photo is taken and stored."""
        self.gate.last(effects.PhotographPerson)
        self.gate.send(inputs.PersonPhotographed((), True))
        self.gate.store()


def gate_services() -> FakeServices:
    """Services with one operator, who works at the gate."""
    return FakeServices(sign_in=FakeSignIn((GATE_CLERK,)))


def gate_window(
    services: FakeServices, size: tuple[int, int], language: Language = Language.ZH_CN
) -> MainWindow:
    """The main window at the gate, shown."""
    window = MainWindow(services, Settings(), language, Theme.for_screen(*size))  # type: ignore[arg-type]  # fakes
    window.resize(*size)
    window.show()
    services.sign_in.sign_in(GATE_CLERK.operator_id, PASSPHRASE)
    return window


def grab(window: QWidget, path: Path) -> None:
    """Save what the window shows."""
    QApplication.processEvents()
    window.grab().save(str(path))
