"""A review form is in the trail before it is on a screen, on paper or in a file, or it is not."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers.conformance import ONE_PAGE_PDF
from drivers.registry import open_driver
from station.assets import asset
from station.domain.audit import DocumentPrinted, RecordViewed, ViewPlace
from station.domain.facts import Evidence, FormIssued, FormOutput
from station.forms.layout import load_review_form_layout
from station.services.fact_events import audit_fact_of
from station.services.form_desk import FormDesk
from station.store.errors import StoreFull
from station.workflow.inputs import Failed, FormDone
from station.workflow.notices import Notice
from tests.support.station_rig import CLERK, Rig, fresh_rig
from tests.support.sync_people import applicant

SUBJECT = applicant().subject
Ask = Callable[[FormDesk, Callable[[Any], None]], None]


def shown(forms: FormDesk, answer: Callable[[Any], None]) -> None:
    forms.build(SUBJECT, CLERK, answer)


def saved(forms: FormDesk, answer: Callable[[Any], None]) -> None:
    forms.hand_out(SUBJECT, CLERK, FormOutput.SAVED, 1, answer)


def printed(forms: FormDesk, answer: Callable[[Any], None]) -> None:
    forms.hand_out(SUBJECT, CLERK, FormOutput.PRINTED, 2, answer)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    """A person whose form was issued, without the photo that another form would need."""
    made = fresh_rig(tmp_path)
    form = FormIssued("ab" * 32, (Evidence("form", "application/pdf", ONE_PAGE_PDF),))
    made.in_store(lambda: made.station.room.store_facts(SUBJECT, (form,), CLERK.operator_id))
    yield made
    made.close()


@pytest.fixture
def forms(rig: Rig, tmp_path: Path) -> FormDesk:
    (tmp_path / "saved").mkdir()
    folder = {"folder": str(tmp_path / "saved")}
    saver = open_driver("printer", "pdf_folder", folder, mode="simulation")
    layout = load_review_form_layout(asset("forms/review_form.toml"))
    station, services = rig.station, rig.station.services
    return FormDesk(
        station.room,
        station.runner,
        services.printing,
        rig.settings,
        layout,
        saver,
        services.guard,
        services.trail,
    )


def answer_to(rig: Rig, forms: FormDesk, ask: Ask) -> Any:
    answers: list[Any] = []
    ask(forms, answers.append)
    rig.pump(lambda: bool(answers), "the answer")
    return answers[-1]


@pytest.mark.parametrize(
    ("ask", "noted", "answer"),
    [
        (shown, RecordViewed(ViewPlace.FORM), Failed(Notice.FORM_FAILED)),
        (saved, DocumentPrinted("review_form", 0), FormDone(SUBJECT, FormOutput.SAVED, 1)),
        (printed, DocumentPrinted("review_form", 2), FormDone(SUBJECT, FormOutput.PRINTED, 2)),
    ],
)
def test_who_had_a_form_is_in_the_trail(
    rig: Rig, forms: FormDesk, ask: Ask, noted: object, answer: object
) -> None:
    assert answer_to(rig, forms, ask) == answer
    last = rig.in_store(lambda: rig.station.room.log.events_of(SUBJECT))[-1].event
    assert (last.actor, audit_fact_of(last)) == (CLERK.operator_id, noted)


@pytest.mark.parametrize("ask", [shown, saved, printed])
def test_what_cannot_be_noted_comes_out_nowhere(
    rig: Rig, forms: FormDesk, ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreFull

    monkeypatch.setattr(rig.station.services.trail, "note_now", full)
    assert answer_to(rig, forms, ask) == Failed(Notice.STORE_UNUSABLE)
    assert list((tmp_path / "saved").iterdir()) == []
    assert rig.hands.printer.printed == ()
