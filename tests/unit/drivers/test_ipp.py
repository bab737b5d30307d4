"""Messages of the printing protocol against the bytes that RFC 8010 prints, and nonsense."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.printer.ipp import (
    MAX_ANSWER_BYTES,
    Attribute,
    Group,
    IppInvalid,
    Tag,
    read_answer,
    request,
)

# RFC 8010, appendix A.1: attributes of a Print-Job request.
COPIES_20 = b"\x21\x00\x06copies\x00\x04\x00\x00\x00\x14"
TWO_SIDED = b"\x44\x00\x05sides\x00\x13two-sided-long-edge"
CHARSET = b"\x47\x00\x12attributes-charset\x00\x05utf-8"
# RFC 8010, appendix A.2: the answer when all went well.
ANSWER = (
    b"\x01\x01\x00\x00\x00\x00\x00\x01"
    b"\x01\x47\x00\x12attributes-charset\x00\x05utf-8"
    b"\x48\x00\x1battributes-natural-language\x00\x05en-us"
    b"\x41\x00\x0estatus-message\x00\x0dsuccessful-ok"
    b"\x02\x21\x00\x06job-id\x00\x04\x00\x00\x00\x93"
    b"\x45\x00\x07job-uri\x00\x30ipp://printer.example.com/ipp/print/pinetree/147"
    b"\x23\x00\x09job-state\x00\x04\x00\x00\x00\x03\x03"
)
# RFC 8010, appendix A.3: the answer when the printer has neither 20 copies nor two sides.
REFUSAL = (
    b"\x01\x01\x04\x0b\x00\x00\x00\x01"
    b"\x01\x47\x00\x12attributes-charset\x00\x05utf-8"
    b"\x48\x00\x1battributes-natural-language\x00\x05en-us"
    b"\x41\x00\x0estatus-message\x00\x2fclient-error-attributes-or-values-not-supported"
    b"\x05\x21\x00\x06copies\x00\x04\x00\x00\x00\x14"
    b"\x10\x00\x05sides\x00\x00\x03"
)


def test_a_request_is_encoded_as_the_standard_prints_it() -> None:
    sent = request(
        0x0002,
        1,
        "ipp://printer.example.com/ipp/print/pinetree",
        "station",
        job_attributes=(
            Attribute(Tag.INTEGER, "copies", (20,)),
            Attribute(Tag.KEYWORD, "sides", ("two-sided-long-edge",)),
        ),
    )
    assert sent == (
        b"\x02\x00\x00\x02\x00\x00\x00\x01\x01"
        + CHARSET
        + b"\x48\x00\x1battributes-natural-language\x00\x02en"
        + b"\x45\x00\x0bprinter-uri\x00\x2cipp://printer.example.com/ipp/print/pinetree"
        + b"\x42\x00\x14requesting-user-name\x00\x07station"
        + b"\x02"
        + COPIES_20
        + TWO_SIDED
        + b"\x03"
    )


def test_further_values_have_no_name() -> None:
    wanted = Attribute(Tag.KEYWORD, "requested-attributes", ("job-id", "job-uri"))
    sent = request(0x000A, 1, "ipp://localhost/printers/a", "station", (wanted,))
    # RFC 8010, appendix A.6.
    expected = b"\x44\x00\x14requested-attributes\x00\x06job-id\x44\x00\x00\x00\x07job-uri"
    assert expected in sent


def test_an_answer_is_read() -> None:
    answer = read_answer(ANSWER)
    assert answer.successful
    assert (answer.status, answer.request_id) == (0, 1)
    assert answer.number(Group.JOB, "job-id") == 147
    assert answer.number(Group.JOB, "job-state") == 3
    assert answer.texts(Group.OPERATION, "status-message") == ("successful-ok",)
    assert answer.texts(Group.PRINTER, "printer-state-reasons") == ()
    assert answer.truth(Group.JOB, "job-id") is None


def test_a_refusal_is_read() -> None:
    answer = read_answer(REFUSAL)
    assert not answer.successful
    assert answer.status == 0x040B
    assert answer.number(Group.UNSUPPORTED, "copies") == 20
    assert answer.texts(Group.UNSUPPORTED, "sides") == ()


def message(*attributes: bytes, end: bytes = b"\x03") -> bytes:
    return b"\x02\x00\x00\x00\x00\x00\x00\x01\x04" + b"".join(attributes) + end


def attribute(tag: int, name: bytes, value: bytes) -> bytes:
    return (
        bytes([tag]) + struct.pack(">H", len(name)) + name + struct.pack(">H", len(value)) + value
    )


def test_values_of_other_types_are_passed_over() -> None:
    resolution = attribute(0x32, b"printer-resolution-default", b"\0\0\2\x58\0\0\2\x58\3")
    reasons = attribute(0x44, b"printer-state-reasons", b"media-jam") + attribute(
        0x44, b"", b"paused"
    )
    answer = read_answer(message(resolution, reasons, attribute(0x22, b"yes", b"\1")))
    assert answer.texts(Group.PRINTER, "printer-state-reasons") == ("media-jam", "paused")
    assert answer.truth(Group.PRINTER, "yes") is True


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        ANSWER[:-1],
        b"\x03" + ANSWER[1:],
        message(attribute(0x21, b"copies", b"\0\0\1")),
        message(attribute(0x22, b"yes", b"\2")),
        message(attribute(0x44, b"", b"value of nothing")),
        message(attribute(0x44, b"twice", b"a"), attribute(0x44, b"twice", b"b")),
        message(attribute(0x44, b"name", b"\xff")),
        message(b"\x44\xff\xff"),
        message(*(attribute(0x44, b"n%d" % n, b"v") for n in range(3000))),
        b"\x02\x00\x00\x00\x00\x00\x00\x01" + attribute(0x44, b"outside", b"a group") + b"\x03",
        ANSWER + bytes(MAX_ANSWER_BYTES),
    ],
)
def test_nonsense_is_refused(wrong: bytes) -> None:
    with pytest.raises(IppInvalid):
        read_answer(wrong)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    for tried in (raw, ANSWER[:8] + raw, ANSWER[:-1] + raw):
        try:
            read_answer(tried)
        except IppInvalid:
            continue


def test_what_does_not_fit_into_an_attribute_is_not_sent() -> None:
    with pytest.raises(ValueError, match="too long"):
        request(2, 1, "ipp://localhost/", "x" * 40_000)
