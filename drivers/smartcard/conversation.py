"""A conversation with the card in one reader that no other program can break into."""

from __future__ import annotations

import time
from types import TracebackType
from typing import NoReturn

from drivers.api import CardRefusal
from drivers.errors import DeviceBusy, DeviceUnplugged
from drivers.smartcard import pcsc
from drivers.smartcard.apdu import for_t0
from drivers.smartcard.pcsc import PcscCalls, unsigned
from drivers.smartcard.presence import STATE_PRESENT
from drivers.smartcard.refusal import CardRefuses

# A card that was pulled shows in the reader's state within pcscd's own look, every 0.4 s.
NOTICE_MS = 1000
STATUS_WORD_BYTES = 2


class Conversation:
    """Inside `with`, the card answers `exchange` and nobody else.

    With `forget`, the card is reset at the end, so that a PIN that was verified does not stay so
    for the next program. `with` and `exchange` raise CardRefuses (NO_CARD, PULLED, UNREADABLE),
    DeviceUnplugged and DeviceBusy. Waits while another program has a transaction of its own.
    """

    def __init__(self, calls: PcscCalls, reader: str, *, forget: bool) -> None:
        self._calls = calls
        self._reader = reader
        self._disposition = pcsc.RESET_CARD if forget else pcsc.LEAVE_CARD
        self._context = 0
        self._card: int | None = None
        self._protocol = 0

    def __enter__(self) -> Conversation:
        code, self._context = self._calls.SCardEstablishContext(0)
        if unsigned(code) != pcsc.SUCCESS:
            raise DeviceUnplugged(pcsc.NAME, "service_stopped")
        try:
            self._connect()
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._card is not None
        # Codes say nothing here: the card may be out, and then it has forgotten by itself.
        self._calls.SCardEndTransaction(self._card, self._disposition)
        self._leave()

    def exchange(self, sent: bytes | bytearray) -> bytes:
        """Send bytes to the card and return its answer; the copy made for it is overwritten."""
        assert self._card is not None
        numbers = list(for_t0(sent) if self._protocol == pcsc.PROTOCOL_T0 else sent)
        try:
            code, answer = self._calls.SCardTransmit(self._card, self._protocol, numbers)
        finally:
            numbers[:] = [0] * len(numbers)
        # Some readers call it a success when the card went away, with nothing to show for it.
        if unsigned(code) != pcsc.SUCCESS or len(answer) < STATUS_WORD_BYTES:
            self._give_up(unsigned(code), CardRefusal.PULLED)
        return bytes(byte & 0xFF for byte in answer)

    def _connect(self) -> None:
        protocols = pcsc.PROTOCOL_T0 | pcsc.PROTOCOL_T1
        code, card, self._protocol = self._calls.SCardConnect(
            self._context, self._reader, pcsc.SHARE_SHARED, protocols
        )
        if unsigned(code) != pcsc.SUCCESS:
            self._give_up(unsigned(code), CardRefusal.NO_CARD)
        self._card = card
        code = self._calls.SCardBeginTransaction(card)
        if unsigned(code) != pcsc.SUCCESS:
            self._give_up(unsigned(code), CardRefusal.PULLED)

    def _leave(self) -> None:
        if self._card is not None:
            self._calls.SCardDisconnect(self._card, pcsc.LEAVE_CARD)
            self._card = None
        self._calls.SCardReleaseContext(self._context)

    def _give_up(self, code: int, without_card: CardRefusal) -> NoReturn:
        if code in pcsc.SERVICE_GONE:
            raise DeviceUnplugged(pcsc.NAME, "service_stopped")
        if code in pcsc.READER_GONE:
            raise DeviceUnplugged(pcsc.NAME, "reader")
        if code == pcsc.SHARING_VIOLATION:
            raise DeviceBusy(pcsc.NAME, "other_program")
        if code in pcsc.CARD_GONE or self._is_empty_soon():
            raise CardRefuses(without_card)
        raise CardRefuses(CardRefusal.UNREADABLE)

    def _is_empty_soon(self) -> bool:
        """Whether the card was pulled: the exchange fails before the reader's state says so."""
        deadline_s = time.monotonic() + NOTICE_MS / 1000
        state = pcsc.STATE_UNAWARE
        while (left_s := deadline_s - time.monotonic()) > 0:
            code, states = self._calls.SCardGetStatusChange(
                self._context, round(left_s * 1000), [(self._reader, state)]
            )
            if unsigned(code) in pcsc.SERVICE_GONE | pcsc.READER_GONE:
                raise DeviceUnplugged(pcsc.NAME, "reader")
            if unsigned(code) != pcsc.SUCCESS:
                return False
            state = states[0][1] & ~pcsc.STATE_CHANGED
            if not state & STATE_PRESENT:
                return True
        return False
