"""A command's own entry in the trail of a station that is not running."""

from contextlib import closing

from station.cli.opening import OpenedStore, WithoutRight
from station.domain.audit import ActionRefused, AuditFact
from station.services.fact_events import audit_draft_of
from station.store.clock import StationClock, this_boot
from station.store.database import Database
from station.store.errors import StoreError
from station.store.events import EventLog
from station.store.head_file import HeadFile
from station.store.signing import LogSigner


def note(store: OpenedStore, fact: AuditFact) -> None:
    """Write one fact, signed, in the name of who opened the store. Raises StoreError."""
    with closing(store.for_writing()) as database:
        log = log_of(store, database)
        log.append(audit_draft_of(fact, store.operator.operator_id))
        log.close()


def told(refused: WithoutRight) -> str:
    """The sentence for somebody who asked for what is not theirs; as on a screen it is noted."""
    try:
        note(refused.store, ActionRefused(refused.action))
    except StoreError as error:
        return error.sentence
    return str(refused)


def log_of(store: OpenedStore, database: Database) -> EventLog:
    """The signed log over an open connection; whoever writes closes it. Raises StoreError."""
    keys = store.unlocked.keyring
    head_file = HeadFile(store.places.log_head)
    signer = LogSigner(keys.station, keys.incarnation, keys.signing, head_file)
    clock = StationClock(this_boot())
    return EventLog(database, keys.station, keys.incarnation, clock, signer=signer)
