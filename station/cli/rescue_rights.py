"""Who may restore or salvage: the accounts are asked wherever they can still be read."""

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from station.cli.opening import (
    GIVEN_PASSPHRASE,
    WITHOUT_RIGHT,
    NotOpened,
    ask_passphrase,
    prove_card,
    refusal_sentence,
)
from station.domain.people import Account
from station.domain.rights import Action, may
from station.services.places import Places
from station.settings import Settings
from station.store.connection import DatabaseKey
from station.store.database import open_for_reading
from station.store.errors import StoreError
from station.store.keyring import Keyring, KeyringFile, Refused, Unlocked
from station.store.operators import Operators

OR_WORDS = "本人办不了的，请加 --words 用恢复密钥办理。"


def unlocked_by(places: Places, account: str) -> tuple[KeyringFile, Unlocked]:
    """The keyring by somebody's passphrase, asked for. Raises NotOpened, StoreError."""
    file = KeyringFile.read(places.keyring)
    answer = file.unlock_with_passphrase(account, ask_passphrase("口令："))
    if isinstance(answer, Refused):
        raise NotOpened(refusal_sentence(answer))
    return file, answer


def keys_of(keyring: Keyring) -> tuple[DatabaseKey, ...]:
    """Those a file of this station may lie under: a change of the key may have been killed."""
    return tuple(filter(None, (keyring.database, keyring.next_database)))


def check_right(
    settings: Settings,
    files: Iterable[Path],
    keys: Iterable[DatabaseKey],
    account: str,
    action: Action,
) -> None:
    """Ask the first of these files that one of the keys opens for its accounts.

    Where none does, whoever opened the keyring may go on: a rescue must not need what it rescues.

    Raises:
        NotOpened: the account is not there, is disabled, has no role that may, did not show its
            card, or has a passphrase that somebody else gave.
    """
    tried = ((path, key) for path in files for key in keys)
    accounts = next(filter(None, (_accounts_in(path, key) for path, key in tried)), ())
    if accounts:
        _check(settings, accounts, account, action)


def _check(settings: Settings, accounts: tuple[Account, ...], claimed: str, action: Action) -> None:
    account = next((one for one in accounts if one.operator.operator_id == claimed), None)
    if account is None or not account.enabled or not may(account.operator.roles, action):
        raise NotOpened(WITHOUT_RIGHT)
    try:
        prove_card(settings, account, accounts)
    except NotOpened as refused:
        raise NotOpened(f"{refused}{OR_WORDS}") from None
    if account.must_change:
        raise NotOpened(f"{GIVEN_PASSPHRASE}{OR_WORDS}")


def _accounts_in(path: Path, key: DatabaseKey) -> tuple[Account, ...]:
    try:
        with closing(open_for_reading(path, key)) as database:
            return Operators(database).accounts_of_any_schema()
    except StoreError:
        return ()
