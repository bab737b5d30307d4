"""From a locked disk to an open store: whoever unlocks is signed in by it.

Deriving a key takes half a second and a large database takes longer: neither happens on the UI
thread, and the state says at once that it is under way. Expected outcomes are values of the state.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from station.domain.audit import KeyChange, KeysChanged, RecoveryUsed, SignInMethod
from station.domain.passphrases import weakness
from station.domain.people import Operator, Role
from station.services.fact_events import audit_draft_of
from station.services.guard import PROGRAM
from station.services.runner import Lane, Runner
from station.services.store_room import StoreRoom
from station.services.unlock_card import CardSeen, UnlockCard
from station.services.unlock_state import (
    CardStage,
    OpenTrouble,
    UnlockFailure,
    UnlockStage,
    UnlockState,
)
from station.services.unlock_troubles import trouble_of
from station.store.errors import StoreError
from station.store.keyring import (
    CardLock,
    KeyringFile,
    Machine,
    MachineRefused,
    PassphraseCost,
    Reason,
    RecoveryKey,
    Refused,
    Unlocked,
    measured_cost,
)

Result = TypeVar("Result")


@dataclass(frozen=True)
class Opening:
    """An open store and who opened it; `operator` is None where the machine did by itself."""

    file: KeyringFile = field(repr=False)
    unlocked: Unlocked = field(repr=False)
    room: StoreRoom = field(repr=False)
    operator: Operator | None = None
    method: SignInMethod = SignInMethod.PASSPHRASE


@dataclass(frozen=True)
class Found:
    """What lies on the disk, and how the machine opens it by itself where policy lets it."""

    file: KeyringFile
    machine: Machine | None = None


class Unlocking:
    """The start of one station, on the UI thread; calls and answers come there."""

    def __init__(
        self,
        find: Callable[[], Found],
        open_room: Callable[[Unlocked], StoreRoom],
        runner: Runner,
        card: UnlockCard | None = None,
        cost: Callable[[], PassphraseCost] = measured_cost,
    ) -> None:
        """`find` reads the keyring; `open_room` runs on the database lane and may take long.

        Both raise StoreError or OSError; `open_room` raises NotActivated where no platform is
        known. `card` is None at a station without a card reader. `cost` is that of new passphrases.
        """
        self._find = find
        self._open_room = open_room
        self._runner = runner
        self._card = card
        self._cost = cost
        self._listeners: list[Callable[[UnlockState], None]] = []
        self._opened: list[Callable[[Opening], None]] = []
        self._found: Found | None = None
        self._seen: CardSeen | None = None
        # Open, and not handed on yet.
        self._opening: Opening | None = None
        self.state = UnlockState()

    def on_change(self, listener: Callable[[UnlockState], None]) -> None:
        """Call `listener` with every new state."""
        self._listeners.append(listener)

    def on_opened(self, listener: Callable[[Opening], None]) -> None:
        """Call `listener` once the store is open and whoever opened it is known."""
        self._opened.append(listener)

    @property
    def takes_cards(self) -> bool:
        """Whether a card could open this station."""
        return self._card is not None

    def begin(self) -> None:
        """Read the keyring, also after a trouble; where the machine may, it opens by itself."""
        left, self._opening = self._opening, None
        if left is not None:  # the new passphrase could not be kept; the store is opened anew
            self._runner.call(Lane.DATABASE, left.room.database.close, lambda _: None)
        self._show(UnlockState(UnlockStage.READING))
        self._runner.call(Lane.POOL, self._or_trouble(self._find), self._read)

    def close(self) -> None:
        """Let go of a card reader, and of a store that was opened and not handed on."""
        if self._card is not None:
            self._card.cancel()
            self._runner.ask(Lane.SMART_CARD, self._card.close)
        if self._opening is not None:
            self._runner.ask(Lane.DATABASE, self._opening.room.database.close)

    # --- the ways to open ---------------------------------------------------------------------

    def with_passphrase(self, account: str, passphrase: str) -> None:
        """Whoever this account belongs to."""
        self._try(
            lambda file: file.unlock_with_passphrase(account, passphrase),
            lambda unlocked: self._open(unlocked, SignInMethod.PASSPHRASE, account=account),
        )

    def with_recovery(self, key: RecoveryKey) -> None:
        """The key out of the safe; what it opens asks for a security admin's new passphrase."""
        self._try(
            lambda file: file.unlock_with_recovery(key),
            self._open_recovered,
            UnlockFailure.WRONG_RECOVERY_KEY,
        )

    def await_card(self) -> None:
        """Wait for a card in the reader, read it, then ask for its PIN."""
        if self._card is None or self._found is None or self.state.card is not CardStage.NOT_ASKED:
            return
        self._show(UnlockState(UnlockStage.LOCKED, CardStage.AWAITED))
        file = self._found.file
        card = self._card
        self._runner.call(
            Lane.SMART_CARD, self._or_trouble(lambda: card.await_known(file)), self._card_read
        )

    def leave_card(self) -> None:
        """Another way was chosen."""
        self._seen = None
        if self._card is not None:
            self._card.cancel()
        if self.state.card is not CardStage.NOT_ASKED:
            self._show(UnlockState(UnlockStage.LOCKED))

    def with_pin(self, pin: str) -> None:
        """The PIN of the card that was read; the card counts wrong ones, not the station."""
        if self._card is None or self._found is None or self._seen is None:
            return
        card, file, seen = self._card, self._found.file, self._seen
        self._show(UnlockState(UnlockStage.CHECKING, CardStage.PIN_ASKED))
        self._runner.call(
            Lane.SMART_CARD,
            self._or_trouble(lambda: card.unlock(file, seen, pin)),
            self._card_answered,
        )

    # --- after the recovery key ---------------------------------------------------------------

    def renew_passphrase(self, account: str, passphrase: str) -> None:
        """Give a security admin a new passphrase; without it the recovery key opens nothing."""
        opening = self._opening
        if opening is None or self.state.stage is not UnlockStage.RENEWING:
            return
        self._show(UnlockState(UnlockStage.SAVING))
        self._runner.call(
            Lane.DATABASE,
            self._or_trouble(lambda: _renewed(opening, account, passphrase, self._cost())),
            self._renewed,
        )

    # --- answers ------------------------------------------------------------------------------

    def _read(self, found: Found | OpenTrouble) -> None:
        if isinstance(found, OpenTrouble):
            self._show(UnlockState(UnlockStage.STUCK, trouble=found))
            return
        self._found = found
        machine = found.machine
        if machine is None:
            self._show(UnlockState(UnlockStage.LOCKED))
            return
        self._try(
            lambda file: _by_machine(file, machine),
            lambda unlocked: self._open(unlocked, SignInMethod.PASSPHRASE),
            UnlockFailure.MACHINE_REFUSED,
        )

    def _try(
        self,
        unlock: Callable[[KeyringFile], Unlocked | Refused],
        go_on: Callable[[Unlocked], None],
        wrong: UnlockFailure = UnlockFailure.WRONG,
    ) -> None:
        if self._found is None:
            return
        file = self._found.file
        self._show(UnlockState(UnlockStage.CHECKING))

        def answered(answer: Unlocked | Refused | OpenTrouble) -> None:
            match answer:
                case Unlocked():
                    go_on(answer)
                case Refused():
                    self._show(refused_state(answer, wrong))
                case OpenTrouble():
                    self._show(UnlockState(UnlockStage.STUCK, trouble=answer))

        self._runner.call(Lane.POOL, self._or_trouble(lambda: unlock(file)), answered)

    def _card_read(self, seen: CardSeen | UnlockFailure | OpenTrouble) -> None:
        if self.state.card is not CardStage.AWAITED:  # another way was chosen meanwhile
            return
        match seen:
            case CardSeen():
                self._seen = seen
                asked = UnlockState(UnlockStage.LOCKED, CardStage.PIN_ASKED)
                self._show(replace(asked, tries_left=seen.tries_left))
            case UnlockFailure():
                self._show(UnlockState(UnlockStage.LOCKED, failure=seen))
            case OpenTrouble():
                self._show(UnlockState(UnlockStage.STUCK, trouble=seen))

    def _card_answered(self, answer: Unlocked | Refused | UnlockState | OpenTrouble) -> None:
        seen, self._seen = self._seen, None
        match answer:
            case Unlocked():
                assert seen is not None
                self._open(answer, SignInMethod.CARD, point=seen.point)
            case Refused():
                self._show(refused_state(answer, UnlockFailure.CARD_UNKNOWN))
            case UnlockState():
                self._seen = seen if answer.card is CardStage.PIN_ASKED else None
                self._show(answer)
            case OpenTrouble():
                self._show(UnlockState(UnlockStage.STUCK, trouble=answer))

    def _open(
        self,
        unlocked: Unlocked,
        method: SignInMethod,
        account: str | None = None,
        point: bytes | None = None,
    ) -> None:
        def opened(file: KeyringFile) -> Opening:
            room = self._open_room(unlocked)
            return Opening(file, unlocked, room, _holder(room, file, account, point), method)

        self._open_with(opened, self._is_open)

    def _open_recovered(self, unlocked: Unlocked) -> None:
        """The recovery key proves that the safe was opened, not by whom: a person follows."""

        def opened(file: KeyringFile) -> Opening:
            room = self._open_room(unlocked)
            try:
                room.log.append_many([audit_draft_of(RecoveryUsed(), PROGRAM.operator_id, None)])
            except StoreError:
                room.database.close()  # what cannot be recorded does not happen
                raise
            return Opening(file, unlocked, room)

        self._open_with(opened, self._is_recovered)

    def _open_with(
        self, opened: Callable[[KeyringFile], Opening], then: Callable[[Opening], None]
    ) -> None:
        assert self._found is not None
        file = self._found.file
        self._show(UnlockState(UnlockStage.OPENING))

        def answered(opening: Opening | OpenTrouble) -> None:
            if isinstance(opening, OpenTrouble):
                self._show(UnlockState(UnlockStage.STUCK, trouble=opening))
            else:
                then(opening)

        self._runner.call(Lane.DATABASE, self._or_trouble(lambda: opened(file)), answered)

    def _is_open(self, opening: Opening) -> None:
        """Hand on; a card reader is let go first, for whoever works with it from now on."""
        card, self._card = self._card, None

        def hand_on(_: None) -> None:
            self._opening = None
            self._show(UnlockState(UnlockStage.OPEN))
            for listener in self._opened:
                listener(opening)

        if card is None:
            hand_on(None)
            return
        self._opening = opening
        card.cancel()
        self._runner.call(Lane.SMART_CARD, card.close, hand_on)

    def _is_recovered(self, opening: Opening) -> None:
        self._opening = opening
        self._show(UnlockState(UnlockStage.RENEWING))

    def _renewed(self, answer: Opening | UnlockFailure | OpenTrouble) -> None:
        match answer:
            case Opening():
                self._is_open(answer)
            case UnlockFailure():
                self._show(UnlockState(UnlockStage.RENEWING, failure=answer))
            case OpenTrouble():
                self._show(UnlockState(UnlockStage.STUCK, trouble=answer))

    def _or_trouble(self, work: Callable[[], Result]) -> Callable[[], Result | OpenTrouble]:
        def attempt() -> Result | OpenTrouble:
            try:
                return work()
            except (StoreError, OSError) as error:
                return trouble_of(error)

        return attempt

    def _show(self, state: UnlockState) -> None:
        self.state = state
        for listener in self._listeners:
            listener(state)


