"""That somebody is who they say: their passphrase, and an account that is not disabled.

A passphrase is looked at by the keyring's slots and nowhere else: it counts tries across restarts,
and an account that does not exist costs as much as one that does.
"""

from collections.abc import Callable
from dataclasses import replace

from station.domain.audit import KeyChange, KeysChanged, RefusalReason, SignInRefused
from station.domain.passphrases import Weakness
from station.domain.people import Account
from station.services.guard import PROGRAM
from station.services.key_access import KeyAccess
from station.services.runner import Lane, Runner
from station.services.status import SignInFailure, SignInRefusal
from station.services.store_room import StoreRoom
from station.services.trail import Trail
from station.store.errors import StoreError
from station.store.keyring import Reason, Refused

Answer = Callable[[Account | SignInRefusal], None]

WEAKNESSES = {
    Weakness.SHORT: SignInFailure.PASSPHRASE_SHORT,
    Weakness.LONG: SignInFailure.PASSPHRASE_LONG,
    Weakness.NAME: SignInFailure.PASSPHRASE_NAME,
    Weakness.COMMON: SignInFailure.PASSPHRASE_COMMON,
}
_REASONS = {
    SignInFailure.WRONG: RefusalReason.WRONG,
    SignInFailure.LOCKED: RefusalReason.LOCKED,
    SignInFailure.SAME_PERSON: RefusalReason.SAME_PERSON,
    SignInFailure.NOT_ALLOWED: RefusalReason.WITHOUT_RIGHT,
    SignInFailure.MUST_CHANGE: RefusalReason.WITHOUT_RIGHT,
    SignInFailure.UNAVAILABLE: RefusalReason.UNAVAILABLE,
    SignInFailure.CARD_OF_ANOTHER: RefusalReason.CARD_OF_ANOTHER,
    SignInFailure.CARD_PULLED: RefusalReason.CARD_PULLED,
    SignInFailure.PIN_WRONG: RefusalReason.PIN_WRONG,
    SignInFailure.PIN_MISTYPED: RefusalReason.PIN_WRONG,
    SignInFailure.PIN_BLOCKED: RefusalReason.PIN_BLOCKED,
}
_UNAVAILABLE = SignInRefusal(SignInFailure.UNAVAILABLE)


class Proof:
    """Asks the keyring on the pool and the accounts on the database lane; answers are values."""

    def __init__(self, room: StoreRoom, runner: Runner, keys: KeyAccess, trail: Trail) -> None:
        self._room = room
        self._runner = runner
        self._keys = keys
        self._trail = trail

    def of_passphrase(self, operator_id: str, passphrase: str, then: Answer) -> None:
        """The account if id and passphrase belong together; a refusal is in the trail by then."""

        def work() -> SignInRefusal | None:
            try:
                refused = self._keys.file.verify_passphrase(operator_id, passphrase)
            except (StoreError, OSError):
                return _UNAVAILABLE
            return None if refused is None else _refusal_of(refused)

        def verified(refusal: SignInRefusal | None) -> None:
            if refusal is None:
                self.account(operator_id, then)
            else:
                self.note(refusal, operator_id)
                then(refusal)

        self._runner.call(Lane.POOL, work, verified)

    def account(self, operator_id: str, then: Answer) -> None:
        """An account that may sign in; a disabled one answers as a wrong passphrase does."""

        def work() -> Account | SignInRefusal:
            try:
                account = self._room.operators.account(operator_id)
            except StoreError:
                return _UNAVAILABLE
            if account is not None and account.enabled:
                return account
            return SignInRefusal(SignInFailure.WRONG)

        def found(answer: Account | SignInRefusal) -> None:
            if isinstance(answer, SignInRefusal):
                closed = answer.failure is SignInFailure.WRONG
                self.note(answer, operator_id, RefusalReason.DISABLED if closed else None)
            then(answer)

        self._runner.call(Lane.DATABASE, work, found)

    def note(
        self, refusal: SignInRefusal, claimed: str, reason: RefusalReason | None = None
    ) -> None:
        """Leave a refusal in the trail.

        Only an id that is somebody's is named: into the field may have been typed anything.
        """
        why = reason or _REASONS.get(refusal.failure, RefusalReason.CARD_WRONG)

        def work() -> None:
            try:
                known = self._room.operators.account(claimed) is not None
                named = claimed if known else ""
                told = why if known or why is RefusalReason.LOCKED else RefusalReason.UNKNOWN
                self._trail.note_now(SignInRefused(told, named), PROGRAM.operator_id)
            except StoreError:
                self._trail.note(SignInRefused(why), PROGRAM.operator_id)

        self._runner.call(Lane.DATABASE, work, lambda _: None)

    def set_passphrase(
        self, account: Account, passphrase: str, then: Callable[[SignInFailure | None], None]
    ) -> None:
        """Give somebody the passphrase they chose themselves, another one than they had."""
        operator_id = account.operator.operator_id

        def work() -> SignInFailure | None:
            try:
                if self._keys.file.verify_passphrase(operator_id, passphrase) is None:
                    return SignInFailure.PASSPHRASE_SAME
                self._keys.set_passphrase(operator_id, passphrase)
                self._runner.ask(Lane.DATABASE, lambda: self._is_own_now(account))
            except (StoreError, OSError):
                return SignInFailure.UNAVAILABLE
            return None

        self._runner.call(Lane.POOL, work, then)

    def _is_own_now(self, account: Account) -> None:
        operator_id = account.operator.operator_id
        self._trail.note_now(KeysChanged(KeyChange.PASSPHRASE_SET, operator_id), operator_id)
        self._room.operators.put(replace(account, must_change=False))


def _refusal_of(refused: Refused) -> SignInRefusal:
    if refused.reason is Reason.LOCKED:
        return SignInRefusal(SignInFailure.LOCKED, refused.wait_s)
    return SignInRefusal(SignInFailure.WRONG, refused.wait_s, refused.tries_left)
