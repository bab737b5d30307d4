"""A whole station without a window: real store, matcher, drivers and lanes, hands to move them.

The platform is an address where nobody listens: the station works offline, as at most desks.
"""

import queue
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from drivers.simulated.people import Person, people
from station.app import Station, open_station
from station.domain.approvals import Approval, for_exception
from station.domain.documents import DocumentFinding, DocumentKind
from station.domain.facts import FingerException
from station.domain.people import Account, Operator, Role
from station.services.places import Places
from station.services.runner import Lane
from station.settings import DeviceChoice, Settings
from station.store.database import create_database
from station.store.keyring import Keyring, Platform
from station.store.operators import Operators
from station.ui.devpanel.hands import Hands
from station.workflow import inputs
from station.workflow.desk_state import Confirmation
from station.workflow.progress import DeskStep
from sync.seal import SigningKey, UnsealingKey
from sync.wire import Applicant, Page
from tests.support.store_keys import unlocked_keyring, written_keyring
from tests.support.sync_people import applicant as wire_applicant

PATIENCE_S = 60.0
CLERK = Operator(
    "desk01", "方采薇", frozenset({Role.DESK_CLERK, Role.REVIEW_OFFICER, Role.GATE_CLERK})
)
SECOND = Operator("desk02", "石见素", frozenset({Role.DESK_CLERK, Role.REVIEW_OFFICER}))
PASSPHRASE = "only for tests"
Result = TypeVar("Result")


@dataclass
class Rig:
    """One station and the hands at it; `pump` is the UI thread's event loop."""

    settings: Settings
    station: Station
    hands: Hands
    posted: "queue.Queue[Callable[[], None]]"

    @property
    def state(self) -> Confirmation:
        return self.station.services.desk.state

    def send(self, event: inputs.ConfirmationInput) -> None:
        self.station.services.desk.send(event)

    def pump(self, until: Callable[[], bool], what: str) -> None:
        """Run what the lanes posted, and the ticks of the devices, until a condition holds."""
        end = time.monotonic() + PATIENCE_S
        while not until():
            assert time.monotonic() < end, f"waited in vain for {what}"
            try:
                self.posted.get(timeout=0.02)()
            except queue.Empty:
                self.station.services.devices.tick()
                self.station.services.printing.tick()

    def in_store(self, work: Callable[[], Result]) -> Result:
        """Run on the database lane, as everything that touches the store does."""
        return self.station.runner.ask(Lane.DATABASE, work)

    def open_case(self, person: Person) -> None:
        """Find the applicant and walk to the first finger."""
        self.hands.card.lay_card(person)
        self.hands.camera.sit_down(person.key)
        self.send(inputs.FindByCard())
        self.pump(lambda: self.state.step is DeskStep.CONSENT and not self.state.waiting, "consent")
        self.send(inputs.GiveConsent("test"))
        self.pump(lambda: self.state.step is DeskStep.DOCUMENTS, "documents")
        for kind in DocumentKind:
            seen = DocumentFinding.ORIGINAL_SEEN
            self.pump(lambda: not self.state.unsaved, "the document to be stored")
            self.send(inputs.CheckDocument(kind, seen))
        self.pump(lambda: self.state.step is DeskStep.PHOTO and not self.state.waiting, "photo")
        self.send(inputs.TakePhoto())
        self.pump(lambda: self.state.photo is not None, "the still")
        self.send(inputs.AcceptPhoto())
        self.pump(lambda: self.state.step is DeskStep.FINGERS, "fingers")

    def press(self, person: Person) -> None:
        """Lay the finger that is asked for and lift it when it has been judged."""
        wanted = self.state.progress.next_press
        assert wanted is not None
        attempt, before = self.state.reader.attempt, self.state.notice
        self.hands.reader.press(person.key, int(wanted[0]))
        self.pump(
            lambda: (
                self.state.progress.next_press != wanted
                or self.state.save_failed
                or self.state.notice not in (None, before)
            ),
            "the press to be judged",
        )
        self.hands.reader.lift()
        self.pump(
            lambda: self.state.reader.attempt != attempt or self.state.save_failed, "the lift"
        )

    def approved(self, approval: Approval) -> str:
        """The second clerk signs in and allows it; their id."""
        answers: list[object] = []
        sign_in = self.station.services.sign_in
        sign_in.approve(SECOND.operator_id, PASSPHRASE, approval, answers.append)
        self.pump(lambda: bool(answers), "the second person")
        assert answers == [SECOND.operator_id]
        return SECOND.operator_id

    def except_finger(self) -> None:
        """The finger that is asked for cannot be captured, a second person agrees."""
        wanted, applicant = self.state.progress.next_press, self.state.applicant
        assert wanted is not None
        assert applicant is not None
        injured = FingerException.INJURED
        approver = self.approved(for_exception(applicant.subject, wanted[0], injured))
        self.send(inputs.ExceptFinger(injured, approver))

    def close(self) -> None:
        self.station.close()


def person_of_plan() -> Person:
    """The applicant of these tests."""
    return people()[0]


def fresh_rig(folder: Path, platform: UnsealingKey | None = None) -> Rig:
    """A station that was just set up, with one applicant from the platform, who opens its seals."""
    unsealing = platform or UnsealingKey.generate()
    settings = replace(
        Settings(),
        data_directory=str(folder / "data"),
        key_directory=str(folder / "keys"),
        hub_url="http://127.0.0.1:9",
        fingerprint_reader=DeviceChoice("simulated", {"settle_ms": 0}),
        document_reader=DeviceChoice("simulated", {"reading_ms": 0}),
        printer=DeviceChoice("simulated"),
    )
    places = Places.of(settings)
    places.prepare()
    keys = Keyring.new("station-1").activated(
        "station-1",
        Platform("demo", True, SigningKey.generate().verify_key, unsealing.sealing_key),
    )
    written_keyring(places.keyring, keys, {one.operator_id: PASSPHRASE for one in (CLERK, SECOND)})
    database = create_database(places.database, keys.database)
    for one in (CLERK, SECOND):
        Operators(database).put(Account(one))
    database.close()
    rig = reopened(settings)
    somebody = _known(person_of_plan())
    rig.in_store(lambda: rig.station.room.roster.apply(Page((somebody,), (), "1")))
    return rig


def reopened(settings: Settings, *, signed_in: bool = True) -> Rig:
    """The station as it starts again over what lies on the disk, with its clerk at it."""
    posted: queue.Queue[Callable[[], None]] = queue.Queue()
    hands = Hands.fresh()
    file, unlocked = unlocked_keyring(Places.of(settings).keyring)
    rig = Rig(
        settings,
        open_station(settings, file, unlocked, posted.put, hands, lambda _sound: None),
        hands,
        posted,
    )
    sign_in = rig.station.services.sign_in
    if signed_in:
        sign_in.enter(CLERK.operator_id)
        rig.pump(lambda: sign_in.state.operator is not None, "the clerk")
    rig.pump(
        lambda: all(chip.state.value == "ready" for chip in rig.station.services.devices.chips),
        "the devices",
    )
    return rig


def _known(person: Person) -> Applicant:
    sex = "男" if person.sex.value == "1" else "女"
    return replace(
        wire_applicant(),
        name=person.name,
        document_number=person.number,
        sex=sex,
        birth_date=f"{person.birth:%Y%m%d}",
        captured_earlier=False,
        uploaded_photo=None,
    )
