"""Loading applicants and exam sessions from a file, in place of the national platform's feed.

The file: {"applicants": [...], "exam_sessions": [...]}. An applicant is `Applicant` as JSON,
where `subject` and `uploaded_photo` may be left out, with an optional `photo_file`: a JPEG beside
the file. A session is `ExamSession` as JSON with `seats`: registration_id, ticket_no, room, seat,
subject_name and, optionally, designated_finger.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sync.errors import WireError
from sync.hub.database import Database
from sync.hub.errors import HubSetupError
from sync.hub.exams import Seat, store_seat, store_session
from sync.hub.people import store_applicant, subject_of
from sync.seal import random_id
from sync.wire import Applicant, ExamSession, parse_json, sha256_hex
from sync.wire.exam import MAX_PHOTO_BYTES
from sync.wire.fields import Fields, JsonObject

MAX_FILE_BYTES = 256 * 1024 * 1024
MAX_PEOPLE = 200_000
MAX_SESSIONS = 1000


@dataclass(frozen=True)
class Loaded:
    """What one file brought."""

    applicants: int
    exam_sessions: int
    seats: int


def load_file(database: Database, path: Path) -> Loaded:
    """All of the file or nothing of it. Raises HubSetupError naming the first thing wrong."""
    try:
        f = Fields(parse_json(path.read_bytes(), MAX_FILE_BYTES), "file")
        with database.transaction():
            applicants = f.items("applicants", MAX_PEOPLE)
            for value in applicants:
                _load_applicant(database, value, path.parent)
            sessions = f.items("exam_sessions", MAX_SESSIONS)
            seats = sum(_load_session(database, value) for value in sessions)
            f.done()
    except OSError as error:
        raise HubSetupError("the file, or a photo it names, cannot be read") from error
    except WireError as error:
        raise HubSetupError(f"the file does not fit: {error.reason}") from error
    return Loaded(len(applicants), len(sessions), seats)


def _object(value: object, where: str) -> JsonObject:
    if not isinstance(value, dict):
        raise WireError(f"{where}: not an object")
    return dict(value)


def _load_applicant(database: Database, value: object, directory: Path) -> None:
    fields = _object(value, "applicant")
    photo_file = fields.pop("photo_file", None)
    photo = None if photo_file is None else _photo(directory, photo_file)
    known = subject_of(database, str(fields.get("registration_id")))
    fields["subject"] = known or fields.get("subject") or random_id()
    digest = None if photo is None else sha256_hex(photo)
    fields["uploaded_photo"] = digest or fields.get("uploaded_photo")
    applicant = Applicant.from_json(fields)
    if database.row("SELECT 1 FROM tombstone WHERE subject = ?", applicant.subject) is not None:
        raise WireError("applicant.subject: was erased")
    store_applicant(database, applicant)
    if photo is not None:
        database.run("DELETE FROM photo WHERE subject = ?", applicant.subject)
        database.run("INSERT INTO photo VALUES (?, ?, ?)", digest, applicant.subject, photo)


def _photo(directory: Path, name: object) -> bytes:
    if not isinstance(name, str) or Path(name).is_absolute() or ".." in Path(name).parts:
        raise WireError("applicant.photo_file: not a file beside this one")
    photo = (directory / name).read_bytes()
    if len(photo) > MAX_PHOTO_BYTES or not photo.startswith(b"\xff\xd8"):
        raise WireError("applicant.photo_file: no JPEG of fitting size")
    return photo


def _load_session(database: Database, value: object) -> int:
    fields = _object(value, "exam_session")
    seats = Fields({"seats": fields.pop("seats", [])}, "exam_session").items("seats", MAX_PEOPLE)
    exam_session = ExamSession.from_json(fields)
    store_session(database, exam_session)
    for seat in seats:
        _load_seat(database, exam_session.id, seat)
    return len(seats)


def _load_seat(database: Database, exam_session_id: str, value: object) -> None:
    f = Fields({"designated_finger": None} | _object(value, "seat"), "seat")
    subject = subject_of(database, f.token("registration_id", 32))
    if subject is None:
        raise WireError("seat.registration_id: no such applicant")
    seat = Seat(
        subject,
        f.text("ticket_no", 40, min_chars=1),
        f.text("room", 20),
        f.text("seat", 20),
        f.text("subject_name", 120),
        f.optional("designated_finger", lambda name: f.integer(name, 1, 10)),
    )
    f.done()
    store_seat(database, exam_session_id, seat)
