"""Who may talk to the platform: activation codes, stations, nonces."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sync.activation import SECRET_BYTES, write_code
from sync.errors import RefusalReason, SealError, WireError
from sync.http_signature import Parameters, RequestLine, check_request, request_parameters
from sync.hub.database import Database
from sync.hub.directory import Platform
from sync.hub.errors import Refusal
from sync.seal import SealingKey, VerifyKey
from sync.wire import Activation, ActivationRequest, format_instant, parse_json, sha256_hex

WINDOW_S = 300
EVERY_UNIT = "all"
"""The unit code of an organiser's stations, which serve applicants of every unit."""

_MAX_REQUEST_BYTES = 16 * 1024


@dataclass(frozen=True)
class Station:
    """A station that has joined. It sees the applicants of its unit."""

    id: str
    unit_code: str
    verify_key: VerifyKey

    def serves(self, unit_code: str) -> bool:
        return self.unit_code in (EVERY_UNIT, unit_code)


def new_code(database: Database, platform: Platform, unit_code: str, expires_s: float) -> str:
    """A code for one station; the database keeps its digest only."""
    code = write_code(secrets.token_bytes(SECRET_BYTES), platform.signing_key.verify_key)
    with database.transaction():
        database.run(
            "INSERT INTO activation_code (code_digest, unit_code, expires_s) VALUES (?, ?, ?)",
            sha256_hex(code.encode()),
            unit_code,
            expires_s,
        )
    return code


def join(database: Database, platform: Platform, body: bytes, now_s: float) -> Activation:
    """Take a code and register the station's keys; a code works once."""
    try:
        request = ActivationRequest.from_json(parse_json(body, _MAX_REQUEST_BYTES))
        VerifyKey.from_bytes(request.verify_key)
        SealingKey.from_bytes(request.sealing_key)
    except (WireError, SealError) as error:
        raise Refusal(RefusalReason.BAD_REQUEST) from error
    with database.transaction():
        station_id, unit_code = _use_code(database, request, now_s)
    unsigned = Activation(
        station_id,
        platform.tenant,
        unit_code,
        platform.demo,
        platform.signing_key.verify_key.to_bytes(),
        platform.sealing_key.to_bytes(),
        request.nonce,
    )
    return replace(unsigned, signature=platform.signing_key.sign(unsigned.signed_bytes()))


def _use_code(database: Database, request: ActivationRequest, now_s: float) -> tuple[str, str]:
    digest = sha256_hex(request.code.encode())
    found = database.row(
        "SELECT unit_code, station FROM activation_code WHERE code_digest = ? AND expires_s > ?",
        digest,
        now_s,
    )
    if found is None:
        raise Refusal(RefusalReason.CODE_INVALID)
    unit_code, station_id = found
    if station_id is not None:
        return _joined_before(database, station_id, request), unit_code
    station_id = f"s-{secrets.token_hex(6)}"
    database.run(
        "INSERT INTO station VALUES (?, ?, ?, ?, ?, ?)",
        station_id,
        request.station_name,
        unit_code,
        request.verify_key,
        request.sealing_key,
        format_instant(now_s),
    )
    database.run("UPDATE activation_code SET station = ? WHERE code_digest = ?", station_id, digest)
    return station_id, unit_code


def _joined_before(database: Database, station_id: str, request: ActivationRequest) -> str:
    """The same keys again: the first answer was lost on its way. Other keys: the code is used."""
    same = database.row(
        "SELECT 1 FROM station WHERE id = ? AND verify_key = ? AND sealing_key = ?",
        station_id,
        request.verify_key,
        request.sealing_key,
    )
    if same is None:
        raise Refusal(RefusalReason.CODE_INVALID)
    return station_id


def authenticate(
    database: Database, line: RequestLine, body: bytes, headers: Mapping[str, str]
) -> tuple[Station, Parameters]:
    """Whose signature the request truly carries. Time and nonce are the caller's to check."""
    try:
        parameters = request_parameters(headers)
    except SealError as error:
        raise Refusal(RefusalReason.BAD_SIGNATURE) from error
    station = find_station(database, parameters.key_id)
    try:
        check_request(station.verify_key, line, body, headers)
    except SealError as error:
        raise Refusal(RefusalReason.BAD_SIGNATURE) from error
    return station, parameters


def find_station(database: Database, station_id: str) -> Station:
    """Raises Refusal if no such station has joined."""
    found = database.row("SELECT id, unit_code, verify_key FROM station WHERE id = ?", station_id)
    if found is None:
        raise Refusal(RefusalReason.UNKNOWN_STATION)
    return Station(found[0], found[1], VerifyKey.from_bytes(found[2]))


def admit_once(database: Database, parameters: Parameters, now_s: float) -> None:
    """Refuse a request from outside the window, or one whose nonce was seen within it."""
    if abs(parameters.created_s - now_s) > WINDOW_S:
        raise Refusal(RefusalReason.CLOCK_WINDOW)
    with database.transaction():
        database.run("DELETE FROM nonce WHERE created_s < ?", int(now_s) - 2 * WINDOW_S)
        fresh = database.run(
            "INSERT INTO nonce VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            parameters.key_id,
            parameters.nonce,
            parameters.created_s,
        )
    if not fresh:
        raise Refusal(RefusalReason.REPLAYED)
