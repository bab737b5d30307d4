"""This station's devices: opened on their own lanes, watched, taken back when they return."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from drivers.api import (
    Camera,
    DeviceState,
    DeviceStatus,
    DocumentReader,
    FingerprintReader,
    Frame,
    Printer,
    PrintJob,
    PrintJobState,
    SmartCardReader,
    Withdrawal,
)
from drivers.errors import DeviceBusy, DeviceError, DeviceNotFound, DeviceUnplugged
from station.services.device_trouble import DeviceTrouble, trouble_of_detail, trouble_of_error
from station.services.runner import Lane, Runner
from station.services.status import ChipState, DeviceChip
from station.workflow.inputs import DeviceBack, DeviceKind, DeviceLost, Failed
from station.workflow.notices import Notice

Result = TypeVar("Result")

LANES = {
    DeviceKind.READER: Lane.READER,
    DeviceKind.CAMERA: Lane.CAMERA,
    DeviceKind.CARD_READER: Lane.CARD_READER,
    DeviceKind.PRINTER: Lane.PRINTER,
    DeviceKind.SMART_CARD: Lane.SMART_CARD,
}
CHIP_OF = {
    DeviceState.READY: ChipState.READY,
    DeviceState.BUSY: ChipState.BUSY,
    DeviceState.UNPLUGGED: ChipState.LOST,
    DeviceState.FAULT: ChipState.FAULT,
}
# Said of the work that was asked for; the status bar says what is the matter.
FAULTS = {
    DeviceKind.READER: Notice.READER_FAULT,
    DeviceKind.CAMERA: Notice.CAMERA_FAULT,
    DeviceKind.CARD_READER: Notice.CARD_READER_FAULT,
    DeviceKind.PRINTER: Notice.PRINT_FAILED,
    DeviceKind.SMART_CARD: Notice.CARD_READER_FAULT,
}
_WORKING = (ChipState.READY, ChipState.BUSY)
# A device that fails whenever it is used rests between tries, twice as long each time.
FIRST_REST_TICKS, LONGEST_REST_TICKS = 2, 32


@dataclass(frozen=True)
class Devices:
    """The drivers the composition root chose, one of each kind; staff cards only where wanted."""

    reader: FingerprintReader
    camera: Camera
    card_reader: DocumentReader
    printer: Printer
    smart_card: SmartCardReader | None = None

    @property
    def kinds(self) -> tuple[DeviceKind, ...]:
        """The kinds there is a driver of, in the order of the status bar."""
        return tuple(kind for kind in DeviceKind if self.of(kind) is not None)

    def of(self, kind: DeviceKind) -> Any:
        """The driver of a kind."""
        return {
            DeviceKind.READER: self.reader,
            DeviceKind.CAMERA: self.camera,
            DeviceKind.CARD_READER: self.card_reader,
            DeviceKind.PRINTER: self.printer,
            DeviceKind.SMART_CARD: self.smart_card,
        }[kind]


@dataclass
class _Slot:
    chip: DeviceChip
    opened: bool = False
    opening: bool = False
    ticks_until_reopen: int = 0
    failures_in_a_row: int = 0
    ticks_to_rest: int = 0
    openings_in_a_row: int = 0
    failed_with: DeviceTrouble | None = None

    def next_reopen(self, error: DeviceError | None) -> int:
        """In how many ticks to try again: soon for a plug, ever later for what no plug mends."""
        if error is None or isinstance(error, DeviceNotFound | DeviceUnplugged | DeviceBusy):
            self.openings_in_a_row = 0
            return REOPEN_AFTER_TICKS
        self.openings_in_a_row += 1
        return min(REOPEN_AFTER_TICKS << min(self.openings_in_a_row, 8), SELDOM_TICKS)


REOPEN_AFTER_TICKS = 6
# A driver that is missing or crashes as it opens may cost a whole process each time.
SELDOM_TICKS = 120


class DeviceService:
    """Opens and watches the devices. `tick` is called a few times a second on the UI thread."""

    def __init__(self, devices: Devices, runner: Runner) -> None:
        self._devices = devices
        self._runner = runner
        self._listeners: list[Callable[[tuple[DeviceChip, ...]], None]] = []
        self._watchers: list[Callable[[DeviceLost | DeviceBack], None]] = []
        self._slots = {
            kind: _Slot(DeviceChip(kind, ChipState.BUSY, devices.of(kind).simulated))
            for kind in devices.kinds
        }

    @property
    def chips(self) -> tuple[DeviceChip, ...]:
        """All devices in the order of the status bar."""
        return tuple(slot.chip for slot in self._slots.values())

    def on_change(self, listener: Callable[[tuple[DeviceChip, ...]], None]) -> None:
        """Call `listener` with the chips whenever one changes."""
        self._listeners.append(listener)

    def on_lost_or_back(self, watcher: Callable[[DeviceLost | DeviceBack], None]) -> None:
        """Call `watcher` when a device goes away or is there again."""
        self._watchers.append(watcher)

    def has(self, kind: DeviceKind) -> bool:
        """Whether the station has such a device, working or not."""
        return kind in self._slots

    def is_simulated(self, kind: DeviceKind) -> bool:
        """Whether what this device delivers is simulated; every fact about it says so."""
        return self._slots[kind].chip.simulated

    def reader_frame(self) -> Frame | None:
        """Newest picture of the reader's glass."""
        return self._devices.reader.preview() if self._works(DeviceKind.READER) else None

    def camera_frame(self) -> Frame | None:
        """Newest picture of the camera; None while it gives none."""
        if not self._works(DeviceKind.CAMERA):
            return None
        try:
            return self._devices.camera.frame()
        except DeviceError:
            return None

    def tick(self) -> None:
        """Look at every device once; nothing here blocks."""
        for kind, slot in self._slots.items():
            if slot.opened and kind is DeviceKind.PRINTER:
                self._ask_printer(slot)
            elif slot.opened:
                self._watch(kind, slot)
            elif not slot.opening:
                slot.ticks_until_reopen -= 1
                if slot.ticks_until_reopen <= 0:
                    self._open(kind)

    def use(
        self,
        kind: DeviceKind,
        work: Callable[[Any], Result],
        then: Callable[[Result | DeviceLost | Failed], None],
    ) -> None:
        """Run `work(driver)` on the device's lane.

        `then` gets its result, or `DeviceLost` when it is unplugged, or `Failed` on a fault.
        """
        if not self.has(kind):
            then(DeviceLost(kind))
            return
        if not self._slots[kind].opened:
            # Whoever asks before the device is open must be told when it is.
            self._show(kind, ChipState.LOST, quietly=True)
            then(DeviceLost(kind))
            return

        def attempt() -> Result | DeviceLost | Failed:
            try:
                return work(self._devices.of(kind))
            except DeviceUnplugged:
                return DeviceLost(kind)
            except DeviceError as error:
                self._slots[kind].failed_with = trouble_of_error(error)
                return Failed(FAULTS[kind])

        def deliver(result: Result | DeviceLost | Failed) -> None:
            if isinstance(result, DeviceLost):  # so that its return is seen as a return
                self._show(kind, ChipState.LOST, quietly=True)
            if not isinstance(result, DeviceLost | Failed):
                self._slots[kind].failures_in_a_row = 0
            then(result)

        self._runner.call(LANES[kind], attempt, deliver)

    def give_up(self, kind: DeviceKind) -> None:
        """Let a device rest that failed when it was used; who waits for it is told it is lost.

        The rest grows with every failure in a row, up to eight seconds, and is cut short by
        pulling the plug and putting it back.
        """
        slot = self._slots[kind]
        rest = FIRST_REST_TICKS << min(slot.failures_in_a_row, 8)
        slot.failures_in_a_row += 1
        slot.ticks_to_rest = min(rest, LONGEST_REST_TICKS)
        self._show(kind, ChipState.FAULT, slot.failed_with)

    def job_state(self, job: PrintJob) -> PrintJobState:
        """What became of a print job; on the printer's lane."""
        return self._devices.printer.job_state(job)

    def withdraw(self, job: PrintJob) -> Withdrawal:
        """Let a print job not come out any more; on the printer's lane. Raises DeviceError."""
        return self._devices.printer.withdraw(job)

    def cancel(self, kind: DeviceKind) -> None:
        """End the running call of a device that can be cancelled."""
        if self.has(kind) and self._slots[kind].opened:
            self._devices.of(kind).cancel()

    def cancel_all(self) -> None:
        """End every running call, so that the lanes can end."""
        for kind in (DeviceKind.READER, DeviceKind.CARD_READER, DeviceKind.SMART_CARD):
            self.cancel(kind)

    def close(self) -> None:
        """Give every device back; called when no lane runs any more."""
        for kind, slot in self._slots.items():
            # A queue is not held, but the process that asks it is.
            close = getattr(self._devices.of(kind), "close", None)
            if slot.opened and close is not None:
                close()

    def _watch(self, kind: DeviceKind, slot: _Slot) -> None:
        status = self._devices.of(kind).status()
        state = CHIP_OF[status.state]
        if state is ChipState.LOST:  # somebody has pulled the plug: a fresh start
            slot.ticks_to_rest, slot.failures_in_a_row = 0, 0
        trouble = trouble_of_detail(status.detail)
        if slot.ticks_to_rest > 0:
            slot.ticks_to_rest -= 1
            if state is ChipState.FAULT:  # it may have come to say why
                self._show(kind, state, trouble)
            return
        self._show(kind, state, trouble)

    def _works(self, kind: DeviceKind) -> bool:
        slot = self._slots[kind]
        return slot.opened and slot.chip.state in _WORKING

    def _open(self, kind: DeviceKind) -> None:
        slot = self._slots[kind]
        slot.opening = True
        driver = self._devices.of(kind)

        def attempt() -> DeviceError | None:
            try:
                if kind is not DeviceKind.PRINTER:  # a queue is not held between jobs
                    driver.open()
            except DeviceError as error:
                return error
            return None

        def deliver(error: DeviceError | None) -> None:
            slot.opening = False
            slot.opened = error is None
            slot.ticks_until_reopen = slot.next_reopen(error)
            self._show_opened(kind, error)

        self._runner.call(LANES[kind], attempt, deliver)

    def _show_opened(self, kind: DeviceKind, error: DeviceError | None) -> None:
        if error is None:
            self._show(kind, ChipState.READY)
            return
        away = isinstance(error, DeviceNotFound | DeviceUnplugged)
        state = ChipState.LOST if away else ChipState.FAULT
        self._show(kind, state, trouble_of_error(error))

    def _ask_printer(self, slot: _Slot) -> None:
        """A print queue answers slowly, so it is asked on its own lane, one question at a time."""
        if slot.opening:
            return
        slot.opening = True

        def deliver(status: DeviceStatus) -> None:
            slot.opening = False
            trouble = trouble_of_detail(status.detail)
            self._show(DeviceKind.PRINTER, CHIP_OF[status.state], trouble)

        self._runner.call(Lane.PRINTER, self._devices.printer.status, deliver)

    def _show(
        self,
        kind: DeviceKind,
        state: ChipState,
        trouble: DeviceTrouble | None = None,
        quietly: bool = False,
    ) -> None:
        slot = self._slots[kind]
        before = slot.chip.state
        chip = DeviceChip(kind, state, slot.chip.simulated, trouble)
        if chip == slot.chip:
            return
        slot.chip = chip
        for listener in self._listeners:
            listener(self.chips)
        worked, works = before in _WORKING, state in _WORKING
        if worked != works and not quietly and kind is not DeviceKind.SMART_CARD:
            lost = DeviceLost(kind, fault=state is ChipState.FAULT)
            news = DeviceBack(kind) if works else lost
            for watcher in self._watchers:
                watcher(news)
