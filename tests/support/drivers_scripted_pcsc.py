"""PC/SC in memory: readers that come and go, a service that stops, codes as asked for."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from tests.support.pcsc_card import CardChip

PRESENT, EMPTY, CHANGED, UNKNOWN = 0x20, 0x10, 0x02, 0x0E
OK, TIMEOUT, CANCELLED = 0, 0x8010000A, 0x80100002
NO_SERVICE, NO_READERS, UNKNOWN_READER = 0x8010001D, 0x8010002E, 0x80100009
NO_CARD, REMOVED, NOT_TRANSACTED = 0x8010000C, 0x80100069, 0x80100016
T0, T1 = 1, 2
NEWS = "\\\\?PnP?\\Notification"


class ScriptedPcsc:
    """What `drivers.smartcard.pcsc.PcscCalls` asks for. Codes set in `fails` are returned."""

    def __init__(self, *readers: str) -> None:
        self.changed = threading.Condition()
        self.fails: dict[str, int] = {}
        self.protocol = T1
        self.asked: list[str] = []
        self.rests = False  # somebody waits for news, and there are none
        self.transmitted: list[list[int]] = []
        self.dispositions: list[int] = []
        self._chips: dict[str, CardChip | None] = dict.fromkeys(readers)
        self._runs = True
        self._cancelled = False
        self._in = ""

    def plug(self, reader: str) -> None:
        with self.changed:
            self._chips[reader] = None
            self.changed.notify_all()

    def unplug(self, reader: str) -> None:
        with self.changed:
            del self._chips[reader]
            self.changed.notify_all()

    def insert(self, reader: str, chip: CardChip | None) -> None:
        with self.changed:
            self._chips[reader] = chip
            self.changed.notify_all()

    def run_service(self, runs: bool) -> None:
        with self.changed:
            self._runs = runs
            self.changed.notify_all()

    def SCardEstablishContext(self, scope: int) -> tuple[int, int]:
        return (OK if self._runs else NO_SERVICE), 1

    def SCardReleaseContext(self, context: int) -> int:
        return OK

    def SCardListReaders(self, context: int, groups: Sequence[str]) -> tuple[int, list[str]]:
        with self.changed:
            if not self._runs:
                return NO_SERVICE, []
            return (OK if self._chips else NO_READERS), list(self._chips)

    def SCardGetStatusChange(
        self, context: int, timeout_ms: int, states: Sequence[tuple[str, int]]
    ) -> tuple[int, list[tuple[str, int, list[int]]]]:
        with self.changed:
            self.asked.append("SCardGetStatusChange")
            self.rests = timeout_ms > 0 and not self._differs(states)
            self.changed.wait_for(
                lambda: self._cancelled or not self._runs or self._differs(states),
                timeout_ms / 1000,
            )
            self.rests = False
            if self._cancelled or not self._runs:
                code = CANCELLED if self._cancelled else NO_SERVICE
                self._cancelled = False
                return code, []
            if any(name not in self._chips for name, _ in states if name != NEWS):
                return UNKNOWN_READER, []
            code = OK if self._differs(states) else TIMEOUT
            return code, [(name, *self._state(name, known)) for name, known in states]

    def SCardCancel(self, context: int) -> int:
        with self.changed:
            self._cancelled = True
            self.changed.notify_all()
        return OK

    def SCardConnect(
        self, context: int, reader: str, share_mode: int, protocols: int
    ) -> tuple[int, int, int]:
        self._in = reader
        code = NO_CARD if self._chips.get(reader) is None else OK
        return self.fails.get("SCardConnect", code), 7, self.protocol

    def SCardDisconnect(self, card: int, disposition: int) -> int:
        return OK

    def SCardBeginTransaction(self, card: int) -> int:
        return self.fails.get("SCardBeginTransaction", OK)

    def SCardEndTransaction(self, card: int, disposition: int) -> int:
        self.dispositions.append(disposition)
        chip = self._chips.get(self._in)
        if disposition and chip is not None:
            chip.reset()
        return OK

    def SCardTransmit(self, card: int, protocol: int, sent: list[int]) -> tuple[int, list[int]]:
        self.transmitted.append(sent)
        if protocol == T0 and len(sent) not in (5, 5 + sent[4]):
            return NOT_TRANSACTED, []
        chip = self._chips[self._in]
        if "SCardTransmit" in self.fails or chip is None:
            return self.fails.get("SCardTransmit", REMOVED), []
        return OK, list(chip.answer(bytes(sent)) or b"")

    def _differs(self, states: Sequence[tuple[str, int]]) -> bool:
        return any(
            (name != NEWS and name not in self._chips) or self._state(name, known)[0] & CHANGED
            for name, known in states
        )

    def _state(self, name: str, known: int) -> tuple[int, list[int]]:
        if name == NEWS:
            now, answer = len(self._chips) << 16, b""
        else:
            chip = self._chips[name]
            now, answer = (PRESENT, chip.answer_to_reset) if chip else (EMPTY, b"")
        return now | (CHANGED if now != known else 0), list(answer)
