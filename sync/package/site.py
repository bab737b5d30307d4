"""The site package: one exam session and its candidates, as entries of a signed package."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sync.errors import PackageError, PackageFault, WireError
from sync.package.container import Package
from sync.wire.canonical import canonical_bytes
from sync.wire.exam import MAX_PHOTO_BYTES, MAX_RECORD_BYTES, Candidate, ExamSession
from sync.wire.fields import parse_json

SITE_KIND = "site"
"""The package's id is the exam session's id."""

_SESSION_ENTRY = "session.json"
_CANDIDATE_PREFIX = "candidate/"
_MAX_SESSION_BYTES = 64 * 1024
_MAX_CANDIDATE_BYTES = 2 * (MAX_PHOTO_BYTES + MAX_RECORD_BYTES) + 64 * 1024


@dataclass(frozen=True)
class SitePackage:
    """One half-day at one site: rules and roster."""

    exam_session: ExamSession
    candidates: tuple[Candidate, ...]


def site_entries(exam_session: ExamSession, candidates: Sequence[Candidate]) -> dict[str, bytes]:
    """The entries to hand to `write_package`; one per candidate."""
    entries = {_SESSION_ENTRY: canonical_bytes(exam_session.to_json())}
    for candidate in candidates:
        entries[_CANDIDATE_PREFIX + candidate.subject] = canonical_bytes(candidate.to_json())
    return entries


def read_site(package: Package) -> SitePackage:
    """Parse a checked package. Raises PackageError if it is of another kind or does not add up."""
    if package.manifest.kind != SITE_KIND:
        raise PackageError(PackageFault.UNSUPPORTED)
    try:
        return _parse(package)
    except WireError as error:
        raise PackageError(PackageFault.MALFORMED) from error


def _parse(package: Package) -> SitePackage:
    if _SESSION_ENTRY not in package.entries:
        raise WireError("site: no session")
    session_json = parse_json(package.entries[_SESSION_ENTRY], _MAX_SESSION_BYTES)
    exam_session = ExamSession.from_json(session_json)
    candidates = tuple(
        _candidate(name, data) for name, data in package.entries.items() if name != _SESSION_ENTRY
    )
    seated_here = all(c.exam_session_id == exam_session.id for c in candidates)
    if exam_session.id != package.manifest.id or not seated_here:
        raise WireError("site: another session's data")
    return SitePackage(exam_session, candidates)


def _candidate(name: str, data: bytes) -> Candidate:
    candidate = Candidate.from_json(parse_json(data, _MAX_CANDIDATE_BYTES))
    if name != _CANDIDATE_PREFIX + candidate.subject:
        raise WireError("site: entry name")
    return candidate
