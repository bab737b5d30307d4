"""The ID-card reader on a pseudo-terminal: cards, accidents, silence, a pulled plug."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.api import CardText, DeviceState, NoCard, NoCardReason
from drivers.document_reader.sam_serial import SamSerialReader, reader
from drivers.document_reader.sam_serial import conversation as asking
from drivers.errors import DeviceBusy, DeviceFault, DeviceNotFound, DeviceUnplugged
from tests.support import drivers_sam_cards as cards
from tests.support.drivers_rig import in_background
from tests.support.drivers_sam_emulator import READ, SAM_NUMBER_SHOWN, Card, SamEmulator

CARD = Card(cards.text_record(cards.RESIDENT), cards.PHOTO)
PATIENCE_S = 20.0

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="pseudo-terminals exist on POSIX systems only"
)


@pytest.fixture
def emulator(tmp_path: Path) -> Iterator[SamEmulator]:
    running = SamEmulator(tmp_path)
    yield running
    running.close()


@pytest.fixture
def opened(emulator: SamEmulator) -> Iterator[SamSerialReader]:
    made = SamSerialReader.from_options({"port": str(emulator.port)})
    made.open()
    yield made
    made.close()


def read(opened: SamSerialReader, timeout_s: float = PATIENCE_S) -> CardText | NoCard:
    return opened.read(timeout_s)


def test_it_says_which_security_module_it_has(emulator: SamEmulator) -> None:
    made = SamSerialReader.from_options({"port": str(emulator.port)})
    facts = made.open()
    assert facts.serial == SAM_NUMBER_SHOWN
    assert not facts.simulated
    status = made.status()
    assert (status.state, status.detail) == (DeviceState.READY, reader.TEXT_ONLY)
    made.close()


@pytest.mark.parametrize("piece_bytes", [1, 7, 4096])
def test_a_card_in_pieces_and_among_garbage(
    emulator: SamEmulator, opened: SamSerialReader, piece_bytes: int
) -> None:
    emulator.piece_bytes = piece_bytes
    emulator.garbage = b"\x00\xaa\xaa\xaa\x96noise\xaa"
    emulator.lay_card(CARD)
    card = read(opened)
    assert isinstance(card, CardText)
    assert card.number == cards.RESIDENT[122]


def test_the_same_card_left_on_the_reader_is_read_again(
    emulator: SamEmulator, opened: SamSerialReader
) -> None:
    emulator.lay_card(CARD)
    assert isinstance(read(opened), CardText)
    assert isinstance(read(opened), CardText)


def test_two_damaged_answers_are_asked_for_again(
    emulator: SamEmulator, opened: SamSerialReader
) -> None:
    emulator.lay_card(CARD)
    emulator.damaged_answers = 2
    assert isinstance(read(opened), CardText)


def test_only_damaged_answers_are_a_fault_that_passes(
    emulator: SamEmulator, opened: SamSerialReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator.damaged_answers = 100
    with monkeypatch.context() as hurried:
        hurried.setattr(asking, "SHORT_ANSWER_S", 0.25)  # each damaged answer is waited out
        with pytest.raises(DeviceFault, match="damaged"):
            read(opened)
    assert opened.status().state is DeviceState.FAULT
    emulator.damaged_answers = 0
    monkeypatch.setattr(opened, "_rested_at", 0.0)
    assert opened.status().state is DeviceState.READY
    emulator.lay_card(CARD)
    assert isinstance(read(opened), CardText)


def test_a_silent_reader_is_a_fault(
    emulator: SamEmulator, opened: SamSerialReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "SHORT_ANSWER_S", 0.05)
    emulator.silent = True
    with pytest.raises(DeviceFault, match="does not answer"):
        read(opened)


def test_a_security_module_without_authority_is_a_fault(
    emulator: SamEmulator, opened: SamSerialReader
) -> None:
    emulator.broken = True
    with pytest.raises(DeviceFault, match="not authorised"):
        read(opened)


def test_a_card_taken_away_while_it_is_read(emulator: SamEmulator, opened: SamSerialReader) -> None:
    emulator.lay_card(CARD)
    emulator.takes_card_at_read = True
    assert read(opened, 2.0) == NoCard(NoCardReason.MOVED_AWAY)


def test_a_card_that_cannot_be_read(emulator: SamEmulator, opened: SamSerialReader) -> None:
    emulator.lay_card(CARD)
    emulator.read_fails = 2
    assert read(opened) == NoCard(NoCardReason.UNREADABLE)


def test_one_failed_reading_is_tried_again(emulator: SamEmulator, opened: SamSerialReader) -> None:
    emulator.lay_card(CARD)
    emulator.read_fails = 1
    assert isinstance(read(opened), CardText)


def test_a_record_that_is_no_card_is_unreadable(
    emulator: SamEmulator, opened: SamSerialReader
) -> None:
    emulator.lay_card(Card(cards.text_record({**cards.RESIDENT, 36: "19901332"}), cards.PHOTO))
    assert read(opened) == NoCard(NoCardReason.UNREADABLE)


def test_a_late_answer_is_not_taken_for_the_next_one(
    emulator: SamEmulator, opened: SamSerialReader
) -> None:
    """Cancelled while the SAM was silent; what it says later belongs to nobody."""
    emulator.silent = True
    waiting = in_background(lambda: read(opened))
    while not emulator.asked[1:]:
        time.sleep(0.001)
    opened.cancel()
    assert waiting.result(PATIENCE_S) == NoCard(NoCardReason.CANCELLED)
    emulator.silent = False
    emulator._say(bytes.fromhex("AA AA AA 96 69 00 04 00 00 66 62"))
    emulator.lay_card(CARD)
    assert isinstance(read(opened), CardText)


def test_fingers_are_asked_for_only_where_the_settings_say_so(emulator: SamEmulator) -> None:
    with_fingers = Card(CARD.text, CARD.photo, cards.card_finger(11))
    asking_for_them = SamSerialReader.from_options({"port": str(emulator.port), "with_fingers": 1})
    asking_for_them.open()
    for card, count in ((with_fingers, 1), (CARD, 0)):
        emulator.lay_card(card)
        outcome = asking_for_them.read(PATIENCE_S)
        assert isinstance(outcome, CardText)
        assert len(outcome.fingers) == count
    asking_for_them.close()
    assert READ not in emulator.asked


def test_a_vendors_decoder_brings_the_photo_and_its_crash_costs_the_photo_only(
    emulator: SamEmulator, tmp_path: Path
) -> None:
    program = tmp_path / "decoder"
    program.write_text(
        f"#!{sys.executable}\n"
        "import struct, sys\n"
        "data = sys.stdin.buffer.read()\n"
        "assert len(data) == 1024\n"
        "head = b'BM' + struct.pack('<IHHI', 38862, 0, 0, 54)\n"
        "head += struct.pack('<IiiHHIIiiII', 40, 102, 126, 1, 24, 0, 0, 0, 0, 0, 0)\n"
        "sys.stdout.buffer.write(head + bytes([200]) * (126 * 308))\n"
    )
    program.chmod(0o755)
    options = {"port": str(emulator.port), "photo_decoder": str(program)}
    made = SamSerialReader.from_options(options)
    made.open()
    assert made.status().detail == ""
    emulator.lay_card(CARD)
    card = made.read(PATIENCE_S)
    assert isinstance(card, CardText)
    assert card.photo is not None
    assert card.photo.shape == (126, 102, 3)
    program.write_text("#!/bin/sh\nkill -SEGV $$\n")
    card = made.read(PATIENCE_S)
    assert isinstance(card, CardText)
    assert card.photo is None
    made.close()


def test_no_such_port_and_a_port_held_by_another_program(
    emulator: SamEmulator, opened: SamSerialReader, tmp_path: Path
) -> None:
    with pytest.raises(DeviceNotFound):
        SamSerialReader.from_options({"port": str(tmp_path / "nothing")}).open()
    with pytest.raises(DeviceBusy):
        SamSerialReader.from_options({"port": str(emulator.port)}).open()


def test_a_pulled_plug_is_noticed_at_rest_and_back_it_reads(
    emulator: SamEmulator, opened: SamSerialReader
) -> None:
    emulator.unplug()
    assert opened.status().state is DeviceState.UNPLUGGED
    with pytest.raises(DeviceUnplugged):
        read(opened)
    emulator.plug_in()
    emulator.lay_card(CARD)
    assert opened.status().state is DeviceState.READY
    assert isinstance(read(opened), CardText)
