"""One press: asks the device for a picture, again and again, until there is one or time is over.

A capture that runs in a device cannot be called off, so it is asked for in short stretches; after
`cancel` the device is busy with our own question for at most one of them.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from drivers.api import Retry, RetryReason
from drivers.errors import DeviceBusy, DeviceFault, DeviceUnplugged
from drivers.fingerprint_reader.finger_sensing import COMES_AT, covered_share
from drivers.fingerprint_reader.sbi.captures import (
    MAX_ANSWER_BYTES,
    CaptureRequest,
    Sample,
    SampleChecks,
)
from drivers.fingerprint_reader.sbi.error_codes import NAME
from drivers.fingerprint_reader.sbi.exchange import (
    GivenUp,
    ServiceGone,
    ServiceLate,
    Terms,
    ask,
)
from drivers.fingerprint_reader.sbi.hash_chain import FIRST_PREVIOUS
from drivers.fingerprint_reader.sbi.jws import Signatures
from drivers.fingerprint_reader.sbi.strict_json import AnswerInvalid
from drivers.fingerprint_reader.sbi.watch import Watch

# A call ends at most a second after its time; a device may use most of that.
GRACE_S = 0.8
# How long after its own time-out a device may take to compute its answer, while there is time.
COMPUTING_S = 5.0
PAUSE_S = 0.1


@dataclass(frozen=True)
class PressRules:
    """`least_score`: what the device should reach before it delivers, 0 to 100; `stretch_s`: how
    long one question may keep it; `clock_tolerance_s`: how wrong its clock may be.
    """

    least_score: int
    stretch_s: float
    clock_tolerance_s: float


class Presses:
    """Asks one device for pictures; remembers the chain of hashes and what it left unfinished."""

    def __init__(
        self,
        watch: Watch,
        signatures: Signatures,
        rules: PressRules,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self.cancelled = threading.Event()
        self.previous_hash = FIRST_PREVIOUS
        self._watch = watch
        self._signatures = signatures
        self._rules = rules
        self._now = now
        self._new_id = new_id
        self._occupied_until_s = 0.0

    @property
    def unfinished(self) -> bool:
        """Whether the device may still be busy with a question of ours that nobody waits for."""
        return time.monotonic() < self._occupied_until_s

    def sample(self, timeout_s: float) -> Sample | Retry:
        """A picture with a finger on it. Raises DeviceUnplugged, DeviceFault or DeviceBusy.

        At its time-out a device delivers the best it has seen, even of an empty glass. What shows
        no finger is passed over; what shows one but missed the score gets one more stretch.
        """
        end_s = time.monotonic() + timeout_s
        best: Sample | None = None
        while not self.cancelled.is_set():
            left_s = end_s - time.monotonic()
            if left_s <= 0:
                return self._kept(best) if best else Retry(RetryReason.TIMEOUT)
            outcome = self._asked(left_s)
            if isinstance(outcome, Retry) and outcome.reason is not RetryReason.TIMEOUT:
                return outcome
            press = outcome if isinstance(outcome, Sample) and _shows_finger(outcome) else None
            if best is not None:
                return self._kept(_better(best, press))
            if press is not None and press.score >= self._rules.least_score:
                return self._kept(press)
            best = press
            # One that answers at once must not be asked without end.
            self.cancelled.wait(min(PAUSE_S, max(0.0, end_s - time.monotonic())))
        return Retry(RetryReason.CANCELLED)

    def _kept(self, sample: Sample) -> Sample:
        """Only what is delivered becomes a link of the chain."""
        self.previous_hash = sample.hash
        return sample

    def _asked(self, left_s: float) -> Sample | Retry:
        stretch_s = min(self._rules.stretch_s, left_s)
        request = CaptureRequest(
            transaction_id=self._new_id(),
            asked_at=self._now(),
            timeout_ms=max(1, round(stretch_s * 1000)),
            least_score=self._rules.least_score,
            previous_hash=self.previous_hash,
        )
        wait_s = min(stretch_s + COMPUTING_S, left_s + GRACE_S)
        try:
            return self._exchanged(request, wait_s)
        except DeviceBusy:
            if not self.unfinished:
                raise
            return Retry(RetryReason.TIMEOUT)
        except GivenUp:
            self._occupied_until_s = time.monotonic() + stretch_s + GRACE_S
            if self._watch.gone:
                raise DeviceUnplugged(NAME, "service") from None
            return Retry(RetryReason.CANCELLED)
        except ServiceGone:
            self._watch.lost()
            raise DeviceUnplugged(NAME, "service") from None
        except ServiceLate:
            self._occupied_until_s = time.monotonic() + stretch_s + GRACE_S
            raise DeviceFault(NAME, "answers too late") from None
        except AnswerInvalid as error:
            raise DeviceFault(NAME, error.word) from error

    def _exchanged(self, request: CaptureRequest, wait_s: float) -> Sample | Retry:
        found = self._watch.found
        terms = Terms(wait_s, MAX_ANSWER_BYTES, lambda: self.cancelled.is_set() or self._watch.gone)
        answer = ask(found.port, request.question(found.device), terms)
        checks = SampleChecks(found.device, self._signatures, self._rules.clock_tolerance_s)
        return checks.read(answer, request, self._now())


def _shows_finger(sample: Sample) -> bool:
    return covered_share(sample.impression.image) >= COMES_AT


def _better(first: Sample, second: Sample | None) -> Sample:
    return second if second is not None and second.score > first.score else first
