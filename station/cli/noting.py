"""A command's own entry in the trail of a station that is not running."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

from station.domain.audit import AuditFact
from station.services.fact_events import audit_draft_of
from station.store.clock import StationClock, this_boot
from station.store.database import Database
from station.store.errors import StoreError
from station.store.events import EventLog
from station.store.head_file import HeadFile
from station.store.signing import LogSigner

if TYPE_CHECKING:
    from station.cli.opening import OpenedStore


class Unnoted(Exception):
    """What was asked is in force and the trail has no word of it; the text is a sentence."""

    def __init__(self) -> None:
        super().__init__(
            "改动已经生效，但数据盘写不进去，没能记入操作记录，"
            "请检查磁盘空间和权限，并把这次改动告诉审计员。"
        )


def check_notable(store: OpenedStore) -> None:
    """Before a change outside the database: a log that takes nothing forbids it.

    Raises StoreError.
    """
    with closing(store.for_writing()) as database, database.transaction():
        pass


@contextmanager
def in_force() -> Iterator[None]:
    """What fails inside follows a change that stands. Raises Unnoted in place of StoreError."""
    try:
        yield
    except StoreError as error:
        raise Unnoted from error


def note(store: OpenedStore, fact: AuditFact) -> None:
    """Write one fact, signed, in the name of who opened the store. Raises StoreError."""
    with closing(store.for_writing()) as database:
        log = log_of(store, database)
        log.append(audit_draft_of(fact, store.operator.operator_id))
        log.close()


def note_refused(store: OpenedStore, fact: AuditFact) -> None:
    """The same of somebody who is not let in: they are refused, whether it can be noted or not."""
    with suppress(StoreError):
        note(store, fact)


def log_of(store: OpenedStore, database: Database) -> EventLog:
    """The signed log over an open connection; whoever writes closes it. Raises StoreError."""
    keys = store.unlocked.keyring
    head_file = HeadFile(store.places.log_head)
    signer = LogSigner(keys.station, keys.incarnation, keys.signing, head_file)
    clock = StationClock(this_boot())
    return EventLog(database, keys.station, keys.incarnation, clock, signer=signer)
