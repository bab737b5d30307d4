"""One press for desk or gate: arm the reader, tell that a finger is there, hand the picture on.

A reader that fails is not asked again at once, which would only fail again as fast as it can: the
device service lets it rest and tells the workflow when to go on.
"""

from collections.abc import Callable

from drivers.api import Capture, CapturePhase, FingerprintReader, Retry, RetryReason
from station.services.devices import DeviceService
from station.services.matching import RETRY_NOTICES
from station.services.runner import Runner
from station.workflow.inputs import (
    DeviceKind,
    DeviceLost,
    Failed,
    FingerLifted,
    FingerSensed,
    FingerStillThere,
    PressRefused,
)

PRESS_TIMEOUT_S = 20.0
LIFT_TIMEOUT_S = 4.0
_NOTHING_ON_PLATE = (RetryReason.TIMEOUT, RetryReason.CANCELLED)

Answer = FingerSensed | PressRefused | FingerLifted | FingerStillThere | DeviceLost | Failed


class Pressing:
    """Drives the reader for one workflow; every answer carries the attempt it belongs to."""

    def __init__(self, devices: DeviceService, runner: Runner) -> None:
        self._devices = devices
        self._runner = runner

    def arm(
        self, attempt: int, answer: Callable[[Answer], None], then: Callable[[Capture], None]
    ) -> None:
        """Wait for one press; `then` gets the capture, everything else is answered."""

        def on_phase(phase: CapturePhase) -> None:
            if phase is CapturePhase.PRESENT:
                self._runner.post(lambda: answer(FingerSensed(attempt)))

        def work(reader: FingerprintReader) -> Capture | Retry:
            return reader.capture(PRESS_TIMEOUT_S, on_phase)

        def deliver(result: Capture | Retry | DeviceLost | Failed) -> None:
            match result:
                case Capture():
                    then(result)
                case Retry(reason=RetryReason.CANCELLED):
                    pass  # whoever cancelled has moved on
                case Retry(reason=reason):
                    pressed = reason not in _NOTHING_ON_PLATE
                    answer(PressRefused(attempt, RETRY_NOTICES[reason], pressed))
                case Failed():
                    self._devices.give_up(DeviceKind.READER)
                case DeviceLost():
                    answer(result)

        self._devices.use(DeviceKind.READER, work, deliver)

    def await_lift(self, attempt: int, answer: Callable[[Answer], None]) -> None:
        """Answer when the glass is empty, or that it is still covered."""

        def work(reader: FingerprintReader) -> bool:
            return reader.await_lift(LIFT_TIMEOUT_S)

        def deliver(result: bool | DeviceLost | Failed) -> None:
            match result:
                case DeviceLost():
                    answer(result)
                case Failed():
                    self._devices.give_up(DeviceKind.READER)
                case True:
                    answer(FingerLifted(attempt))
                case _:
                    answer(FingerStillThere(attempt))

        self._devices.use(DeviceKind.READER, work, deliver)

    def cancel(self) -> None:
        """End the wait for a finger or for the lift."""
        self._devices.cancel(DeviceKind.READER)
