"""What every table holds, in one keyed digest each: equal digests are equal rows.

Keyed, because a plain digest of few rows with names in them could be guessed at.
"""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from station.store.connection import DatabaseKey
from station.store.database import Database
from sync.seal import hmac_sha256

_LABEL = b"tdxl-table-digest-1"
_TELL_EVERY = 200


@dataclass(frozen=True)
class TableDigest:
    """Rows of a table, and HMAC-SHA256 (hex) over all of them in the order of their keys."""

    rows: int
    digest: str


def digest_key(key: DatabaseKey) -> bytes:
    """The key of digests, which opens nothing."""
    return hmac_sha256(key.key, _LABEL)


def table_digests(
    database: Database, key: DatabaseKey, alive: Callable[[], None] = lambda: None
) -> dict[str, TableDigest]:
    """Of every table of the file; `alive` is called now and then and may raise `Stopped`.

    Raises:
        DatabaseDamaged: a page does not verify.
    """
    keyed = digest_key(key)
    return {name: _digest(database, name, order, keyed, alive) for name, order in _tables(database)}


def _tables(database: Database) -> list[tuple[str, str]]:
    """Names of our tables, each with the order its rows lie in."""
    listed = database.rows("PRAGMA table_list")
    tables = []
    for _, name, kind, _, without_rowid, _ in sorted(listed, key=lambda row: str(row[1])):
        if kind != "table" or name.startswith("sqlite_"):
            continue
        columns = database.rows(f'PRAGMA table_info("{name}")')
        key = sorted((row[5], row[1]) for row in columns if row[5])
        order = ", ".join(f'"{column}"' for _, column in key) if without_rowid else "rowid"
        tables.append((name, order))
    return tables


def _digest(
    database: Database, name: str, order: str, keyed: bytes, alive: Callable[[], None]
) -> TableDigest:
    digest = hmac.new(keyed, name.encode(), hashlib.sha256)
    count = 0
    for row in database.each(f'SELECT * FROM "{name}" ORDER BY {order}'):
        for value in row:
            digest.update(_encoded(value))
        count += 1
        if count % _TELL_EVERY == 0:
            alive()
    return TableDigest(count, digest.hexdigest())


def _encoded(value: Any) -> bytes:
    """Type, length and bytes, so that no two rows read the same."""
    if value is None:
        return b"n"
    if isinstance(value, int):
        return b"i%d;" % value
    octets = value.encode() if isinstance(value, str) else bytes(value)
    return (b"s" if isinstance(value, str) else b"b") + b"%d;" % len(octets) + octets
