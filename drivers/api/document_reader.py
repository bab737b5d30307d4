"""Readers of Chinese ID cards, and what a card says."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

from drivers.api.device import DeviceFacts, DeviceStatus, Image


class DocumentType(StrEnum):
    """The four text-record layouts of Chinese ID cards."""

    RESIDENT = "resident"
    HK_MACAO_TAIWAN = "hk_macao_taiwan"
    FOREIGN_2017 = "foreign_2017"
    FOREIGN_2023 = "foreign_2023"


class Sex(StrEnum):
    """Sex as printed on the card; values of GB/T 2261.1."""

    MALE = "1"
    FEMALE = "2"


@dataclass(frozen=True)
class CardFinger:
    """What a card says of a finger stored on it; its features stay there, they are not public.

    `code` is GA 777.1 (11 to 15 right thumb to little, 16 to 20 left), `quality` the card's own.
    """

    code: int
    registered: bool
    quality: int


@dataclass(frozen=True, eq=False)
class CardText:
    """What an ID card says. Personal data throughout: nothing of it appears in the repr.

    `nation_code` is GB/T 3304 ("01" to "56", "97", "98"; "" where the layout has none);
    `valid_to` None means for life (长期); `photo` is HxWx3 RGB, None without a photo decoder;
    `fingers` is empty for a card without fingerprints and where they were not asked for.
    """

    document_type: DocumentType
    name: str = field(repr=False)
    sex: Sex = field(repr=False)
    nation_code: str = field(repr=False)
    birth: date = field(repr=False)
    address: str = field(repr=False)
    number: str = field(repr=False)
    authority: str = field(repr=False)
    valid_from: date | None = field(repr=False)
    valid_to: date | None = field(repr=False)
    photo: Image | None = field(default=None, repr=False)
    fingers: tuple[CardFinger, ...] = field(default=(), repr=False)


class NoCardReason(StrEnum):
    """Why no card was read although the reader works."""

    TIMEOUT = "timeout"
    CANCELLED = "cancelled"
    MOVED_AWAY = "moved_away"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class NoCard:
    """No card was read; the person may lay it on again."""

    reason: NoCardReason


class DocumentReader(Protocol):
    """A reader of ID cards."""

    @property
    def simulated(self) -> bool:
        """Whether it plays; known before it is open. A driver's class states it as a constant."""

    def open(self) -> DeviceFacts:
        """Take the device. Raises DeviceNotFound, DeviceBusy, DeviceUnplugged or DeviceFault."""

    def status(self) -> DeviceStatus:
        """State of the device now; any thread, never raises a DeviceError."""

    def read(self, timeout_s: float) -> CardText | NoCard:
        """Wait for a card and read it whole; blocks. Raises DeviceUnplugged or DeviceFault."""

    def cancel(self) -> None:
        """End the running `read` as NoCard CANCELLED; any thread."""

    def close(self) -> None:
        """Give the device back; a second call does nothing."""
