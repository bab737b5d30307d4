"""Devices in situations: a device, and the levers that bring a situation about.

A lever that a device lacks is None (nobody can pull a real plug from a program); the checks that
need it raise `Skipped`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from drivers.api import (
    Camera,
    DeviceState,
    DocumentReader,
    FingerprintReader,
    Printer,
    SmartCardReader,
)
from drivers.errors import DeviceError, DeviceUnplugged

Lever = Callable[[], object]
Outcome = TypeVar("Outcome")

# Generous limits: they tell a call that ends from one that hangs, nothing finer.
PATIENCE_S = 20.0
SHORT_S = 0.05


class Skipped(Exception):
    """A check could not be made; the text says what it lacked."""


@dataclass(frozen=True)
class Cable:
    """Levers of a plug."""

    unplug: Lever
    plug_in: Lever


@dataclass(frozen=True)
class ReaderBench:
    """A fingerprint reader, its glass empty."""

    reader: FingerprintReader
    press: Lever | None = None
    lift: Lever | None = None
    cable: Cable | None = None

    @property
    def device(self) -> FingerprintReader:
        """What is looked at."""
        return self.reader

    def reset(self) -> None:
        """Leave the situation as a check expects it."""
        if self.lift is not None:
            self.lift()


@dataclass(frozen=True)
class CameraBench:
    """A camera that has something to see."""

    camera: Camera
    cable: Cable | None = None

    @property
    def device(self) -> Camera:
        """What is looked at."""
        return self.camera

    def reset(self) -> None:
        """Nothing to tidy up."""


@dataclass(frozen=True)
class DocumentBench:
    """An ID-card reader without a card."""

    reader: DocumentReader
    lay_card: Lever | None = None
    take_card: Lever | None = None
    cable: Cable | None = None

    @property
    def device(self) -> DocumentReader:
        """What is looked at."""
        return self.reader

    def reset(self) -> None:
        """Leave the situation as a check expects it."""
        if self.take_card is not None:
            self.take_card()


@dataclass(frozen=True)
class PrinterBench:
    """A printer; `may_print` says that a sheet of paper may be spent on it.

    `hold` lets documents wait in its queue, for instance for paper, until `release`.
    """

    printer: Printer
    may_print: bool = True
    hold: Lever | None = None
    release: Lever | None = None

    @property
    def device(self) -> Printer:
        """What is looked at."""
        return self.printer

    def reset(self) -> None:
        """Nothing to tidy up: a check that holds documents releases them."""


@dataclass(frozen=True)
class SmartCardBench:
    """A smart-card reader without a card; `pin` is the right one of the card, to be tried."""

    reader: SmartCardReader
    insert: Lever | None = None
    pull: Lever | None = None
    cable: Cable | None = None
    pin: bytes | None = field(default=None, repr=False)

    @property
    def device(self) -> SmartCardReader:
        """What is looked at."""
        return self.reader

    def reset(self) -> None:
        """Leave the situation as a check expects it."""
        if self.pull is not None:
            self.pull()


Bench = ReaderBench | CameraBench | DocumentBench | PrinterBench | SmartCardBench


def require(kept: bool, promise: str) -> None:
    """Raise AssertionError naming the promise unless it was kept."""
    if not kept:
        raise AssertionError(promise)


def need(lever: Lever | None, what: str) -> Lever:
    """The lever, or Skipped without it."""
    if lever is None:
        raise Skipped(what)
    return lever


def need_cable(cable: Cable | None) -> Cable:
    """The cable's levers, or Skipped without them."""
    if cable is None:
        raise Skipped("a plug to pull")
    return cable


def eventually(condition: Callable[[], bool], promise: str) -> None:
    """Wait for what the contract allows a moment for."""
    deadline_s = time.monotonic() + PATIENCE_S
    while not condition():
        require(time.monotonic() < deadline_s, promise)
        time.sleep(0.002)


def started(call: Callable[[], Outcome]) -> Callable[[], Outcome]:
    """Run a blocking call on its worker thread; the result function waits for it."""
    outcomes: list[Outcome] = []
    errors: list[DeviceError] = []

    def work() -> None:
        try:
            outcomes.append(call())
        except DeviceError as error:
            errors.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()

    def result() -> Outcome:
        thread.join(PATIENCE_S)
        require(not thread.is_alive(), "a blocking call must end when it is interrupted")
        if errors:
            raise errors[0]
        return outcomes[0]

    return result


def wait_for_state(
    device: FingerprintReader | Camera | DocumentReader | SmartCardReader, state: DeviceState
) -> None:
    """Wait until `status` says so."""
    eventually(lambda: device.status().state is state, f"status must come to say {state.value}")


def raises_unplugged(call: Callable[[], object]) -> bool:
    """Whether a call raises DeviceUnplugged."""
    try:
        call()
    except DeviceUnplugged:
        return True
    return False
