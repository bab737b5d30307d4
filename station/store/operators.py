"""The people who work here: real names, roles and cards. Their passphrases lie in the keyring."""

from collections.abc import Iterable
from typing import Any

from station.domain.people import Account, Operator, Role
from station.domain.rights import conflicts
from station.store.database import Database

_COLUMNS = "operator_id, display_name, roles, enabled, card_fingerprint, must_change"


class Operators:
    """Accounts of this station; they are disabled and never deleted, for events name them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, account: Account) -> None:
        """Create the account, or give an existing one what is said here.

        Raises:
            ValueError: roles that one person cannot hold together.
            StoreFull, StoreBusy, StoreUnwritable: nothing was changed.
        """
        operator = account.operator
        if conflicts(operator.roles):
            raise ValueError("roles that one account cannot hold together")
        with self._database.transaction():
            self._database.execute(
                f"INSERT INTO operator ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (operator_id) DO UPDATE SET display_name = excluded.display_name,"
                " roles = excluded.roles, enabled = excluded.enabled,"
                " card_fingerprint = excluded.card_fingerprint,"
                " must_change = excluded.must_change",
                (
                    operator.operator_id,
                    operator.display_name,
                    ",".join(sorted(operator.roles)),
                    int(account.enabled),
                    account.card_fingerprint,
                    int(account.must_change),
                ),
            )

    def account(self, operator_id: str) -> Account | None:
        """The account with this id, also a disabled one."""
        if not operator_id.isascii():  # anything may be typed, also what no text can hold
            return None
        row = self._database.row(
            f"SELECT {_COLUMNS} FROM operator WHERE operator_id = ?", (operator_id,)
        )
        return None if row is None else _account(row)

    def accounts(self) -> tuple[Account, ...]:
        """Every account there ever was, by id."""
        rows = self._database.rows(f"SELECT {_COLUMNS} FROM operator ORDER BY operator_id")
        return tuple(map(_account, rows))

    def accounts_of_any_schema(self) -> tuple[Account, ...]:
        """The same of a file that may not be migrated: schema 1 knew neither cards nor changes."""
        columns = {row[1] for row in self._database.rows("PRAGMA table_info(operator)")}
        if "must_change" in columns:
            return self.accounts()
        rows = self._database.rows(
            "SELECT operator_id, display_name, roles, enabled, NULL, 0 FROM operator"
        )
        return tuple(map(_account, rows))

    def all(self) -> tuple[Operator, ...]:
        """Everybody who may sign in, by id."""
        return tuple(account.operator for account in self.accounts() if account.enabled)


def _account(row: tuple[Any, ...]) -> Account:
    operator_id, display_name, roles, enabled, card, must_change = row
    operator = Operator(operator_id, display_name, _roles(roles.split(",")))
    return Account(operator, bool(enabled), card, bool(must_change))


def _roles(names: Iterable[str]) -> frozenset[Role]:
    # A role that a later release wrote gives no right here.
    return frozenset(Role(name) for name in names if name in list(Role))
