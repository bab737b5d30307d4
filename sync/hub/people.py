"""Applicants, their standing, and tombstones; pages of what changed since a cursor."""

from __future__ import annotations

import json
from dataclasses import replace

from sync.hub.database import Database, Row
from sync.hub.directory import Platform
from sync.hub.stations import EVERY_UNIT, Station
from sync.wire import Applicant, ApplicantStatus, Page, Tombstone

PAGE_ITEMS = 200


def next_change(database: Database) -> int:
    """The next number of the counter that orders changes; inside a transaction."""
    database.run("UPDATE change_counter SET value = value + 1")
    return database.number("SELECT value FROM change_counter")


def store_applicant(database: Database, applicant: Applicant) -> None:
    """Add or replace; inside a transaction. What stations settled outranks a loaded status."""
    database.run(
        "INSERT INTO applicant VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (subject) DO UPDATE SET"
        " registration_id = excluded.registration_id, unit_code = excluded.unit_code,"
        " status = excluded.status, body = excluded.body, change = excluded.change",
        applicant.subject,
        applicant.registration_id,
        applicant.application.unit_code,
        applicant.status.value,
        json.dumps(applicant.to_json(), ensure_ascii=False),
        next_change(database),
    )
    refresh_standing(database, applicant.subject)


def subject_of(database: Database, registration_id: str) -> str | None:
    """The opaque id of an applicant, or None."""
    found = database.row("SELECT subject FROM applicant WHERE registration_id = ?", registration_id)
    return None if found is None else str(found[0])


def find_applicant(database: Database, subject: str) -> Applicant | None:
    """The applicant with their present standing, or None."""
    found = database.row("SELECT body, status FROM applicant WHERE subject = ?", subject)
    return None if found is None else _applicant(found)


def _applicant(row: Row) -> Applicant:
    applicant = Applicant.from_json(json.loads(row[0]))
    return replace(applicant, status=ApplicantStatus(row[1]))


def refresh_standing(database: Database, subject: str) -> None:
    """Settle the status from the facts, in whatever order they arrived; inside a transaction.

    In the roll (在册) = a confirmation is here and the latest decision on it is approval.
    """
    confirmed = database.row("SELECT 1 FROM confirmation WHERE subject = ?", subject)
    if confirmed is None:
        return
    decision = database.row(
        "SELECT approved FROM decision WHERE subject = ? ORDER BY place DESC LIMIT 1", subject
    )
    status = ApplicantStatus.CONFIRMED
    if decision is not None:
        status = ApplicantStatus.ENROLLED if decision[0] else ApplicantStatus.REJECTED
    database.run(
        "UPDATE applicant SET status = ?, change = ? WHERE subject = ? AND status != ?",
        status.value,
        next_change(database),
        subject,
        status.value,
    )


def page_for(database: Database, station: Station, cursor: int) -> Page:
    """What changed after `cursor` that this station may see; tombstones go to every station."""
    rows = database.rows(
        "SELECT change, 'applicant', body, status FROM applicant"
        " WHERE change > ? AND (unit_code = ? OR ? = ?)"
        " UNION ALL SELECT change, 'tombstone', subject, reason || ' ' || at FROM tombstone"
        " WHERE change > ? ORDER BY change LIMIT ?",
        cursor,
        station.unit_code,
        station.unit_code,
        EVERY_UNIT,
        cursor,
        PAGE_ITEMS,
    )
    applicants = tuple(_applicant(row[2:]) for row in rows if row[1] == "applicant")
    tombstones = tuple(
        Tombstone(row[2], *row[3].split(" ")) for row in rows if row[1] == "tombstone"
    )
    return Page(applicants, tombstones, str(rows[-1][0] if rows else cursor))


def photo_for(database: Database, station: Station, digest: str) -> bytes | None:
    """An uploaded photograph, if it is of an applicant this station may see."""
    found = database.row(
        "SELECT jpeg, unit_code FROM photo JOIN applicant USING (subject) WHERE digest = ?", digest
    )
    if found is None or not station.serves(found[1]):
        return None
    return bytes(found[0])


def erase(database: Database, platform: Platform, subject: str, reason: str, at: str) -> None:
    """Erase a person here and leave the tombstone that makes every station do the same.

    Events stay: they hold ids and digests only, and the chain must still verify.
    """
    blobs = [
        row[0] for row in database.rows("SELECT blob FROM confirmation WHERE subject = ?", subject)
    ]
    packages = database.rows(
        "SELECT digest, exam_session FROM package WHERE exam_session IN"
        " (SELECT exam_session FROM seat WHERE subject = ?)",
        subject,
    )
    with database.transaction():
        for _, exam_session in packages:
            database.run("DELETE FROM package WHERE exam_session = ?", exam_session)
        database.run("DELETE FROM confirmation WHERE subject = ?", subject)
        for digest in blobs:
            database.run("DELETE FROM blob WHERE digest = ?", digest)
        database.run("DELETE FROM applicant WHERE subject = ?", subject)
        database.run(
            "INSERT INTO tombstone VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            subject,
            reason,
            at,
            next_change(database),
        )
    for digest in [*blobs, *(row[0] for row in packages)]:
        platform.files.erase(digest)
