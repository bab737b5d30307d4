"""What hands do to simulated devices, as lines of a file: one JSON object a line.

    {"device": "fingerprint_reader", "do": "press", "person": "P001", "finger": 6}
    {"device": "fingerprint_reader", "do": "lift", "after_ms": 800}
    {"device": "document_reader", "do": "lay_card_half", "person": "P002"}
    {"device": "camera", "do": "freeze"}
    {"device": "printer", "do": "paper_out"}
    {"device": "smart_card", "do": "pull_card"}

`after_ms` is waited before the deed. A press may carry `impression` and any of the fields of
`PressStyle` (`pressure`, `dryness`, `offset_x_mm`, `offset_y_mm`, `rotation_deg`, `smear`);
`press_wrong` presses the finger after the one named, as people do who mix up their fingers.
Lines that are empty or begin with `#` say nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from drivers.api import DriverKind
from drivers.simulated.cable import Cable
from drivers.simulated.camera import CameraHand
from drivers.simulated.document_reader import CardHand
from drivers.simulated.hand import FingerKey, Hand, HandQuality
from drivers.simulated.people import Person, person
from drivers.simulated.printer import PrinterHand
from drivers.simulated.smart_card import SmartCardHand

MAX_LINE_BYTES = 1000
MAX_KEY_LENGTH = 60
MAX_WAIT_MS = 600_000
# Thumbs, index and middle fingers as in the capture plan, then the others.
FINGER_ORDER = (6, 1, 7, 2, 8, 3, 9, 4, 10, 5)


class CommandInvalid(Exception):
    """A line is no command; the text says why, and never repeats the line."""


@dataclass(frozen=True)
class Command:
    """One deed of a hand. `details` holds only what `do` allows, already checked."""

    device: DriverKind
    do: str
    after_ms: int = 0
    details: Mapping[str, Any] = field(default_factory=dict)


_STYLE_LIMITS: Mapping[str, tuple[float, float]] = {
    "pressure": (0, 1),
    "dryness": (-1, 1),
    "offset_x_mm": (-30, 30),
    "offset_y_mm": (-30, 30),
    "rotation_deg": (-180, 180),
    "smear": (0, 1),
}


def _press(hand: Hand, details: Mapping[str, Any]) -> None:
    style = {name: details[name] for name in _STYLE_LIMITS if name in details}
    hand.place(
        FingerKey(details["person"], details["finger"]),
        quality=HandQuality(**style),
        impression=details.get("impression"),
    )


def _press_wrong(hand: Hand, details: Mapping[str, Any]) -> None:
    place = FINGER_ORDER.index(details["finger"])
    neighbour = FINGER_ORDER[(place + 1) % len(FINGER_ORDER)]
    _press(hand, {**details, "finger": neighbour})


def _known(details: Mapping[str, Any]) -> Person:
    somebody = person(details["person"])
    if somebody is None:
        raise CommandInvalid("person: nobody of that key has a card")
    return somebody


def _insert_card(hand: SmartCardHand, details: Mapping[str, Any]) -> None:
    if details["person"] not in hand.cards:
        raise CommandInvalid("person: nobody of that key has a smart card")
    hand.insert_card(details["person"])


@dataclass(frozen=True)
class _Deed:
    """What is done, the keys it needs and the keys it may have."""

    act: Callable[[Any, Mapping[str, Any]], object]
    needs: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()


def _plain(act: Callable[[Any], object]) -> _Deed:
    return _Deed(lambda hand, _: act(hand))


_PERSON = frozenset({"person"})
_FINGER = frozenset({"person", "finger"})
_STYLE = frozenset({*_STYLE_LIMITS, "impression"})
_CABLE: Mapping[str, _Deed] = {
    "unplug": _plain(Cable.unplug),
    "plug_in": _plain(Cable.plug_in),
    "stall": _plain(Cable.stall),
    "recover": _plain(Cable.recover),
}
_DEEDS: Mapping[DriverKind, tuple[type[Cable], Mapping[str, _Deed]]] = {
    DriverKind.FINGERPRINT_READER: (
        Hand,
        {
            "press": _Deed(_press, _FINGER, _STYLE),
            "press_wrong": _Deed(_press_wrong, _FINGER, _STYLE),
            "lift": _plain(Hand.lift),
            **_CABLE,
        },
    ),
    DriverKind.DOCUMENT_READER: (
        CardHand,
        {
            "lay_card": _Deed(lambda hand, said: hand.lay_card(_known(said)), _PERSON),
            "lay_card_half": _Deed(lambda hand, said: hand.lay_card_half(_known(said)), _PERSON),
            "take_card": _plain(CardHand.take_card),
            **_CABLE,
        },
    ),
    DriverKind.CAMERA: (
        CameraHand,
        {
            "sit_down": _Deed(lambda hand, said: hand.sit_down(said["person"]), _PERSON),
            "stand_up": _plain(CameraHand.stand_up),
            "cover_lens": _plain(CameraHand.cover_lens),
            "uncover_lens": _plain(CameraHand.uncover_lens),
            "freeze": _plain(CameraHand.freeze),
            "thaw": _plain(CameraHand.thaw),
            **_CABLE,
        },
    ),
    DriverKind.PRINTER: (
        PrinterHand,
        {
            "paper_out": _plain(PrinterHand.take_paper_out),
            "refill": _plain(PrinterHand.refill),
            "jam": _plain(PrinterHand.jam),
            "clear_jam": _plain(PrinterHand.clear_jam),
            **_CABLE,
        },
    ),
    DriverKind.SMART_CARD: (
        SmartCardHand,
        {
            "insert_card": _Deed(_insert_card, _PERSON),
            "insert_other_card": _plain(SmartCardHand.insert_other_card),
            "insert_id_card": _plain(SmartCardHand.insert_id_card),
            "pull_card": _plain(SmartCardHand.pull_card),
            **_CABLE,
        },
    ),
}


def deeds(device: DriverKind) -> tuple[str, ...]:
    """What can be done to a kind of device."""
    return tuple(_DEEDS[device][1])


def parse_command(line: bytes) -> Command | None:
    """The command of one line; None for a line that says nothing. Raises CommandInvalid."""
    if len(line) > MAX_LINE_BYTES:
        raise CommandInvalid("line: too long")
    if not line.strip() or line.lstrip().startswith(b"#"):
        return None
    try:
        said = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise CommandInvalid("line: no JSON in UTF-8") from error
    if not isinstance(said, dict):
        raise CommandInvalid("line: no JSON object")
    device = _device(said.pop("device", None))
    do = said.pop("do", None)
    deed = _DEEDS[device][1].get(do) if isinstance(do, str) else None
    if deed is None:
        raise CommandInvalid(f"do: none of {', '.join(deeds(device))}")
    after_ms = _whole("after_ms", said.pop("after_ms", 0), 0, MAX_WAIT_MS)
    if not deed.needs <= said.keys() <= deed.needs | deed.may:
        raise CommandInvalid(f"{do}: needs {sorted(deed.needs)}, may have {sorted(deed.may)}")
    details = {name: _detail(name, value) for name, value in said.items()}
    return Command(device, do, after_ms, details)


def perform(hand: Cable, command: Command) -> None:
    """Do what a command says, without waiting. Raises CommandInvalid for another device's hand."""
    kind, known = _DEEDS[command.device]
    if not isinstance(hand, kind):
        raise CommandInvalid(f"device: this hand moves no {command.device}")
    known[command.do].act(hand, command.details)


def format_command(command: Command) -> bytes:
    """A command as its line."""
    said = {"device": command.device, "do": command.do, "after_ms": command.after_ms}
    return json.dumps({**said, **command.details}, ensure_ascii=False).encode()


def _device(said: object) -> DriverKind:
    if not isinstance(said, str) or said not in list(DriverKind):
        raise CommandInvalid(f"device: none of {', '.join(DriverKind)}")
    return DriverKind(said)


def _detail(name: str, value: object) -> object:
    if name == "person":
        if not isinstance(value, str) or not 0 < len(value) <= MAX_KEY_LENGTH:
            raise CommandInvalid("person: no short text")
        return value
    if name == "finger":
        return _whole(name, value, 1, 10)
    if name == "impression":
        return _whole(name, value, 1, 10_000)
    low, high = _STYLE_LIMITS[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise CommandInvalid(f"{name}: no number from {low:g} to {high:g}")
    return float(value)


def _whole(name: str, value: object, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise CommandInvalid(f"{name}: no whole number from {low} to {high}")
    return value
