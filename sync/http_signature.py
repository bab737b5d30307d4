"""Signed requests and answers, in the style of RFC 9421 (HTTP Message Signatures).

A request's signature covers method, path, query and body digest, with the time of making, a
nonce and the signer's name as parameters. An answer's covers status, body digest and the
signature of the request it answers, so that no recorded answer fits another request.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from sync.errors import SealError
from sync.seal import SUITE_1, SigningKey, VerifyKey

DIGEST_HEADER = "Content-Digest"
INPUT_HEADER = "Signature-Input"
SIGNATURE_HEADER = "Signature"

_REQUEST_PARTS = '("@method" "@path" "@query" "content-digest")'
_ANSWER_PARTS = '("@status" "content-digest" "signature";req)'
_ALGORITHM = "ed25519"
_PARAMETERS = re.compile(
    r";created=(\d{1,12});nonce=\"([0-9a-f]{32})\""
    r";keyid=\"([A-Za-z0-9_.:-]{1,64})\";alg=\"ed25519\"\Z"
)


@dataclass(frozen=True)
class Parameters:
    """`created_s`: whole seconds since 1970 in platform time; `nonce`: 128 bits, never reused."""

    created_s: int
    nonce: str
    key_id: str

    def text(self) -> str:
        return (
            f';created={self.created_s};nonce="{self.nonce}"'
            f';keyid="{self.key_id}";alg="{_ALGORITHM}"'
        )

    @classmethod
    def parse(cls, text: str) -> Parameters:
        match = _PARAMETERS.match(text)
        if match is None:
            raise SealError("request signature: parameters")
        return cls(int(match[1]), match[2], match[3])


@dataclass(frozen=True)
class RequestLine:
    """What of a request is signed besides its body; `query` without the question mark."""

    method: str
    path: str
    query: str


def content_digest(body: bytes) -> str:
    """Value of the Content-Digest header (RFC 9530), SHA-256."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode('ascii')}:"


def sign_request(
    key: SigningKey, line: RequestLine, body: bytes, parameters: Parameters
) -> dict[str, str]:
    """Headers to send with the request."""
    digest = content_digest(body)
    signed_input = _REQUEST_PARTS + parameters.text()
    return {
        DIGEST_HEADER: digest,
        INPUT_HEADER: f"sig1={signed_input}",
        SIGNATURE_HEADER: _write(key.sign(_request_base(line, digest, signed_input))),
    }


def request_parameters(headers: Mapping[str, str]) -> Parameters:
    """Who claims to have signed, when and with which nonce: unproven until `check_request`."""
    signed_input = headers.get(INPUT_HEADER, "")
    start = f"sig1={_REQUEST_PARTS}"
    if not signed_input.startswith(start):
        raise SealError("request signature: input")
    return Parameters.parse(signed_input.removeprefix(start))


def check_request(
    key: VerifyKey, line: RequestLine, body: bytes, headers: Mapping[str, str]
) -> None:
    """Raise SealError unless `key` signed exactly this request."""
    parameters = request_parameters(headers)
    digest = _check_digest(headers, body)
    base = _request_base(line, digest, _REQUEST_PARTS + parameters.text())
    key.verify(_read(headers.get(SIGNATURE_HEADER, "")), base)


def sign_answer(
    key: SigningKey, status: int, body: bytes, request_signature: str
) -> dict[str, str]:
    """Headers to send with the answer to the request that carried `request_signature`."""
    digest = content_digest(body)
    return {
        DIGEST_HEADER: digest,
        INPUT_HEADER: f'sig1={_ANSWER_PARTS};alg="{_ALGORITHM}"',
        SIGNATURE_HEADER: _write(key.sign(_answer_base(status, digest, request_signature))),
    }


def check_answer(
    key: VerifyKey, status: int, body: bytes, headers: Mapping[str, str], request_signature: str
) -> None:
    """Raise SealError unless `key` signed exactly this answer to exactly that request."""
    digest = _check_digest(headers, body)
    base = _answer_base(status, digest, request_signature)
    key.verify(_read(headers.get(SIGNATURE_HEADER, "")), base)


def _check_digest(headers: Mapping[str, str], body: bytes) -> str:
    digest = content_digest(body)
    if headers.get(DIGEST_HEADER) != digest:
        raise SealError("content digest: does not match")
    return digest


def _request_base(line: RequestLine, digest: str, signed_input: str) -> bytes:
    return "\n".join(
        [
            f'"@method": {line.method}',
            f'"@path": {line.path}',
            f'"@query": ?{line.query}',
            f'"content-digest": {digest}',
            f'"@signature-params": {signed_input}',
        ]
    ).encode("utf-8")


def _answer_base(status: int, digest: str, request_signature: str) -> bytes:
    return "\n".join(
        [
            f'"@status": {status}',
            f'"content-digest": {digest}',
            f'"signature";req: {request_signature}',
            f'"@signature-params": {_ANSWER_PARTS};alg="{_ALGORITHM}"',
        ]
    ).encode("utf-8")


def _write(signature: bytes) -> str:
    """Without the suite id: `alg` names the suite here."""
    return f"sig1=:{base64.b64encode(signature[1:]).decode('ascii')}:"


def _read(header: str) -> bytes:
    if len(header) > 200 or not header.startswith("sig1=:") or not header.endswith(":"):
        raise SealError("signature header: wrong form")
    try:
        raw = base64.b64decode(header[6:-1], validate=True)
    except (binascii.Error, ValueError) as error:
        raise SealError("signature header: wrong form") from error
    return bytes((SUITE_1,)) + raw
