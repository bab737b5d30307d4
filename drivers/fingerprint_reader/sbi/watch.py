"""Asks the service on a thread of its own how the device is, and finds it again elsewhere.

What is known of the device stays known until it is replaced; nothing is cleared to look anew.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from drivers.fingerprint_reader.sbi.device_info import (
    LIST_FINGERS,
    MAX_ANSWER_BYTES,
    ServiceStatus,
    listed_status,
)
from drivers.fingerprint_reader.sbi.discovery import Found, Search
from drivers.fingerprint_reader.sbi.exchange import (
    GivenUp,
    ServiceGone,
    ServiceLate,
    Terms,
    ask,
)
from drivers.fingerprint_reader.sbi.strict_json import AnswerInvalid

# Together less than the second in which a pulled plug must be noticed.
PERIOD_S, WAIT_S = 0.4, 0.4
# A service that answers one question at a time is silent during a capture.
SILENCES_TO_FAULT = 3


@dataclass(frozen=True)
class Condition:
    """How the device is: `status` as its service says; `trouble` when it says nothing useful."""

    status: ServiceStatus
    trouble: str = ""


class Watch:
    """From `start` to `stop` there is a `condition`; `found` says where the device is."""

    def __init__(self, search: Search, found: Found, occupied: Callable[[float], bool]) -> None:
        """`occupied`: whether since a time (monotonic) this driver itself kept the service busy."""
        self.found = found
        self.condition = Condition(found.device.status)
        self._search = search
        self._occupied = occupied
        self._silences = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sbi-watch", daemon=True)

    @property
    def gone(self) -> bool:
        """Whether the device cannot be reached at all."""
        return self.condition.status is ServiceStatus.ABSENT

    def start(self) -> None:
        """Begin to ask."""
        self._thread.start()

    def stop(self) -> None:
        """Ask no more."""
        self._stop.set()
        self._thread.join()

    def lost(self) -> None:
        """Somebody else noticed that the service is gone."""
        self.condition = Condition(ServiceStatus.ABSENT)

    def _run(self) -> None:
        while not self._stop.wait(PERIOD_S):
            self._ask()

    def _ask(self) -> None:
        terms = Terms(WAIT_S, MAX_ANSWER_BYTES, self._stop.is_set)
        asked_s = time.monotonic()
        try:
            answer = ask(self.found.port, LIST_FINGERS, terms)
            status = listed_status(answer, self.found.device)
        except GivenUp:
            return
        except ServiceLate:
            self._note_silence(asked_s)
        except ServiceGone:
            self._look_elsewhere()
        except AnswerInvalid as error:
            self._look_elsewhere(error.word)
        else:
            self._silences = 0
            if status is ServiceStatus.ABSENT:
                self._look_elsewhere()
            elif status is ServiceStatus.BUSY and self._occupied(asked_s):
                self.condition = Condition(ServiceStatus.READY)  # with us, and perhaps no more
            else:
                self.condition = Condition(status)

    def _note_silence(self, asked_s: float) -> None:
        self._silences += not self._occupied(asked_s)
        if self._silences >= SILENCES_TO_FAULT:
            self.condition = Condition(ServiceStatus.NOT_READY, "service does not answer")

    def _look_elsewhere(self, trouble: str = "") -> None:
        """The service is not where it was, or somebody else listens there now."""
        if not trouble:
            self.lost()
        found = self._search.again(self.found.device.identity, self._stop.is_set)
        if found is not None:
            self.found, self._silences = found, 0
            self.condition = Condition(found.device.status)
        elif trouble:
            self.condition = Condition(ServiceStatus.NOT_READY, trouble)
