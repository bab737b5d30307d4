"""The slip that the applicant takes home: built from what is stored and the policy in force."""

from collections.abc import Callable
from datetime import datetime

from station.domain.audit import DocumentPrinted, RecordViewed, ViewPlace
from station.domain.retention import Kind, Policy, State
from station.domain.retention_policy import PolicyError
from station.domain.rights import Action
from station.forms.slip import SlipLayout, SlipRecord, slip
from station.services.guard import Guard
from station.services.printing import Paper, Printing, Told
from station.services.retention_policy import PolicySource
from station.services.runner import Lane, Runner
from station.services.store_room import StoreRoom, or_failed
from station.services.trail import Trail
from station.settings import Settings
from station.workflow.inputs import Failed
from station.workflow.notices import Notice
from station.workflow.progress import Progress, fold
from sync import wire

DOCUMENT = "notice_slip"
TITLE = "notice-slip"
"""Print queues log titles, so the title names nobody."""

_CAPTURED = {
    "images_days": Kind.FINGER_IMAGES,
    "templates_days": Kind.TEMPLATES,
    "photos_days": Kind.SITE_PHOTOS,
    "documents_days": Kind.DOCUMENT_COPIES,
    "forms_days": Kind.FORMS,
    "notes_days": Kind.NOTES,
    "roster_days": Kind.ROSTER,
}


class SlipService:
    """Used on the UI thread."""

    def __init__(
        self,
        room: StoreRoom,
        runner: Runner,
        printing: Printing,
        guard: Guard,
        trail: Trail,
        source: PolicySource,
        settings: Settings,
        layout: SlipLayout,
        clock: Callable[[], datetime],
    ) -> None:
        self._room = room
        self._runner = runner
        self._printing = printing
        self._guard = guard
        self._trail = trail
        self._source = source
        self._settings = settings
        self._layout = layout
        self._clock = clock
        self._paper: Paper | None = None

    def print_slip(self, subject: str, then: Told) -> None:
        """Print one person's slip; `then` gets None once it is out, or why it is not yet.

        An earlier one that has not come out does not come out any more. Raises NotAllowed.
        """
        operator = self._guard.require(Action.PRINT_SLIP)
        day = f"{self._clock().astimezone():%Y-%m-%d}"

        def gather() -> SlipRecord | Failed:
            return self._gather(subject, operator.operator_id, day)

        self._printing.take_back(self._paper)
        paper = self._paper = self._printing.expect(then)

        def gathered(record: SlipRecord | Failed) -> None:
            if isinstance(record, Failed):
                self._printing.forget(paper)
                then(record.notice)
            else:
                self._runner.call(Lane.POOL, lambda: slip(record, self._layout).pdf(), drawn)

        def drawn(pdf: bytes) -> None:
            self._printing.send(paper, pdf, TITLE, 1)

        self._runner.call(Lane.DATABASE, or_failed(gather), gathered)

    def _gather(self, subject: str, actor: str, day: str) -> SlipRecord | Failed:
        # Noted before it goes out: paper that nobody finds in the trail must not exist.
        for fact in (RecordViewed(ViewPlace.PRIVACY), DocumentPrinted(DOCUMENT, 1)):
            self._trail.note_now(fact, actor, subject)
        try:
            policy = self._source.in_force().policy
        except PolicyError:
            return Failed(Notice.FORM_FAILED)
        applicant = self._room.roster.by_subject(subject)
        if applicant is None:
            return Failed(self._room.why_unknown(subject))
        facts = self._room.confirmation_facts(subject)
        progress = fold(facts, Progress(captured_earlier=applicant.captured_earlier))
        return slip_record(applicant, progress, policy, self._settings, self._layout, day)


def slip_record(
    applicant: wire.Applicant,
    progress: Progress,
    policy: Policy,
    settings: Settings,
    layout: SlipLayout,
    day: str,
) -> SlipRecord:
    """What the slip says of one visit, under the policy in force."""
    unit = applicant.application.unit_name or settings.unit_name
    contact = settings.privacy_contact or layout.default_contact.replace("{unit}", unit)
    figures = {
        "unit": unit,
        "day": day,
        "place": settings.desk_name,
        "fingers": str(len(progress.qualities)),
        "presses": str(progress.presses),
        "exceptions": str(len(progress.excepted)),
        "documents": str(len(progress.documents)),
        "contact": contact,
        "backups_days": str(policy.rule(Kind.BACKUPS, State.KEPT).days),
        "events_days": str(policy.rule(Kind.EVENTS, State.KEPT).days),
        "log_days": str(policy.rule(Kind.AUDIT, State.KEPT).days),
    }
    for name, kind in _CAPTURED.items():
        figures[name] = str(policy.rule(kind, State.ACKNOWLEDGED).days)
    conditions = {
        "fingers": progress.presses > 0,
        "earlier": progress.captured_earlier,
        "photo": progress.photo,
        "exceptions": bool(progress.excepted),
    }
    holds = frozenset(name for name, holding in conditions.items() if holding)
    return SlipRecord(applicant.name, applicant.registration_id, holds, figures)
