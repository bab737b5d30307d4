"""Documents on their way to paper: what is told of them, and when they are taken back."""

from collections.abc import Callable
from typing import Any, cast

import pytest

from drivers.api import PrintJob, PrintJobState, PrintPhase, PrintTrouble, Withdrawal
from drivers.errors import DeviceFault
from station.services.printing import SILENT_LIMIT_S, TROUBLE_PATIENCE_S, Paper, Printing
from station.workflow.inputs import DeviceKind
from station.workflow.notices import Notice
from tests.support.services_cases import InlineRunner

WAITING = PrintJobState(PrintPhase.WAITING)
PAPER_OUT = PrintJobState(PrintPhase.WAITING, PrintTrouble.PAPER_OUT)
SHEETS_COME = PrintJobState(PrintPhase.PRINTING)
DONE = PrintJobState(PrintPhase.DONE)
LOST = PrintJobState(PrintPhase.FAILED, PrintTrouble.LOST)


class Queue:
    """The printer's lane, its device service and its clock, worked by hand."""

    def __init__(self) -> None:
        self.states: dict[str, PrintJobState | None] = {}
        self.becomes: dict[str, Withdrawal] = {}
        self.withdrawn: list[str] = []
        self.sent: list[str] = []
        self.now_s = 0.0
        self.changes = 0
        self.printing = Printing(cast(Any, self), InlineRunner(), lambda: self.now_s)
        self.printing.on_change(self._changed)

    def _changed(self) -> None:
        self.changes += 1

    def use(
        self, kind: DeviceKind, work: Callable[[Any], Any], then: Callable[[Any], None]
    ) -> None:
        assert kind is DeviceKind.PRINTER
        then(work(self))

    def submit(self, _pdf: bytes, title: str, _copies: int) -> PrintJob:
        self.sent.append(title)
        self.states.setdefault(title, PAPER_OUT)
        return PrintJob(title, "test")

    def job_state(self, job: PrintJob) -> PrintJobState:
        state = self.states[job.job_id]
        if state is None:
            raise DeviceFault("test", "not_answering")
        return state

    def withdraw(self, job: PrintJob) -> Withdrawal:
        self.withdrawn.append(job.job_id)
        return self.becomes.get(job.job_id, Withdrawal.WITHDRAWN)

    def send(self, title: str, state: PrintJobState | None = PAPER_OUT) -> tuple[Paper, list[Any]]:
        told: list[Any] = []
        self.states[title] = state
        paper = self.printing.expect(told.append)
        self.printing.send(paper, b"", title, 1)
        return paper, told

    def left(self) -> Notice | None:
        return self.printing.left

    def wait(self, seconds: float) -> None:
        self.printing.tick()
        self.now_s += seconds
        self.printing.tick()


def test_a_trouble_that_passes_at_once_is_nobodys() -> None:
    queue = Queue()
    _, told = queue.send("form")
    queue.wait(TROUBLE_PATIENCE_S / 2)
    queue.states["form"] = DONE
    queue.wait(TROUBLE_PATIENCE_S)
    assert told == [None]
    assert not queue.printing.under_way
    assert queue.left() is None


def test_a_trouble_that_lasts_is_told_once_and_then_the_end() -> None:
    queue = Queue()
    _, told = queue.send("form")
    for _ in range(3):
        queue.wait(TROUBLE_PATIENCE_S)
    queue.states["form"] = DONE
    queue.printing.tick()
    assert told == [Notice.PAPER_OUT, None]


@pytest.mark.parametrize("state", [WAITING, SHEETS_COME])
def test_a_document_of_which_nothing_is_heard_is_told_as_not_printed(state: PrintJobState) -> None:
    queue = Queue()
    _, told = queue.send("form", state)
    queue.wait(SILENT_LIMIT_S - 1)
    assert told == []
    queue.wait(1)
    queue.wait(SILENT_LIMIT_S)
    assert told == [Notice.PRINT_FAILED]
    assert queue.printing.under_way, "it may come out yet, and can be taken back"


def test_what_is_taken_back_is_not_told_to_who_took_it_back_unless_it_is_out() -> None:
    queue = Queue()
    first, told = queue.send("first")
    second, told_second = queue.send("second")
    queue.becomes["second"] = Withdrawal.PRINTED
    queue.printing.take_back(first)
    queue.printing.take_back(second)
    queue.printing.take_back(second)
    queue.printing.take_back(None)
    assert (told, told_second) == ([], [None])
    assert queue.withdrawn == ["first", "second"]
    assert queue.left() is Notice.PRINT_BEGUN, "the one that somebody has to look after"


def test_who_leaves_takes_back_all_that_waits_and_lets_out_what_comes() -> None:
    queue = Queue()
    _, form = queue.send("form")
    _, slip = queue.send("slip", SHEETS_COME)
    queue.printing.leave()
    assert queue.withdrawn == ["form"]
    assert (form, slip) == ([Notice.PRINT_TAKEN_BACK], [])
    assert queue.left() is Notice.PRINT_BEGUN
    queue.printing.seen()
    assert queue.left() is None
    queue.printing.tick()
    assert queue.left() is None, "said once"
    queue.states["slip"] = DONE
    queue.printing.tick()
    assert slip == [None]
    assert not queue.printing.under_way


def test_a_document_lost_after_everybody_left_is_to_be_looked_for() -> None:
    queue = Queue()
    _, told = queue.send("form", LOST)
    assert told == [Notice.PRINT_LOST]
    assert queue.left() is None, "told to who waits for it"
    _, told = queue.send("again", SHEETS_COME)
    queue.printing.leave()
    queue.printing.seen()
    queue.states["again"] = LOST
    queue.printing.tick()
    assert told == [Notice.PRINT_LOST]


def test_nothing_goes_to_the_printer_once_nobody_waits_for_it() -> None:
    queue = Queue()
    told: list[Notice | None] = []
    paper = queue.printing.expect(told.append)
    queue.printing.leave()
    assert queue.printing.under_way
    queue.printing.send(paper, b"", "form", 1)
    assert queue.sent == []
    assert told == [Notice.PRINT_TAKEN_BACK]


def test_a_document_that_was_not_made_is_forgotten() -> None:
    queue = Queue()
    paper = queue.printing.expect(lambda _: None)
    queue.printing.forget(paper)
    assert not queue.printing.under_way
    assert queue.changes > 0, "a window that waits for it can close"


def test_the_next_document_takes_the_word_about_the_last_one_away() -> None:
    queue = Queue()
    queue.send("first")
    queue.printing.leave()
    assert queue.left() is Notice.PRINT_TAKEN_BACK
    queue.send("second")
    assert queue.left() is None


def test_at_the_end_of_the_program_one_silent_service_is_not_asked_for_every_document() -> None:
    queue = Queue()
    queue.send("first", None)
    queue.send("second")
    queue.printing.close()
    assert queue.withdrawn == []
    queue.states["first"] = PAPER_OUT
    queue.printing.close()
    assert queue.withdrawn == ["first", "second"]
