"""PC/SC: which card readers there are and whether a card lies in one.

pyscard is imported when first needed and nowhere else: it loads the system's PC/SC library, which
a station without smart cards need not have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from drivers.errors import DeviceFault, DeviceNotFound, DriverMissing

NAME = "pcsc"
STATE_UNAWARE, STATE_PRESENT = 0x0000, 0x0020
SUCCESS = 0
# PC/SC part 5: what the calls return when the service or every reader is absent.
NO_SERVICE, SERVICE_STOPPED, NO_READERS = 0x8010001D, 0x8010001E, 0x8010002E
UNKNOWN_READER = 0x80100009


@dataclass(frozen=True)
class CardPresence:
    """A reader by its PC/SC name, whether a card lies there, and the card's answer to reset."""

    reader: str
    present: bool
    answer_to_reset: bytes


class PcscCalls(Protocol):
    """The few calls of the PC/SC library that are used here, as pyscard names them."""

    def SCardEstablishContext(self, scope: int) -> tuple[int, int]: ...

    def SCardReleaseContext(self, context: int) -> int: ...

    def SCardListReaders(self, context: int, groups: Sequence[str]) -> tuple[int, list[str]]: ...

    def SCardGetStatusChange(
        self, context: int, timeout_ms: int, states: Sequence[tuple[str, int]]
    ) -> tuple[int, list[tuple[str, int, list[int]]]]: ...


def load_pyscard() -> PcscCalls:
    """The system's PC/SC library. Raises DriverMissing."""
    try:
        return cast(PcscCalls, import_module("smartcard.scard"))
    except ImportError as error:
        raise DriverMissing(NAME, "PC/SC library is not installed") from error


class PcscReaders:
    """The card readers of this machine."""

    def __init__(self, calls: PcscCalls) -> None:
        self._calls = calls

    def names(self) -> tuple[str, ...]:
        """Names of the readers plugged in, maybe none.

        Raises DeviceNotFound if the PC/SC service does not run, DeviceFault if it fails.
        """
        context = self._context()
        try:
            return self._names(context)
        finally:
            self._calls.SCardReleaseContext(context)

    def presence(self) -> tuple[CardPresence, ...]:
        """Every reader and whether a card lies in it now; raises as `names` does."""
        context = self._context()
        try:
            names = self._names(context)
            if not names:
                return ()
            asked = [(name, STATE_UNAWARE) for name in names]
            code, states = self._calls.SCardGetStatusChange(context, 0, asked)
            if _unsigned(code) == UNKNOWN_READER:  # pulled out between the two calls
                return ()
            _check(code)
            return tuple(
                CardPresence(name, bool(state & STATE_PRESENT), bytes(answer))
                for name, state, answer in states
            )
        finally:
            self._calls.SCardReleaseContext(context)

    def _context(self) -> int:
        code, context = self._calls.SCardEstablishContext(0)
        _check(code)
        return context

    def _names(self, context: int) -> tuple[str, ...]:
        code, names = self._calls.SCardListReaders(context, [])
        if _unsigned(code) == NO_READERS:
            return ()
        _check(code)
        return tuple(names)


def _unsigned(code: int) -> int:
    """pyscard returns the codes signed on some platforms."""
    return code & 0xFFFFFFFF


def _check(code: int) -> None:
    if _unsigned(code) in (NO_SERVICE, SERVICE_STOPPED):
        raise DeviceNotFound(NAME, "smart card service is not running")
    if _unsigned(code) != SUCCESS:
        raise DeviceFault(NAME, f"smart card service failed with {_unsigned(code):#010x}")
