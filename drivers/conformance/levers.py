"""A bench for any driver: its own hand moves a simulated device, a person moves a real one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from typing import Any

from drivers.api import DriverKind
from drivers.conformance.bench import (
    Bench,
    Cable,
    CameraBench,
    DocumentBench,
    Lever,
    PrinterBench,
    ReaderBench,
    SmartCardBench,
)
from drivers.host.isolated import IsolatedDevice
from drivers.printer.pdf_folder import PdfFolderPrinter
from drivers.simulated.commands import Command
from drivers.simulated.moving import mover
from drivers.simulated.smart_card import SmartCardHand

SOMEBODY = "P001"
LEFT_THUMB = 6


class Request(StrEnum):
    """What a person is asked to do with a real device; they say when it is done."""

    PRESS = "press"
    LIFT = "lift"
    LAY_CARD = "lay_card"
    TAKE_CARD = "take_card"
    INSERT_CARD = "insert_card"
    PULL_CARD = "pull_card"
    UNPLUG = "unplug"
    PLUG_IN = "plug_in"
    PAPER_OUT = "paper_out"
    REFILL = "refill"


Ask = Callable[[Request], None]
Move = Callable[[str, dict[str, object]], None]


def bench_of(kind: DriverKind, driver: Any, ask: Ask | None = None) -> Bench:
    """The bench of a driver that is not open yet. Without `ask`, real devices have no levers."""
    move = _mover(kind, driver)
    finger: dict[str, object] = {"person": SOMEBODY, "finger": LEFT_THUMB}
    card: dict[str, object] = {"person": SOMEBODY}

    def lever(request: Request, details: dict[str, object] | None = None) -> Lever | None:
        if move is not None:
            return lambda: move(request.value, details or {})
        return None if ask is None else lambda: ask(request)

    unplug, plug_in = lever(Request.UNPLUG), lever(Request.PLUG_IN)
    cable = Cable(unplug, plug_in) if unplug and plug_in else None
    match kind:
        case DriverKind.FINGERPRINT_READER:
            press, lift = lever(Request.PRESS, finger), lever(Request.LIFT)
            return ReaderBench(driver, press, lift, cable)
        case DriverKind.CAMERA:
            return CameraBench(driver, cable)
        case DriverKind.DOCUMENT_READER:
            lay, take = lever(Request.LAY_CARD, card), lever(Request.TAKE_CARD)
            return DocumentBench(driver, lay, take, cable)
        case DriverKind.PRINTER:
            may_print = driver.simulated or ask is not None
            if isinstance(driver, PdfFolderPrinter):  # nobody takes the paper out of a folder
                return PrinterBench(driver, may_print)
            hold, release = lever(Request.PAPER_OUT), lever(Request.REFILL)
            return PrinterBench(driver, may_print, hold, release)
        case DriverKind.SMART_CARD:
            if move is None:
                return SmartCardBench(
                    driver, lever(Request.INSERT_CARD), lever(Request.PULL_CARD), cable
                )
            return _simulated_smart_card(driver.hand, SmartCardBench(driver, cable=cable))


def _simulated_smart_card(hand: SmartCardHand, bench: SmartCardBench) -> SmartCardBench:
    """With the first of the hand's cards, if it has any."""
    person = next(iter(hand.cards), None)
    if person is None:
        return bench
    pin = hand.cards[person].pin
    return replace(bench, insert=lambda: hand.insert_card(person), pull=hand.pull_card, pin=pin)


def _mover(kind: DriverKind, driver: Any) -> Move | None:
    perform = mover(driver)
    if perform is None:
        return None

    def move(do: str, details: dict[str, object]) -> None:
        # A device that is not open has no process, and a new one starts with a fresh hand.
        if not isinstance(driver, IsolatedDevice) or driver.supervisor.link is not None:
            perform(Command(kind, do, 0, details))

    return move
