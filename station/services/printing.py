"""Every document on its way to paper: followed to its end, and taken back when nobody waits for it.

A form, a slip or a recovery sheet that waits for paper must not come out later, before whoever
stands there then. Whoever leaves says so; what a printer has begun with is told, not hidden.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from drivers.api import Printer, PrintJob, PrintJobState, PrintPhase, PrintTrouble, Withdrawal
from drivers.errors import DeviceError, DeviceUnplugged
from station.services.devices import DeviceService
from station.services.print_notices import notice_of, refusal_notice
from station.services.runner import Lane, Runner
from station.workflow.inputs import DeviceKind, DeviceLost, Failed
from station.workflow.notices import Notice

SILENT_LIMIT_S = 300.0
# A service that starts anew or a printer that wakes up is nobody's trouble.
TROUBLE_PATIENCE_S = 1.0

Told = Callable[[Notice | None], None]
"""Gets None once the document is out, or why it is not; until then that may change."""
_SILENT_SERVICE = PrintJobState(PrintPhase.WAITING, PrintTrouble.SERVICE)


@dataclass(eq=False)
class Paper:
    """One document on its way. Its sender keeps it to take it back, and looks at nothing inside.

    `job` is set on the printer's lane, the rest on the UI thread. `quiet`: its sender goes on with
    something else, and is told only if it is out.
    """

    told: Told
    began_s: float
    job: PrintJob | None = None
    wanted: bool = True
    quiet: bool = False
    asking: bool = False
    trouble: PrintTrouble | None = None
    trouble_since_s: float = 0.0
    last_told: Notice | None = None
    unreached: bool = False


class Printing:
    """The printer's documents on the UI thread. `tick` is called a few times a second."""

    def __init__(
        self, devices: DeviceService, runner: Runner, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._devices = devices
        self._runner = runner
        self._now_s = now_s
        self._open: list[Paper] = []
        self._became: Notice | None = None
        self._listeners: list[Callable[[], None]] = []

    # --- whoever prints -----------------------------------------------------------------------

    def expect(self, told: Told) -> Paper:
        """A document that is still being made; from now on it can be taken back."""
        self.seen()
        paper = Paper(told, self._now_s())
        self._open.append(paper)
        return paper

    def send(self, paper: Paper, pdf: bytes, title: str, copies: int) -> None:
        """Hand it to the printer, unless nobody waits for it by now.

        Print queues log titles, so `title` names nobody.
        """

        def submit(printer: Printer) -> PrintJob | Failed | None:
            if not paper.wanted:
                return None
            try:
                paper.job = printer.submit(pdf, title, copies)
            except DeviceUnplugged:
                raise
            except DeviceError as error:
                return Failed(refusal_notice(error.detail))
            return paper.job

        def sent(result: PrintJob | DeviceLost | Failed | None) -> None:
            paper.asking = False
            match result:
                case None:
                    self._taken_back(paper, Withdrawal.WITHDRAWN)
                case DeviceLost():
                    self._end(paper, Notice.PRINTER_LOST)
                case Failed(notice=notice):
                    self._end(paper, notice)
                case _:
                    self._look(paper)

        paper.asking = True
        self._devices.use(DeviceKind.PRINTER, submit, sent)

    def forget(self, paper: Paper) -> None:
        """It was not made, so there is nothing to send."""
        self._open.remove(paper)
        self._tell()

    def take_back(self, paper: Paper | None) -> None:
        """Its sender goes on with something else: what has not come out must not."""
        if paper in self._open:
            paper.wanted, paper.quiet = False, True
            self.tick()

    # --- whoever leaves -----------------------------------------------------------------------

    @property
    def under_way(self) -> bool:
        """Whether anything has still to come out, or to be taken back."""
        return bool(self._open)

    @property
    def left(self) -> Notice | None:
        """What became of documents that nobody waited for; None when all is well, or seen."""
        unreached = any(paper.unreached for paper in self._open)
        return Notice.PRINT_UNREACHED if unreached else self._became

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever `under_way` or `left` may have changed."""
        self._listeners.append(listener)

    def leave(self) -> None:
        """Nobody stands at the station, or not for these documents: take back what waits.

        What is coming out at this moment is let out; it is taken back as soon as it gets stuck.
        """
        for paper in self._open:
            paper.wanted = False
        self.tick()

    def seen(self) -> None:
        """Somebody goes on working: what was taken back has been read."""
        if self._became is not None:
            self._became = None
            self._tell()

    def tick(self) -> None:
        """Ask about every document; nothing here blocks."""
        for paper in tuple(self._open):
            self._look(paper)

    def close(self) -> None:
        """The program ends: take back what waits, as far as its printer can be reached.

        Waits for the printer's lane, which must still run.
        """
        jobs = [paper for paper in self._open if not paper.unreached]
        for paper in jobs:
            paper.wanted = False

        def last() -> None:
            for paper in jobs:
                if paper.job is not None and self._ask(paper.job, wanted=False) is None:
                    return  # nor will it answer for the next one

        self._runner.ask(Lane.PRINTER, last)

    # --- inside -------------------------------------------------------------------------------

    def _look(self, paper: Paper) -> None:
        job, wanted = paper.job, paper.wanted
        if job is None or paper.asking:
            return
        paper.asking = True

        def seen(result: PrintJobState | Withdrawal | None) -> None:
            paper.asking = False
            if wanted is not paper.wanted:
                self._look(paper)
            else:
                self._seen(paper, result)

        self._runner.call(Lane.PRINTER, lambda: self._ask(job, wanted=wanted), seen)

    def _ask(self, job: PrintJob, *, wanted: bool) -> PrintJobState | Withdrawal | None:
        """On the printer's lane: how it fares, or what became of it; None when nobody says."""
        try:
            state = self._devices.job_state(job)
            if wanted or state.phase is not PrintPhase.WAITING:
                return state
            return self._devices.withdraw(job)
        except DeviceError:
            return None

    def _seen(self, paper: Paper, result: PrintJobState | Withdrawal | None) -> None:
        paper.unreached = result is None and not paper.wanted
        match result:
            case Withdrawal():
                self._taken_back(paper, result)
            case PrintJobState(phase=PrintPhase.DONE | PrintPhase.FAILED):
                self._look_after(paper)
                done = result.phase is PrintPhase.DONE
                self._end(paper, None if done else notice_of(result))
            case _ if paper.wanted:
                self._follow(paper, result or _SILENT_SERVICE)
            case PrintJobState():  # coming out
                self._look_after(paper)
                self._tell()
            case None:
                self._say(paper, Notice.PRINT_UNREACHED)
                self._tell()

    def _look_after(self, paper: Paper) -> None:
        """Somebody has to go and see what comes out of a document that nobody waits for."""
        if not paper.wanted and paper.last_told is not Notice.PRINT_BEGUN:
            paper.last_told = self._became = Notice.PRINT_BEGUN

    def _taken_back(self, paper: Paper, withdrawal: Withdrawal) -> None:
        clean = withdrawal is Withdrawal.WITHDRAWN
        became = Notice.PRINT_TAKEN_BACK if clean else Notice.PRINT_BEGUN
        if self._became is not Notice.PRINT_BEGUN:  # of several, the one to look after
            self._became = became
        self._end(paper, None if withdrawal is Withdrawal.PRINTED else became)

    def _follow(self, paper: Paper, state: PrintJobState) -> None:
        now_s = self._now_s()
        if state.trouble is not paper.trouble:
            paper.trouble, paper.trouble_since_s = state.trouble, now_s
        if state.trouble is not None:
            if now_s - paper.trouble_since_s >= TROUBLE_PATIENCE_S:
                self._say(paper, notice_of(state))
        elif paper.last_told is None and now_s - paper.began_s >= SILENT_LIMIT_S:
            self._say(paper, Notice.PRINT_FAILED)

    def _say(self, paper: Paper, notice: Notice) -> None:
        if paper.quiet or paper.last_told is notice:
            return
        paper.last_told = notice
        paper.told(notice)

    def _end(self, paper: Paper, notice: Notice | None) -> None:
        self._open.remove(paper)
        if notice is None or not paper.quiet:
            paper.told(notice)
        self._tell()

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()
