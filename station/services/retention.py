"""Retention while the station runs: what is held and until when, and a sweep a day.

Both go over all people in pieces of a few on the database lane, so that a press that must be
stored waits for one piece at most.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from functools import partial
from typing import TypeVar

from station.domain.retention import Holding, Line, ProvenTime, due, lines, overdue
from station.domain.retention_policy import PolicyError
from station.domain.rights import Action
from station.services.guard import Guard
from station.services.retention_policy import InForce, PolicySource
from station.services.runner import Lane, Runner
from station.services.sweeper import LastRun, Sweeper, Swept
from station.store.errors import StoreError

SYSTEM = "system"
# A press waits for one piece: 4 ms to look at a person, 45 ms to overwrite 24 images of one.
LOOKED_AT_ONCE, SWEPT_AT_ONCE = 25, 4
LOOK_EVERY_S = 600.0
SWEEP_EVERY = timedelta(hours=20)
Result = TypeVar("Result")


class Stage(StrEnum):
    """What the service does now."""

    IDLE = "idle"
    LOOKING = "looking"
    SWEEPING = "sweeping"


@dataclass(frozen=True)
class Picture:
    """What is held, what of it is due, and who waits for longer than the policy wants."""

    in_force: InForce
    proven: ProvenTime
    held: tuple[Line, ...]
    due: tuple[Line, ...]
    reminded: int
    last: LastRun | None


@dataclass(frozen=True)
class RetentionState:
    """`done` is the share of the work, 0 to 1; `trouble` a sentence; `swept` what just went."""

    stage: Stage = Stage.IDLE
    done: float = 0.0
    picture: Picture | None = None
    trouble: str = ""
    swept: Swept | None = None


@dataclass(frozen=True)
class _Beginning:
    in_force: InForce
    proven: ProvenTime
    subjects: tuple[str, ...]
    last: LastRun | None


@dataclass(frozen=True)
class _Trouble:
    sentence: str


class RetentionService:
    """Used on the UI thread; `tick` is called about once a second."""

    def __init__(
        self,
        sweeper: Sweeper,
        source: PolicySource,
        runner: Runner,
        guard: Guard,
        monotonic_s: Callable[[], float],
        on_stored: Callable[[int], None] = lambda _: None,
        on_removed: Callable[[], None] = lambda: None,
    ) -> None:
        """`on_stored` is told how many events a sweep added to the outbox.

        `on_removed` is called when something of a person went.
        """
        self._sweeper = sweeper
        self._source = source
        self._runner = runner
        self._guard = guard
        self._monotonic_s = monotonic_s
        self._on_stored = on_stored
        self._on_removed = on_removed
        self._next_look_s = 0.0
        self._listeners: list[Callable[[RetentionState], None]] = []
        self.state = RetentionState()

    def on_change(self, listener: Callable[[RetentionState], None]) -> None:
        """Call `listener` with every new state."""
        self._listeners.append(listener)

    def refresh(self) -> None:
        """Read anew what is held. Raises NotAllowed."""
        self._guard.require(Action.SEE_RETENTION)
        if self.state.stage is Stage.IDLE:
            self._look(self.state.swept)

    def run(self) -> None:
        """Remove what is due now. Raises NotAllowed."""
        operator = self._guard.require(Action.RUN_RETENTION)
        if self.state.stage is Stage.IDLE:
            self._sweep(operator.operator_id)

    def tick(self) -> None:
        """Sweep when the last one is most of a day old by the platform's time."""
        if self.state.stage is not Stage.IDLE or self._monotonic_s() < self._next_look_s:
            return
        self._next_look_s = self._monotonic_s() + LOOK_EVERY_S

        def looked(beginning: _Beginning) -> None:
            if _is_time(beginning) and self.state.stage is Stage.IDLE:
                self._sweep(SYSTEM)

        self._step(self._beginning, looked)

    def _look(self, swept: Swept | None) -> None:
        self._show(RetentionState(Stage.LOOKING, picture=self.state.picture, swept=swept))

        def begun(beginning: _Beginning) -> None:
            seen: list[Holding] = []
            self._over_people(
                beginning.subjects,
                LOOKED_AT_ONCE,
                self._sweeper.look,
                seen.extend,
                lambda: self._step(self._sweeper.look_aside, partial(finish, beginning, seen)),
            )

        def finish(beginning: _Beginning, seen: list[Holding], aside: tuple[Holding, ...]) -> None:
            picture = _picture(beginning, (*seen, *aside))
            self._show(RetentionState(picture=picture, swept=swept))

        self._step(self._beginning, begun)

    def _sweep(self, actor: str) -> None:
        self._show(RetentionState(Stage.SWEEPING, picture=self.state.picture))
        gone: list[Swept] = []

        def begun(beginning: _Beginning) -> None:
            policy, now = beginning.in_force.policy, beginning.proven.at
            if now is None:
                self._look(Swept())
                return

            def some(subjects: tuple[str, ...]) -> Swept:
                each = (self._sweeper.sweep(one, policy, now, actor) for one in subjects)
                return sum(each, Swept())

            def end() -> Swept:
                swept = sum(gone, self._sweeper.sweep_files(policy, now))
                self._sweeper.finish(policy, now, swept, actor)
                return swept

            self._over_people(
                beginning.subjects,
                SWEPT_AT_ONCE,
                some,
                gone.append,
                lambda: self._step(end, self._swept),
            )

        self._step(self._beginning, begun)

    def _swept(self, swept: Swept) -> None:
        self._on_stored(swept.persons + 1)
        if swept.persons:
            self._on_removed()
        self._look(swept)

    def _beginning(self) -> _Beginning:
        return _Beginning(
            self._source.in_force(),
            self._sweeper.begin(),
            self._sweeper.subjects(),
            self._sweeper.last_run(),
        )

    def _over_people(
        self,
        subjects: tuple[str, ...],
        at_once: int,
        work: Callable[[tuple[str, ...]], Result],
        each: Callable[[Result], None],
        end: Callable[[], None],
        start: int = 0,
    ) -> None:
        """`work` on a few people at a time, each piece in a turn of its own on the lane."""
        if start >= len(subjects):
            end()
            return
        piece = subjects[start : start + at_once]

        def go_on(result: Result) -> None:
            each(result)
            self._show(replace(self.state, done=(start + len(piece)) / len(subjects)))
            self._over_people(subjects, at_once, work, each, end, start + len(piece))

        self._step(lambda: work(piece), go_on)

    def _step(self, work: Callable[[], Result], then: Callable[[Result], None]) -> None:
        def attempt() -> Result | _Trouble:
            try:
                return work()
            except StoreError as error:
                return _Trouble(error.sentence)
            except PolicyError as error:
                return _Trouble(str(error))

        def told(result: Result | _Trouble) -> None:
            if isinstance(result, _Trouble):
                # What went so far is gone with its evidence; the next sweep goes on.
                picture = self.state.picture
                self._show(RetentionState(picture=picture, trouble=result.sentence))
            else:
                then(result)

        self._runner.call(Lane.DATABASE, attempt, told)

    def _show(self, state: RetentionState) -> None:
        self.state = state
        for listener in self._listeners:
            listener(state)


def _is_time(beginning: _Beginning) -> bool:
    now, last = beginning.proven.at, beginning.last
    return now is not None and (last is None or now - last.at >= SWEEP_EVERY)


def _picture(beginning: _Beginning, held: tuple[Holding, ...]) -> Picture:
    policy, now = beginning.in_force.policy, beginning.proven.at
    return Picture(
        in_force=beginning.in_force,
        proven=beginning.proven,
        held=lines(held, policy),
        due=lines(due(held, policy, now), policy),
        reminded=len({one.key for one in overdue(held, policy, now)}),
        last=beginning.last,
    )
