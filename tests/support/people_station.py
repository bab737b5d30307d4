"""People, keys and rights of a station in one thread: nothing but the passphrases costs time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from drivers.api import CardSlot, SmartCardReader
from drivers.simulated.smart_card import SimulatedCard, SimulatedSmartCardReader, SmartCardHand
from station.domain.audit import ActionRefused
from station.domain.people import Account, Operator, Role
from station.services.card_sign_in import CardSignIn
from station.services.devices import Devices, DeviceService
from station.services.fact_events import audit_fact_of
from station.services.guard import Guard
from station.services.key_access import KeyAccess
from station.services.people_admin import PeopleAdmin
from station.services.sign_in import SignInService
from station.services.store_room import StoreRoom
from station.services.trail import Trail
from station.settings import SecondFactor
from station.store.clock import Stamp
from station.store.keyring import Keyring, KeyringFile, Unlocked
from station.workflow.inputs import DeviceKind
from sync.seal import CardCertificate, SoftwareCardKey
from sync.wire import ClockReading, format_instant
from tests.support.services_cases import InlineRunner, ObedientDevice, room_over
from tests.support.store_cases import Store, created, opened
from tests.support.store_keys import RECOVERY, TEST_COST, unlocked_keyring

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
MADE = datetime(2026, 1, 1, tzinfo=UTC)
PASSPHRASE = "plum-blossom-42"
PIN = b"123456"

CLERK = Operator("desk01", "方采薇", frozenset({Role.DESK_CLERK}))
SECOND = Operator("desk02", "石见素", frozenset({Role.DESK_CLERK}))
OFFICER = Operator("review01", "孟守拙", frozenset({Role.REVIEW_OFFICER}))
GATE = Operator("gate01", "鲁知远", frozenset({Role.GATE_CLERK}))
CHIEF = Operator("chief01", "欧阳䶮", frozenset({Role.GATE_CHIEF}))
SECURITY = Operator("secadmin01", "钟岚", frozenset({Role.SECURITY_ADMIN}))
SYSTEM = Operator("sysadmin01", "贺川", frozenset({Role.SYSTEM_ADMIN}))
AUDITOR = Operator("auditor01", "顾清越", frozenset({Role.AUDITOR}))
ORGANISER = Operator("exam01", "闻人澈", frozenset({Role.EXAM_ORGANISER}))
EVERYBODY = (CLERK, SECOND, OFFICER, GATE, CHIEF, SECURITY, SYSTEM, AUDITOR, ORGANISER)


@dataclass
class HandClock:
    """A clock for the waits that moves only when it is moved."""

    wall_s: float = 1_790_000_000.0
    monotonic_s: float = 1000.0
    boot: str = "boot-1"

    def __call__(self) -> Stamp:
        at = format_instant(self.wall_s)
        reading = ClockReading("station", 0, None)
        return Stamp(at, reading, self.boot, int(self.monotonic_s * 1000))

    def passes(self, seconds: float) -> None:
        self.wall_s += seconds
        self.monotonic_s += seconds

    def restarts(self, wall_moves_s: float = 0.0) -> None:
        """The machine is off for no time; its wall clock may be set meanwhile."""
        self.boot, self.monotonic_s = self.boot + "+", 5.0
        self.wall_s += wall_moves_s


def card_of(person: str, made: datetime = MADE) -> SimulatedCard:
    """Somebody's card; a second call makes another card."""
    keys = {slot: SoftwareCardKey(person, made) for slot in CardSlot}
    return SimulatedCard(bytes(16), keys, PIN)


def fingerprint_of(card: SimulatedCard) -> str:
    return CardCertificate(card.keys[CardSlot.AUTHENTICATION].certificate).fingerprint


