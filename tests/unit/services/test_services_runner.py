"""Lanes: order, thread, and where an exception ends up."""

import queue
import threading
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from station.services.runner import Lane, Runner

Posted = queue.Queue[Callable[[], None]]


class BugError(Exception):
    """What nobody expects."""


@pytest.fixture
def posted() -> Posted:
    return queue.Queue()


@pytest.fixture
def runner(posted: Posted) -> Iterator[Runner]:
    made = Runner(posted.put)
    yield made
    made.close()


def test_a_result_comes_back_on_the_thread_that_takes_the_post(
    runner: Runner, posted: Posted
) -> None:
    worked_on: list[str] = []
    told_on: list[str] = []

    def work() -> int:
        worked_on.append(threading.current_thread().name)
        return 42

    def then(result: int) -> None:
        assert result == 42
        told_on.append(threading.current_thread().name)

    runner.call(Lane.DATABASE, work, then)
    posted.get(timeout=10)()
    assert worked_on[0].startswith("database")
    assert told_on == [threading.current_thread().name]


def test_a_bug_in_a_lane_is_raised_where_the_post_is_taken(runner: Runner, posted: Posted) -> None:
    results: list[None] = []

    def work() -> None:
        raise BugError

    runner.call(Lane.POOL, work, results.append)
    with pytest.raises(BugError):
        posted.get(timeout=10)()
    assert results == []
    runner.call(Lane.POOL, lambda: None, results.append)  # the lane itself goes on
    posted.get(timeout=10)()
    assert results == [None]


def test_a_lane_keeps_the_order(runner: Runner, posted: Posted) -> None:
    results: list[int] = []
    for number in range(20):
        runner.call(Lane.DATABASE, partial(abs, number), results.append)
    for _ in range(20):
        posted.get(timeout=10)()
    assert results == list(range(20))


def test_asking_waits_and_hands_a_failure_on(runner: Runner) -> None:
    assert runner.ask(Lane.PRINTER, lambda: 7) == 7

    def work() -> None:
        raise BugError

    with pytest.raises(BugError):
        runner.ask(Lane.PRINTER, work)


def test_closing_interrupts_also_what_had_not_quite_begun(posted: Posted) -> None:
    """A reader armed in the very moment of closing must not hold the program for its 20 s."""
    runner = Runner(posted.put)
    interrupted = threading.Semaphore(0)
    heard: list[bool] = []

    def work() -> None:
        heard.extend(interrupted.acquire(timeout=10) for _ in range(2))  # the first is too early

    runner.call(Lane.READER, work, lambda _: None)
    runner.close(interrupted.release)
    assert heard == [True, True]


def test_closing_finishes_what_runs_and_drops_what_waits(posted: Posted) -> None:
    runner = Runner(posted.put)
    started, go_on = threading.Event(), threading.Event()

    def work() -> str:
        started.set()
        assert go_on.wait(10)
        return "done"

    results: list[str] = []
    runner.call(Lane.DATABASE, work, results.append)
    runner.call(Lane.DATABASE, lambda: "never", results.append)
    assert started.wait(10)
    closing = threading.Thread(target=runner.close)
    closing.start()
    go_on.set()
    closing.join(10)
    while not posted.empty():
        posted.get()()
    assert results[:1] == ["done"]
    assert len(results) <= 2
