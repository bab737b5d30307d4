"""The people who work here: real names, roles, and a passphrase that is never kept."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable

from station.domain.people import Operator, Role
from station.store.database import Database

# scrypt (RFC 7914) with 32 MiB of memory, about 0.1 s on the smallest desk PC. The name goes with
# the row, so that stronger parameters can follow without locking anybody out.
SCHEME = "scrypt-15-8-1"
_COSTS = {"scrypt-15-8-1": (2**15, 8, 1)}
_HASH_BYTES = 32
MIN_PASSPHRASE = 8
MAX_PASSPHRASE = 200


class Operators:
    """Accounts of this station."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, operator: Operator, passphrase: str) -> None:
        """Create the account, or give an existing one this name, these roles, this passphrase.

        Raises:
            ValueError: the passphrase is shorter than 8 or longer than 200 characters.
            StoreFull, StoreBusy, StoreUnwritable: nothing was changed.
        """
        if not MIN_PASSPHRASE <= len(passphrase) <= MAX_PASSPHRASE:
            raise ValueError("a passphrase has 8 to 200 characters")
        salt = secrets.token_bytes(16)
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO operator (operator_id, display_name, roles, scheme, salt, hash)"
                " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (operator_id) DO UPDATE SET"
                " display_name = excluded.display_name, roles = excluded.roles,"
                " scheme = excluded.scheme, salt = excluded.salt, hash = excluded.hash",
                (
                    operator.operator_id,
                    operator.display_name,
                    ",".join(sorted(operator.roles)),
                    SCHEME,
                    salt,
                    _hashed(SCHEME, passphrase, salt),
                ),
            )

    def disable(self, operator_id: str) -> None:
        """Let nobody sign in under this id any more; their events keep it."""
        with self._database.transaction():
            self._database.execute(
                "UPDATE operator SET enabled = 0 WHERE operator_id = ?", (operator_id,)
            )

    def verify(self, operator_id: str, passphrase: str) -> Operator | None:
        """The operator if id and passphrase belong together, otherwise None.

        An unknown or disabled id costs as long as a wrong passphrase, so neither can be told.
        """
        row = self._database.row(
            "SELECT display_name, roles, scheme, salt, hash FROM operator"
            " WHERE operator_id = ? AND enabled = 1",
            (operator_id,),
        )
        display_name, roles, scheme, salt, expected = row or ("", "", SCHEME, bytes(16), b"")
        given = _hashed(scheme, passphrase[: MAX_PASSPHRASE + 1], bytes(salt))
        if not hmac.compare_digest(given, bytes(expected)):
            return None
        return Operator(operator_id, display_name, _roles(roles.split(",")))

    def all(self) -> tuple[Operator, ...]:
        """Everybody who may sign in, by id."""
        rows = self._database.rows(
            "SELECT operator_id, display_name, roles FROM operator WHERE enabled = 1"
            " ORDER BY operator_id"
        )
        return tuple(Operator(row[0], row[1], _roles(row[2].split(","))) for row in rows)


def _roles(names: Iterable[str]) -> frozenset[Role]:
    # A role that a later release wrote gives no right here.
    return frozenset(Role(name) for name in names if name in list(Role))


def _hashed(scheme: str, passphrase: str, salt: bytes) -> bytes:
    n, r, p = _COSTS[scheme]
    return hashlib.scrypt(
        passphrase.encode("utf-8", "surrogatepass"),
        salt=salt,
        n=n,
        r=r,
        p=p,
        maxmem=2 * 128 * n * r,
        dklen=_HASH_BYTES,
    )
