"""The driver over a Secure Biometric Interface service; see `drivers.api.FingerprintReader`."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar

from drivers.api import (
    Capture,
    CapturePhase,
    DeviceState,
    DeviceStatus,
    Frame,
    OnPhase,
    ReaderFacts,
    Retry,
)
from drivers.errors import DeviceBusy, DeviceFault
from drivers.fingerprint_reader.sbi.discovery import FIRST_PORT, LAST_PORT, Search, chosen
from drivers.fingerprint_reader.sbi.error_codes import NAME
from drivers.fingerprint_reader.sbi.hash_chain import HashConvention
from drivers.fingerprint_reader.sbi.jws import Signatures, TrustAnchors
from drivers.fingerprint_reader.sbi.live_view import LiveView
from drivers.fingerprint_reader.sbi.press import Presses, PressRules
from drivers.fingerprint_reader.sbi.session import (
    DEFAULT_HEIGHT_PX,
    DEFAULT_RESOLUTION_PPI,
    DEFAULT_WIDTH_PX,
    TROUBLES,
    Picture,
    Session,
    facts_of,
)
from drivers.fingerprint_reader.sbi.watch import Watch
from drivers.options import Options

GREATEST_SIDE_PX = 2000
FAULT_RESTS_S = 3.0
_LOOK_EVERY_S = 0.1


class SbiReader:
    """One reader for single fingers and for registration, found by its serial number or alone.

    The interface gives no signal of a finger: in the stream's pictures ridges are looked for.
    """

    simulated: ClassVar[bool] = False

    def __init__(
        self,
        search: Search,
        rules: PressRules,
        *,
        serial: str = "",
        previews: bool = True,
        picture: Picture | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        new_id: Callable[[], str] = secrets.token_hex,
    ) -> None:
        """`serial`: empty for the only one. `new_id` gives 4 to 50 letters, digits or hyphens."""
        self.hash_convention: HashConvention | None = None
        self._search = search
        self._rules = rules
        self._serial = serial
        self._previews = previews
        self._picture = picture or Picture()
        self._now = now
        self._new_id = new_id
        self._session: Session | None = None
        self._running = threading.Lock()
        self._fault = ""
        self._rested_at_s = self._ended_s = 0.0

    @classmethod
    def from_options(cls, options: Mapping[str, object], **_parts: Any) -> SbiReader:
        """Options: `serial` (of the reader, when there are several), `trust_anchors` (a PEM file:
        signers must be these or issued by these), `least_score` (40), `stretch_s` (5),
        `clock_tolerance_s` (300), `preview` (1), `first_port` (4501), `last_port` (4600),
        `answer_timeout_s` (2), `resolution_ppi` (500), `width_px` (256), `height_px` (360).
        """
        read = Options(NAME, options)
        anchors = None
        if "trust_anchors" in options:
            anchors = TrustAnchors.from_file(NAME, read.path("trust_anchors"))
        first_port = read.integer("first_port", FIRST_PORT, 1024, 65535)
        last_port = read.integer("last_port", max(LAST_PORT, first_port), first_port, 65535)
        wait_s = read.number("answer_timeout_s", 2.0, 0.2, 10)
        rules = PressRules(
            read.integer("least_score", 40, 0, 100),
            read.number("stretch_s", 5.0, 1, 40),
            read.number("clock_tolerance_s", 300.0, 1, 86_400),
        )
        picture = Picture(
            read.number("resolution_ppi", DEFAULT_RESOLUTION_PPI, 250, 1300),
            read.integer("width_px", DEFAULT_WIDTH_PX, 64, GREATEST_SIDE_PX),
            read.integer("height_px", DEFAULT_HEIGHT_PX, 64, GREATEST_SIDE_PX),
        )
        signatures = Signatures(anchors, lambda: datetime.now(UTC))
        return cls(
            Search(range(first_port, last_port + 1), wait_s, signatures),
            rules,
            serial=read.text("serial") if "serial" in options else "",
            previews=bool(read.integer("preview", 1, 0, 1)),
            picture=picture,
        )

    def open(self) -> ReaderFacts:
        """Find the reader's service. Raises DeviceNotFound or DeviceFault."""
        self.close()
        found = chosen(self._search.survey(), self._serial)
        if found.device.status in TROUBLES:
            raise DeviceFault(NAME, TROUBLES[found.device.status])
        facts = facts_of(found.device, self._picture, live=self._previews)
        watch = Watch(self._search, found, self._occupied)
        view = LiveView(lambda: None if watch.gone else watch.found)
        signatures = self._search.signatures
        presses = Presses(watch, signatures, self._rules, self._now, self._new_id)
        self._session, self._fault = Session(facts, watch, view, presses), ""
        self._session.start()
        return facts

    def status(self) -> DeviceStatus:
        """State now; any thread. READY says in its detail when nobody vouches for the signer."""
        session = self._session
        if session is None:
            return DeviceStatus(DeviceState.READY)
        return session.status(
            running=self._running.locked(),
            fault=self._fault if time.monotonic() < self._rested_at_s else "",
            vouched=self._search.signatures.anchored,
        )

    def preview(self) -> Frame | None:
        """The newest picture of the stream; any thread. Asking keeps the stream running."""
        session = self._session
        if session is None or not session.facts.previews:
            return None
        if session.watch.gone:
            session.view.forget()
        session.view.want()
        view = session.view.newest
        return view.frame() if view else None

    def capture(self, timeout_s: float, on_phase: OnPhase) -> Capture | Retry:
        """Ask for a picture until a finger is on one."""
        with self._operation() as session:
            on_phase(CapturePhase.WAITING)
            session.view.pause(True)
            try:
                sample = session.presses.sample(timeout_s)
            finally:
                session.view.pause(False)
            if isinstance(sample, Retry):
                return sample
            # Stretches of the interface have no signal in between: all is known at once.
            on_phase(CapturePhase.PRESENT)
            on_phase(CapturePhase.READING)
            self.hash_convention = sample.convention
            image, resolution_ppi = sample.impression.image, sample.impression.resolution_ppi
            height_px, width_px = image.shape
            session.facts = replace(
                session.facts,
                resolution_ppi=resolution_ppi,
                width_px=width_px,
                height_px=height_px,
            )
            return Capture(image, resolution_ppi, session.facts)

    def await_lift(self, timeout_s: float) -> bool:
        """Wait for a new picture of an empty glass; without a stream there is none to wait for."""
        with self._operation() as session:
            view, cancelled = session.view, session.presses.cancelled
            began_s, end_s = time.monotonic(), time.monotonic() + timeout_s
            while session.facts.senses_lift and not cancelled.is_set():
                view.want()
                newest = view.newest
                if newest and newest.came_s > began_s and not newest.finger_present:
                    return True
                left_s = end_s - time.monotonic()
                if left_s <= 0:
                    return False
                session.refuse_gone()
                view.wait_after(newest, min(_LOOK_EVERY_S, left_s))
            return not session.facts.senses_lift

    def cancel(self) -> None:
        """End the call that is running."""
        session = self._session
        if session is not None:
            session.presses.cancelled.set()

    def close(self) -> None:
        """Let the service go, ending a call that is still running."""
        self.cancel()
        with self._running:
            session, self._session = self._session, None
            if session is not None:
                session.stop()

    def _occupied(self, since_s: float) -> bool:
        session = self._session
        unfinished = session is not None and session.unfinished
        return self._running.locked() or unfinished or self._ended_s >= since_s

    @contextmanager
    def _operation(self) -> Iterator[Session]:
        if not self._running.acquire(blocking=False):
            raise DeviceBusy(NAME, "capture_running")
        try:
            session = self._session
            if session is None:
                raise RuntimeError("the reader is not open")
            session.presses.cancelled.clear()
            session.refuse_gone()
            yield session
            self._fault = ""
        except DeviceFault as error:
            # Nothing but the next question can tell whether it works again, so let one be asked.
            self._fault, self._rested_at_s = error.detail, time.monotonic() + FAULT_RESTS_S
            raise
        finally:
            self._ended_s = time.monotonic()
            self._running.release()
