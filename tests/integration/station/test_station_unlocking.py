"""From a locked disk to an open store: real keyring, real database, real lanes, every way in."""

from __future__ import annotations

import queue
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from drivers.api import CardSlot
from drivers.simulated.smart_card import SimulatedCard, SimulatedSmartCardReader, SmartCardHand
from station import app
from station.domain.audit import DatabaseChecked, KeysChanged, RecoveryUsed, SignInMethod
from station.domain.people import Account, Operator, Role
from station.services.places import Places
from station.services.runner import Lane, Runner
from station.services.store_room import StoreRoom
from station.services.unlock_card import UnlockCard
from station.services.unlock_state import (
    CardStage,
    OpenTrouble,
    UnlockFailure,
    UnlockStage,
    UnlockState,
)
from station.services.unlocking import Found, Opening, Unlocking
from station.settings import Settings
from station.store.clock import StationClock, this_boot
from station.store.database import create_database
from station.store.drafts import EventDraft
from station.store.head_file import HeadFile
from station.store.keyring import (
    FREE_TRIES,
    Keyring,
    KeyringFile,
    Platform,
    RecoveryKey,
    SoftwareMachine,
    Unlocked,
)
from station.store.operators import Operators
from station.store.signing import LogSigner
from sync.seal import CardCertificate, SigningKey, SoftwareCardKey, UnsealingKey
from tests.support.station_hub import settings_in
from tests.support.store_keys import RECOVERY, TEST_COST, unlocked_keyring, written_keyring

