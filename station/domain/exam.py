"""Exam sessions and the rules of the door that come with them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from station.domain.purpose import Purpose


@dataclass(frozen=True)
class GateRules:
    """Rules set by the exam organiser in the signed session data.

    Attributes:
        normal_tries: presses of the designated finger before the special lane.
        special_tries: presses of any enrolled finger before the chief is called.
        closes_after: no entry from this long after the start.
    """

    normal_tries: int = 3
    special_tries: int = 6
    closes_after: timedelta = timedelta(minutes=15)

    @property
    def presses(self) -> int:
        """Presses that one visit has in both lanes together, among which its budget is shared."""
        return self.normal_tries + self.special_tries


@dataclass(frozen=True)
class ExamSession:
    """One half-day at one site. Half-days are separate: an entry counts for one of them only.

    `purpose` is what its people may be looked for and compared for; it came in the signed data.
    """

    exam_session_id: str
    title: str
    site: str
    starts_at: datetime
    rules: GateRules
    purpose: Purpose

    def is_closed(self, at: datetime) -> bool:
        """Whether the door is shut at `at` (aware time)."""
        return at >= self.starts_at + self.rules.closes_after
