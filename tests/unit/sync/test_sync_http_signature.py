"""Signed requests and answers: what is covered cannot change, and the form is RFC 9421's."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace

import pytest

from sync.activation import read_code, write_code
from sync.errors import SealError, WireError
from sync.http_signature import (
    Parameters,
    RequestLine,
    check_answer,
    check_request,
    request_parameters,
    sign_answer,
    sign_request,
)
from sync.seal import SigningKey

KEY = SigningKey.generate()
LINE = RequestLine("POST", "/v1/events", "a=1")
BODY = b'{"batch_id":""}'
PARAMETERS = Parameters(1_772_300_000, "ab" * 16, "station-1")
HEADERS = sign_request(KEY, LINE, BODY, PARAMETERS)


def test_the_signed_text_is_the_signature_base_of_rfc_9421() -> None:
    digest = base64.b64encode(hashlib.sha256(BODY).digest()).decode()
    base = (
        '"@method": POST\n'
        '"@path": /v1/events\n'
        '"@query": ?a=1\n'
        f'"content-digest": sha-256=:{digest}:\n'
        '"@signature-params": ("@method" "@path" "@query" "content-digest")'
        f';created=1772300000;nonce="{"ab" * 16}";keyid="station-1";alg="ed25519"'
    )
    raw = base64.b64decode(HEADERS["Signature"].removeprefix("sig1=:").removesuffix(":"))
    assert len(raw) == 64
    KEY.verify_key.verify(b"\x01" + raw, base.encode())


def test_a_signed_request_says_who_when_and_which() -> None:
    check_request(KEY.verify_key, LINE, BODY, HEADERS)
    assert request_parameters(HEADERS) == PARAMETERS


@pytest.mark.parametrize(
    ("line", "body"),
    [
        (replace(LINE, method="PUT"), BODY),
        (replace(LINE, path="/v1/event"), BODY),
        (replace(LINE, query="a=2"), BODY),
        (LINE, BODY + b" "),
    ],
)
def test_no_part_of_a_request_can_change(line: RequestLine, body: bytes) -> None:
    with pytest.raises(SealError):
        check_request(KEY.verify_key, line, body, HEADERS)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("created=1772300000", "created=1772300001"),
        ("abab", "abac"),
        ("station-1", "station-2"),
        ("ed25519", "hmac-sha256"),
        ('"@method" ', ""),
        ("sig1=", "sig2="),
    ],
)
def test_no_parameter_can_change(old: str, new: str) -> None:
    changed = HEADERS | {"Signature-Input": HEADERS["Signature-Input"].replace(old, new, 1)}
    with pytest.raises(SealError):
        check_request(KEY.verify_key, LINE, BODY, changed)


@pytest.mark.parametrize("header", ["Content-Digest", "Signature-Input", "Signature"])
@pytest.mark.parametrize("value", [None, "", "sig1=:!:", "sig1=:" + "A" * 400 + ":", "一"])
def test_missing_or_garbled_headers_are_refused(header: str, value: str | None) -> None:
    headers = {k: v for k, v in HEADERS.items() if k != header}
    if value is not None:
        headers[header] = value
    with pytest.raises(SealError):
        check_request(KEY.verify_key, LINE, BODY, headers)


def test_an_answer_fits_one_request_one_status_and_one_body() -> None:
    request_signature = HEADERS["Signature"]
    headers = sign_answer(KEY, 200, b"body", request_signature)
    check_answer(KEY.verify_key, 200, b"body", headers, request_signature)
    for status, body, signature in [
        (404, b"body", request_signature),
        (200, b"else", request_signature),
        (200, b"body", "sig1=:AAAA:"),
    ]:
        with pytest.raises(SealError):
            check_answer(KEY.verify_key, status, body, headers, signature)
    with pytest.raises(SealError):
        check_answer(SigningKey.generate().verify_key, 200, b"body", headers, request_signature)


def test_a_code_is_read_however_it_is_typed() -> None:
    code = write_code(bytes(range(7)), KEY.verify_key)
    assert [len(group) for group in code.split("-")] == [5, 5, 5, 5]
    for typed in (code, code.lower(), code.replace("-", ""), f"  {code.replace('-', ' ')}\n"):
        assert read_code(typed) == code
    assert read_code(code.replace("O", "0").replace("I", "1").replace("B", "8")) == code


def test_the_second_half_of_a_code_is_the_platforms_own() -> None:
    first, second = (write_code(bytes([n] * 7), KEY.verify_key) for n in (1, 2))
    other = write_code(bytes([1] * 7), SigningKey.generate().verify_key)
    assert first[12:] == second[12:]
    assert first[:11] == other[:11]
    assert first[12:] != other[12:]


def test_a_code_of_another_length_is_none() -> None:
    with pytest.raises(WireError):
        read_code("AAAAA-AAAAA-AAAAA")
