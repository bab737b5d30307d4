"""Who may restore or salvage: the accounts are asked wherever they can still be read."""

from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

from station.cli.opening import NotOpened
from station.domain.people import Role
from station.domain.rights import Action, may
from station.store.connection import DatabaseKey
from station.store.database import open_for_reading
from station.store.errors import StoreError
from station.store.operators import Operators


def check_right(files: Iterable[Path], key: DatabaseKey, account: str, action: Action) -> None:
    """Ask the first of these files that gives its accounts.

    Where none does, whoever opened the keyring may go on: a rescue must not need what it rescues.

    Raises:
        NotOpened: the account is not there, is disabled, or has no role that may.
    """
    for path in files:
        known = _roles_in(path, key)
        if known:
            if not may(known.get(account, frozenset()), action):
                raise NotOpened("您没有办理这一项的权限，什么都没有改动。请换有权限的人员再办。")
            return


def _roles_in(path: Path, key: DatabaseKey) -> Mapping[str, frozenset[Role]]:
    try:
        with closing(open_for_reading(path, key)) as database:
            return Operators(database).roles()
    except StoreError:
        return {}
