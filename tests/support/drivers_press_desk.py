"""A desk that only presses: the station's device service over a reader that fails as it is told.

The lanes, the device service and the arming of presses are the station's own, the reader runs in
its own process; only the workflow is reduced to "the reader is lost" and "it is back".
"""

from __future__ import annotations

import queue
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from drivers.api import Capture, DriverKind
from drivers.host.isolated import IsolatedReader
from drivers.host.plan import HostLimits, HostPlan
from drivers.registry import host_command
from drivers.simulated.camera import CameraHand, SimulatedCamera
from drivers.simulated.document_reader import CardHand, SimulatedDocumentReader
from drivers.simulated.printer import PrinterHand, SimulatedPrinter
from station.services.devices import Devices, DeviceService
from station.services.pressing import Answer, Pressing
from station.services.runner import Runner
from station.services.status import ChipState
from station.workflow.inputs import DeviceBack, DeviceKind, DeviceLost, PressRefused
from tests.support.drivers_faulty import number_of

KEY = "fingerprint_reader:faulty"
TARGET = "tests.support.drivers_faulty:FaultyReader"
QUICK = HostLimits(pulse_s=2.5, first_pause_s=0.02, longest_pause_s=0.2)
TICK_EVERY_S = 0.01
PATIENCE_S = 60.0
# What may happen instead of a good press, and how often; the rest are good presses.
FAULTS = {"crash": 4, "bug": 4, "fault": 8, "unplug": 8, "hang": 1, "hold_interpreter": 1}
HARMLESS = {"print": 8}
PER_MILLE = 1000


@dataclass
class Tally:
    """What was done to the reader and what came of it."""

    injected: Counter[str] = field(default_factory=Counter)
    pressed: list[int] = field(default_factory=list)
    delivered: list[int] = field(default_factory=list)
    reports: int = 0
    refusals: int = 0

    @property
    def faults(self) -> int:
        """Faults that the station has to tell somebody about."""
        return sum(self.injected[name] for name in FAULTS)

    @property
    def clean(self) -> bool:
        """Each good press delivered once and in order, each fault reported once, nothing else."""
        told = self.reports == self.faults and self.refusals == 0
        return told and self.delivered == self.pressed


class PressDesk:
    """Presses and faults, one after the other, as the seed draws them; `more` for more faults."""

    def __init__(self, orders: Path, seed: int, more: int = 1) -> None:
        self._orders = orders
        self._more = more
        self._lot = random.Random(seed)
        self._posted: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        options = {"orders": str(orders)}
        kind = DriverKind.FINGERPRINT_READER
        self.reader = IsolatedReader(
            HostPlan(kind, "faulty", options, host_command(KEY), limits=QUICK)
        )
        self._runner = Runner(self._posted.put)
        devices = Devices(
            self.reader,
            SimulatedCamera(CameraHand()),
            SimulatedDocumentReader(CardHand()),
            SimulatedPrinter(PrinterHand()),
        )
        self._service = DeviceService(devices, self._runner)
        self._service.on_lost_or_back(self._news)
        self._pressing = Pressing(self._service, self._runner)
        self._lost = False
        self._attempt = 0
        self._ticked_at_s = 0.0
        self.tally = Tally()

    def press_many(self, presses: int) -> Tally:
        """Make so many good presses, with faults among them."""
        self._pump(self._ready)
        for number in range(len(self.tally.pressed) + 1, len(self.tally.pressed) + presses + 1):
            fault = self._drawn()
            if fault is not None:
                self._suffer(fault)
            self._press(number)
        return self.tally

    def close(self) -> None:
        """End the lanes and the reader's process."""
        self._runner.close(self._service.cancel_all)
        self._service.close()

    def _ready(self) -> bool:
        states = {chip.kind: chip.state for chip in self._service.chips}
        return states[DeviceKind.READER] is ChipState.READY

    def _drawn(self) -> str | None:
        at = self._lot.randrange(PER_MILLE)
        for name, per_mille in {**FAULTS, **HARMLESS}.items():
            at -= per_mille * self._more
            if at < 0:
                return name
        return None

    def _suffer(self, fault: str) -> None:
        self.tally.injected[fault] += 1
        if fault in HARMLESS:
            delivered = len(self.tally.delivered)
            self._order(f"capture {fault}")
            self._arm()
            self._pump(lambda: len(self.tally.delivered) > delivered)
            self.tally.delivered.pop()  # the picture of a press that nobody counted
            return
        # A library may also hang while nobody presses, which only its pulse betrays.
        self._order(f"status {fault}" if fault == "hang" else f"capture {fault}")
        reports = self.tally.reports
        if fault != "hang":
            self._arm()
        self._pump(lambda: self.tally.reports > reports)
        if fault == "unplug":
            self._order("status plug_in")
        self._pump(lambda: not self._lost)

    def _press(self, number: int) -> None:
        self.tally.pressed.append(number)
        self._order(f"capture press {number}")
        delivered = len(self.tally.delivered)
        self._arm()
        self._pump(lambda: len(self.tally.delivered) > delivered)

    def _order(self, order: str) -> None:
        waiting = self._orders.with_suffix(".new")
        waiting.write_text(order, encoding="utf-8")
        waiting.replace(self._orders)

    def _arm(self) -> None:
        self._attempt += 1
        self._pressing.arm(self._attempt, self._answered, self._captured)

    def _captured(self, capture: Capture) -> None:
        self.tally.delivered.append(number_of(capture.image))

    def _answered(self, answer: Answer) -> None:
        if isinstance(answer, DeviceLost):
            self._news(answer)
        elif isinstance(answer, PressRefused):
            self.tally.refusals += 1

    def _news(self, news: DeviceLost | DeviceBack) -> None:
        """As the workflows do: a reader that is lost already cannot be lost again."""
        if news.kind is not DeviceKind.READER:
            return
        lost = isinstance(news, DeviceLost)
        self.tally.reports += lost and not self._lost
        self._lost = lost

    def _pump(self, done: Callable[[], bool]) -> None:
        deadline_s = time.monotonic() + PATIENCE_S
        while not done():
            now_s = time.monotonic()
            assert now_s < deadline_s, "the station hangs"
            if now_s - self._ticked_at_s > TICK_EVERY_S:
                self._ticked_at_s = now_s
                self._service.tick()
            try:
                self._posted.get(timeout=TICK_EVERY_S)()
            except queue.Empty:
                continue
