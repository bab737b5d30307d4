"""What a check of the log says, and the witnesses it asks."""

from dataclasses import dataclass, replace
from enum import StrEnum

from station.store.head_file import SignedHead
from sync.log_chain import ChainFault
from sync.seal import VerifyKey


@dataclass(frozen=True)
class Witnesses:
    """What lies outside the database and is held against it.

    `head` is what the head file says, None when it says nothing; `platform_key` verifies the
    receipts, None while the station is not activated.
    """

    station: str
    incarnation: int
    key: VerifyKey
    head: SignedHead | None = None
    platform_key: VerifyKey | None = None


class HeadWitness(StrEnum):
    """What the head file had to say."""

    NOT_ASKED = "not_asked"
    SILENT = "silent"
    """Missing, torn or not signed by this station: it proves nothing."""
    EARLIER_LIFE = "earlier_life"
    """It is from before a restore or a salvage."""
    AGREES = "agrees"
    CONTRADICTS = "contradicts"

    @property
    def is_missing(self) -> bool:
        """Nothing vouches for the end of this log: also an older head may have been put back."""
        return self in (HeadWitness.SILENT, HeadWitness.EARLIER_LIFE)


@dataclass(frozen=True)
class ChainReport:
    """Result of a check.

    Attributes:
        events, head: how many events were read, and the hash of the last one.
        faults: everything that was found, in order of the log.
        lost: events that a signed salvage declared lost.
        last_signed: position up to which the station's signature reaches, 0 for none.
        witness: what the head file said.
        receipts: platform receipts that were verified.
    """

    events: int
    head: str
    faults: tuple[ChainFault, ...]
    lost: int = 0
    last_signed: int = 0
    witness: HeadWitness = HeadWitness.NOT_ASKED
    receipts: int = 0

    def with_evidence(self, faults: tuple[ChainFault, ...]) -> "ChainReport":
        """The same with what a check of the evidence found."""
        found = sorted((*self.faults, *faults), key=lambda fault: fault.position)
        return replace(self, faults=tuple(found))

    @property
    def intact(self) -> bool:
        return not self.faults
