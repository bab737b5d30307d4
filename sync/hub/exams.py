"""Exam sessions, seats, and the packages made for stations."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sync.errors import RefusalReason
from sync.hub.database import Database
from sync.hub.directory import Platform
from sync.hub.errors import HubSetupError, Refusal
from sync.hub.stations import Station
from sync.wire import ExamSession


@dataclass(frozen=True)
class Seat:
    """Where an applicant sits; `designated_finger` is an ISO position, or None to be chosen."""

    subject: str
    ticket_no: str
    room: str
    seat: str
    subject_name: str
    designated_finger: int | None


def store_session(database: Database, exam_session: ExamSession) -> None:
    """Add a session or replace its rules; inside a transaction."""
    database.run(
        "INSERT INTO exam_session (id, body) VALUES (?, ?)"
        " ON CONFLICT (id) DO UPDATE SET body = excluded.body",
        exam_session.id,
        json.dumps(exam_session.to_json(), ensure_ascii=False),
    )


def store_seat(database: Database, exam_session_id: str, seat: Seat) -> None:
    """Seat an applicant, or seat them anew; inside a transaction."""
    database.run(
        "INSERT INTO seat VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (exam_session, subject)"
        " DO UPDATE SET ticket_no = excluded.ticket_no, room = excluded.room,"
        " seat = excluded.seat, subject_name = excluded.subject_name,"
        " designated_finger = excluded.designated_finger",
        exam_session_id,
        seat.subject,
        seat.ticket_no,
        seat.room,
        seat.seat,
        seat.subject_name,
        seat.designated_finger,
    )


def exam_sessions(database: Database) -> tuple[ExamSession, ...]:
    """All sessions, by id."""
    rows = database.rows("SELECT body FROM exam_session ORDER BY id")
    return tuple(ExamSession.from_json(json.loads(row[0])) for row in rows)


def find_session(database: Database, exam_session_id: str) -> ExamSession:
    """Raises HubSetupError if there is none."""
    found = database.row("SELECT body FROM exam_session WHERE id = ?", exam_session_id)
    if found is None:
        raise HubSetupError("no such exam session; load it first")
    return ExamSession.from_json(json.loads(found[0]))


def seats(database: Database, exam_session_id: str) -> list[Seat]:
    """The seats of a session, by ticket number."""
    rows = database.rows(
        "SELECT subject, ticket_no, room, seat, subject_name, designated_finger FROM seat"
        " WHERE exam_session = ? ORDER BY ticket_no",
        exam_session_id,
    )
    return [Seat(*row) for row in rows]


def latest_confirmation(database: Database, subject: str) -> str | None:
    """Digest of the newest sealed confirmation of this person."""
    found = database.row(
        "SELECT blob FROM confirmation WHERE subject = ? ORDER BY place DESC LIMIT 1", subject
    )
    return None if found is None else str(found[0])


def next_sequence(database: Database) -> int:
    """Counts the builds of this platform; inside a transaction."""
    database.run("UPDATE package_counter SET value = value + 1")
    return database.number("SELECT value FROM package_counter")


def package_digests(
    database: Database, exam_session_id: str, station_ids: Sequence[str]
) -> list[str]:
    """The files of the packages made for these stations so far."""
    rows = database.rows(
        "SELECT station, digest FROM package WHERE exam_session = ?", exam_session_id
    )
    return [digest for station_id, digest in rows if station_id in station_ids]


def package_for(
    database: Database, platform: Platform, station: Station, exam_session_id: str
) -> bytes:
    """The newest package made for this station. Raises Refusal if none was."""
    found = database.row(
        "SELECT digest FROM package WHERE exam_session = ? AND station = ?",
        exam_session_id,
        station.id,
    )
    if found is None:
        raise Refusal(RefusalReason.NOT_FOUND)
    return platform.files.get(found[0])
