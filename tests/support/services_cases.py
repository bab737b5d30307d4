"""Parts for tests of single services: lanes that run at once, devices that do as they are told."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from drivers.api import DeviceState, DeviceStatus
from drivers.errors import DeviceError
from station.services.devices import Devices, DeviceService
from station.services.runner import Lane, Runner
from station.services.store_room import StoreRoom
from station.store.database import Database
from station.store.desk import Desk
from station.store.operators import Operators
from station.store.roster import Roster
from station.store.site import SiteRoster
from station.workflow.inputs import DeviceBack, DeviceKind, DeviceLost
from tests.support.store_cases import log_of

Result = TypeVar("Result")


class InlineRunner(Runner):
    """Does all work at once in the caller's thread."""

    def __init__(self) -> None:
        super().__init__(lambda action: action())

    def call(
        self, lane: Lane, work: Callable[[], Result], then: Callable[[Result], None]
    ) -> Future[Result]:
        done: Future[Result] = Future()
        done.set_result(work())
        then(done.result())
        return done

    def ask(self, lane: Lane, work: Callable[[], Result]) -> Result:
        return work()


@dataclass
class ObedientDevice:
    """Any device. `refuses` is raised by opening it, `answer` is what a call gives or raises."""

    simulated: bool = True
    state: DeviceState = DeviceState.READY
    refuses: DeviceError | None = None
    answer: Any = None
    calls: list[str] = field(default_factory=list)

    def open(self) -> None:
        self.calls.append("open")
        if self.refuses:
            raise self.refuses

    def status(self) -> DeviceStatus:
        return DeviceStatus(self.state)

    def capture(self, _timeout_s: float, on_phase: Callable[[Any], None]) -> Any:
        return self._answered("capture")

    def await_lift(self, _timeout_s: float) -> Any:
        return self._answered("await_lift")

    def frame(self) -> Any:
        return self._answered("frame")

    def cancel(self) -> None:
        self.calls.append("cancel")

    def close(self) -> None:
        self.calls.append("close")

    def _answered(self, call: str) -> Any:
        self.calls.append(call)
        if isinstance(self.answer, DeviceError):
            raise self.answer
        return self.answer


@dataclass
class Bench:
    """A device service over obedient devices, with everything it told."""

    reader: ObedientDevice = field(default_factory=ObedientDevice)
    camera: ObedientDevice = field(default_factory=ObedientDevice)
    card_reader: ObedientDevice = field(default_factory=ObedientDevice)
    printer: ObedientDevice = field(default_factory=ObedientDevice)
    told: list[DeviceLost | DeviceBack] = field(default_factory=list)

    def __post_init__(self) -> None:
        parts = cast(Any, (self.reader, self.camera, self.card_reader, self.printer))
        self.runner = InlineRunner()
        self.service = DeviceService(Devices(*parts), self.runner)
        self.service.on_lost_or_back(self.told.append)

    def chip(self, kind: DeviceKind) -> str:
        return next(chip.state.value for chip in self.service.chips if chip.kind is kind)

    def opened(self) -> Bench:
        """Everything open, and the news of it forgotten."""
        self.service.tick()
        self.told.clear()
        return self


def room_over(database: Database) -> StoreRoom:
    """All rooms of a store on one connection."""
    return StoreRoom(
        database,
        log_of(database),
        Roster(database),
        SiteRoster(database),
        Operators(database),
        Desk(database, "1"),
    )