@dataclass
class PeopleStation:
    """The services about people over a real store and a real keyring in `folder`."""

    folder: Path
    clock: HandClock
    reader: SmartCardReader | None = None
    policy: SecondFactor = SecondFactor.NONE
    cards: dict[str, SimulatedCard] = field(default_factory=dict)
    store: Store = field(init=False)
    now: datetime = NOW

    def __post_init__(self) -> None:
        self.store = created(self.folder)
        path = self.folder / "keys" / "keyring.json"
        path.parent.mkdir(mode=0o700)
        KeyringFile.create(path, Keyring.new("station-1"), RECOVERY, self.clock)
        self.keyring_path = path
        self._compose()

    def restart(self) -> None:
        """The program ends and starts again over what lies on the disk."""
        self.store.database.close()
        self.store = opened(self.store.path)
        self._compose()

    def close(self) -> None:
        self.store.database.close()

    def _compose(self) -> None:
        _, self.unlocked = unlocked_keyring(self.keyring_path)
        self.file = KeyringFile.read(self.keyring_path, self.clock)
        self.runner = InlineRunner()
        self.room: StoreRoom = room_over(self.store.database)
        self.trail = Trail(self.room, self.runner)
        one, two, three, four = (cast(Any, ObedientDevice()) for _ in range(4))
        self.devices = DeviceService(Devices(one, two, three, four, self.reader), self.runner)
        self.devices.tick()
        card_sign_in = CardSignIn(self.devices, self.policy, lambda: self.now)
        access = KeyAccess(self.file, self.unlocked, lambda: TEST_COST)
        self.sign_in = SignInService(self.room, self.runner, access, card_sign_in, self.trail)
        self.guard = Guard(self.sign_in, lambda act, who: self.trail.note(ActionRefused(act), who))
        self.admin = PeopleAdmin(
            self.room,
            self.runner,
            access,
            card_sign_in,
            self.guard,
            self.trail,
            self.sign_in.load,
        )
        self.sign_in.load()

    # --- people -------------------------------------------------------------------------------

    def employ(self, *operators: Operator, **about: Any) -> None:
        """Accounts with the tests' passphrase."""
        for operator in operators:
            self.room.operators.put(Account(operator, **about))
            self.file.set_passphrase(self.unlocked, operator.operator_id, PASSPHRASE, TEST_COST)
        self.sign_in.load()

    def give_card(self, operator: Operator) -> SimulatedCard:
        """A registered card."""
        card = self.cards.setdefault(operator.operator_id, card_of(operator.operator_id))
        account = self.room.operators.account(operator.operator_id)
        assert account is not None
        self.room.operators.put(
            Account(operator, account.enabled, fingerprint_of(card), account.must_change)
        )
        self.sign_in.load()
        return card

    def signed_in(self, operator: Operator) -> None:
        self.sign_in.sign_in(operator.operator_id, PASSPHRASE)
        assert self.sign_in.state.operator == operator

    def opens_keyring(self, account: str, passphrase: str) -> bool:
        """Whether this passphrase opens the keyring as it lies on the disk."""
        answer = KeyringFile.read(self.keyring_path).unlock_with_passphrase(account, passphrase)
        return isinstance(answer, Unlocked)

    # --- the trail ----------------------------------------------------------------------------

    def told(self, *kinds: type[Any]) -> list[tuple[str, Any]]:
        """Who did what, oldest first; only these kinds of facts when any is named."""
        events = [stored.event for stored in self.room.log.each()]
        pairs = [(event.actor, audit_fact_of(event)) for event in events]
        return [(who, fact) for who, fact in pairs if not kinds or isinstance(fact, kinds)]


def simulated_reader(cards: dict[str, SimulatedCard]) -> tuple[SmartCardHand, Any]:
    """A reader with a hand that holds these cards."""
    hand = SmartCardHand()
    hand.cards = cards  # which may still be empty
    return hand, SimulatedSmartCardReader(hand, thinking_ms=0)


def collected() -> tuple[list[Any], Callable[[Any], None]]:
    """A list and what fills it."""
    answers: list[Any] = []
    return answers, answers.append


def reader_chip(station: PeopleStation) -> str | None:
    """How the status bar shows the reader of cards; None without one."""
    found: Iterable[str] = (
        chip.state.value for chip in station.devices.chips if chip.kind is DeviceKind.SMART_CARD
    )
    return next(iter(found), None)
