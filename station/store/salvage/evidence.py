"""Second reading of a damaged file: evidence and sealed copies, one at a time, each proved."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from station.store.errors import DatabaseDamaged
from station.store.payloads import proved
from station.store.salvage.cells import Cell, Torn, rows
from station.store.salvage.gather import Gathered, images
from station.store.salvage.pages import DamagedPages
from station.store.salvage.tables import Table, table_of
from sync.errors import SealError
from sync.seal import DataKey
from sync.wire import Event, sha256_hex

_Events = dict[str, tuple[int, Event]]
"""Position and event by id."""


@dataclass(frozen=True)
class Payload:
    """A row of evidence that opens with its person's key and is what its event refers to."""

    event_id: str
    name: str
    subject: str
    media_type: str
    ciphertext: bytes = field(repr=False)
    key: bytes = field(repr=False)


@dataclass(frozen=True)
class Blob:
    """A sealed copy that has the digest it was stored with."""

    event_id: str
    sha256: str
    sealed: bytes = field(repr=False)


def evidence(
    pages: DamagedPages, gathered: Gathered, told: Callable[[float], None]
) -> Iterator[Payload | Blob]:
    """Every payload and sealed copy of the rescued events, each once."""
    events = gathered.by_id
    done: set[tuple[str, str]] = set()
    for image, _ in images(pages, told):
        for row in rows(image):
            table = table_of(row)
            if table not in (Table.PAYLOAD, Table.OUTBOX_BLOB):
                continue
            try:
                values, _ = row.values(pages)
            except Torn:
                continue
            prove = _payload if table is Table.PAYLOAD else _blob
            found = prove(values, events, gathered)
            if found is None:
                continue
            place = found.name if isinstance(found, Payload) else found.sha256
            if (found.event_id, place) not in done:
                done.add((found.event_id, place))
                yield found


def _payload(values: tuple[Cell, ...], events: _Events, gathered: Gathered) -> Payload | None:
    event_id, name, subject, media_type, ciphertext = values
    assert isinstance(event_id, str)
    assert isinstance(name, str)
    assert isinstance(media_type, str)
    assert isinstance(ciphertext, bytes)
    position, event = events.get(event_id, (0, None))
    if event is None or event.subject is None or event.subject != subject or not name.isascii():
        return None
    # Pages that were not emptied yet still hold what retention has taken.
    if gathered.deletions.cover(position, event, name, media_type):
        return None
    for key, _ in gathered.person_keys.get(event.subject, ()):
        try:
            proved(event, name, DataKey.from_bytes(key), ciphertext)
        except (DatabaseDamaged, SealError):
            continue
        return Payload(event_id, name, event.subject, media_type, ciphertext, key)
    return None


def _blob(values: tuple[Cell, ...], events: _Events, gathered: Gathered) -> Blob | None:
    digest, event_id, sealed = values
    assert isinstance(digest, str)
    assert isinstance(event_id, str)
    assert isinstance(sealed, bytes)
    _, event = events.get(event_id, (0, None))
    if event is None or event.subject in gathered.erased or sha256_hex(sealed) != digest:
        return None
    return Blob(event_id, digest, sealed)
