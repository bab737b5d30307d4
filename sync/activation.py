"""Joining a platform by a one-time code.

A code is 20 characters of base 32 (RFC 4648) in groups of five: ten secret ones, then the first
ten of the SHA-256 of the platform's verify key. Whoever types the code has thereby also said
which key to trust, so that nobody in between can put a key of their own in its place.
"""

from __future__ import annotations

import base64
import hashlib

import requests

from sync.errors import HubNonsense, HubRefused, RefusalReason, SealError, WireError
from sync.exchange import Answer, Exchange
from sync.http_signature import RequestLine
from sync.seal import SealingKey, SigningKey, VerifyKey, random_id
from sync.wire import Activation, ActivationRequest, canonical_bytes, parse_json
from sync.wire.fields import Fields

ACTIVATION_LINE = RequestLine("POST", "/v1/activations", "")
MAX_ANSWER_BYTES = 16 * 1024
SECRET_BYTES = 7
_HALF = 10


def write_code(secret: bytes, platform_key: VerifyKey) -> str:
    """`AAAAA-AAAAA-BBBBB-BBBBB` from at least 7 random bytes."""
    text = _base32(secret)[:_HALF] + _fingerprint(platform_key)
    return "-".join(text[i : i + 5] for i in range(0, 2 * _HALF, 5))


def read_code(typed: str) -> str:
    """The code in its one written form, however it was typed. Raises WireError."""
    text = (
        "".join(typed.split())
        .replace("-", "")
        .upper()
        .replace("0", "O")
        .replace("1", "I")
        .replace("8", "B")
    )
    alphabet = set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    if len(text) != 2 * _HALF or not set(text) <= alphabet:
        raise WireError("activation code: wrong form")
    return "-".join(text[i : i + 5] for i in range(0, 2 * _HALF, 5))


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode("ascii").rstrip("=")


def _fingerprint(key: VerifyKey) -> str:
    return _base32(hashlib.sha256(key.to_bytes()).digest())[:_HALF]


def activation_request(
    code: str, station_name: str, signing_key: SigningKey, sealing_key: SealingKey
) -> ActivationRequest:
    """The request to send, or to carry as a file. Raises WireError for a mistyped code."""
    return ActivationRequest(
        read_code(code),
        station_name,
        signing_key.verify_key.to_bytes(),
        sealing_key.to_bytes(),
        random_id(),
    )


def check_activation(request: ActivationRequest, answer: bytes) -> Activation:
    """Take an answer only if the key in it is the one the code names and it answers `request`.

    Raises HubNonsense.
    """
    try:
        activation = Activation.from_json(parse_json(answer, MAX_ANSWER_BYTES))
        platform_key = VerifyKey.from_bytes(activation.hub_verify_key)
        platform_key.verify(activation.signature, activation.signed_bytes())
        SealingKey.from_bytes(activation.unit_sealing_key)
    except (WireError, SealError) as error:
        raise HubNonsense("activation") from error
    named_by_code = request.code.replace("-", "")[_HALF:] == _fingerprint(platform_key)
    if not named_by_code or activation.nonce != request.nonce:
        raise HubNonsense("activation: another platform or another request")
    return activation


def activate(
    base_url: str,
    code: str,
    *,
    station_name: str,
    signing_key: SigningKey,
    sealing_key: SealingKey,
    session: requests.Session,
    timeout_s: float,
) -> Activation:
    """Join over the network. Raises WireError (mistyped code), HubRefused, HubNonsense or the
    failures of the connection.
    """
    request = activation_request(code, station_name, signing_key, sealing_key)
    body = canonical_bytes(request.to_json())
    exchange = Exchange(base_url, session, timeout_s)
    headers = {"Content-Type": "application/json"}
    answer = exchange.send(ACTIVATION_LINE, headers, body, MAX_ANSWER_BYTES)
    if answer.status != 200:
        raise _refusal(answer)
    return check_activation(request, answer.body)


def _refusal(answer: Answer) -> HubRefused | HubNonsense:
    """A refusal cannot be checked before a key is pinned; it costs nothing but the attempt."""
    try:
        f = Fields(parse_json(answer.body, MAX_ANSWER_BYTES), "refusal")
        return HubRefused(f.choice("reason", RefusalReason))
    except WireError:
        return HubNonsense("activation")
