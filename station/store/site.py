"""Exam sessions and candidates as the organiser's signed site packages brought them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from station.store.database import Database
from station.store.errors import DatabaseDamaged, PackageOutdated
from station.store.roster import comparable_code
from sync.errors import WireError
from sync.wire import Candidate, ExamSession, canonical_bytes, parse_json

MAX_ROW_BYTES = 64 * 1024
TICKET_ENDING, NUMBER_ENDING = 5, 6
"""Characters that practice asks for without a ticket: its last five, the ID number's last six."""
_CANDIDATE = "SELECT content, photo, record FROM candidate"


@dataclass(frozen=True)
class PackageIdentity:
    """Which package: `issuer` is the fingerprint of the key that signed it."""

    issuer: str
    id: str
    sequence: int


@dataclass(frozen=True)
class Expected:
    """Everybody expected at a session, and how many of them brought no finger to compare."""

    subjects: tuple[str, ...]
    without_template: int


class SiteRoster:
    """Who is expected at which exam session of this site."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def last_sequence(self, issuer: str, package_id: str) -> int:
        """Sequence of the newest package of this issuer and id, 0 before the first."""
        query = "SELECT sequence FROM site_package WHERE issuer = ? AND id = ?"
        row = self._database.row(query, (issuer, package_id))
        return 0 if row is None else int(row[0])

    def import_package(
        self,
        package: PackageIdentity,
        exam_sessions: Sequence[ExamSession],
        candidates: Sequence[Candidate],
        without_template: Collection[str] = (),
    ) -> None:
        """Take over a verified package whole or not at all.

        The candidates of each exam session it names are replaced; other sessions stay, so that
        the package of the afternoon does not remove the morning. `without_template` are subjects
        whose record holds no finger.

        Raises:
            PackageOutdated: not newer than the last of this issuer and id; nothing was changed.
            ValueError: a candidate sits in an exam session the package does not name.
            StoreFull, StoreBusy, StoreUnwritable: nothing was changed.
        """
        named = {exam_session.id for exam_session in exam_sessions}
        if any(candidate.exam_session_id not in named for candidate in candidates):
            raise ValueError("a candidate of an exam session that the package does not name")
        with self._database.transaction():
            if package.sequence <= self.last_sequence(package.issuer, package.id):
                raise PackageOutdated(f"sequence {package.sequence}")
            for exam_session in exam_sessions:
                self._replace_session(exam_session)
            for candidate in candidates:
                self._add(candidate, candidate.subject in without_template)
            self._database.execute(
                "INSERT INTO site_package VALUES (?, ?, ?) ON CONFLICT (issuer, id) DO UPDATE"
                " SET sequence = excluded.sequence",
                (package.issuer, package.id, package.sequence),
            )

    def exam_sessions(self) -> tuple[ExamSession, ...]:
        """All sessions, by start."""
        rows = self._database.rows("SELECT content FROM exam_session ORDER BY starts_at, id")
        return tuple(_exam_session(row[0]) for row in rows)

    def exam_session(self, exam_session_id: str) -> ExamSession | None:
        """One session by its id."""
        query = "SELECT content FROM exam_session WHERE id = ?"
        row = self._database.row(query, (exam_session_id,))
        return None if row is None else _exam_session(row[0])

    def expected(self, exam_session_id: str) -> Expected:
        """How many to expect at a session, without reading what is held about them."""
        rows = self._database.rows(
            "SELECT subject, without_template FROM candidate WHERE exam_session_id = ?",
            (exam_session_id,),
        )
        return Expected(tuple(row[0] for row in rows), sum(row[1] for row in rows))

    def by_ticket(self, ticket_no: str) -> tuple[Candidate, ...]:
        """Every session this ticket is good for: the caller says which one is at the door."""
        return self._found("ticket_no = ? ORDER BY exam_session_id", comparable_code(ticket_no))

    def by_document_number(self, number: str) -> tuple[Candidate, ...]:
        """Every session the holder of this document sits in."""
        return self._found("document_number = ? ORDER BY exam_session_id", comparable_code(number))

    def by_seat(self, exam_session_id: str, room: str, seat: str) -> Candidate | None:
        """Who sits there."""
        found = self._found(
            "exam_session_id = ? AND room = ? AND seat = ?", exam_session_id, room, seat
        )
        return found[0] if found else None

    def by_short_code(self, exam_session_id: str, code: str) -> tuple[Candidate, ...]:
        """Whom less than a whole number may mean in a session; two show that it is not enough.

        `code` is room and seat ("01-05", then zeros in front do not count, or "0105"), the last
        five characters of a ticket number or the last six of a document number.
        """
        room, dash, seat = comparable_code(code).partition("-")
        if dash and not (room and seat):
            return ()
        if dash:
            return self._found(
                "exam_session_id = ? AND ltrim(room, '0') = ltrim(?, '0')"
                " AND ltrim(seat, '0') = ltrim(?, '0') LIMIT 2",
                exam_session_id,
                room,
                seat,
            )
        ways = ["room || seat"]
        ways += [f"substr(ticket_no, -{TICKET_ENDING})"] * (len(room) == TICKET_ENDING)
        ways += [f"substr(document_number, -{NUMBER_ENDING})"] * (len(room) == NUMBER_ENDING)
        # Each way by its own index; with OR between them every row of the session would be read.
        rows = " UNION ".join(
            f"SELECT rowid FROM candidate WHERE exam_session_id = ?1 AND {way} = ?2" for way in ways
        )
        return self._found(f"rowid IN ({rows}) LIMIT 2", exam_session_id, room)

    def by_subject(self, exam_session_id: str, subject: str) -> Candidate | None:
        """The seat of one person in a session."""
        found = self._found("exam_session_id = ? AND subject = ?", exam_session_id, subject)
        return found[0] if found else None

    def _replace_session(self, exam_session: ExamSession) -> None:
        self._database.execute(
            "DELETE FROM candidate WHERE exam_session_id = ?", (exam_session.id,)
        )
        self._database.execute(
            "INSERT INTO exam_session VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE"
            " SET starts_at = excluded.starts_at, content = excluded.content",
            (exam_session.id, exam_session.starts_at, canonical_bytes(exam_session.to_json())),
        )

    def _add(self, candidate: Candidate, without_template: bool) -> None:
        # Photo and record lie in columns of their own: base64 would cost a third more.
        content = candidate.to_json() | {"photo": "", "record": ""}
        self._database.execute(
            "INSERT INTO candidate (exam_session_id, ticket_no, subject, document_number, room,"
            " seat, content, photo, record, without_template)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                candidate.exam_session_id,
                comparable_code(candidate.ticket_no),
                candidate.subject,
                comparable_code(candidate.document_number),
                candidate.room,
                candidate.seat,
                canonical_bytes(content),
                candidate.photo,
                candidate.record,
                without_template,
            ),
        )

    def _found(self, condition: str, *values: str) -> tuple[Candidate, ...]:
        rows = self._database.rows(f"{_CANDIDATE} WHERE {condition}", values)
        return tuple(_candidate(*row) for row in rows)


def _exam_session(content: bytes) -> ExamSession:
    try:
        return ExamSession.from_json(parse_json(bytes(content), MAX_ROW_BYTES))
    except WireError as error:
        raise DatabaseDamaged("an exam session's row cannot be read") from error


def _candidate(content: bytes, photo: bytes, record: bytes) -> Candidate:
    try:
        stored = Candidate.from_json(parse_json(bytes(content), MAX_ROW_BYTES))
    except WireError as error:
        raise DatabaseDamaged("a candidate's row cannot be read") from error
    return replace(stored, photo=bytes(photo), record=bytes(record))
