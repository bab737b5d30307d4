"""The review form: built from what is stored, shown, and handed out on paper or as a file."""

import time
from collections.abc import Callable

from drivers.api import Printer, PrintJob, PrintJobState, PrintPhase, PrintTrouble
from drivers.errors import DeviceError, DeviceUnplugged
from station.domain.audit import DocumentPrinted, RecordViewed, ViewPlace
from station.domain.facts import FormIssued, FormOutput, PhotoTaken
from station.domain.people import Operator
from station.domain.rights import Action
from station.forms import review_form
from station.forms.layout import ReviewFormLayout
from station.forms.record import ReviewFormRecord, record_hash
from station.services.devices import DeviceService
from station.services.form_records import form_record
from station.services.guard import Guard
from station.services.people import instant
from station.services.print_notices import TROUBLE_NOTICES, refusal_notice
from station.services.runner import Lane, Runner
from station.services.store_room import StoreRoom, or_failed
from station.services.trail import Trail
from station.settings import Settings
from station.workflow.inputs import DeviceKind, DeviceLost, Failed, FormDone, FormReady
from station.workflow.notices import Notice

JOB_LIMIT_S = 300.0
JOB_POLL_S = 0.2
# A service that starts anew or a printer that wakes up is nobody's trouble.
TROUBLE_PATIENCE_S = 1.0
REVIEW_FORM = "review_form"
TITLE = "review-form"
"""Print queues log titles, so the title names nobody."""

Answer = Callable[[FormReady | FormDone | DeviceLost | Failed], None]


class FormDesk:
    """Builds forms on the pool and prints them on the printer's lane."""

    def __init__(
        self,
        room: StoreRoom,
        runner: Runner,
        devices: DeviceService,
        settings: Settings,
        layout: ReviewFormLayout,
        saver: Printer,
        guard: Guard,
        trail: Trail,
    ) -> None:
        self._room = room
        self._runner = runner
        self._devices = devices
        self._settings = settings
        self._layout = layout
        self._saver = saver
        self._guard = guard
        self._trail = trail

    def build(self, subject: str, author: Operator, answer: Answer) -> None:
        """Answer with the form of this person as PDF and page pictures."""
        if not self._guard.permits(author, Action.ISSUE_FORM):
            answer(Failed(Notice.NOT_ALLOWED))
            return

        def draw(record: ReviewFormRecord) -> FormReady:
            document = review_form.document(record, self._layout)
            return FormReady(subject, record_hash(record), document.pdf(), document.png_pages())

        def gathered(record: ReviewFormRecord | Failed | None) -> None:
            if record is None:
                answer(Failed(Notice.FORM_FAILED))
            elif isinstance(record, Failed):
                answer(record)
            else:
                self._runner.call(Lane.POOL, lambda: draw(record), answer)

        def gather() -> ReviewFormRecord | None:
            viewed = RecordViewed(ViewPlace.FORM)
            self._trail.note_now(viewed, author.operator_id, subject)
            return self._record(subject)

        self._runner.call(Lane.DATABASE, or_failed(gather), gathered)

    def hand_out(
        self, subject: str, author: Operator, output: FormOutput, copies: int, answer: Answer
    ) -> None:
        """Print the issued form, or save it; answers when it is really out, or why it is not.

        A printer without paper keeps the job: the trouble is answered at once, so that nobody has
        to wait, and the end of the job when it comes.
        """
        if not self._guard.permits(author, Action.PRINT_FORM):
            answer(Failed(Notice.NOT_ALLOWED))
            return
        saved = output is FormOutput.SAVED
        done = FormDone(subject, output, 1 if saved else copies)

        def send(issued: tuple[str, bytes] | Failed) -> None:
            if isinstance(issued, Failed):
                answer(issued)
                return
            digest, pdf = issued
            if saved:
                self._runner.call(Lane.POOL, lambda: _save(self._saver, pdf, done), answer)
                return

            def submitted(job: PrintJob | DeviceLost | Failed) -> None:
                if isinstance(job, PrintJob):
                    self._watch(job, done, self._if_still_valid(subject, digest, answer))
                else:
                    answer(job)

            self._devices.use(
                DeviceKind.PRINTER, lambda printer: _submitted(printer, pdf, copies), submitted
            )

        def fetch() -> tuple[str, bytes]:
            # It is noted before it goes out: paper that nobody finds in the trail must not exist.
            sent = DocumentPrinted(REVIEW_FORM, 0 if saved else copies)
            self._trail.note_now(sent, author.operator_id, subject)
            return self._issued(subject)

        self._runner.call(Lane.DATABASE, or_failed(fetch), send)

    def _if_still_valid(self, subject: str, digest: str, answer: Answer) -> Answer:
        """`answer`, unless another form was issued while this one waited for paper.

        What then comes out is not the record any more and must not count as handed out.
        """

        def tell(result: FormReady | FormDone | DeviceLost | Failed) -> None:
            if not isinstance(result, FormDone):
                answer(result)
                return

            def compared(issued: tuple[str, bytes] | Failed) -> None:
                if isinstance(issued, Failed):
                    answer(issued)
                elif issued[0] == digest:
                    answer(result)

            self._runner.call(Lane.DATABASE, or_failed(lambda: self._issued(subject)), compared)

        return tell

    def _watch(self, job: PrintJob, done: FormDone, answer: Answer) -> None:
        def watch() -> FormDone | Failed | None:
            try:
                return _watched(
                    lambda: self._runner.ask(Lane.PRINTER, lambda: self._devices.job_state(job)),
                    done,
                    lambda trouble: self._runner.post(lambda: answer(trouble)),
                )
            except DeviceError:  # the print service does not answer: nobody knows what came out
                return Failed(Notice.PRINT_FAILED)

        def ended(result: FormDone | Failed | None) -> None:
            if result is not None:
                answer(result)

        self._runner.call(Lane.POOL, watch, ended)

    def pages(self, subject: str) -> tuple[bytes, ...]:
        """Page pictures of this person's form; on the database lane."""
        record = self._record(subject)
        return review_form.document(record, self._layout).png_pages() if record is not None else ()

    def _record(self, subject: str) -> ReviewFormRecord | None:
        applicant = self._room.roster.by_subject(subject)
        if applicant is None:
            return None
        photo, taken_at = b"", None
        for stored, fact in self._room.facts_of(subject):
            if isinstance(fact, PhotoTaken):
                photo = self._room.log.payload(stored.event.id, "photo")
                taken_at = instant(stored.event.at)
        if taken_at is None:
            return None
        try:
            return form_record(
                applicant,
                self._room.confirmation_facts(subject),
                self._room.roster.photo(applicant) or b"",
                photo,
                taken_at.astimezone(),
                f"{self._settings.unit_name} {self._settings.desk_name}",
            )
        except ValueError:  # more than the paper takes: the applicant shortens it on the platform
            return None

    def _issued(self, subject: str) -> tuple[str, bytes]:
        """Digest and PDF of the form that holds now."""
        digest, pdf = "", b""
        for stored, fact in self._room.facts_of(subject):
            if isinstance(fact, FormIssued):
                digest = fact.record_digest
                pdf = self._room.log.payload(stored.event.id, "form")
        return digest, pdf


