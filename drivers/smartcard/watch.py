"""Watches readers and cards come and go, on a thread of its own that sleeps in between."""

from __future__ import annotations

import threading
from collections.abc import Callable

from drivers.api import CardPresence
from drivers.errors import DeviceFault, DeviceNotFound
from drivers.smartcard import pcsc
from drivers.smartcard.pcsc import PcscCalls, check, presences, reader_names, unsigned

# PC/SC part 5 and pcsc-lite: a reader of this name changes when readers come or go.
ANY_READER = "\\\\?PnP?\\Notification"
# The service wakes the thread for every change; this is only how long a call may last.
LONGEST_WAIT_MS = 60_000
# While the service does not run, nothing can wake the thread.
LOOK_FOR_SERVICE_S = 0.5
CANCEL_AGAIN_S = 0.05
LOOK_AGAIN_S = 0.02


class ReaderWatch:
    """The readers and what lies in them, kept up to date from `start` to `stop`.

    `changed` is notified after every change; read the properties while holding it. Works again by
    itself when the service stops and starts.
    """

    def __init__(self, calls: PcscCalls) -> None:
        self.changed = threading.Condition(threading.RLock())
        self._calls = calls
        self._readers: tuple[CardPresence, ...] = ()
        self._service_runs = False
        self._looked = False
        self._stopping = threading.Event()
        self._context: int | None = None
        self._thread = threading.Thread(target=self._run, name="smart-cards", daemon=True)

    @property
    def readers(self) -> tuple[CardPresence, ...]:
        """Readers by name, and what lies in each now."""
        return self._readers

    @property
    def service_runs(self) -> bool:
        """Whether the system's smart-card service answers."""
        return self._service_runs

    def start(self, patience_s: float) -> bool:
        """Begin; returns after the first look, or False if the service takes longer."""
        self._thread.start()
        with self.changed:
            return self.changed.wait_for(lambda: self._looked, patience_s)

    def stop(self) -> None:
        """End the thread; a watch is used once."""
        self._stopping.set()
        while self._thread.is_alive():
            # A cancellation that comes just before the waiting call is lost, so it is repeated.
            if (context := self._context) is not None:
                self._calls.SCardCancel(context)
            self._thread.join(CANCEL_AGAIN_S)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._with_service()
            except (DeviceNotFound, DeviceFault):
                self._tell((), service_runs=False)
                self._stopping.wait(LOOK_FOR_SERVICE_S)

    def _with_service(self) -> None:
        code, context = self._calls.SCardEstablishContext(0)
        check(code)
        self._context = context
        try:
            while not self._stopping.is_set():
                self._with_these_readers(context)
        finally:
            self._context = None
            self._calls.SCardReleaseContext(context)

    def _with_these_readers(self, context: int) -> None:
        """Follow the readers that are there until one comes or goes."""
        # Asked before the names, so that a reader that comes between the two is not missed.
        code, states = self._calls.SCardGetStatusChange(
            context, 0, [(ANY_READER, pcsc.STATE_UNAWARE)]
        )
        if unsigned(code) != pcsc.TIMEOUT:
            check(code)
        known = {ANY_READER: states[0][1] if states else pcsc.STATE_UNAWARE}
        known |= dict.fromkeys(reader_names(self._calls, context), pcsc.STATE_UNAWARE)
        if len(known) == 1:
            self._tell((), service_runs=True)
        self._follow(context, {name: state & ~pcsc.STATE_CHANGED for name, state in known.items()})

    def _follow(self, context: int, known: dict[str, int]) -> None:
        while not self._stopping.is_set():
            code, states = self._calls.SCardGetStatusChange(
                context, LONGEST_WAIT_MS, list(known.items())
            )
            if unsigned(code) in (pcsc.TIMEOUT, pcsc.CANCELLED):
                continue
            if unsigned(code) in pcsc.READER_GONE:
                # A reader that is about to go may be listed and refused for a while.
                self._stopping.wait(LOOK_AGAIN_S)
                return
            check(code)
            readers = [state for state in states if state[0] != ANY_READER]
            self._tell(presences(readers), service_runs=True)
            if any(name == ANY_READER and at & pcsc.STATE_CHANGED for name, at, _ in states):
                return
            known = {name: state & ~pcsc.STATE_CHANGED for name, state, _ in states}

    def _tell(self, readers: tuple[CardPresence, ...], *, service_runs: bool) -> None:
        with self.changed:
            self._readers, self._service_runs, self._looked = readers, service_runs, True
            self.changed.notify_all()

    def wait_for(self, condition: Callable[[], bool], timeout_s: float) -> bool:
        """Wait until the condition holds, asked anew after every change."""
        with self.changed:
            return self.changed.wait_for(condition, timeout_s)
