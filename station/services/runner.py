"""Threads of the station: one for the database, one per device, a pool for extraction.

Work runs on a named lane; its result goes back through `post`, which the UI's bridge delivers on
the UI thread. Nothing else crosses between threads.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from enum import StrEnum
from typing import Any, TypeVar

Result = TypeVar("Result")
Post = Callable[[Callable[[], None]], None]
INTERRUPT_EVERY_S = 0.05


class Lane(StrEnum):
    """A serial executor each, but `POOL`, which has as many threads as matching may use."""

    DATABASE = "database"
    READER = "reader"
    CAMERA = "camera"
    CARD_READER = "card_reader"
    PRINTER = "printer"
    SMART_CARD = "smart_card"
    PLATFORM = "platform"
    UPKEEP = "upkeep"
    POOL = "pool"


class Runner:
    """Owns every worker thread of the process."""

    def __init__(self, post: Post, pool_threads: int = 3) -> None:
        self._post = post
        self._executors = {
            lane: ThreadPoolExecutor(
                pool_threads if lane is Lane.POOL else 1, thread_name_prefix=lane.value
            )
            for lane in Lane
        }
        self._unfinished: set[Future[Any]] = set()

    def call(
        self, lane: Lane, work: Callable[[], Result], then: Callable[[Result], None]
    ) -> Future[Result]:
        """Run `work` on `lane`; `then` gets its result on the UI thread.

        An exception in `work` is a bug and is raised again on the UI thread, where it ends the
        program: expected failures are values that `work` returns.
        """
        future = self._executors[lane].submit(work)
        self._unfinished.add(future)
        future.add_done_callback(self._unfinished.discard)
        future.add_done_callback(lambda done: self._deliver(done, then))
        return future

    def ask(self, lane: Lane, work: Callable[[], Result]) -> Result:
        """Run `work` on another lane and wait for it; from a worker thread, never from the UI."""
        return self._executors[lane].submit(work).result()

    def post(self, action: Callable[[], None]) -> None:
        """Run `action` on the UI thread, from any thread."""
        self._post(action)

    def close(self, interrupt: Callable[[], None] = lambda: None) -> None:
        """Let the work under way finish and end every thread; waiting work is dropped.

        `interrupt` ends what would take long. It is called until all has ended, for work that had
        been taken from its lane but not begun cannot be interrupted yet.
        """
        for executor in self._executors.values():
            executor.shutdown(wait=False, cancel_futures=True)
        while wait(self._unfinished.copy(), INTERRUPT_EVERY_S).not_done:
            interrupt()
        for executor in self._executors.values():
            executor.shutdown(wait=True)

    def _deliver(self, done: Future[Result], then: Callable[[Result], None]) -> None:
        if not done.cancelled():
            self._post(lambda: then(done.result()))
