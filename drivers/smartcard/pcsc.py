"""PC/SC: the calls of the system's library, its codes, and which readers and cards there are.

pyscard is imported when first needed and nowhere else: it loads the system's PC/SC library, which
a station without smart cards need not have.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Protocol, cast

from drivers.api import CardPresence
from drivers.errors import DeviceFault, DeviceNotFound, DriverMissing
from drivers.smartcard.presence import kind_of

NAME = "pcsc"
STATE_UNAWARE, STATE_CHANGED = 0x0000, 0x0002
SHARE_SHARED = 2
PROTOCOL_T0, PROTOCOL_T1 = 0x0001, 0x0002
LEAVE_CARD, RESET_CARD = 0, 1
SUCCESS = 0
# PC/SC part 5: what the calls return.
CANCELLED, TIMEOUT = 0x80100002, 0x8010000A
NO_SERVICE, SERVICE_STOPPED, NO_READERS = 0x8010001D, 0x8010001E, 0x8010002E
# What the library says when the service dies while a call or a context is under way.
INVALID_HANDLE, COMMUNICATION_ERROR = 0x80100003, 0x80100013
UNKNOWN_READER, READER_UNAVAILABLE = 0x80100009, 0x80100017
SHARING_VIOLATION = 0x8010000B
NO_SMART_CARD, REMOVED_CARD = 0x8010000C, 0x80100069

SERVICE_GONE = frozenset({NO_SERVICE, SERVICE_STOPPED, INVALID_HANDLE, COMMUNICATION_ERROR})
READER_GONE = frozenset({UNKNOWN_READER, READER_UNAVAILABLE, NO_READERS})
CARD_GONE = frozenset({NO_SMART_CARD, REMOVED_CARD})

States = Sequence[tuple[str, int]]


class PresenceCalls(Protocol):
    """The calls of the PC/SC library that look at readers, as pyscard names them.

    Each returns a code first, and what the library gives after it.
    """

    def SCardEstablishContext(self, scope: int) -> tuple[int, int]: ...

    def SCardReleaseContext(self, context: int) -> int: ...

    def SCardListReaders(self, context: int, groups: Sequence[str]) -> tuple[int, list[str]]: ...

    def SCardGetStatusChange(
        self, context: int, timeout_ms: int, states: States
    ) -> tuple[int, list[tuple[str, int, list[int]]]]: ...


class PcscCalls(PresenceCalls, Protocol):
    """All calls that are used here: those that wait for cards and speak with them, too."""

    def SCardCancel(self, context: int) -> int: ...

    def SCardConnect(
        self, context: int, reader: str, share_mode: int, protocols: int
    ) -> tuple[int, int, int]: ...

    def SCardDisconnect(self, card: int, disposition: int) -> int: ...

    def SCardBeginTransaction(self, card: int) -> int: ...

    def SCardEndTransaction(self, card: int, disposition: int) -> int: ...

    def SCardTransmit(self, card: int, protocol: int, sent: list[int]) -> tuple[int, list[int]]: ...


def load_pyscard() -> PcscCalls:
    """The system's PC/SC library. Raises DriverMissing."""
    try:
        return cast(PcscCalls, import_module("smartcard.scard"))
    except ImportError as error:
        raise DriverMissing(NAME, "PC/SC library is not installed") from error


def unsigned(code: int) -> int:
    """pyscard returns the codes signed on some platforms."""
    return code & 0xFFFFFFFF


def check(code: int) -> None:
    """Raise DeviceNotFound if the service does not run, DeviceFault for other failures."""
    if unsigned(code) in (NO_SERVICE, SERVICE_STOPPED):
        raise DeviceNotFound(NAME, "smart card service is not running")
    if unsigned(code) != SUCCESS:
        raise DeviceFault(NAME, f"smart card service failed with {unsigned(code):#010x}")


def reader_names(calls: PresenceCalls, context: int) -> tuple[str, ...]:
    """Names of the readers plugged in, maybe none; raises as `check` does."""
    code, names = calls.SCardListReaders(context, [])
    if unsigned(code) == NO_READERS:
        return ()
    check(code)
    return tuple(names)


def presences(states: Sequence[tuple[str, int, list[int]]]) -> tuple[CardPresence, ...]:
    """What the states of readers say."""
    return tuple(
        CardPresence(name, kind_of(state, bytes(answer)), bytes(answer))
        for name, state, answer in states
    )


class PcscReaders:
    """The card readers of this machine, looked at once."""

    def __init__(self, calls: PresenceCalls) -> None:
        self._calls = calls

    def names(self) -> tuple[str, ...]:
        """Names of the readers plugged in, maybe none.

        Raises DeviceNotFound if the PC/SC service does not run, DeviceFault if it fails.
        """
        context = self._context()
        try:
            return reader_names(self._calls, context)
        finally:
            self._calls.SCardReleaseContext(context)

    def presence(self) -> tuple[CardPresence, ...]:
        """Every reader and what lies in it now; raises as `names` does."""
        context = self._context()
        try:
            names = reader_names(self._calls, context)
            if not names:
                return ()
            asked = [(name, STATE_UNAWARE) for name in names]
            code, states = self._calls.SCardGetStatusChange(context, 0, asked)
            if unsigned(code) in READER_GONE:  # pulled out between the two calls
                return ()
            check(code)
            return presences(states)
        finally:
            self._calls.SCardReleaseContext(context)

    def _context(self) -> int:
        code, context = self._calls.SCardEstablishContext(0)
        check(code)
        return context
