"""Frames of the SAM: literal bytes from the published tables, in pieces and among garbage."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.document_reader.sam_serial.frames import (
    LONGEST_DATA,
    Command,
    Damage,
    FrameReader,
    Reply,
    Status,
    command_frame,
)
from tests.support.drivers_sam_emulator import FOUND, NO_CARD, READ_FAILED, SELECTED, whole
from tests.support.drivers_sam_fuzz import fuzz_sam


@pytest.mark.parametrize(
    ("command", "frame"),
    [
        (Command.RESET, "AA AA AA 96 69 00 03 10 FF EC"),
        (Command.STATUS, "AA AA AA 96 69 00 03 11 FF ED"),
        (Command.SAM_NUMBER, "AA AA AA 96 69 00 03 12 FF EE"),
        (Command.FIND_CARD, "AA AA AA 96 69 00 03 20 01 22"),
        (Command.SELECT_CARD, "AA AA AA 96 69 00 03 20 02 21"),
        (Command.READ_CARD, "AA AA AA 96 69 00 03 30 01 32"),
        (Command.READ_CARD_WITH_FINGERS, "AA AA AA 96 69 00 03 30 10 23"),
    ],
)
def test_commands_are_the_published_frames(command: Command, frame: str) -> None:
    assert command_frame(command) == bytes.fromhex(frame)


@pytest.mark.parametrize(
    ("frame", "status", "data_bytes"),
    [
        (FOUND, Status.CARD_FOUND, 4),
        (NO_CARD, Status.FIND_FAILED, 0),
        (SELECTED, Status.OK, 8),
        (READ_FAILED, Status.READ_FAILED, 0),
    ],
)
def test_published_answers_are_understood(frame: bytes, status: Status, data_bytes: int) -> None:
    assert FrameReader().feed(frame) == [Reply(status, bytes(data_bytes))]


@given(st.integers(1, 40), st.binary(max_size=30))
def test_pieces_and_garbage_change_nothing(piece: int, garbage: bytes) -> None:
    stream = garbage.replace(b"\xaa", b"") + b"\xaa\xaa" + FOUND + b"\x00\xaa" + NO_CARD
    reader, found = FrameReader(), []
    for start in range(0, len(stream), piece):
        found += reader.feed(stream[start : start + piece])
    assert found == [Reply(Status.CARD_FOUND, bytes(4)), Reply(Status.FIND_FAILED, b"")]


def test_after_damage_the_next_frame_is_read() -> None:
    wrong_check = FOUND[:-1] + b"\x00"
    endless = bytes.fromhex("AA AA AA 96 69 FF FF")
    cut_short = SELECTED[:9]  # its length reaches into the frame behind it
    stream = wrong_check + endless + cut_short + FOUND + bytes(20) + NO_CARD
    found = FrameReader().feed(stream)
    assert Damage.CHECK in found
    assert Damage.LENGTH in found
    assert [item for item in found if isinstance(item, Reply)] == [
        Reply(Status.CARD_FOUND, bytes(4)),
        Reply(Status.FIND_FAILED, b""),
    ]


def test_never_holds_more_than_one_longest_frame() -> None:
    reader = FrameReader()
    for _ in range(200):
        reader.feed(b"\xaa" * 500)
    assert len(reader._bytes) <= LONGEST_DATA + 500


def test_a_reply_shows_nothing_of_its_data() -> None:
    (reply,) = FrameReader().feed(whole(b"\x00\x00\x90" + b"PERSONAL"))
    assert "PERSONAL" not in repr(reply)


def test_hostile_bytes_give_replies_or_damage_and_nothing_else() -> None:
    """A small count; `./dev prove devices` has the full one."""
    found = fuzz_sam(4_000, seed=20260301)
    assert found.told_apart, found.line()
