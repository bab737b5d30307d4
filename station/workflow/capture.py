"""The reader as a workflow sees it: one armed press at a time, then the finger lifted."""

from dataclasses import dataclass, replace
from enum import StrEnum


class ReaderPhase(StrEnum):
    """Where the present press is."""

    IDLE = "idle"
    WAITING = "waiting"
    PRESENT = "present"
    STORING = "storing"
    LIFT = "lift"
    LOST = "lost"


@dataclass(frozen=True)
class Reader:
    """`attempt` numbers every arming, so that a late answer to an earlier one is ignored."""

    phase: ReaderPhase = ReaderPhase.IDLE
    attempt: int = 0

    def armed(self) -> "Reader":
        return Reader(ReaderPhase.WAITING, self.attempt + 1)

    def to(self, phase: ReaderPhase) -> "Reader":
        return replace(self, phase=phase)

    def expects(self, attempt: int) -> bool:
        """Whether an answer for `attempt` is about the press now on the reader."""
        return attempt == self.attempt and self.phase in (ReaderPhase.WAITING, ReaderPhase.PRESENT)

    def awaits_lift(self, attempt: int) -> bool:
        return attempt == self.attempt and self.phase is ReaderPhase.LIFT
