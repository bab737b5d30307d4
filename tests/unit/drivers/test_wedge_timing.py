"""A scanner's keys in time: what ends a code, how long it is, runs broken off and mixed."""

from __future__ import annotations

import pytest

from drivers.barcode.wedge import MAX_SCAN_LENGTH, Scan, WedgeRecogniser, WedgeSettings

ID_NUMBER = "00123419900101123X"
TICKET = "26T000123"
QR_TEXT = "https://example.invalid/letter?" + "0123456789abcdef" * 28


def typed(recogniser: WedgeRecogniser, text: str, gap_ms: float, from_ms: float = 0) -> list[Scan]:
    scans = [recogniser.feed(key, from_ms + n * gap_ms) for n, key in enumerate(text)]
    return [scan for scan in scans if scan is not None]


@pytest.mark.parametrize("end", ["\r", "\n", "\t"])
@pytest.mark.parametrize("code", [TICKET, ID_NUMBER, "2026018A1B2C", QR_TEXT])
def test_codes_of_every_length_and_end(code: str, end: str) -> None:
    assert typed(WedgeRecogniser(), code + end, gap_ms=3) == [Scan(code)]


def test_letters_keep_their_case() -> None:
    assert typed(WedgeRecogniser(), "abcDEF12\r", gap_ms=3) == [Scan("abcDEF12")]


def test_a_scanner_that_sends_nothing_behind_a_code_is_done_when_it_falls_silent() -> None:
    recogniser = WedgeRecogniser(WedgeSettings(ends_by_pause=True))
    assert typed(recogniser, TICKET, gap_ms=4) == []
    assert recogniser.pause(60) is None  # too soon
    assert recogniser.pause(110) == Scan(TICKET)
    assert recogniser.pause(500) is None


def test_silence_ends_nothing_for_a_scanner_that_sends_return() -> None:
    recogniser = WedgeRecogniser()
    typed(recogniser, TICKET, gap_ms=4)
    assert recogniser.pause(1000) is None


def test_typing_before_a_silence_is_no_scan() -> None:
    recogniser = WedgeRecogniser(WedgeSettings(ends_by_pause=True))
    typed(recogniser, TICKET, gap_ms=80)
    assert recogniser.pause(10_000) is None


def test_two_scans_in_a_row_stay_two() -> None:
    recogniser = WedgeRecogniser()
    assert typed(recogniser, f"{TICKET}\r26T000124\r", gap_ms=5) == [
        Scan(TICKET),
        Scan("26T000124"),
    ]


def test_a_scan_interrupted_half_way_is_none() -> None:
    recogniser = WedgeRecogniser()
    assert typed(recogniser, TICKET[:5], gap_ms=5) == []
    assert typed(recogniser, TICKET[5:] + "\r", gap_ms=5, from_ms=400) == [Scan(TICKET[5:])]


def test_the_tail_of_a_code_too_long_is_no_code() -> None:
    recogniser = WedgeRecogniser()
    assert typed(recogniser, "9" * (MAX_SCAN_LENGTH + 88) + "\r", gap_ms=2) == []
    assert typed(recogniser, TICKET + "\r", gap_ms=2, from_ms=9000) == [Scan(TICKET)]


def test_keys_with_control_belong_to_a_person() -> None:
    recogniser = WedgeRecogniser()
    recogniser.feed("\x01", 0)  # Ctrl+A
    assert typed(recogniser, TICKET + "\r", gap_ms=5) == [Scan(TICKET)]
    assert typed(recogniser, f"26\x03{TICKET}\r", gap_ms=5, from_ms=900) == [Scan(TICKET)]


def test_a_prefix_of_the_symbology_is_taken_off() -> None:
    recogniser = WedgeRecogniser(WedgeSettings(prefix="]C1", suffix=";"))
    assert typed(recogniser, f"]C1{TICKET};", gap_ms=5) == [Scan(TICKET)]
    assert typed(recogniser, f"]Q3{TICKET};", gap_ms=5, from_ms=900) == []
