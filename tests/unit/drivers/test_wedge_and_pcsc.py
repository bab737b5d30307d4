"""Barcode wedge recognition and card presence over scripted PC/SC calls."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from drivers.barcode.wedge import MAX_SCAN_LENGTH, Scan, WedgeRecogniser, WedgeSettings
from drivers.errors import DeviceFault, DeviceNotFound
from drivers.smartcard.pcsc import PcscReaders


def typed(recogniser: WedgeRecogniser, text: str, gap_ms: float) -> list[Scan]:
    scans = [recogniser.feed(key, 1000 + n * gap_ms) for n, key in enumerate(text)]
    return [scan for scan in scans if scan is not None]


def test_a_fast_run_of_keys_is_a_scan() -> None:
    assert typed(WedgeRecogniser(), "2026110012\r", gap_ms=8) == [Scan("2026110012")]


def test_a_person_typing_is_no_scan() -> None:
    assert typed(WedgeRecogniser(), "2026110012\r", gap_ms=90) == []


def test_keys_typed_before_a_scan_do_not_join_it() -> None:
    recogniser = WedgeRecogniser()
    recogniser.feed("7", 0)
    assert typed(recogniser, "ABCD\r", gap_ms=5) == [Scan("ABCD")]


def test_prefix_and_suffix_are_required_and_removed() -> None:
    settings = WedgeSettings(prefix="~", suffix="#")
    assert typed(WedgeRecogniser(settings), "~12345#", gap_ms=5) == [Scan("12345")]
    assert typed(WedgeRecogniser(settings), "12345#", gap_ms=5) == []


@pytest.mark.parametrize("text", ["12\r", "\r", "9" * (MAX_SCAN_LENGTH + 1) + "\r"])
def test_too_short_and_too_long_are_no_scans(text: str) -> None:
    assert typed(WedgeRecogniser(), text, gap_ms=5) == []


def test_a_clock_that_runs_back_starts_afresh() -> None:
    recogniser = WedgeRecogniser()
    recogniser.feed("X", 9000)
    assert typed(recogniser, "1234\r", gap_ms=5) == [Scan("1234")]


def test_a_scan_is_masked() -> None:
    assert "2026" not in repr(Scan("2026110012"))


class ScriptedPcsc:
    """The PC/SC library with one reader, or with the given failures."""

    def __init__(self, establish: int = 0, listing: int = 0, state: int = 0x22) -> None:
        self.establish, self.listing, self.state = establish, listing, state
        self.contexts = 0

    def SCardEstablishContext(self, scope: int) -> tuple[int, int]:
        self.contexts += self.establish == 0
        return self.establish, 1

    def SCardReleaseContext(self, context: int) -> int:
        self.contexts -= 1
        return 0

    def SCardListReaders(self, context: int, groups: Sequence[str]) -> tuple[int, list[str]]:
        return self.listing, [] if self.listing else ["Desk Reader 00"]

    def SCardGetStatusChange(
        self, context: int, timeout_ms: int, states: Sequence[tuple[str, int]]
    ) -> tuple[int, list[tuple[str, int, list[int]]]]:
        return 0, [(name, self.state, [0x3B, 0x80]) for name, _ in states]


@pytest.mark.parametrize(("state", "present"), [(0x22, True), (0x12, False)])
def test_a_card_is_seen_or_not(state: int, present: bool) -> None:
    calls = ScriptedPcsc(state=state)
    (seen,) = PcscReaders(calls).presence()
    assert (seen.reader, seen.present) == ("Desk Reader 00", present)
    assert calls.contexts == 0


def test_no_reader_is_an_empty_list() -> None:
    calls = ScriptedPcsc(listing=0x8010002E - 2**32)  # signed, as pyscard gives it
    assert PcscReaders(calls).presence() == ()
    assert calls.contexts == 0


def test_a_missing_service_is_said() -> None:
    with pytest.raises(DeviceNotFound, match="not running"):
        PcscReaders(ScriptedPcsc(establish=0x8010001D)).names()


def test_any_other_failure_is_a_fault() -> None:
    calls = ScriptedPcsc(listing=0x80100001)
    with pytest.raises(DeviceFault, match="0x80100001"):
        PcscReaders(calls).names()
    assert calls.contexts == 0
