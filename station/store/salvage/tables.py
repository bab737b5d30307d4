"""Which table a row is of, told by the shape of the row: the tree that would say it may be gone.

Rows of indexes and of the platform's data fit none of these shapes. What the serial types leave
open is settled by what the row says: digests, keys that open, names from closed lists.
"""

from collections.abc import Callable
from enum import Enum, auto

from station.store.salvage.cells import Row

_HEX_DIGEST = 13 + 2 * 64
_PERSON_KEY = 12 + 2 * 34


class Table(Enum):
    """Tables whose rows are rescued."""

    EVENT = auto()
    PAYLOAD = auto()
    PERSON_KEY = auto()
    ERASED_PERSON = auto()
    OUTBOX = auto()
    OUTBOX_BLOB = auto()
    RECEIPT = auto()
    OPERATOR = auto()
    OPERATOR_1 = auto()
    """As schema 1 had it: with a passphrase hash, which is not taken over."""
    OPEN_CASE = auto()
    RETENTION_POLICY = auto()


def table_of(row: Row) -> Table | None:
    """The table whose columns the row has, None for any other row."""
    with_rowid = row.rowid is not None
    for table, (needs_rowid, columns) in _SHAPES.items():
        if needs_rowid is with_rowid and _fits(row.kinds, columns):
            return table
    return None


_Is = Callable[[int], bool]


def _null(kind: int) -> bool:
    return kind == 0


def _integer(kind: int) -> bool:
    return 1 <= kind <= 6 or kind in (8, 9)


def _text(kind: int) -> bool:
    return kind >= 13 and kind % 2 == 1


def _blob(kind: int) -> bool:
    return kind >= 12 and kind % 2 == 0


def _digest(kind: int) -> bool:
    return kind == _HEX_DIGEST


def _key(kind: int) -> bool:
    return kind == _PERSON_KEY


def _text_or_null(kind: int) -> bool:
    return _null(kind) or _text(kind)


def _fits(kinds: tuple[int, ...], columns: tuple[_Is, ...]) -> bool:
    return len(kinds) == len(columns) and all(
        is_column(kind) for is_column, kind in zip(columns, kinds, strict=True)
    )


_SHAPES: dict[Table, tuple[bool, tuple[_Is, ...]]] = {
    # the row's position is its rowid, for which SQLite stores NULL
    Table.EVENT: (
        True,
        (_null, _integer, _integer, _text, _text, _text_or_null, _digest, _digest, _blob),
    ),
    Table.PAYLOAD: (True, (_text, _text, _text, _text, _blob)),
    Table.OUTBOX: (True, (_null, _text, _text, _text_or_null, _text_or_null)),
    Table.OUTBOX_BLOB: (True, (_digest, _text, _blob)),
    Table.RETENTION_POLICY: (True, (_null, _blob)),
    Table.PERSON_KEY: (False, (_text, _key)),
    Table.RECEIPT: (False, (_text, _blob)),
    Table.ERASED_PERSON: (False, (_text, _text)),
    Table.OPERATOR: (False, (_text, _text, _text, _integer, _text_or_null, _integer)),
    Table.OPERATOR_1: (False, (_text, _text, _text, _text, _blob, _blob, _integer)),
    Table.OPEN_CASE: (False, (_text, _text, _text, _text_or_null)),
}
