"""What a security admin changes about people, step by step, for the screen and the command line.

Two places know of a person: the accounts, and the keyring with the ways to open the station. The
order of the two writes is chosen so that a cut of power between them leaves an account that cannot
sign in, never a key that is nobody's: an account is made before its key, and a key is taken away
before its account is closed.
"""

import re
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

from station.domain.audit import AuditFact, KeyChange, KeysChanged, RightsChanged
from station.domain.people import Account, Operator, Role
from station.domain.rights import conflicts
from station.services.card_sign_in import CardRead
from station.services.key_access import KeyAccess
from station.store.errors import StoreError
from station.store.keyring import SlotKind
from station.store.operators import Operators
from sync.errors import SealError
from sync.seal import CardCertificate

Result = TypeVar("Result")
MAX_NAME = 40
SYSTEM = "system"
# Every event carries the id of who did it, in this alphabet.
_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
# Without characters that look alike on paper; 12 of them are 59 bits, behind a counted lock.
_ONE_TIME_CHARACTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_ONE_TIME_GROUPS, _GROUP = 3, 4


class PeopleRefusal(StrEnum):
    """Why nothing was changed."""

    NOT_ALLOWED = "not_allowed"
    BAD_ID = "bad_id"
    ID_TAKEN = "id_taken"
    NAME_TAKEN = "name_taken"
    BAD_NAME = "bad_name"
    NO_ROLES = "no_roles"
    ROLES_CONFLICT = "roles_conflict"
    UNKNOWN = "unknown"
    CLOSED = "closed"
    SELF = "self"
    LAST_SECURITY_ADMIN = "last_security_admin"
    CARD_TAKEN = "card_taken"
    STORE_FAILED = "store_failed"


@dataclass(frozen=True)
class OneTime:
    """A passphrase for one sign-in, shown once to whoever gave it."""

    passphrase: str = field(repr=False)


@dataclass(frozen=True)
class Person:
    """An account with the ways in which its holder can come in."""

    account: Account
    has_passphrase: bool
    card_opens_station: bool


