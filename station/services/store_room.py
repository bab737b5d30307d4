"""The open store with everything that reads and writes it. Used on the database lane only."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from station.domain import audit
from station.domain.facts import (
    ConfirmationCorrected,
    ConfirmationFact,
    EntryFact,
    Fact,
    ReviewDecided,
)
from station.domain.people import Applicant
from station.domain.retention import Kind
from station.services.fact_events import draft_of, fact_of
from station.services.people import applicant_of
from station.store.database import Database
from station.store.desk import Desk
from station.store.errors import (
    ConfirmationIsSealed,
    PayloadGone,
    PersonErased,
    StoreError,
    StoreFull,
)
from station.store.events import EventLog, StoredEvent
from station.store.operators import Operators
from station.store.roster import Roster
from station.store.site import SiteRoster
from station.workflow.inputs import Failed
from station.workflow.notices import Notice
from sync import wire

Result = TypeVar("Result")


def _unsaved_because(error: StoreError) -> Notice:
    """What the screen says of facts that are not on disk."""
    match error:
        case StoreFull():
            return Notice.DISK_FULL
        case PersonErased():
            return Notice.PERSON_ERASED
        case ConfirmationIsSealed():
            return Notice.CONFIRMATION_IS_SEALED
        case _:
            return Notice.STORE_FAILED


def or_failed(work: Callable[[], Result]) -> Callable[[], Result | Failed]:
    """The same work with a full or failing disk as an answer: the screen says it, nothing ends."""

    def attempt() -> Result | Failed:
        try:
            return work()
        except PersonErased:
            return Failed(Notice.PERSON_ERASED)
        except PayloadGone:
            return Failed(Notice.PAYLOAD_GONE)
        except StoreError:
            return Failed(Notice.STORE_UNUSABLE)

    return attempt


@dataclass(frozen=True)
class StoreRoom:
    """One connection and its rooms."""

    database: Database
    log: EventLog
    roster: Roster
    site: SiteRoster
    operators: Operators
    open_cases: Desk

    def store_facts(
        self, subject: str, facts: tuple[Fact, ...], actor: str
    ) -> tuple[StoredEvent, ...] | Notice:
        """Append the facts in one transaction, or say why nothing of them was written."""
        try:
            if any(isinstance(fact, ReviewDecided) for fact in facts) and self.confirmed_by(
                subject, actor
            ):
                return Notice.OWN_CONFIRMATION
            return self.log.append_many([draft_of(fact, subject, actor) for fact in facts])
        except StoreError as error:
            return _unsaved_because(error)

    def confirmation_facts(self, subject: str) -> tuple[ConfirmationFact, ...]:
        """What is stored about this person's confirmation, oldest first."""
        return tuple(
            fact for _, fact in self.facts_of(subject) if isinstance(fact, ConfirmationFact)
        )

    def confirmed_by(self, subject: str, actor: str) -> bool:
        """Whether a step of this person's confirmation is theirs: somebody else reviews it then.

        A correction is none: it needs a second person of its own.
        """
        return any(
            stored.event.actor == actor
            and isinstance(fact, ConfirmationFact)
            and not isinstance(fact, ConfirmationCorrected)
            for stored, fact in self.facts_of(subject)
        )

    def last_author(self, subject: str) -> str | None:
        """Who did the latest thing at the desk about this person; None before the first."""
        authors = [
            stored.event.actor
            for stored, fact in self.facts_of(subject)
            if isinstance(fact, ConfirmationFact)
        ]
        return authors[-1] if authors else None

    def entry_facts(self, subject: str, exam_session_id: str) -> tuple[EntryFact, ...]:
        """What is stored about this person at the gate of one session, oldest first."""
        return tuple(
            fact
            for _, fact in self.facts_of(subject)
            if isinstance(fact, EntryFact) and fact.exam_session_id == exam_session_id
        )

    def facts_of(self, subject: str) -> list[tuple[StoredEvent, Fact]]:
        """Every stored fact about a person with its event, oldest first."""
        pairs = [(stored, fact_of(stored.event)) for stored in self.log.events_of(subject)]
        return [(stored, fact) for stored, fact in pairs if fact is not None]

    def subjects_with(
        self, fact_type: type[Fact], without: type[Fact] | None = None
    ) -> tuple[str, ...]:
        """People of whom such a fact is stored and none of the other kind, in order of the log."""
        excluded = without.TYPE if without else ""
        rows = self.database.rows(
            "SELECT DISTINCT subject FROM event WHERE type = ? AND subject NOT IN"
            " (SELECT subject FROM event WHERE type = ? AND subject IS NOT NULL)"
            " ORDER BY position",
            (fact_type.TYPE, excluded),
        )
        return tuple(row[0] for row in rows)

    def without_by_age(self, kind: Kind) -> frozenset[str]:
        """People of whom such things went by age; not whom an order erased altogether."""
        rows = self.database.rows(
            "SELECT DISTINCT subject FROM event WHERE type = ?1"
            " AND json_extract(CAST(canonical AS TEXT), '$.data.kind') = ?2 AND subject NOT IN"
            " (SELECT subject FROM event WHERE type = ?3 AND subject IS NOT NULL)",
            (audit.PayloadsDeleted.TYPE, kind.value, audit.PersonErased.TYPE),
        )
        return frozenset(row[0] for row in rows)

    def subjects_at(self, fact_type: type[Fact], exam_session_id: str) -> tuple[str, ...]:
        """People of whom such a fact is stored in one exam session."""
        rows = self.database.rows(
            "SELECT DISTINCT subject FROM event WHERE type = ?"
            " AND json_extract(CAST(canonical AS TEXT), '$.data.exam_session_id') = ?",
            (fact_type.TYPE, exam_session_id),
        )
        return tuple(row[0] for row in rows)

    def stored_on(self, fact_type: type[Fact], day: date) -> int:
        """How many such facts were stored on a day of this machine's calendar."""
        midnights = (datetime.combine(day + timedelta(days=n), time()).timestamp() for n in (0, 1))
        # Read by SQLite: as events they would take a tenth of a millisecond each.
        row = self.database.row(
            "SELECT count(*) FROM event WHERE type = ?1"
            " AND json_extract(CAST(canonical AS TEXT), '$.at') >= ?2"
            " AND json_extract(CAST(canonical AS TEXT), '$.at') < ?3",
            (fact_type.TYPE, *map(wire.format_instant, midnights)),
        )
        return 0 if row is None else int(row[0])

    def why_unknown(self, subject: str) -> Notice:
        """Why there is no applicant's row: erased by order, gone by age, or never sent."""
        for stored in self.log.events_of(subject):
            if stored.event.type == audit.PersonErased.TYPE:
                return Notice.PERSON_ERASED
            gone = stored.event.data.get("kind")
            if stored.event.type == audit.PayloadsDeleted.TYPE and gone == Kind.ROSTER:
                return Notice.PAYLOAD_GONE
        return Notice.NOT_FOUND

    def shown(self, applicant: wire.Applicant) -> Applicant:
        """An applicant as the screens need it, with the uploaded photo if it is here."""
        return applicant_of(applicant, self.roster.photo(applicant) or b"")
