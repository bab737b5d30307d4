"""The platform over HTTP, as the station sees it: signed requests, checked answers, no retries.

Expected failures are the tree of `sync.errors`; when to try again is the worker's business.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import requests

from sync.activation import activate
from sync.batch import Batch
from sync.errors import HubNonsense, HubRefused, RefusalReason, SealError, WireError
from sync.exchange import Answer, Exchange
from sync.http_signature import (
    SIGNATURE_HEADER,
    Parameters,
    RequestLine,
    check_answer,
    sign_request,
)
from sync.seal import SigningKey, VerifyKey, random_id
from sync.wire import ExamSession, Page, Receipt, parse_instant, parse_json, sha256_hex
from sync.wire.exam import MAX_PHOTO_BYTES
from sync.wire.fields import Fields

__all__ = ["HubClient", "HubTime", "StationIdentity", "activate"]

MAX_SMALL_BYTES = 1024 * 1024
MAX_PAGE_BYTES = 32 * 1024 * 1024
MAX_PACKAGE_BYTES = 512 * 1024 * 1024
MAX_EXAM_SESSIONS = 1000


@dataclass(frozen=True)
class StationIdentity:
    """Who the station is, and the one key it believes."""

    station_id: str
    signing_key: SigningKey
    hub_verify_key: VerifyKey


@dataclass(frozen=True)
class HubTime:
    """Platform time minus station time is `offset_ms`, right to half of `round_trip_ms`."""

    hub_epoch_s: float
    offset_ms: int
    round_trip_ms: int


class HubClient:
    """One station's door to its platform. Holds the measured clock offset and nothing else."""

    def __init__(
        self,
        base_url: str,
        identity: StationIdentity,
        session: requests.Session,
        clock: Callable[[], float],
        timeout_s: float,
    ) -> None:
        self._exchange = Exchange(base_url, session, timeout_s)
        self._identity = identity
        self._clock = clock
        self._offset_s = 0.0

    def hub_time(self) -> HubTime:
        """Ask the platform's time; later requests are dated by it."""
        sent_s = self._clock()
        answer = self._get("/v1/time", MAX_SMALL_BYTES)
        received_s = self._clock()
        hub_epoch_s = _instant_of(answer)
        self._offset_s = hub_epoch_s - (sent_s + received_s) / 2
        round_trip_ms = round((received_s - sent_s) * 1000)
        return HubTime(hub_epoch_s, round(self._offset_s * 1000), round_trip_ms)

    def put_blob(self, digest: str, sealed: bytes) -> None:
        """Store sealed bytes under their SHA-256; storing them again changes nothing."""
        if sha256_hex(sealed) != digest:
            raise ValueError("digest is not of these bytes")
        self._request("PUT", f"/v1/blobs/{digest}", "", sealed, MAX_SMALL_BYTES)

    def send_events(self, batch: Batch) -> Receipt:
        """Deliver a batch; the receipt is checked and speaks of every event of the batch."""
        body = self._request("POST", "/v1/events", "", batch.body(), MAX_SMALL_BYTES)
        try:
            receipt = Receipt.from_json(parse_json(body, MAX_SMALL_BYTES))
            self._identity.hub_verify_key.verify(receipt.signature, receipt.signed_bytes())
        except (WireError, SealError) as error:
            raise HubNonsense("receipt") from error
        if not _fits(receipt, batch, self._identity.station_id):
            raise HubNonsense("receipt of another batch")
        return receipt

    def applicants(self, cursor: str = "0") -> Page:
        """What changed since `cursor` ("0" for all): applicants and tombstones, oldest first."""
        body = self._get("/v1/applicants", MAX_PAGE_BYTES, {"cursor": cursor})
        try:
            return Page.from_json(parse_json(body, MAX_PAGE_BYTES))
        except WireError as error:
            raise HubNonsense("page") from error

    def photo(self, digest: str) -> bytes:
        """The photograph an applicant uploaded (JPEG), by `Applicant.uploaded_photo`."""
        content = self._get(f"/v1/photos/{quote(digest, safe='')}", MAX_PHOTO_BYTES)
        if sha256_hex(content) != digest:
            raise HubNonsense("photo")
        return content

    def exam_sessions(self) -> tuple[ExamSession, ...]:
        body = self._get("/v1/exam-sessions", MAX_SMALL_BYTES)
        try:
            f = Fields(parse_json(body, MAX_SMALL_BYTES), "exam_sessions")
            items = f.items("exam_sessions", MAX_EXAM_SESSIONS)
            return tuple(map(ExamSession.from_json, items))
        except WireError as error:
            raise HubNonsense("exam sessions") from error

    def package(self, exam_session_id: str) -> bytes:
        """The newest site package made for this station, unopened; see `sync.package`."""
        path = f"/v1/packages/{quote(exam_session_id, safe='')}"
        return self._get(path, MAX_PACKAGE_BYTES)

    def _get(self, path: str, limit_bytes: int, query: dict[str, str] | None = None) -> bytes:
        return self._request("GET", path, urlencode(query or {}), b"", limit_bytes)

    def _request(self, method: str, path: str, query: str, body: bytes, limit_bytes: int) -> bytes:
        line = RequestLine(method, path, query)
        answer = self._ask(line, body, limit_bytes)
        if answer.status == 200:
            return answer.body
        reason, hub_epoch_s = _refusal(answer)
        if reason is not RefusalReason.CLOCK_WINDOW or hub_epoch_s is None:
            raise HubRefused(reason)
        # The refusal is signed and says what time it is: date the request by that, once.
        self._offset_s = hub_epoch_s - self._clock()
        answer = self._ask(line, body, limit_bytes)
        if answer.status == 200:
            return answer.body
        raise HubRefused(_refusal(answer)[0])

    def _ask(self, line: RequestLine, body: bytes, limit_bytes: int) -> Answer:
        created_s = int(self._clock() + self._offset_s)
        parameters = Parameters(created_s, random_id(), self._identity.station_id)
        headers = sign_request(self._identity.signing_key, line, body, parameters)
        answer = self._exchange.send(line, headers, body, limit_bytes)
        try:
            check_answer(
                self._identity.hub_verify_key,
                answer.status,
                answer.body,
                answer.headers,
                headers[SIGNATURE_HEADER],
            )
        except SealError as error:
            raise HubNonsense("answer not signed by the platform") from error
        return answer


def _instant_of(body: bytes) -> float:
    try:
        f = Fields(parse_json(body, MAX_SMALL_BYTES), "time")
        return parse_instant(f.instant("hub_time"))
    except WireError as error:
        raise HubNonsense("time") from error


def _refusal(answer: Answer) -> tuple[RefusalReason, float | None]:
    """Reason and platform time of a signed refusal."""
    try:
        f = Fields(parse_json(answer.body, MAX_SMALL_BYTES), "refusal")
        reason = f.choice("reason", RefusalReason)
        hub_time = f.optional("hub_time", f.instant)
    except WireError as error:
        raise HubNonsense("refusal") from error
    return reason, None if hub_time is None else parse_instant(hub_time)


def _fits(receipt: Receipt, batch: Batch, station_id: str) -> bool:
    """Whether the receipt is for this batch and leaves none of its events unmentioned."""
    references = {f"#{place}": event_id for place, event_id in enumerate(batch.event_ids)}
    rejected = [references.get(r.id, r.id) for r in receipt.rejected]
    mentioned = sorted([*receipt.settled, *rejected])
    return (
        receipt.batch_id == batch.id
        and receipt.station == station_id
        and mentioned == sorted(batch.event_ids)
    )
