"""The web process: routes, authentication and signed answers. It cannot open a confirmation."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sync.activation import ACTIVATION_LINE
from sync.errors import RefusalReason
from sync.http_signature import SIGNATURE_HEADER, RequestLine, sign_answer
from sync.hub.database import Database
from sync.hub.directory import Platform
from sync.hub.errors import Refusal
from sync.hub.exams import exam_sessions, package_for
from sync.hub.intake import MAX_BATCH_BYTES, take_batch
from sync.hub.people import page_for, photo_for
from sync.hub.stations import Station, admit_once, authenticate, join
from sync.wire import JsonObject, canonical_bytes, format_instant, sha256_hex
from sync.wire.confirmation import MAX_BUNDLE_BYTES

MAX_BLOB_BYTES = MAX_BUNDLE_BYTES + 1024
_MAX_SMALL_BODY_BYTES = 16 * 1024
_STATUS = {
    RefusalReason.BAD_REQUEST: 400,
    RefusalReason.TOO_LARGE: 413,
    RefusalReason.WRONG_DIGEST: 422,
    RefusalReason.NOT_FOUND: 404,
    RefusalReason.UNKNOWN_STATION: 401,
    RefusalReason.BAD_SIGNATURE: 401,
    RefusalReason.CLOCK_WINDOW: 401,
    RefusalReason.REPLAYED: 409,
    RefusalReason.CODE_INVALID: 403,
}


@dataclass(frozen=True)
class Call:
    """A request whose sender is known."""

    platform: Platform
    database: Database
    station: Station
    line: RequestLine
    argument: str
    body: bytes
    now_s: float


Handler = Callable[[Call], bytes]


@dataclass(frozen=True)
class Operation:
    """A method and path; the pattern's only group, if any, becomes the call's argument."""

    method: str
    path: re.Pattern[str]
    handler: Handler
    max_body_bytes: int = _MAX_SMALL_BODY_BYTES


def _time(call: Call) -> bytes:
    return canonical_bytes({"hub_time": format_instant(call.now_s)})


def _put_blob(call: Call) -> bytes:
    if sha256_hex(call.body) != call.argument:
        raise Refusal(RefusalReason.WRONG_DIGEST)
    call.platform.files.put(call.body)
    with call.database.transaction():
        call.database.run(
            "INSERT INTO blob VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            call.argument,
            len(call.body),
            call.station.id,
            format_instant(call.now_s),
        )
    return b"{}"


def _post_events(call: Call) -> bytes:
    receipt = take_batch(call.database, call.platform, call.station, call.body, call.now_s)
    return canonical_bytes(receipt.to_json())


def _get_applicants(call: Call) -> bytes:
    match = re.fullmatch(r"cursor=(\d{1,15})", call.line.query)
    if match is None:
        raise Refusal(RefusalReason.BAD_REQUEST)
    return canonical_bytes(page_for(call.database, call.station, int(match[1])).to_json())


def _get_photo(call: Call) -> bytes:
    photo = photo_for(call.database, call.station, call.argument)
    if photo is None:
        raise Refusal(RefusalReason.NOT_FOUND)
    return photo


def _get_exam_sessions(call: Call) -> bytes:
    sessions = [exam_session.to_json() for exam_session in exam_sessions(call.database)]
    return canonical_bytes({"exam_sessions": sessions})


def _get_package(call: Call) -> bytes:
    return package_for(call.database, call.platform, call.station, call.argument)


_TIME = Operation("GET", re.compile(r"/v1/time"), _time)
OPERATIONS = (
    _TIME,
    Operation("PUT", re.compile(r"/v1/blobs/([0-9a-f]{64})"), _put_blob, MAX_BLOB_BYTES),
    Operation("POST", re.compile(r"/v1/events"), _post_events, MAX_BATCH_BYTES),
    Operation("GET", re.compile(r"/v1/applicants"), _get_applicants),
    Operation("GET", re.compile(r"/v1/photos/([0-9a-f]{64})"), _get_photo),
    Operation("GET", re.compile(r"/v1/exam-sessions"), _get_exam_sessions),
    Operation("GET", re.compile(r"/v1/packages/([A-Za-z0-9_.:%-]{1,80})"), _get_package),
)


def create_application(platform: Platform, clock: Callable[[], float]) -> Starlette:
    """The ASGI application; `clock` gives seconds since 1970."""

    async def endpoint(request: Request) -> Response:
        line = RequestLine(
            request.method, request.scope["raw_path"].decode("latin-1"), request.url.query
        )
        operation, argument = _find(line)
        limit_bytes = operation.max_body_bytes if operation else _MAX_SMALL_BODY_BYTES
        body = await _read_body(request, limit_bytes)
        service = _Service(platform, clock, request.headers)
        return await run_in_threadpool(service.answer, line, operation, argument, body)

    return Starlette(routes=[Route("/{path:path}", endpoint, methods=["GET", "PUT", "POST"])])


def _find(line: RequestLine) -> tuple[Operation | None, str]:
    for operation in OPERATIONS:
        match = operation.path.fullmatch(line.path)
        if match and operation.method == line.method:
            return operation, match[1] if match.groups() else ""
    return None, ""


async def _read_body(request: Request, limit_bytes: int) -> bytes | None:
    """The whole body, or None once it is over the limit."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit_bytes:
            return None
    return bytes(body)


@dataclass(frozen=True)
class _Service:
    """Answers one request, on a worker thread with a database connection of its own."""

    platform: Platform
    clock: Callable[[], float]
    headers: Mapping[str, str]

    def answer(
        self, line: RequestLine, operation: Operation | None, argument: str, body: bytes | None
    ) -> Response:
        try:
            if body is None:
                raise Refusal(RefusalReason.TOO_LARGE)
            if line == ACTIVATION_LINE:
                return self._response(200, self._join(body))
            return self._response(200, self._serve(line, operation, argument, body))
        except Refusal as refusal:
            values: JsonObject = {
                "reason": refusal.reason.value,
                "hub_time": format_instant(self.clock()),
            }
            return self._response(_STATUS[refusal.reason], canonical_bytes(values))

    def _join(self, body: bytes) -> bytes:
        with self.platform.database() as database:
            activation = join(database, self.platform, body, self.clock())
        return canonical_bytes(activation.to_json())

    def _serve(
        self, line: RequestLine, operation: Operation | None, argument: str, body: bytes
    ) -> bytes:
        now_s = self.clock()
        with self.platform.database() as database:
            station, parameters = authenticate(database, line, body, self.headers)
            if operation is None:
                raise Refusal(RefusalReason.NOT_FOUND)
            if operation is not _TIME:
                # Asking the time is how a station with a wrong clock finds its way back.
                admit_once(database, parameters, now_s)
            call = Call(self.platform, database, station, line, argument, body, now_s)
            return operation.handler(call)

    def _response(self, status: int, body: bytes) -> Response:
        request_signature = self.headers.get(SIGNATURE_HEADER, "")
        signed = sign_answer(self.platform.signing_key, status, body, request_signature)
        return Response(body, status, headers={**signed, "Cache-Control": "no-store"})