PATIENCE_S = 30.0
NEW_PASSPHRASE = "鹤鸣于九皋声闻于野鱼潜在渊"
CLERK = Operator("desk01", "方采薇", frozenset({Role.DESK_CLERK}))
HOLDER = Operator("desk02", "石见素", frozenset({Role.DESK_CLERK}))
SECURITY = Operator("sec01", "欧阳䶮", frozenset({Role.SECURITY_ADMIN}))
PASSPHRASES = {CLERK.operator_id: "mountain-river-11", SECURITY.operator_id: "river-mountain-22"}
PIN, WRONG_PIN = "123456", "999999"
MACHINE = SoftwareMachine(b"a machine of the tests")
CARD_KEY = SoftwareCardKey("fictional holder", datetime(2026, 1, 1, tzinfo=UTC))
OTHER_KEY = SoftwareCardKey("somebody else", datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A station with a clerk, a security admin, a card and a machine slot."""
    folder = tmp_path_factory.mktemp("pattern")
    places = Places.of(settings_in(folder))
    places.prepare()
    keys = Keyring.new("station-1").activated("station-1", _platform())
    file, unlocked = written_keyring(places.keyring, keys, PASSPHRASES)
    file.set_card(unlocked, HOLDER.operator_id, CardCertificate(CARD_KEY.certificate))
    file.set_machine(unlocked, MACHINE)
    database = create_database(places.database, keys.database)
    for operator in (CLERK, HOLDER, SECURITY):
        Operators(database).put(Account(operator))
    database.close()
    return folder


def _platform() -> Platform:
    signing, sealing = SigningKey.generate().verify_key, UnsealingKey.generate().sealing_key
    return Platform("demo", True, signing, sealing)


@dataclass
class Start:
    """One start, pumped by the test as the UI thread would."""

    settings: Settings
    posted: queue.Queue[Callable[[], None]]
    unlocking: Unlocking
    hand: SmartCardHand
    told: list[UnlockState] = field(default_factory=list)
    opened: list[Opening] = field(default_factory=list)

    @property
    def state(self) -> UnlockState:
        return self.unlocking.state

    def pump(self, *stages: UnlockStage) -> UnlockState:
        """Run what the lanes post until one of these stages is told anew."""
        before, end = len(self.told), time.monotonic() + PATIENCE_S
        while not any(state.stage in stages for state in self.told[before:]):
            assert time.monotonic() < end, f"waited in vain, the last was {self.state}"
            self._next()
        return self.state

    def pump_until(self, holds: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < end, f"waited in vain, the last was {self.state}"
            self._next()

    def _next(self) -> None:
        try:
            self.posted.get(timeout=0.02)()
        except queue.Empty:
            return

    def begin(self) -> UnlockState:
        self.unlocking.begin()
        return self.pump(UnlockStage.LOCKED, UnlockStage.STUCK, UnlockStage.OPEN)


@pytest.fixture
def folder(pattern: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(pattern, tmp_path / "工作站"))


@pytest.fixture
def starts(folder: Path) -> Iterator[Callable[..., Start]]:
    ended: list[Callable[[], None]] = []

    def make(*, by_machine: bool = False) -> Start:
        settings = settings_in(folder)
        posted: queue.Queue[Callable[[], None]] = queue.Queue()
        runner = Runner(posted.put)
        clock = StationClock(this_boot())
        cards = {
            "holder": SimulatedCard(b"h" * 16, {CardSlot.KEY_MANAGEMENT: CARD_KEY}, PIN.encode()),
            "other": SimulatedCard(b"o" * 16, {CardSlot.KEY_MANAGEMENT: OTHER_KEY}, PIN.encode()),
        }
        hand = SmartCardHand(cards)

        def find() -> Found:
            file = KeyringFile.read(Places.of(settings).keyring)
            return Found(file, MACHINE if by_machine else None)

        def open_room(unlocked: Unlocked) -> StoreRoom:
            return app.open_room(settings, unlocked, clock)

        card = UnlockCard(SimulatedSmartCardReader(hand, thinking_ms=0))
        unlocking = Unlocking(find, open_room, runner, card, lambda: TEST_COST)
        start = Start(settings, posted, unlocking, hand)
        start.unlocking.on_change(start.told.append)
        start.unlocking.on_opened(start.opened.append)

        def end() -> None:
            start.unlocking.close()
            for opening in start.opened:
                runner.ask(Lane.DATABASE, opening.room.database.close)
            runner.close()

        ended.append(end)
        return start

    yield make
    for end in ended:
        end()


@pytest.fixture
def start(starts: Callable[..., Start]) -> Start:
    return starts()


def test_a_passphrase_opens_the_store_and_says_whose_it_is(start: Start) -> None:
    assert start.begin() == UnlockState(UnlockStage.LOCKED)
    start.unlocking.with_passphrase("desk01", PASSPHRASES["desk01"])
    assert start.state.stage is UnlockStage.CHECKING, "progress shows at once"
    start.pump(UnlockStage.OPEN)
    assert [state.stage for state in start.told][-3:] == [
        UnlockStage.CHECKING,
        UnlockStage.OPENING,
        UnlockStage.OPEN,
    ]
    assert start.opened[0].operator == CLERK
    assert start.opened[0].method is SignInMethod.PASSPHRASE


@pytest.mark.parametrize(
    ("account", "passphrase"),
    [("desk01", "not the right one"), ("nobody", "mountain-river-11"), ("desk01\ud800", "\ud800")],
)
def test_a_wrong_account_and_a_wrong_passphrase_are_told_alike(
    start: Start, account: str, passphrase: str
) -> None:
    start.begin()
    start.unlocking.with_passphrase(account, passphrase)
    told = start.pump(UnlockStage.LOCKED)
    assert told == UnlockState(UnlockStage.LOCKED, failure=UnlockFailure.WRONG)
    assert start.opened == []


def test_the_fifth_wrong_try_has_to_wait_also_after_a_restart_and_others_do_not(
    starts: Callable[..., Start],
) -> None:
    first = starts()
    first.begin()
    for _ in range(FREE_TRIES):
        first.unlocking.with_passphrase("desk01", "wrong")
        first.pump(UnlockStage.LOCKED)
    assert first.state.failure is UnlockFailure.LOCKED_OUT
    assert 14 < first.state.wait_s <= 15
    second = starts()
    second.begin()
    second.unlocking.with_passphrase("desk01", PASSPHRASES["desk01"])
    assert second.pump(UnlockStage.LOCKED).failure is UnlockFailure.LOCKED_OUT
    second.unlocking.with_passphrase("sec01", PASSPHRASES["sec01"])
    second.pump(UnlockStage.OPEN)


def test_the_recovery_key_gives_a_security_admin_a_new_passphrase_and_is_recorded(
    starts: Callable[..., Start],
) -> None:
    start = starts()
    start.begin()
    start.unlocking.with_recovery(RECOVERY)
    start.pump(UnlockStage.RENEWING)
    assert start.opened == [], "the key of the safe alone signs nobody in"
    start.unlocking.renew_passphrase("desk01", NEW_PASSPHRASE)
    assert start.pump(UnlockStage.RENEWING).failure is UnlockFailure.NOT_A_SECURITY_ADMIN
    start.unlocking.renew_passphrase("sec01", "short")
    assert start.pump(UnlockStage.RENEWING).failure is UnlockFailure.PASSPHRASE_WEAK
    start.unlocking.renew_passphrase("sec01", NEW_PASSPHRASE)
    start.pump(UnlockStage.OPEN)
    opening = start.opened[0]
    assert opening.operator == SECURITY
    types = start.unlocking._runner.ask(Lane.DATABASE, lambda: _types(opening.room))
    assert types[-2:] == [RecoveryUsed.TYPE, KeysChanged.TYPE]
    again = starts()
    again.begin()
    again.unlocking.with_passphrase("sec01", NEW_PASSPHRASE)
    again.pump(UnlockStage.OPEN)


def test_a_key_folder_that_takes_nothing_keeps_the_recovery_key_waiting_and_holds_no_file_open(
    starts: Callable[..., Start], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    start = starts()
    start.begin()
    start.unlocking.with_recovery(RECOVERY)
    start.pump(UnlockStage.RENEWING)
    with monkeypatch.context() as patched:
        patched.setattr("station.store.keyring.disk.write_whole", full)
        start.unlocking.renew_passphrase("sec01", NEW_PASSPHRASE)
        assert start.pump(UnlockStage.STUCK).trouble is OpenTrouble.KEYRING_UNWRITABLE
    start.begin()
    database = Places.of(start.settings).database
    start.unlocking._runner.ask(Lane.DATABASE, lambda: None)
    assert not database.with_name(f"{database.name}-wal").exists(), "the first opening is over"
    start.unlocking.with_recovery(RECOVERY)
    start.pump(UnlockStage.RENEWING)
    start.unlocking.renew_passphrase("sec01", NEW_PASSPHRASE)
    start.pump(UnlockStage.OPEN)
    assert start.opened[0].operator == SECURITY


def _types(room: StoreRoom) -> list[str]:
    rows = room.database.rows("SELECT type FROM event ORDER BY position")
    return [str(row[0]) for row in rows]


def test_another_stations_recovery_key_opens_nothing(start: Start) -> None:
    start.begin()
    start.unlocking.with_recovery(RecoveryKey(bytes(32)))
    assert start.pump(UnlockStage.LOCKED).failure is UnlockFailure.WRONG_RECOVERY_KEY


def test_a_card_with_its_pin_opens_the_store_and_says_whose_it_is(start: Start) -> None:
    start.begin()
    start.unlocking.await_card()
    assert start.state.card is CardStage.AWAITED
    start.hand.insert_card("holder")
    start.pump_until(lambda: start.state.card is CardStage.PIN_ASKED)
    assert start.state.tries_left == 3
    start.unlocking.with_pin(WRONG_PIN)
    told = start.pump(UnlockStage.LOCKED)
    assert (told.failure, told.tries_left) == (UnlockFailure.PIN_WRONG, 2)
    start.unlocking.with_pin(PIN)
    start.pump(UnlockStage.OPEN)
    assert start.opened[0].operator == HOLDER
    assert start.opened[0].method is SignInMethod.CARD


def test_a_pin_that_is_none_costs_no_try(start: Start) -> None:
    start.begin()
    start.unlocking.await_card()
    start.hand.insert_card("holder")
    start.pump_until(lambda: start.state.card is CardStage.PIN_ASKED)
    start.unlocking.with_pin("12a")
    assert start.pump(UnlockStage.LOCKED).tries_left == 3
    assert start.hand.cards["holder"].tries_left == 3


def test_a_card_that_is_blocked_says_so_and_the_passphrase_still_opens(start: Start) -> None:
    start.begin()
    start.unlocking.await_card()
    start.hand.insert_card("holder")
    start.pump_until(lambda: start.state.card is CardStage.PIN_ASKED)
    for _ in range(3):
        start.unlocking.with_pin(WRONG_PIN)
        start.pump(UnlockStage.LOCKED)
    assert start.state.failure is UnlockFailure.PIN_BLOCKED
    start.unlocking.with_passphrase("desk01", PASSPHRASES["desk01"])
    start.pump(UnlockStage.OPEN)


@pytest.mark.parametrize(
    ("lay", "failure"),
    [
        (lambda hand: hand.insert_card("other"), UnlockFailure.CARD_UNKNOWN),
        (lambda hand: hand.insert_other_card(), UnlockFailure.CARD_UNREADABLE),
        (lambda hand: hand.unplug(), UnlockFailure.NO_READER),
    ],
)
def test_what_is_no_card_of_this_station_is_said(
    start: Start, lay: Callable[[SmartCardHand], None], failure: UnlockFailure
) -> None:
    start.begin()
    start.unlocking.await_card()
    lay(start.hand)
    start.pump_until(lambda: start.state.failure is not None)
    assert start.state == UnlockState(UnlockStage.LOCKED, failure=failure)


def test_a_card_pulled_before_the_pin_is_said(start: Start) -> None:
    start.begin()
    start.unlocking.await_card()
    start.hand.insert_card("holder")
    start.pump_until(lambda: start.state.card is CardStage.PIN_ASKED)
    start.hand.pull_card()
    start.unlocking.with_pin(PIN)
    assert start.pump(UnlockStage.LOCKED).failure is UnlockFailure.CARD_PULLED


def test_leaving_the_card_waits_for_none_any_more(start: Start) -> None:
    start.begin()
    start.unlocking.await_card()
    start.unlocking.leave_card()
    assert start.state == UnlockState(UnlockStage.LOCKED)
    start.unlocking.with_passphrase("desk01", PASSPHRASES["desk01"])
    start.pump(UnlockStage.OPEN)


def test_the_machine_opens_by_itself_where_policy_says_so_and_nobody_is_signed_in(
    starts: Callable[..., Start],
) -> None:
    start = starts(by_machine=True)
    assert start.begin().stage is UnlockStage.OPEN
    assert start.opened[0].operator is None


# What keeps it shut ------------------------------------------------------------------------------


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    for place in range(len(content) // 3, len(content), 512):
        content[place] ^= 0xFF
    path.write_bytes(content)


def _other_keyring(path: Path) -> None:
    path.unlink()
    other = Keyring.new("station-1").activated("station-1", _platform())
    written_keyring(path, other, PASSPHRASES)


def _not_activated(path: Path) -> None:
    path.unlink()
    written_keyring(path, Keyring.new("station-1"), PASSPHRASES)


def _cut_off(places: Places) -> None:
    """The head file knows more than the log holds."""
    keys = unlocked_keyring(places.keyring)[1].keyring
    LogSigner(keys.station, keys.incarnation, keys.signing, HeadFile(places.log_head)).tell_head(
        5, "ab" * 32
    )


def _cut_off_while_rotating(places: Places) -> None:
    """As above, and a change of the database's key was begun and not ended."""
    _cut_off(places)
    file, unlocked = unlocked_keyring(places.keyring)
    file.revise(unlocked, Keyring.rotating)


Break = Callable[[Places], object]
AT_ONCE: dict[OpenTrouble, Break] = {
    OpenTrouble.KEYRING_MISSING: lambda places: places.keyring.unlink(),
    OpenTrouble.KEYRING_DAMAGED: lambda places: places.keyring.write_bytes(
        places.keyring.read_bytes()[:-20]
    ),
    OpenTrouble.KEYRING_EXPOSED: lambda places: places.keyring.chmod(0o644),
    OpenTrouble.KEYRING_CLEAR: lambda places: places.keyring.write_bytes(
        b'{"version": 1, "custody": "clear"}'
    ),
}
ONCE_UNLOCKED: dict[OpenTrouble, Break] = {
    OpenTrouble.DATABASE_MISSING: lambda places: places.database.unlink(),
    OpenTrouble.DATABASE_DAMAGED: lambda places: _flip(places.database),
    OpenTrouble.WRONG_KEY: lambda places: _other_keyring(places.keyring),
    OpenTrouble.NOT_ACTIVATED: lambda places: _not_activated(places.keyring),
    OpenTrouble.LOG_BROKEN: _cut_off,
}


@pytest.mark.parametrize("trouble", AT_ONCE, ids=lambda trouble: trouble.value)
def test_a_keyring_that_cannot_be_used_is_told_before_anybody_is_asked(
    start: Start, trouble: OpenTrouble
) -> None:
    places = Places.of(start.settings)
    AT_ONCE[trouble](places)
    before = places.database.read_bytes()
    assert start.begin() == UnlockState(UnlockStage.STUCK, trouble=trouble)
    assert places.database.read_bytes() == before


@pytest.mark.parametrize("trouble", ONCE_UNLOCKED, ids=lambda trouble: trouble.value)
def test_a_store_that_does_not_open_is_told_and_never_made_anew(
    start: Start, trouble: OpenTrouble
) -> None:
    places = Places.of(start.settings)
    ONCE_UNLOCKED[trouble](places)
    before = {path: path.read_bytes() for path in places.database.parent.glob("station.db*")}
    start.begin()
    start.unlocking.with_passphrase("desk01", PASSPHRASES["desk01"])
    assert start.pump(UnlockStage.STUCK).trouble is trouble
    after = {path: path.read_bytes() for path in places.database.parent.glob("station.db*")}
    assert after == before


def test_an_interrupted_change_of_the_key_is_not_ended_over_a_log_that_was_cut(
    start: Start,
) -> None:
    places = Places.of(start.settings)
    _cut_off_while_rotating(places)
    before = places.database.read_bytes()
    start.begin()
    start.unlocking.with_passphrase("desk01", PASSPHRASES["desk01"])
    assert start.pump(UnlockStage.STUCK).trouble is OpenTrouble.LOG_BROKEN
    assert places.database.read_bytes() == before


def test_a_start_that_was_refused_is_told_by_the_log_as_soon_as_it_opens_again(
    starts: Callable[..., Start],
) -> None:
    refused = starts()
    places = Places.of(refused.settings)
    _cut_off(places)
    refused.begin()
    refused.unlocking.with_passphrase("desk01", PASSPHRASES["desk01"])
    refused.pump(UnlockStage.STUCK)
    places.log_head.unlink()  # somebody helps themselves
    checks = []
    for _ in range(2):
        start = starts()
        start.begin()
        start.unlocking.with_passphrase("desk01", PASSPHRASES["desk01"])
        start.pump(UnlockStage.OPEN)
        room = start.opened[0].room
        checks.append(start.unlocking._runner.ask(Lane.DATABASE, partial(_checks, room)))
        _close(start)
    assert checks == [[("start", False)]] * 2, "once"


def test_a_head_file_that_is_gone_is_told_by_the_log(starts: Callable[..., Start]) -> None:
    """Whoever cuts off the end must remove the head file: that much is seen."""
    told = []
    for lost in (False, False, True, False):
        start = starts()
        places = Places.of(start.settings)
        if lost:
            places.log_head.unlink()
        start.begin()
        start.unlocking.with_passphrase("desk01", PASSPHRASES["desk01"])
        start.pump(UnlockStage.OPEN)
        room = start.opened[0].room
        start.unlocking._runner.ask(Lane.DATABASE, partial(room.log.append, _something()))
        told.append(start.unlocking._runner.ask(Lane.DATABASE, partial(_checks, room)))
        _close(start)
    assert told == [[], [], [("head", False)], [("head", False)]]


def _something() -> EventDraft:
    return EventDraft("post_changed", 1, None, "desk01", {"post": "desk"})


def _close(start: Start) -> None:
    """The program ends; the file may be looked at by the next."""
    opening = start.opened.pop()
    start.unlocking._runner.ask(Lane.DATABASE, opening.room.log.close)
    start.unlocking._runner.ask(Lane.DATABASE, opening.room.database.close)


def _checks(room: StoreRoom) -> list[tuple[object, object]]:
    events = [stored.event for stored in room.log.each()]
    return [
        (event.data["kind"], event.data["passed"])
        for event in events
        if event.type == DatabaseChecked.TYPE
    ]


def test_what_was_mended_opens_without_a_restart(start: Start) -> None:
    places = Places.of(start.settings)
    away = places.database.with_suffix(".away")
    places.database.rename(away)
    start.begin()
    start.unlocking.with_passphrase("desk01", PASSPHRASES["desk01"])
    assert start.pump(UnlockStage.STUCK).trouble is OpenTrouble.DATABASE_MISSING
    away.rename(places.database)
    start.begin()
    start.unlocking.with_passphrase("desk01", PASSPHRASES["desk01"])
    start.pump(UnlockStage.OPEN)


def test_nothing_of_a_key_shows_in_what_can_be_printed(start: Start) -> None:
    start.begin()
    start.unlocking.with_passphrase("desk01", PASSPHRASES["desk01"])
    start.pump(UnlockStage.OPEN)
    shown = repr(start.opened[0]) + repr(start.state) + repr(start.told)
    assert PASSPHRASES["desk01"] not in shown
    assert "方采薇" not in shown
