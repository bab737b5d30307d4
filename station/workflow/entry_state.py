"""The state of the exam gate: session, the person at the reader, what waits for the disk."""

from dataclasses import dataclass, field, replace

from station.domain.exam import ExamSession
from station.domain.facts import EntryFact, Lane, ReferralReason
from station.domain.people import Candidate
from station.workflow.capture import Reader, ReaderPhase
from station.workflow.effects import EntryEffect, Record
from station.workflow.notices import Notice
from station.workflow.visit import Visit


@dataclass(frozen=True)
class ExamEntry:
    """The gate's whole state.

    Attributes:
        ending: why the visit is being ended with a referral, until that is on disk.
        elsewhere: somebody just scanned who is expected in another exam session, and where.
    """

    session: ExamSession | None = None
    expected: int = 0
    admitted: int = 0
    without_template: int = 0
    visit: Visit | None = None
    reader: Reader = field(default_factory=Reader)
    unsaved: tuple[EntryFact, ...] = ()
    save_failed: bool = False
    ending: ReferralReason | None = None
    elsewhere: Candidate | None = None
    waiting: bool = False
    notice: Notice | None = None

    @property
    def is_serving(self) -> bool:
        """Whether somebody is at the reader who has no verdict yet."""
        return self.visit is not None and self.visit.verdict is None

    @property
    def tries_left(self) -> int:
        """Presses left in the present lane."""
        if self.session is None or self.visit is None:
            return 0
        return max(allowed(self.session, self.visit.lane) - self.visit.tries, 0)


Outcome = tuple[ExamEntry, tuple[EntryEffect, ...]]


def allowed(session: ExamSession, lane: Lane) -> int:
    """Presses the organiser allows in a lane."""
    return session.rules.normal_tries if lane is Lane.NORMAL else session.rules.special_tries


def record(state: ExamEntry, *facts: EntryFact) -> Outcome:
    """Hold `facts` until they are on disk and ask for them to be written."""
    assert state.visit is not None
    held = replace(state, unsaved=facts, save_failed=False, waiting=True, notice=None)
    return held, (Record(state.visit.candidate.subject, facts),)


def stopped(reader: Reader) -> Reader:
    """Nothing asked for; a new number makes every answer to the last press a stranger."""
    return Reader(ReaderPhase.IDLE, reader.attempt + 1)
