"""Today at this desk: how many are done, and who was begun and not finished."""

from collections.abc import Callable
from datetime import date, datetime

from station.domain.facts import ApplicantFound, ConfirmationSealed
from station.domain.rights import Action
from station.services.guard import Guard
from station.services.runner import Lane, Runner
from station.services.status import DayBoard, PausedCase
from station.services.store_room import StoreRoom
from station.workflow.progress import Progress, fold
from sync import wire

PAUSED_SHOWN = 12


class BoardService:
    """Reads the board from the store when asked to."""

    def __init__(
        self, room: StoreRoom, runner: Runner, guard: Guard, clock: Callable[[], datetime]
    ) -> None:
        self._room = room
        self._guard = guard
        self._runner = runner
        self._clock = clock
        self._listeners: list[Callable[[DayBoard], None]] = []
        self.board = DayBoard()

    def on_change(self, listener: Callable[[DayBoard], None]) -> None:
        """Call `listener` with every new board."""
        self._listeners.append(listener)

    def refresh(self) -> None:
        """Read the board again; it names people, so nobody but a clerk is given one."""
        today = self._clock().astimezone().date()

        def deliver(board: DayBoard) -> None:
            self.board = board
            for listener in self._listeners:
                listener(board)

        if self._guard.allows(Action.SEE_DESK):
            self._runner.call(Lane.DATABASE, lambda: self._read(today), deliver)
        else:
            deliver(DayBoard())

    def _read(self, today: date) -> DayBoard:
        begun = self._room.subjects_with(ApplicantFound, without=ConfirmationSealed)
        cases = (self._paused(subject) for subject in reversed(begun[-PAUSED_SHOWN:]))
        return DayBoard(
            sealed_today=self._room.stored_on(ConfirmationSealed, today),
            applicants_here=self._room.roster.count(),
            paused=tuple(case for case in cases if case is not None),
        )

    def _paused(self, subject: str) -> PausedCase | None:
        applicant: wire.Applicant | None = self._room.roster.by_subject(subject)
        if applicant is None:
            return None
        start = Progress(captured_earlier=applicant.captured_earlier)
        progress = fold(self._room.confirmation_facts(subject), start)
        return PausedCase(
            subject,
            applicant.name,
            applicant.registration_id,
            progress.step,
            progress.presses,
        )