def refused_state(refused: Refused, wrong: UnlockFailure) -> UnlockState:
    """What a refusal means to a person: `wrong`, or a wait that begins now."""
    if refused.wait_s > 0:
        failure = UnlockFailure.LOCKED_OUT
        return UnlockState(UnlockStage.LOCKED, failure=failure, wait_s=refused.wait_s)
    return UnlockState(UnlockStage.LOCKED, failure=wrong)


def _by_machine(file: KeyringFile, machine: Machine) -> Unlocked | Refused:
    try:
        return file.unlock_with_machine(machine)
    except MachineRefused:
        return Refused(Reason.NO_SLOT)


def _holder(
    room: StoreRoom, file: KeyringFile, account: str | None, point: bytes | None
) -> Operator | None:
    """Whose account, or whose card, it was that opened the store; on the database lane."""
    for operator in room.operators.all():
        if account is not None and operator.operator_id == account:
            return operator
        locks = (slot.lock for slot in file.locks(operator.operator_id))
        if any(isinstance(lock, CardLock) and lock.point == point for lock in locks):
            return operator
    return None


def _renewed(
    opening: Opening, account: str, passphrase: str, cost: PassphraseCost
) -> Opening | UnlockFailure:
    """A security admin with a new passphrase; on the database lane, for about a second."""
    operator = _holder(opening.room, opening.file, account, None)
    if operator is None or Role.SECURITY_ADMIN not in operator.roles:
        return UnlockFailure.NOT_A_SECURITY_ADMIN
    if weakness(passphrase, operator) is not None:
        return UnlockFailure.PASSPHRASE_WEAK
    opening.file.set_passphrase(opening.unlocked, account, passphrase, cost)
    changed = KeysChanged(KeyChange.PASSPHRASE_SET, account)
    opening.room.log.append_many([audit_draft_of(changed, account, None)])
    return replace(opening, operator=operator, method=SignInMethod.RECOVERY)
