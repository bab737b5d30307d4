"""What a Secure Biometric Interface service answers: JSON, base64url, signatures, hashes, lists."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from drivers.errors import OptionInvalid
from drivers.fingerprint_reader.sbi import watch
from drivers.fingerprint_reader.sbi.device_info import (
    DigitalId,
    SbiDevice,
    ServiceStatus,
    listed_status,
    read_info,
)
from drivers.fingerprint_reader.sbi.exchange import Question
from drivers.fingerprint_reader.sbi.hash_chain import (
    FIRST_PREVIOUS,
    HashConvention,
    convention_of,
)
from drivers.fingerprint_reader.sbi.jws import Signatures, TrustAnchors
from drivers.fingerprint_reader.sbi.strict_json import (
    AnswerInvalid,
    base64url,
    first_text,
    number,
    parsed,
    text,
)
from tests.support.drivers_sbi_fuzz import fuzz_sbi
from tests.support.drivers_sbi_keys import (
    Signer,
    b64url,
    certificate,
    device_signer,
    ec_key,
    self_signer,
)
from tests.support.drivers_sbi_mock import MockDevice, error_of

FUZZ_ROUNDS = 3000  # `python -m tests.prove devices` has the full count


def believing() -> Signatures:
    return Signatures(None, lambda: datetime.now(UTC))


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(AnswerInvalid) as caught:
        call()
    return caught.value.word


# --- JSON and base64url ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "no JSON"),
        (b"{", "no JSON"),
        (b'{"a":NaN}', "no JSON number"),
        (b'{"a":-Infinity}', "no JSON number"),
        (b'{"a":1' + b"0" * 5000 + b"}", "no JSON"),
        (b'{"a":{"b":1,"b":2}}', "JSON repeats a name"),
        (b"[" * 13 + b"]" * 13, "JSON too deep"),
        (b"[" + b"[]," * 1000 + b"0]", "JSON too deep"),
        (b'{"a":"' + b'\\"' * 1_000_000, "no JSON"),
        (b'{"a":"\xff"}', "no JSON"),
        (b'{"a":"line\nbreak"}', "no JSON"),
    ],
)
def test_json_that_is_refused(data: bytes, word: str) -> None:
    assert refusal(lambda: parsed(data)) == word


def test_brackets_in_texts_are_not_depth() -> None:
    assert parsed(json.dumps({"a": "[{" * 50 + '\\"'}).encode()) == {"a": "[{" * 50 + '\\"'}


def test_numbers_and_texts_stand_for_each_other() -> None:
    assert text({"n": 7}, "n") == "7"
    assert number({"n": "79.5"}, "n", 0, 100) == 79.5
    assert first_text({"n": ["0", "1"]}, "n") == "0"
    assert first_text({"n": []}, "n") == text({}, "n") == ""


@pytest.mark.parametrize("value", [True, [], {}, "x" * 201, "a\x00b", 1.5])
def test_values_that_are_no_text(value: object) -> None:
    assert refusal(lambda: text({"n": value}, "n")) == "bad n"


@pytest.mark.parametrize("value", [True, None, "1e3", "-1", "٣", 101, -0.1, "1" * 10])
def test_values_that_are_no_number_within_limits(value: object) -> None:
    assert refusal(lambda: number({"n": value}, "n", 0, 100)) == "bad n"


@pytest.mark.parametrize("encoded", ["A", "AB", "A+/A", "AA==", "A A", "AA\n", "Aé"])
def test_base64url_that_is_refused(encoded: str) -> None:
    assert refusal(lambda: base64url(encoded)) == "no base64url"


def test_padding_counts_only_where_it_is_allowed() -> None:
    assert base64url("AA==", padding_allowed=True) == base64url("AA") == b"\0"
    assert refusal(lambda: base64url("AA=", padding_allowed=True)) == "no base64url"
    assert refusal(lambda: base64url("A===", padding_allowed=True)) == "no base64url"


def test_a_request_is_ascii_with_the_header_spelled_as_the_mock_wants_it() -> None:
    request = Question("MOSIPDISC", "/device", {"type": "手指"}).request(4501)
    head, _, body = request.partition(b"\r\n\r\n")
    assert head.split(b"\r\n")[:2] == [b"MOSIPDISC /device HTTP/1.1", b"Host: 127.0.0.1:4501"]
    assert f"\r\nContent-Length: {len(body)}".encode() in head
    assert request.isascii()


# --- signatures -----------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
def test_signatures_with_a_public_key_count(algorithm: str) -> None:
    token = device_signer().token(b"{}", algorithm)
    assert believing().payload(token) == b"{}"


def curve_signer() -> Signer:
    return Signer(ec_key(0), (certificate("Curve", ec_key(0)),))


def test_elliptic_curves_count_too() -> None:
    assert believing().payload(curve_signer().token(b"{}", "ES256")) == b"{}"


def with_payload(token: str, payload: bytes) -> str:
    head, _, signature = token.split(".")
    return f"{head}.{b64url(payload)}.{signature}"


@pytest.mark.parametrize(
    ("token", "word"),
    [
        (lambda: with_payload(self_signer().token(b"{}"), b'{"a":1}'), "wrong signature"),
        (lambda: self_signer().token(b"{}", "none"), "signature algorithm refused"),
        (lambda: self_signer().token(b"{}", "HS256"), "signature algorithm refused"),
        (lambda: self_signer().token(b"{}", "ES256"), "signature algorithm refused"),
        (lambda: curve_signer().token(b"{}", "RS256"), "signature algorithm refused"),
        (lambda: self_signer(3, bits=1024).token(b"{}"), "signer's key too short"),
        (lambda: self_signer().token(b"{}", crit=["b64"]), "signature with an unknown extension"),
        (lambda: self_signer().token(b"{}", x5c=[]), "signature without certificate"),
        (lambda: self_signer().token(b"{}", x5c=None), "signature without certificate"),
        (lambda: self_signer().token(b"{}", x5c=["AAAA"]), "signature without certificate"),
        (lambda: self_signer().token(b"{}", x5c=["AA"] * 9), "signature without certificate"),
        (lambda: self_signer().token(b"{}") + "=", "no base64url"),
        (lambda: "a.b", "no signature"),
        (lambda: "..", "no JSON"),
        (lambda: f"{b64url(b'[]')}.e30.AA", "no object"),
        (lambda: f"{'A' * 40_001}.e30.AA", "no signature"),
    ],
)
def test_signatures_that_do_not_count(token: Callable[[], str], word: str) -> None:
    assert refusal(lambda: believing().payload(token())) == word


def test_a_signature_of_another_length_does_not_count() -> None:
    head, payload, signature = curve_signer().token(b"{}", "ES256").split(".")
    assert refusal(lambda: believing().payload(f"{head}.{payload}.{signature}AA")) in (
        "wrong signature",
        "no base64url",
    )


@pytest.mark.parametrize(
    ("broken", "word"),
    [
        (lambda der: der.replace(b"\x0c\x06Device", b"\x8c\x06Device"), "signer not trusted"),
        (lambda der: der.replace(b"\x02\x01\x02", b"\x02\x01\x42", 1), "signature without"),
    ],
)
def test_a_certificate_broken_inside_is_refused(
    broken: Callable[[bytes], bytes], word: str
) -> None:
    signer = device_signer()
    leaf, maker = (one.public_bytes(Encoding.DER) for one in signer.chain)
    assert broken(leaf) != leaf
    chain = [base64.b64encode(one).decode("ascii") for one in (broken(leaf), maker)]
    strict = Signatures(TrustAnchors(signer.chain[-1:]), lambda: datetime.now(UTC))
    assert refusal(lambda: strict.payload(signer.token(b"{}", x5c=chain))).startswith(word)


@pytest.mark.parametrize("content", [b"", b"no certificate", b"-" * 200_001])
def test_a_file_without_certificates_is_no_option(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "anchors.pem"
    path.write_bytes(content)
    with pytest.raises(OptionInvalid, match="no file of certificates"):
        TrustAnchors.from_file("sbi", path)


# --- the chain of hashes --------------------------------------------------------------------

RECORD = b"a record"


def chained(joined: bytes) -> str:
    return hashlib.sha256(joined).hexdigest()


def test_the_first_hash_is_that_of_the_empty_text() -> None:
    # FIPS 180-4's well-known digest of no bytes.
    assert FIRST_PREVIOUS == "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"


@pytest.mark.parametrize("cased", [str.lower, str.upper])
def test_both_conventions_in_both_cases(cased: Callable[[str], str]) -> None:
    current = hashlib.sha256(RECORD)
    by_bytes = chained(bytes.fromhex(FIRST_PREVIOUS) + current.digest())
    by_text = chained(cased(FIRST_PREVIOUS + current.hexdigest()).encode())
    assert convention_of(FIRST_PREVIOUS, RECORD, cased(by_bytes)) is HashConvention.BYTES
    assert convention_of(FIRST_PREVIOUS, RECORD, cased(by_text)) is HashConvention.HEX_TEXT


def test_the_hash_of_another_forerunner_is_wrong() -> None:
    other = chained(b"\0" * 32 + hashlib.sha256(RECORD).digest())
    assert refusal(lambda: convention_of(FIRST_PREVIOUS, RECORD, other)) == "wrong hash"


# --- lists of devices -----------------------------------------------------------------------


def device(mock: MockDevice) -> SbiDevice:
    (found,) = read_info(json.dumps([mock.info(4501)]).encode(), believing())
    assert isinstance(found, SbiDevice)
    return found


def test_facts_of_a_device() -> None:
    found = device(MockDevice())
    assert found.identity == DigitalId("ACME", "Model 7", "SN-000000000001")
    assert (found.device_id, found.sub_id, found.status) == ("4", "0", ServiceStatus.READY)
    assert (found.signed, found.is_single_finger, found.registers) == (True, True, True)


def test_one_bad_entry_does_not_hide_the_others() -> None:
    entries = [{"deviceInfo": "e30", "error": None}, MockDevice().info(4501), {"error": None}]
    found = list(read_info(json.dumps(entries).encode(), believing()))
    assert [type(one) for one in found] == [AnswerInvalid, SbiDevice]


# The example of the sheet of facts this driver is built from, itself from the specification 5.1.
LISTED = (
    b'[{"deviceId":"2","deviceStatus":"Ready","certification":"L0","serviceVersion":"0.9.5",'
    b'"deviceSubId":["1","2","3"],"callbackId":"http://127.0.0.1:4501/","digitalId":"e30",'
    b'"deviceCode":"C7","specVersion":["0.9.5"],"purpose":"Registration","error":null}]'
)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (LISTED, ServiceStatus.READY),
        (LISTED.replace(b"Ready", b"not ready"), ServiceStatus.NOT_READY),
        (LISTED.replace(b'"2",', b"2,", 1), ServiceStatus.READY),
        (LISTED.replace(b"C7", b"C8"), ServiceStatus.ABSENT),
        (LISTED.replace(b"L0", b"L1"), ServiceStatus.ABSENT),
        (b"[]", ServiceStatus.ABSENT),
        (json.dumps({"error": error_of("106")}).encode(), ServiceStatus.ABSENT),
        (json.dumps([{"error": error_of("202")}]).encode(), ServiceStatus.ABSENT),
        (json.dumps([{"error": error_of("100")}]).encode(), ServiceStatus.NOT_REGISTERED),
        (json.dumps({"error": error_of("111")}).encode(), ServiceStatus.BUSY),
        (json.dumps({"error": error_of("110")}).encode(), ServiceStatus.NOT_READY),
    ],
)
def test_the_state_of_a_device_in_a_list(answer: bytes, status: ServiceStatus) -> None:
    known = device(MockDevice(device_id="2", code="C7"))
    assert listed_status(answer, known) is status


def test_a_pulled_plug_is_looked_for_often_enough() -> None:
    assert watch.PERIOD_S + watch.WAIT_S < 1


def test_fuzz_gives_typed_errors_only() -> None:
    summary = fuzz_sbi(FUZZ_ROUNDS, seed=20260301)
    assert summary.cases == FUZZ_ROUNDS
    assert summary.accepted > 0
    assert summary.past_header > FUZZ_ROUNDS / 2