def _submitted(printer: Printer, pdf: bytes, copies: int) -> PrintJob | Failed:
    """The job, or why the printer did not take the form. Raises DeviceUnplugged."""
    try:
        return printer.submit(pdf, TITLE, copies)
    except DeviceUnplugged:
        raise
    except DeviceError as error:
        return Failed(refusal_notice(error.detail))


def _watched(
    state_now: Callable[[], PrintJobState], done: FormDone, tell: Callable[[Failed], None]
) -> FormDone | Failed | None:
    """Follow a job to its end; None when it did not end and its trouble was told already."""
    now_s = time.monotonic()
    end_s = now_s + JOB_LIMIT_S
    told: PrintTrouble | None = None
    last, last_since_s = None, now_s
    while now_s < end_s:
        state = state_now()
        if state.phase is PrintPhase.DONE:
            return done
        if state.phase is PrintPhase.FAILED:
            return Failed(_notice(state))
        if state.trouble is not last:
            last, last_since_s = state.trouble, now_s
        if last not in (None, told) and now_s - last_since_s >= TROUBLE_PATIENCE_S:
            told = last
            tell(Failed(_notice(state)))
        time.sleep(JOB_POLL_S)
        now_s = time.monotonic()
    return None if told else Failed(Notice.PRINT_FAILED)


def _save(saver: Printer, pdf: bytes, done: FormDone) -> FormDone | Failed:
    """Write the file; a medium that is full, gone or not ours is the operator's to change."""
    try:
        state = saver.job_state(saver.submit(pdf, TITLE, 1))
    except DeviceError:
        return Failed(Notice.PRINT_FAILED)
    return done if state.phase is PrintPhase.DONE else Failed(_notice(state))


def _notice(state: PrintJobState) -> Notice:
    return TROUBLE_NOTICES[state.trouble] if state.trouble else Notice.PRINT_FAILED
