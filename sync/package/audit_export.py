"""A stretch of a station's log as one signed file that needs neither database nor network.

UTF-8 text, one canonical JSON object a line: the format's name, then every event with its
position, then the manifest (who asked, for what purpose, which stretch, SHA-256 of all lines
before it), then the station's signature over the manifest. Events name nobody; the file holds no
evidence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from sync.errors import SealError, WireError
from sync.log_chain import ChainFault, Fault, LogWalk, declared_gaps
from sync.seal import KEY_BYTES, SIGNATURE_BYTES, SigningKey, VerifyKey
from sync.wire import (
    MAX_EVENT_BYTES,
    Event,
    EventType,
    Fields,
    JsonObject,
    Purpose,
    canonical_bytes,
    parse_json,
    sha256_hex,
    to_base64,
)
from sync.wire.fields import MAX_SAFE_INTEGER

FORMAT = "audit-export-1"
SUITE = "ed25519-sha256"
MAX_LINE_BYTES = MAX_EVENT_BYTES + 1024
_FIRST_LINE = canonical_bytes({"format": FORMAT, "suite": SUITE}) + b"\n"


@dataclass(frozen=True)
class ExportManifest:
    """What the file says of itself, and what its signature covers.

    Attributes:
        purpose: a code of the closed list of purposes.
        requested_by: operator id of who made the export.
        first_day, last_day: days asked for (yyyy-mm-dd, the station's calendar).
        previous: hash of the event before the first one here (64 zeros at the log's beginning);
            `previous_position`, `_incarnation` and `_seq` place it.
        head: hash of the last event here, or `previous` when there is none.
        body: SHA-256 of all lines before the manifest.
        key: serialised verify key of the station.
    """

    station: str
    incarnation: int
    purpose: str
    requested_by: str
    created: str
    first_day: str
    last_day: str
    first_position: int
    events: int
    previous: str
    previous_position: int
    previous_incarnation: int
    previous_seq: int
    head: str
    body: str
    key: bytes = field(repr=False)

    @classmethod
    def from_json(cls, value: object) -> ExportManifest:
        f = Fields(value, "audit_export")
        manifest = cls(
            station=f.token("station"),
            incarnation=f.integer("incarnation", 0, MAX_SAFE_INTEGER),
            purpose=f.choice("purpose", Purpose).value,
            requested_by=f.token("requested_by"),
            created=f.instant("created"),
            first_day=f.token("first_day", 10),
            last_day=f.token("last_day", 10),
            first_position=f.integer("first_position", 1, MAX_SAFE_INTEGER),
            events=f.integer("events", 0, MAX_SAFE_INTEGER),
            previous=f.digest("previous"),
            previous_position=f.integer("previous_position", 0, MAX_SAFE_INTEGER),
            previous_incarnation=f.integer("previous_incarnation", 0, MAX_SAFE_INTEGER),
            previous_seq=f.integer("previous_seq", 0, MAX_SAFE_INTEGER),
            head=f.digest("head"),
            body=f.digest("body"),
            key=f.blob("key", KEY_BYTES),
        )
        f.done()
        return manifest

    def to_json(self) -> JsonObject:
        return {**vars(self), "key": to_base64(self.key)}

    def signed_bytes(self) -> bytes:
        return canonical_bytes({"kind": FORMAT, "manifest": self.to_json()})


class ExportWriter:
    """Writes one export to a binary stream: `add` every event in order, then `finish`."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self.events = 0
        self._line(_FIRST_LINE)

    def add(self, position: int, event: Event) -> None:
        line = canonical_bytes({"position": position, "event": event.to_json()})
        self._line(line + b"\n")
        self.events += 1

    @property
    def body(self) -> str:
        """SHA-256 of all that has been written."""
        return self._digest.hexdigest()

    def finish(self, manifest: ExportManifest, key: SigningKey) -> None:
        """Write manifest and signature."""
        self._stream.write(canonical_bytes({"manifest": manifest.to_json()}) + b"\n")
        signature = to_base64(key.sign(manifest.signed_bytes()))
        self._stream.write(canonical_bytes({"signature": signature}) + b"\n")

    def _line(self, line: bytes) -> None:
        self._digest.update(line)
        self._stream.write(line)


@dataclass(frozen=True)
class ExportReport:
    """What a check of an export says. `faults` is empty when every line is as it was signed."""

    manifest: ExportManifest
    faults: tuple[ChainFault, ...]
    lost: int

    @property
    def intact(self) -> bool:
        return not self.faults

    @property
    def key(self) -> VerifyKey:
        """Whose signature it is: hold it against a key known from elsewhere."""
        return VerifyKey.from_bytes(self.manifest.key)


def verify_export(
    open_stream: Callable[[], BinaryIO], station_key: VerifyKey | None = None
) -> ExportReport:
    """Read an export, twice: for what it declares, then line by line.

    Without `station_key` the file's own key is taken, which proves that the file is whole but not
    whose it is. Raises WireError when it is no export, or its manifest is not signed.
    """
    manifest, gaps = _declared(open_stream)
    key = VerifyKey.from_bytes(manifest.key) if station_key is None else station_key
    walk = LogWalk(manifest.station, key, gaps, chained_presses=manifest.previous_position == 0)
    if manifest.previous_position:
        walk.start_after(
            manifest.previous_position,
            manifest.previous,
            manifest.previous_incarnation,
            manifest.previous_seq,
        )
    digest = hashlib.sha256()
    with open_stream() as stream:
        for line in _lines(stream):
            if line.startswith(b'{"manifest":'):
                signature = _signature(next(_lines(stream), b""))
                _check_end(stream)
                break
            digest.update(line)
            if line != _FIRST_LINE:
                _walk_line(walk, line)
        else:
            raise WireError("audit_export: no manifest")
    try:
        key.verify(signature, manifest.signed_bytes())
    except SealError:
        walk.fault(walk.position, Fault.FORGED_SIGNATURE)
    if digest.hexdigest() != manifest.body or walk.events != manifest.events:
        walk.fault(walk.position, Fault.ALTERED)
    if walk.events and walk.head != manifest.head:
        walk.fault(walk.position, Fault.CUT_OFF)
    return ExportReport(manifest, tuple(walk.faults), walk.lost)


def _declared(open_stream: Callable[[], BinaryIO]) -> tuple[ExportManifest, dict[int, int]]:
    gaps: dict[int, int] = {}
    salvages: list[Event] = []
    with open_stream() as stream:
        if next(_lines(stream), b"") != _FIRST_LINE:
            raise WireError("audit_export: not this format")
        for line in _lines(stream):
            if line.startswith(b'{"manifest":'):
                f = Fields(parse_json(line, MAX_LINE_BYTES), "audit_export")
                manifest = ExportManifest.from_json(f.raw("manifest"))
                f.done()
                break
            if EventType.STORE_SALVAGED.encode() in line:
                salvages.append(_read_line(line)[1])
        else:
            raise WireError("audit_export: no manifest")
    try:
        key = VerifyKey.from_bytes(manifest.key)
    except (SealError, ValueError) as error:
        raise WireError("audit_export: no key") from error
    for event in salvages:
        gaps.update(declared_gaps(event, key) or ())
    return manifest, gaps


def _walk_line(walk: LogWalk, line: bytes) -> None:
    try:
        position, event = _read_line(line)
    except WireError:
        walk.unreadable(walk.position + 1, sha256_hex(line))
        return
    walk.step(position, event, sha256_hex(event.canonical()))


def _read_line(line: bytes) -> tuple[int, Event]:
    f = Fields(parse_json(line, MAX_LINE_BYTES), "audit_export")
    position = f.integer("position", 1, MAX_SAFE_INTEGER)
    event = Event.from_json(f.raw("event"))
    f.done()
    return position, event


def _signature(line: bytes) -> bytes:
    f = Fields(parse_json(line, MAX_LINE_BYTES), "audit_export")
    signature = f.blob("signature", SIGNATURE_BYTES)
    f.done()
    return signature


def _check_end(stream: BinaryIO) -> None:
    if stream.read(1):
        raise WireError("audit_export: bytes after the signature")


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Lines of bounded length. Raises WireError for a longer one."""
    while line := stream.readline(MAX_LINE_BYTES + 1):
        if len(line) > MAX_LINE_BYTES:
            raise WireError("audit_export: line too long")
        yield line