@dataclass(frozen=True)
class PeopleChanges:
    """Changes one person at a time; every method may take a second and is for no UI thread.

    `in_store` runs its argument where the database lives; `note` writes a fact of the trail there,
    before what it tells of is done.
    """

    operators: Operators
    keys: KeyAccess
    in_store: Callable[[Callable[[], Result]], Result]
    note: Callable[[AuditFact, str], object]
    by: str

    def people(self) -> tuple[Person, ...]:
        """Everybody, by id. Raises StoreError or OSError."""
        accounts: tuple[Account, ...] = self.in_store(self.operators.accounts)
        return tuple(self._person(account) for account in accounts)

    def add(self, operator: Operator) -> OneTime | PeopleRefusal:
        """A new account with a one-time passphrase."""
        refusal = _id_refusal(operator.operator_id) or _operator_refusal(operator)
        if refusal is not None:
            return refusal

        def made() -> PeopleRefusal | None:
            if self.operators.account(operator.operator_id) is not None:
                return PeopleRefusal.ID_TAKEN
            if self._is_name_of_another(operator):
                return PeopleRefusal.NAME_TAKEN
            self._put(Account(operator, must_change=True))
            return None

        return self._with_one_time(operator.operator_id, made)

    def change(self, operator: Operator) -> PeopleRefusal | None:
        """Another name or other roles for an account; who is signed in gets them next time."""
        refusal = _operator_refusal(operator)
        if refusal is not None:
            return refusal

        def changed() -> PeopleRefusal | None:
            account = self._open_account(operator.operator_id)
            if isinstance(account, PeopleRefusal):
                return account
            if self._is_last_admin(account) and Role.SECURITY_ADMIN not in operator.roles:
                return PeopleRefusal.LAST_SECURITY_ADMIN
            if operator.operator_id == self.by and operator.roles != account.operator.roles:
                return PeopleRefusal.SELF
            if self._is_name_of_another(operator):
                return PeopleRefusal.NAME_TAKEN
            self._put(replace(account, operator=operator))
            return None

        return self._safely(lambda: self.in_store(changed))

    def disable(self, operator_id: str) -> PeopleRefusal | None:
        """Close an account for good; its ways to open the station go first."""

        def allowed() -> Account | PeopleRefusal:
            account = self._open_account(operator_id)
            if isinstance(account, PeopleRefusal):
                return account
            if self._is_last_admin(account):
                return PeopleRefusal.LAST_SECURITY_ADMIN
            return PeopleRefusal.SELF if operator_id == self.by else account

        def close(account: Account) -> None:
            self.note(KeysChanged(KeyChange.SLOT_REMOVED, operator_id), self.by)

        def closed(account: Account) -> None:
            self._put(replace(account, enabled=False, card_fingerprint=None), closing=True)

        def work() -> PeopleRefusal | None:
            account = self.in_store(allowed)
            if isinstance(account, PeopleRefusal):
                return account
            self.in_store(lambda: close(account))
            self.keys.remove(operator_id)
            self.in_store(lambda: closed(account))
            return None

        return self._safely(work)

    def reset_passphrase(self, operator_id: str) -> OneTime | PeopleRefusal:
        """A one-time passphrase in place of a forgotten one; the count of wrong tries begins anew.

        A closed account is opened again by this, with the roles it had.
        """

        def marked() -> PeopleRefusal | None:
            account = self.operators.account(operator_id)
            if account is None:
                return PeopleRefusal.UNKNOWN
            if self._is_name_of_another(account.operator):
                return PeopleRefusal.NAME_TAKEN
            self._put(replace(account, enabled=True, must_change=True))
            return None

        return self._with_one_time(operator_id, marked)

    def register_card(self, operator_id: str, card: CardRead) -> PeopleRefusal | None:
        """Let a card that has just proved itself be this account's, in place of another."""
        fingerprint = card.certificate.fingerprint

        def registered() -> PeopleRefusal | None:
            account = self._open_account(operator_id)
            if isinstance(account, PeopleRefusal):
                return account
            others = (one for one in self.operators.accounts() if one.operator != account.operator)
            if any(one.card_fingerprint == fingerprint for one in others):
                return PeopleRefusal.CARD_TAKEN
            self.note(KeysChanged(KeyChange.CARD_SET, operator_id), self.by)
            self.operators.put(replace(account, card_fingerprint=fingerprint))
            return None

        def work() -> PeopleRefusal | None:
            refusal: PeopleRefusal | None = self.in_store(registered)
            if refusal is not None:
                return refusal
            self.keys.remove_card(operator_id)
            if card.agreement is not None:
                try:
                    self.keys.set_card(operator_id, CardCertificate(card.agreement))
                except SealError:
                    return None  # a key that only signs: it signs in, and opens nothing
            return None

        return self._safely(work)

    def remove_card(self, operator_id: str) -> PeopleRefusal | None:
        """A lost card opens nothing any more, then it signs nobody in; the passphrase stays."""

        def noted() -> PeopleRefusal | None:
            account = self._open_account(operator_id)
            if isinstance(account, PeopleRefusal):
                return account
            self.note(KeysChanged(KeyChange.CARD_REMOVED, operator_id), self.by)
            return None

        def removed() -> PeopleRefusal | None:
            account = self._open_account(operator_id)
            if isinstance(account, PeopleRefusal):
                return account
            self.operators.put(replace(account, card_fingerprint=None))
            return None

        def work() -> PeopleRefusal | None:
            refusal: PeopleRefusal | None = self.in_store(noted)
            if refusal is None:
                self.keys.remove_card(operator_id)
                refusal = self.in_store(removed)
            return refusal

        return self._safely(work)

    def _with_one_time(
        self, operator_id: str, first: Callable[[], PeopleRefusal | None]
    ) -> OneTime | PeopleRefusal:
        passphrase = one_time_passphrase()

        def work() -> OneTime | PeopleRefusal:
            refusal: PeopleRefusal | None = self.in_store(first)
            if refusal is not None:
                return refusal
            changed = KeysChanged(KeyChange.PASSPHRASE_SET, operator_id)
            self.in_store(lambda: self.note(changed, self.by))
            self.keys.set_passphrase(operator_id, passphrase)
            return OneTime(passphrase)

        answer = self._safely(work)
        assert answer is not None
        return answer

    def _put(self, account: Account, *, closing: bool = False) -> None:
        operator = account.operator
        roles = () if closing else tuple(sorted(role.value for role in operator.roles))
        self.note(RightsChanged(operator.operator_id, roles), self.by)
        self.operators.put(account)

    def _open_account(self, operator_id: str) -> Account | PeopleRefusal:
        account = self.operators.account(operator_id)
        if account is None:
            return PeopleRefusal.UNKNOWN
        return account if account.enabled else PeopleRefusal.CLOSED

    def _is_name_of_another(self, operator: Operator) -> bool:
        """Whether an open account has this name: two accounts of one person would be two people."""
        return any(
            one.enabled
            and one.operator.operator_id != operator.operator_id
            and _compared(one.operator.display_name) == _compared(operator.display_name)
            for one in self.operators.accounts()
        )

    def _is_last_admin(self, account: Account) -> bool:
        admins = [
            one
            for one in self.operators.accounts()
            if one.enabled and Role.SECURITY_ADMIN in one.operator.roles
        ]
        return admins == [account]

    def _person(self, account: Account) -> Person:
        operator_id, file = account.operator.operator_id, self.keys.file
        return Person(
            account,
            file.has(operator_id, SlotKind.PASSPHRASE),
            file.has(operator_id, SlotKind.CARD),
        )

    def _safely(self, work: Callable[[], Result]) -> Result | PeopleRefusal:
        try:
            return work()
        except (StoreError, OSError):
            return PeopleRefusal.STORE_FAILED


def one_time_passphrase() -> str:
    """Fresh, easy to read out and to type, and of no other use."""
    groups = (
        "".join(secrets.choice(_ONE_TIME_CHARACTERS) for _ in range(_GROUP))
        for _ in range(_ONE_TIME_GROUPS)
    )
    return "-".join(groups)


def _compared(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _id_refusal(operator_id: str) -> PeopleRefusal | None:
    good = _ID.fullmatch(operator_id) and operator_id != SYSTEM
    return None if good else PeopleRefusal.BAD_ID


def _operator_refusal(operator: Operator) -> PeopleRefusal | None:
    name = operator.display_name
    if not name.strip() or len(name) > MAX_NAME or any(map(_is_control, name)):
        return PeopleRefusal.BAD_NAME
    if not operator.roles:
        return PeopleRefusal.NO_ROLES
    return PeopleRefusal.ROLES_CONFLICT if conflicts(operator.roles) else None


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
