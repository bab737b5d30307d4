"""The review form: built from what is stored, shown, and handed out on paper or as a file."""

from collections.abc import Callable

from drivers.api import Printer, PrintPhase
from drivers.errors import DeviceError
from station.domain.audit import DocumentPrinted, RecordViewed, ViewPlace
from station.domain.facts import FormIssued, FormOutput, PhotoTaken
from station.domain.people import Operator
from station.domain.rights import Action
from station.forms import review_form
from station.forms.layout import ReviewFormLayout
from station.forms.record import ReviewFormRecord, record_hash
from station.services.form_records import form_record
from station.services.guard import Guard
from station.services.people import instant
from station.services.print_notices import notice_of
from station.services.printing import Paper, Printing
from station.services.runner import Lane, Runner
from station.services.store_room import StoreRoom, or_failed
from station.services.trail import Trail
from station.settings import Settings
from station.workflow.inputs import Failed, FormDone, FormReady, PrintTold
from station.workflow.notices import Notice

REVIEW_FORM = "review_form"
TITLE = "review-form"
"""Print queues log titles, so the title names nobody."""

Answer = Callable[[FormReady | FormDone | PrintTold | Failed], None]
Issued = Callable[[tuple[str, bytes] | Failed], None]
"""Takes digest and PDF of the form that holds now."""


class FormDesk:
    """Builds forms on the pool and has them printed, one at a time."""

    def __init__(
        self,
        room: StoreRoom,
        runner: Runner,
        printing: Printing,
        settings: Settings,
        layout: ReviewFormLayout,
        saver: Printer,
        guard: Guard,
        trail: Trail,
    ) -> None:
        self._room = room
        self._runner = runner
        self._printing = printing
        self._settings = settings
        self._layout = layout
        self._saver = saver
        self._guard = guard
        self._trail = trail
        self._paper: Paper | None = None

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

        def fetch() -> tuple[str, bytes]:
            # It is noted before it goes out: paper that nobody finds in the trail must not exist.
            sent = DocumentPrinted(REVIEW_FORM, 0 if saved else copies)
            self._trail.note_now(sent, author.operator_id, subject)
            return self._issued(subject)

        send = self._saving(done, answer) if saved else self._sending(done, answer)
        self._runner.call(Lane.DATABASE, or_failed(fetch), send)

    def _saving(self, done: FormDone, answer: Answer) -> Issued:
        def save(issued: tuple[str, bytes] | Failed) -> None:
            if isinstance(issued, Failed):
                answer(issued)
                return
            pdf = issued[1]
            self._runner.call(Lane.POOL, lambda: _save(self._saver, pdf, done), answer)

        return save

    def _sending(self, done: FormDone, answer: Answer) -> Issued:
        digest = ""

        def told(notice: Notice | None) -> None:
            if notice is None:
                self._answer_if_valid(done, digest, answer)
            else:
                answer(PrintTold(done.subject, notice))

        # From now on, for whoever leaves before it is sent.
        paper = self._paper = self._printing.expect(told)

        def send(issued: tuple[str, bytes] | Failed) -> None:
            nonlocal digest
            if isinstance(issued, Failed):
                self._printing.forget(paper)
                answer(issued)
                return
            digest, pdf = issued
            self._printing.send(paper, pdf, TITLE, done.copies)

        return send

    def take_back(self) -> None:
        """Nobody waits for the form that was printed last: what has not come out must not."""
        self._printing.take_back(self._paper)

    def _answer_if_valid(self, done: FormDone, digest: str, answer: Answer) -> None:
        """Unless another form was issued while this one waited for paper.

        What then comes out is not the record any more and must not count as handed out.
        """

        def compared(issued: tuple[str, bytes] | Failed) -> None:
            if isinstance(issued, Failed):
                answer(issued)
            elif issued[0] == digest:
                answer(done)

        self._runner.call(Lane.DATABASE, or_failed(lambda: self._issued(done.subject)), compared)

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


def _save(saver: Printer, pdf: bytes, done: FormDone) -> FormDone | Failed:
    """Write the file; a medium that is full, gone or not ours is the operator's to change."""
    try:
        state = saver.job_state(saver.submit(pdf, TITLE, 1))
    except DeviceError:
        return Failed(Notice.PRINT_FAILED)
    return done if state.phase is PrintPhase.DONE else Failed(notice_of(state))
