"""The vault's process: opens confirmations of people in the roll and seals them to stations.

It is a command run beside the web process, by whoever may; the opened data exist in this
process's memory only, between opening one confirmation and sealing it to the stations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sync.errors import SealError, WireError
from sync.hub.database import Database
from sync.hub.directory import Platform
from sync.hub.errors import HubSetupError, HubStorageError
from sync.hub.exams import (
    Seat,
    find_session,
    latest_confirmation,
    next_sequence,
    package_digests,
    seats,
)
from sync.hub.people import find_applicant
from sync.package import SITE_KIND, site_entries, write_package
from sync.press_chain import PressFault, check_presses
from sync.seal import SealingKey, UnsealingKey, unseal
from sync.wire import (
    ApplicantStatus,
    Candidate,
    ConfirmationBundle,
    Event,
    EventType,
    PressImage,
    confirmation_aad,
    parse_instant,
)

VALID_AFTER_START_S = 24 * 3600
_PREFERRED_FINGERS = (7, 2, 8, 3, 6, 1)
"""Left and right index, then middle, then thumb (ISO positions): ties go to the earlier."""


@dataclass(frozen=True)
class Built:
    """What one build made, and the seats it had to leave out: counts only."""

    stations: int
    candidates: int
    not_in_roll: int
    unreadable: int


@dataclass(frozen=True)
class _Refused:
    in_roll: bool


def build_packages(
    database: Database,
    platform: Platform,
    vault_key: UnsealingKey,
    exam_session_id: str,
    station_ids: Sequence[str],
    now_s: float,
) -> Built:
    """Make one package for each station, or for every station where none is named."""
    exam_session = find_session(database, exam_session_id)
    if now_s > parse_instant(exam_session.starts_at) + VALID_AFTER_START_S:
        raise HubSetupError("this exam session is over")
    opened = [
        _open_seat(database, platform, vault_key, exam_session_id, seat)
        for seat in seats(database, exam_session_id)
    ]
    candidates = [item for item in opened if isinstance(item, Candidate)]
    entries = site_entries(exam_session, candidates)
    audience = _stations(database, station_ids)
    replaced = package_digests(database, exam_session_id, [name for name, _ in audience])
    with database.transaction():
        sequence = next_sequence(database)
        for station_id, sealing_key in audience:
            package = write_package(
                entries,
                kind=SITE_KIND,
                package_id=exam_session_id,
                sequence=sequence,
                audience=station_id,
                signing_key=platform.signing_key,
                sealing_key=sealing_key,
                created_s=now_s,
                not_after_s=parse_instant(exam_session.starts_at) + VALID_AFTER_START_S,
            )
            _store(database, platform, exam_session_id, station_id, sequence, package)
    for digest in replaced:
        platform.files.erase(digest)
    refused = [item for item in opened if isinstance(item, _Refused)]
    unreadable = sum(item.in_roll for item in refused)
    return Built(len(audience), len(candidates), len(refused) - unreadable, unreadable)


def _stations(database: Database, station_ids: Sequence[str]) -> list[tuple[str, SealingKey]]:
    rows = database.rows("SELECT id, sealing_key FROM station ORDER BY id")
    known = {row[0]: SealingKey.from_bytes(row[1]) for row in rows}
    if not set(station_ids) <= set(known):
        raise HubSetupError("no such station")
    chosen = list(station_ids) or list(known)
    if not chosen:
        raise HubSetupError("no station has joined yet")
    return [(station_id, known[station_id]) for station_id in chosen]


def _store(
    database: Database,
    platform: Platform,
    exam_session_id: str,
    station_id: str,
    sequence: int,
    package: bytes,
) -> None:
    database.run(
        "INSERT INTO package VALUES (?, ?, ?, ?) ON CONFLICT (exam_session, station)"
        " DO UPDATE SET sequence = excluded.sequence, digest = excluded.digest",
        exam_session_id,
        station_id,
        sequence,
        platform.files.put(package),
    )


def _open_seat(
    database: Database,
    platform: Platform,
    vault_key: UnsealingKey,
    exam_session_id: str,
    seat: Seat,
) -> Candidate | _Refused:
    applicant = find_applicant(database, seat.subject)
    digest = latest_confirmation(database, seat.subject)
    if applicant is None or applicant.status is not ApplicantStatus.ENROLLED or digest is None:
        return _Refused(in_roll=False)
    bundle = _open_confirmation(database, platform, vault_key, seat.subject, digest)
    if bundle is None:
        return _Refused(in_roll=True)
    return Candidate(
        subject=seat.subject,
        ticket_no=seat.ticket_no,
        name=applicant.name,
        document_type=applicant.document_type,
        document_number=applicant.document_number,
        room=seat.room,
        seat=seat.seat,
        exam_session_id=exam_session_id,
        subject_name=seat.subject_name,
        photo=bundle.photo,
        record=bundle.record,
        designated_finger=designate_finger(bundle.images, seat.designated_finger),
    )


def _open_confirmation(
    database: Database, platform: Platform, vault_key: UnsealingKey, subject: str, digest: str
) -> ConfirmationBundle | None:
    """None if it does not open, is not this person's, has presses that do not fit, or is simulated
    and this is no demo.
    """
    try:
        sealed = platform.files.get(digest)
        bundle = ConfirmationBundle.from_bytes(unseal(vault_key, sealed, confirmation_aad(subject)))
    except (SealError, WireError, HubStorageError):
        return None
    if bundle.subject != subject or (bundle.simulated and not platform.demo):
        return None
    return bundle if _presses_fit(database, bundle) else None


def _presses_fit(database: Database, bundle: ConfirmationBundle) -> bool:
    """No press was exchanged, left out or reordered, by the copy itself and by what is held here.

    A copy of version 1 brings no events; it is taken where the station chained none either.
    """
    rows = database.rows(
        "SELECT body FROM event WHERE subject = ? AND type = ?",
        bundle.subject,
        EventType.PRESS_CAPTURED.value,
    )
    held = {
        event for event in (bytes(row[0]) for row in rows) if Event.from_bytes(event).version > 1
    }
    match check_presses(bundle):
        case None:
            return held <= set(bundle.press_log.splitlines())
        case PressFault.NOT_CHAINED:
            return not held
        case _:
            return False


def designate_finger(images: Sequence[PressImage], wished: int | None) -> int:
    """The finger asked for in the normal lane: the wished one if it was captured, otherwise the
    best by mean quality among index and middle fingers, or among all that were captured.
    """
    qualities: dict[int, list[int]] = {}
    for image in images:
        qualities.setdefault(image.finger_position, []).append(image.quality)
    if wished is not None and (wished in qualities or not qualities):
        return wished
    usual = [finger for finger in _PREFERRED_FINGERS[:4] if finger in qualities]
    captured = usual or [finger for finger in _PREFERRED_FINGERS if finger in qualities]
    captured = captured or sorted(qualities) or [_PREFERRED_FINGERS[0]]
    return max(captured, key=lambda f: sum(qualities.get(f, [0])) / len(qualities.get(f, [0])))
