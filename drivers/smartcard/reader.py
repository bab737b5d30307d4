"""The driver: PIV cards in the PC/SC readers of this machine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar, TypeVar

from drivers.api import (
    CardPresence,
    CardRefusal,
    CardRefused,
    CardSecret,
    CardSignature,
    CardSlot,
    DeviceFacts,
    DeviceState,
    DeviceStatus,
    Pin,
    PivCard,
    PresenceKind,
)
from drivers.errors import DeviceBusy, DeviceError, DeviceFault, DeviceNotFound, DeviceUnplugged
from drivers.options import Options
from drivers.smartcard.conversation import Conversation
from drivers.smartcard.pcsc import NAME, PcscCalls, load_pyscard
from drivers.smartcard.piv import PivApplication
from drivers.smartcard.refusal import CardRefuses
from drivers.smartcard.watch import ReaderWatch

FIRST_LOOK_S = 5.0
Outcome = TypeVar("Outcome")
# With cards in several readers, the likeliest PIV card is meant.
PREFERENCE = (
    PresenceKind.CHIP,
    PresenceKind.CONTACTLESS_B,
    PresenceKind.PRESENCE_ONLY,
    PresenceKind.SILENT,
    PresenceKind.EMPTY,
)


class PcscSmartCardReader:
    """See `drivers.api.SmartCardReader`. All readers whose name holds `wanted` count as one."""

    simulated: ClassVar[bool] = False

    def __init__(self, load_calls: Callable[[], PcscCalls], wanted: str = "") -> None:
        self._load_calls = load_calls
        self._wanted = wanted
        self._calls: PcscCalls | None = None
        self._watch: ReaderWatch | None = None
        self._running = threading.Lock()
        self._cancelled = False

    @classmethod
    def from_options(cls, options: Mapping[str, object], **parts: Any) -> PcscSmartCardReader:
        """Option: `reader`, a part of the reader's name; without it, any reader."""
        wanted = Options(NAME, options).text("reader") if "reader" in options else ""
        return cls(load_pyscard, wanted)

    def open(self) -> DeviceFacts:
        """Begin to watch. Raises DriverMissing, DeviceNotFound or DeviceFault."""
        if self._watch is not None:
            return self._facts(self._watch)
        self._calls = self._load_calls()
        watch = ReaderWatch(self._calls)
        try:
            if not watch.start(FIRST_LOOK_S):
                raise DeviceFault(NAME, "service_not_answering")
            facts = self._facts(watch)
        except DeviceError:
            watch.stop()
            raise
        self._watch = watch
        return facts

    def status(self) -> DeviceStatus:
        """State now; any thread."""
        watch = self._watch
        if watch is None:
            return DeviceStatus(DeviceState.UNPLUGGED, "not_open")
        with watch.changed:
            if not watch.service_runs:
                return DeviceStatus(DeviceState.UNPLUGGED, "service_stopped")
            if self._best(watch) is None:
                return DeviceStatus(DeviceState.UNPLUGGED, "reader")
        busy = self._running.locked()
        return DeviceStatus(DeviceState.BUSY if busy else DeviceState.READY)

    def presence(self) -> CardPresence | None:
        """What lies in the reader now; any thread."""
        watch = self._watch
        return None if watch is None else self._best(watch)

    def await_card(self, timeout_s: float) -> CardPresence | CardRefused:
        """Wait for a card, of whatever kind."""
        with self._alone() as watch:
            watch.wait_for(lambda: self._interrupted(watch) or self._lies(watch), timeout_s)
            if self._cancelled:
                return CardRefused(CardRefusal.CANCELLED)
            found = self._require_reader(watch)
            return found if found.present else CardRefused(CardRefusal.TIMEOUT)

    def await_removal(self, timeout_s: float) -> bool:
        """Wait until the reader is empty or gone."""
        with self._alone() as watch:
            watch.wait_for(lambda: self._cancelled or not self._lies(watch), timeout_s)
            return not self._lies(watch)

    def read(self) -> PivCard | CardRefused:
        """Identity and certificates of the card."""
        return self._converse(lambda card: card.card())

    def pin_tries(self) -> int | CardRefused:
        """How many wrong PINs the card still takes."""
        for _ in range(2):
            # A card that another program left unlocked does not tell; it is reset and asked again.
            tries = self._converse(lambda card: card.tries(), forget=True)
            if tries is not None:
                return tries
        return CardRefused(CardRefusal.UNREADABLE)

    def sign(self, slot: CardSlot, message: bytes, pin: Pin | None) -> CardSignature | CardRefused:
        """Let the card sign; PIN, signature and certificate in one transaction."""
        return self._converse(lambda card: card.sign(slot, message, pin), forget=pin is not None)

    def agree(self, slot: CardSlot, point: bytes, pin: Pin | None) -> CardSecret | CardRefused:
        """ECDH with the card; PIN, secret and certificate in one transaction."""
        return self._converse(lambda card: card.agree(slot, point, pin), forget=pin is not None)

    def cancel(self) -> None:
        """End the waiting that is running; any thread."""
        watch = self._watch
        if watch is None or not self._running.locked():
            return
        with watch.changed:
            self._cancelled = True
            watch.changed.notify_all()

    def close(self) -> None:
        """Stop watching."""
        self.cancel()
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.stop()

    @contextmanager
    def _alone(self) -> Iterator[ReaderWatch]:
        watch = self._watch
        if watch is None:
            raise RuntimeError("the smart card reader is not open")
        if not self._running.acquire(blocking=False):
            raise DeviceBusy(NAME, "call_running")
        try:
            self._cancelled = False
            yield watch
        finally:
            self._running.release()

    def _converse(
        self, ask: Callable[[PivApplication], Outcome], *, forget: bool = False
    ) -> Outcome | CardRefused:
        with self._alone() as watch:
            found = self._require_reader(watch)
            if not found.present:
                return CardRefused(CardRefusal.NO_CARD)
            assert self._calls is not None
            try:
                with Conversation(self._calls, found.reader, forget=forget) as conversation:
                    return ask(PivApplication(conversation.exchange))
            except CardRefuses as refuses:
                return refuses.refused

    def _best(self, watch: ReaderWatch) -> CardPresence | None:
        mine = [reader for reader in watch.readers if self._wanted in reader.reader]
        return min(mine, key=lambda one: PREFERENCE.index(one.kind), default=None)

    def _lies(self, watch: ReaderWatch) -> bool:
        found = self._best(watch)
        return found is not None and found.present

    def _interrupted(self, watch: ReaderWatch) -> bool:
        return self._cancelled or self._best(watch) is None

    def _require_reader(self, watch: ReaderWatch) -> CardPresence:
        with watch.changed:
            found = self._best(watch)
            if found is None:
                detail = "reader" if watch.service_runs else "service_stopped"
                raise DeviceUnplugged(NAME, detail)
            return found

    def _facts(self, watch: ReaderWatch) -> DeviceFacts:
        with watch.changed:
            if not watch.service_runs:
                raise DeviceNotFound(NAME, "service_not_running")
            found = self._best(watch)
        if found is None:
            raise DeviceNotFound(NAME, "no_reader")
        # The name of a reader holds make, model and serial number in no agreed order.
        return DeviceFacts(NAME, "PC/SC", found.reader, serial="", firmware="", simulated=False)
