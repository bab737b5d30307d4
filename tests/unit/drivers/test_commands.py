"""Commands to the hands of simulated devices: strict lines, files that grow, processes."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from drivers.api import Capture, DeviceState, DriverKind
from drivers.registry import open_driver
from drivers.simulated.cable import Cable
from drivers.simulated.camera import CameraHand
from drivers.simulated.command_file import CommandFile
from drivers.simulated.commands import (
    MAX_LINE_BYTES,
    Command,
    CommandInvalid,
    deeds,
    format_command,
    parse_command,
    perform,
)
from drivers.simulated.document_reader import CardHand
from drivers.simulated.hand import FingerKey, Hand
from drivers.simulated.moving import mover
from drivers.simulated.printer import PrinterHand
from drivers.simulated.smart_card import SmartCardHand
from tests.support.drivers_piv_card import simulated_card

PATIENCE_S = 20.0
READER, CARD = DriverKind.FINGERPRINT_READER, DriverKind.DOCUMENT_READER
CAMERA, PRINTER = DriverKind.CAMERA, DriverKind.PRINTER


def said(device: str, do: str, **details: Any) -> bytes:
    return json.dumps({"device": device, "do": do, **details}).encode()


def done(hand: Cable, line: bytes) -> None:
    command = parse_command(line)
    assert command is not None
    perform(hand, command)


def until(condition: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline_s, "it never came about"
        time.sleep(0.005)


def test_a_finger_is_pressed_as_told_and_lifted() -> None:
    hand = Hand()
    done(hand, said(READER, "press", person="P001", finger=6, dryness=0.95, impression=3))
    press = hand.on_glass
    assert press is not None
    assert (press.finger, press.impression) == (FingerKey("P001", 6), 3)
    assert (press.quality.dryness, press.quality.pressure) == (0.95, 0.5)
    done(hand, said(READER, "lift"))
    assert hand.on_glass is None


@pytest.mark.parametrize(("meant", "pressed"), [(6, 1), (3, 9), (5, 6)])
def test_the_wrong_finger_is_the_next_one_of_the_plan(meant: int, pressed: int) -> None:
    hand = Hand()
    done(hand, said(READER, "press_wrong", person="P001", finger=meant))
    assert hand.on_glass is not None
    assert hand.on_glass.finger == FingerKey("P001", pressed)


def test_cards_faces_and_paper() -> None:
    card, camera, printer = CardHand(), CameraHand(), PrinterHand()
    done(card, said(CARD, "lay_card_half", person="P002"))
    assert card.card is not None
    assert not card.readable
    done(camera, said(CAMERA, "sit_down", person="P002"))
    done(camera, said(CAMERA, "cover_lens"))
    assert (camera.person, camera.covered) == ("P002", True)
    done(printer, said(PRINTER, "paper_out"))
    assert printer.trouble() == "paper_out"


@pytest.mark.parametrize(
    ("device", "hand"),
    [
        (READER, Hand),
        (CARD, CardHand),
        (CAMERA, CameraHand),
        (PRINTER, PrinterHand),
        (DriverKind.SMART_CARD, lambda: SmartCardHand({"O001": simulated_card()})),
    ],
)
def test_every_deed_can_be_said_and_done(device: DriverKind, hand: Callable[[], Cable]) -> None:
    details: dict[str, dict[str, object]] = {
        "press": {"person": "P001", "finger": 6},
        "press_wrong": {"person": "P001", "finger": 6},
        "lay_card": {"person": "P001"},
        "lay_card_half": {"person": "P001"},
        "sit_down": {"person": "P001"},
        "insert_card": {"person": "O001"},
    }
    for do in deeds(device):
        command = Command(device, do, 7, details.get(do, {}))
        assert parse_command(format_command(command)) == command
        perform(hand(), command)


def test_a_pulled_plug_and_a_device_that_hangs() -> None:
    hand = CardHand()
    done(hand, said(CARD, "unplug"))
    assert hand.status().state is DeviceState.UNPLUGGED
    done(hand, said(CARD, "plug_in"))
    done(hand, said(CARD, "stall"))
    assert hand.status().state is DeviceState.FAULT
    done(hand, said(CARD, "recover"))
    assert hand.status().state is DeviceState.READY


def test_lines_that_say_nothing() -> None:
    assert parse_command(b"  \n") is None
    assert parse_command(b"# the next one presses") is None


WRONG = {
    "no JSON": b"press",
    "no UTF-8": b'{"device": "\xff"}',
    "no object": b"[]",
    "very deep": b"[" * 900,
    "too long": b" " * (MAX_LINE_BYTES + 1),
    "no device": b'{"do": "lift"}',
    "another device": said("scanner", "lift"),
    "another deed": said(READER, "jam"),
    "a deed that is none": said(READER, 3),  # type: ignore[arg-type] # that is the mistake
    "nobody": said(READER, "press", finger=6),
    "a twelfth finger": said(READER, "press", person="P001", finger=12),
    "a finger that is a truth": said(READER, "press", person="P001", finger=True),
    "too dry to be true": said(READER, "press", person="P001", finger=6, dryness=3),
    "not a number": said(READER, "press", person="P001", finger=6, smear=float("nan")),
    "a word too many": said(READER, "lift", person="P001"),
    "an endless wait": said(READER, "lift", after_ms=10**9),
    "time travel": said(READER, "lift", after_ms=-1),
    "an endless name": said(READER, "press", person="P" * 61, finger=6),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_line_is_refused_without_being_repeated(case: str) -> None:
    with pytest.raises(CommandInvalid) as caught:
        parse_command(WRONG[case])
    assert len(str(caught.value)) < 200
    assert "PPPP" not in str(caught.value)


def test_a_card_of_nobody_and_another_devices_hand() -> None:
    with pytest.raises(CommandInvalid, match="person"):
        done(CardHand(), said(CARD, "lay_card", person="P999"))
    with pytest.raises(CommandInvalid, match="device"):
        done(CardHand(), said(READER, "lift"))


def test_mutated_lines_are_commands_or_refused() -> None:
    lot = random.Random(4)
    good = said(READER, "press", person="P001", finger=6, dryness=0.5)
    commands = 0
    for _ in range(3000):
        line = bytearray(good)
        line[lot.randrange(len(line))] = lot.randrange(256)
        try:
            command = parse_command(bytes(line))
            commands += command is not None
        except CommandInvalid:
            continue
    assert commands > 30


def test_a_file_is_followed_as_it_grows(tmp_path: Path) -> None:
    path = tmp_path / "hands.jsonl"
    acted: list[Command] = []
    refused: list[int] = []
    follower = CommandFile(path, acted.append, lambda line, _why: refused.append(line))
    follower.start()
    path.write_bytes(said(READER, "press", person="P001", finger=6) + b"\nnonsense\n" + b'{"dev')
    until(lambda: bool(acted and refused))
    with path.open("ab") as file:
        file.write(b'ice": "camera", "do": "freeze"}\n')
    until(lambda: len(acted) == 2)
    follower.stop()
    assert [command.do for command in acted] == ["press", "freeze"]
    assert refused == [2]


def test_what_a_file_held_before_can_be_skipped(tmp_path: Path) -> None:
    path = tmp_path / "hands.jsonl"
    path.write_bytes(said(READER, "lift") + b"\n")
    acted: list[Command] = []
    follower = CommandFile(path, acted.append, lambda _line, _why: None, skip_present=True)
    follower.start()
    with path.open("ab") as file:
        file.write(said(READER, "unplug") + b"\n")
    until(lambda: bool(acted))
    follower.stop()
    assert [command.do for command in acted] == ["unplug"]


def test_a_device_in_its_own_process_is_moved_the_same_way() -> None:
    reader = open_driver(READER, "simulated", {"settle_ms": 0}, mode="simulation", isolated=True)
    move = mover(reader)
    assert move is not None
    press = Command(READER, "press", 0, {"person": "P001", "finger": 6})
    with pytest.raises(CommandInvalid, match="not open"):
        move(press)
    try:
        reader.open()
        move(press)
        assert isinstance(reader.capture(PATIENCE_S, lambda _phase: None), Capture)
        with pytest.raises(CommandInvalid, match="moves no"):
            move(Command(CAMERA, "freeze"))
    finally:
        reader.close()
