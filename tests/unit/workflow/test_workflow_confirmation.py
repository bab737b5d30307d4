"""The confirmation desk, input by input: what each step records and what it says."""

from dataclasses import replace

import pytest

from station.domain.documents import DocumentFinding, DocumentKind
from station.domain.facts import (
    ApplicantFound,
    ConfirmationSealed,
    ConsentGiven,
    ConsentRefused,
    DocumentChecked,
    FormDelivered,
    FormIssued,
    FormOutput,
    FormSigned,
    FoundBy,
    IdentityCompared,
    IdentityResult,
    PhotoTaken,
)
from station.domain.identity_document import ComparedField
from station.workflow import confirmation, effects, inputs
from station.workflow.capture import ReaderPhase
from station.workflow.desk_state import Confirmation, Waiting
from station.workflow.inputs import DeviceKind
from station.workflow.notices import Notice
from station.workflow.progress import DeskStep
from tests.support.workflow_cases import applicant, case_opened, facts_until, presses

STILL = inputs.PhotoCaptured(b"jpeg", 390, 567, True)
STEPS = [step for step in DeskStep if step is not DeskStep.FIND]


def run(
    state: Confirmation, *events: inputs.ConfirmationInput
) -> tuple[Confirmation, tuple[effects.DeskEffect, ...]]:
    """Send the inputs one after the other; the effects are those of the last."""
    done: tuple[effects.DeskEffect, ...] = ()
    for event in events:
        state, done = confirmation.step(state, event)
    return state, done


def at(step: DeskStep, subject: str = "s-1") -> Confirmation:
    """The desk with a person who has come to `step`, nothing under way."""
    opened, _ = run(Confirmation(), case_opened(facts_until(step, subject), subject))
    assert opened.step is step
    return replace(opened, waiting=None, notice=None)


def recorded(state: Confirmation) -> inputs.Recorded:
    return inputs.Recorded(state.unsaved)


# --- finding ------------------------------------------------------------------------------------


def test_an_empty_search_asks_for_something_to_search() -> None:
    state, done = run(Confirmation(), inputs.Find("  "))
    assert state.notice is Notice.EMPTY_QUERY
    assert done == ()


def test_one_hit_opens_the_case_and_is_recorded_before_consent_is_asked() -> None:
    state, done = run(Confirmation(), inputs.Find(" 2026018A1B2C "))
    assert done == (effects.SearchApplicants("2026018A1B2C"),)
    found = inputs.ApplicantsFound((applicant(),), FoundBy.REGISTRATION_ID)
    state, done = run(state, found)
    assert done == (effects.OpenCase("s-1", FoundBy.REGISTRATION_ID),)
    state, done = run(state, case_opened())
    assert done == (effects.Record("s-1", (ApplicantFound(FoundBy.REGISTRATION_ID),)),)
    assert state.step is DeskStep.FIND
    state, _ = run(state, recorded(state))
    assert state.step is DeskStep.CONSENT


def test_several_hits_are_offered_and_only_they_can_be_chosen() -> None:
    both = (applicant("s-1"), applicant("s-2"))
    state, _ = run(
        Confirmation(), inputs.Find("林晓雾"), inputs.ApplicantsFound(both, FoundBy.NAME)
    )
    assert state.matches == both
    assert state.notice is Notice.SEVERAL_FOUND
    assert run(state, inputs.Choose("s-9")) == (state, ())
    _, done = run(state, inputs.Choose("s-2"))
    assert done == (effects.OpenCase("s-2", FoundBy.NAME),)


def test_nobody_found_leaves_the_search_open() -> None:
    state, _ = run(
        Confirmation(), inputs.Find("x"), inputs.ApplicantsFound((), FoundBy.REGISTRATION_ID)
    )
    assert state.notice is Notice.NOT_FOUND
    _, done = run(state, inputs.Find("y"))
    assert done == (effects.SearchApplicants("y"),)


def test_a_card_that_comes_after_typing_does_not_open_a_case() -> None:
    typed, _ = run(Confirmation(), inputs.FindByCard(), inputs.Find("2026018A1B2C"))
    late = inputs.ApplicantsFound((applicant("s-2"),), FoundBy.IDENTITY_CARD, ())
    assert run(typed, late) == (typed, ())


def test_a_card_that_differs_nowhere_is_the_identity_check_already() -> None:
    found = inputs.ApplicantsFound((applicant(),), FoundBy.IDENTITY_CARD, ())
    state, _ = run(Confirmation(), inputs.FindByCard(), found)
    state, done = run(state, case_opened(facts_until(DeskStep.IDENTITY)))
    assert done == (effects.Record("s-1", (IdentityCompared(IdentityResult.SAME, ()),)),)


def test_a_sealed_case_says_so_and_asks_for_nothing() -> None:
    state, done = run(Confirmation(), case_opened(facts_until(DeskStep.SEALED)))
    assert state.step is DeskStep.SEALED
    assert state.notice is Notice.ALREADY_SEALED
    assert done == ()


@pytest.mark.parametrize("step", [step for step in STEPS if step is not DeskStep.SEALED])
def test_a_case_put_aside_resumes_where_it_stood(step: DeskStep) -> None:
    aside, done = run(at(step), inputs.CloseCase())
    assert aside.applicant is None
    assert effects.ForgetCase() in done
    state, _ = run(aside, case_opened(facts_until(step)))
    assert state.step is step
    assert state.notice is Notice.RESUMED


# --- papers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "fact"),
    [
        (inputs.GiveConsent("2"), ConsentGiven("2")),
        (inputs.RefuseConsent("2"), ConsentRefused("2")),
    ],
)
def test_the_applicants_word_is_recorded_with_the_text_version(
    said: inputs.ConfirmationInput, fact: ConsentGiven | ConsentRefused
) -> None:
    _, done = run(at(DeskStep.CONSENT), said)
    assert done == (effects.Record("s-1", (fact,)),)


def test_a_refusal_stops_the_case_but_may_be_reconsidered() -> None:
    state, _ = run(at(DeskStep.CONSENT), inputs.RefuseConsent("2"))
    state, done = run(state, recorded(state))
    assert state.step is DeskStep.CONSENT
    assert state.notice is Notice.CONSENT_REFUSED
    assert effects.Play(effects.Sound.STOP) in done
    state, _ = run(state, inputs.GiveConsent("2"))
    state, _ = run(state, recorded(state))
    assert state.step is DeskStep.DOCUMENTS


@pytest.mark.parametrize("finding", list(DocumentFinding))
def test_documents_are_recorded_one_by_one(finding: DocumentFinding) -> None:
    state = at(DeskStep.DOCUMENTS)
    for kind in DocumentKind:
        state, done = run(state, inputs.CheckDocument(kind, finding, "照片不清"))
        [record] = [effect for effect in done if isinstance(effect, effects.Record)]
        [fact] = record.facts
        assert isinstance(fact, DocumentChecked)
        assert (fact.kind, fact.finding) == (kind, finding)
        assert fact.evidence[0].content.decode() == "照片不清"
        state, _ = run(state, recorded(state))
    assert state.step is DeskStep.IDENTITY


def test_a_mismatch_needs_its_reason() -> None:
    mismatch = inputs.CheckDocument(
        DocumentKind.DEGREE_CERTIFICATE, DocumentFinding.MISMATCH, reason="  "
    )
    state, done = run(at(DeskStep.DOCUMENTS), mismatch)
    assert state.notice is Notice.REASON_NEEDED
    assert done == ()


# --- identity -----------------------------------------------------------------------------------


def compared(*differing: ComparedField) -> Confirmation:
    state, done = run(at(DeskStep.IDENTITY), inputs.CompareCard())
    assert done == (effects.ReadCardFor("s-1"),)
    state, _ = run(state, inputs.CardCompared(differing))
    return state


def test_the_same_card_is_recorded_at_once() -> None:
    state = compared()
    assert state.unsaved == (IdentityCompared(IdentityResult.SAME, ()),)


@pytest.mark.parametrize(
    ("differing", "notice"),
    [
        ((ComparedField.NAME,), Notice.CARD_DIFFERS),
        ((ComparedField.NUMBER,), Notice.CARD_DIFFERS),
        ((ComparedField.NAME, ComparedField.NUMBER), Notice.CARD_OF_ANOTHER),
    ],
)
def test_a_difference_stops_until_it_is_explained(
    differing: tuple[ComparedField, ...], notice: Notice
) -> None:
    state = compared(*differing)
    assert state.notice is notice
    assert state.step is DeskStep.IDENTITY
    silent, done = run(state, inputs.ExplainIdentity(" "))
    assert (silent.notice, done) == (Notice.REASON_NEEDED, ())
    explained, _ = run(state, inputs.ExplainIdentity("已改名，有公安机关证明"))
    [fact] = explained.unsaved
    assert isinstance(fact, IdentityCompared)
    assert fact.result is IdentityResult.DIFFERENCE_EXPLAINED
    assert fact.differing == differing


def test_without_a_card_the_clerk_may_look_and_write_why() -> None:
    state, _ = run(
        at(DeskStep.IDENTITY),
        inputs.CompareCard(),
        inputs.Failed(Notice.NO_CARD),
    )
    assert state.notice is Notice.NO_CARD
    state, _ = run(state, inputs.ExplainIdentity("芯片损坏，人工核对"))
    [fact] = state.unsaved
    assert isinstance(fact, IdentityCompared)
    assert fact.result is IdentityResult.CHECKED_BY_HAND


def test_a_card_nobody_waits_for_changes_nothing() -> None:
    state = at(DeskStep.IDENTITY)
    assert run(state, inputs.CardCompared(())) == (state, ())


# --- photo --------------------------------------------------------------------------------------


def test_a_photo_counts_only_when_somebody_accepted_it() -> None:
    state, done = run(at(DeskStep.PHOTO), inputs.TakePhoto())
    assert done == (effects.CapturePhoto(),)
    state, done = run(state, STILL)
    assert (state.photo, done) == (STILL, ())
    again, done = run(state, inputs.TakePhoto())
    assert (again.photo, done) == (None, (effects.CapturePhoto(),))
    state, _ = run(state, inputs.AcceptPhoto())
    [fact] = state.unsaved
    assert isinstance(fact, PhotoTaken)
    assert (fact.width_px, fact.height_px, fact.simulated) == (390, 567, True)
    assert fact.evidence[0].content == b"jpeg"


def test_no_photo_cannot_be_accepted() -> None:
    state = at(DeskStep.PHOTO)
    assert run(state, inputs.AcceptPhoto()) == (state, ())


def test_a_photo_of_the_person_before_is_not_shown() -> None:
    state, _ = run(
        at(DeskStep.PHOTO, "s-1"),
        inputs.TakePhoto(),
        inputs.CloseCase(),
        case_opened(facts_until(DeskStep.PHOTO, "s-2"), "s-2"),
    )
    assert run(state, STILL) == (state, ())


def test_the_camera_unplugged_in_mid_photo_says_so_and_works_again_when_back() -> None:
    state, _ = run(at(DeskStep.PHOTO), inputs.TakePhoto(), inputs.DeviceLost(DeviceKind.CAMERA))
    assert (state.waiting, state.notice) == (None, Notice.CAMERA_LOST)
    state, _ = run(state, inputs.DeviceBack(DeviceKind.CAMERA))
    assert state.notice is None
    _, done = run(state, inputs.TakePhoto())
    assert done == (effects.CapturePhoto(),)


def test_somebody_captured_in_an_earlier_year_is_not_captured_again() -> None:
    state, _ = run(Confirmation(), case_opened(facts_until(DeskStep.PHOTO), captured_earlier=True))
    state, _ = run(state, inputs.TakePhoto(), STILL, inputs.AcceptPhoto())
    state, done = run(state, recorded(state))
    assert state.step is DeskStep.FORM
    assert state.notice is Notice.CAPTURED_EARLIER
    assert not any(isinstance(effect, effects.CaptureFinger) for effect in done)


# --- form, signature, seal ----------------------------------------------------------------------


def form_ready(subject: str = "s-1", digest: str = "d1") -> inputs.FormReady:
    return inputs.FormReady(subject, digest, b"%PDF", (b"png",))


def with_form() -> Confirmation:
    state, done = run(Confirmation(), case_opened(facts_until(DeskStep.FORM)))
    assert done == (effects.BuildForm("s-1"),)
    state, _ = run(state, form_ready())
    [fact] = state.unsaved
    assert isinstance(fact, FormIssued)
    assert fact.evidence[0].content == b"%PDF"
    state, _ = run(state, recorded(state))
    assert state.waiting is None
    return state


@pytest.mark.parametrize("output", list(FormOutput))
def test_the_form_is_handed_out_then_signed_then_sealed(output: FormOutput) -> None:
    state, done = run(with_form(), inputs.DeliverForm(output, 2))
    assert done == (effects.TakeBackPrint(), effects.HandOutForm("s-1", output, 2))
    state, _ = run(state, inputs.FormDone("s-1", output, 2))
    assert state.unsaved == (FormDelivered(output, 2),)
    state, _ = run(state, recorded(state))
    assert state.step is DeskStep.SIGN
    state, done = run(state, inputs.ConfirmSigned())
    assert effects.TakeBackPrint() in done, "what was printed again and still waits"
    assert state.unsaved == (FormSigned("d1"),)
    state, done = run(state, recorded(state))
    assert effects.SealCopy("s-1") in done
    state, _ = run(state, inputs.CopySealed("s-1", "blob", b"sealed", True))
    assert state.unsaved == (ConfirmationSealed("blob", 24, 0, True, b"sealed"),)
    state, _ = run(state, recorded(state))
    assert state.step is DeskStep.SEALED


def test_a_printer_without_paper_leaves_the_form_to_be_printed_or_saved() -> None:
    state, _ = run(with_form(), inputs.DeliverForm(FormOutput.PRINTED))
    state, _ = run(state, inputs.PrintTold("s-1", Notice.PAPER_OUT))
    assert (state.waiting, state.notice) == (None, Notice.PAPER_OUT)
    state, done = run(state, inputs.DeliverForm(FormOutput.SAVED, 1))
    assert done == (effects.TakeBackPrint(), effects.HandOutForm("s-1", FormOutput.SAVED, 1))
    assert state.notice is None


def test_what_becomes_of_a_form_that_waited_for_paper_is_said_too() -> None:
    state, _ = run(with_form(), inputs.DeliverForm(FormOutput.PRINTED))
    told = (Notice.PAPER_OUT, Notice.PRINT_TAKEN_BACK)
    state, _ = run(state, *(inputs.PrintTold("s-1", notice) for notice in told))
    assert state.notice is Notice.PRINT_TAKEN_BACK
    # Not of somebody else's form, nor where something else is under way by then.
    cancelled = inputs.PrintTold("s-2", Notice.PRINT_CANCELLED)
    assert run(state, cancelled) == (state, ())
    building, _ = run(state, inputs.MakeFormAgain())
    assert run(building, inputs.PrintTold("s-1", Notice.PRINT_CANCELLED)) == (building, ())


def test_a_printers_own_fault_leaves_the_word_to_who_follows_the_form() -> None:
    state, _ = run(with_form(), inputs.DeliverForm(FormOutput.PRINTED))
    faulty = inputs.DeviceLost(inputs.DeviceKind.PRINTER, fault=True)
    state, _ = run(state, faulty, inputs.PrintTold("s-1", Notice.PAPER_OUT))
    assert state.notice is Notice.PAPER_OUT


@pytest.mark.parametrize("step", [DeskStep.FORM, DeskStep.SIGN])
def test_a_correction_before_signing_makes_another_form_that_is_handed_out_again(
    step: DeskStep,
) -> None:
    begun = at(step) if step is DeskStep.SIGN else with_form()
    state, done = run(begun, inputs.MakeFormAgain())
    assert done == (effects.TakeBackPrint(), effects.BuildForm("s-1"))
    assert run(state, inputs.ConfirmSigned()) == (state, ())
    state, _ = run(state, form_ready(digest="d2"))
    state, _ = run(state, recorded(state))
    assert state.step is DeskStep.FORM
    assert state.progress.record_digest == "d2"


def test_the_same_form_made_again_is_not_issued_twice() -> None:
    state, _ = run(at(DeskStep.SIGN), inputs.MakeFormAgain())
    state, done = run(state, form_ready(digest="digest-s-1"))
    assert done == ()
    assert state.step is DeskStep.SIGN
    assert state.form_pages == (b"png",)


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        (DeskStep.FORM, form_ready("s-1")),
        (DeskStep.FORM, inputs.FormDone("s-1", FormOutput.PRINTED, 2)),
        (DeskStep.SEAL, inputs.CopySealed("s-1", "blob", b"sealed", True)),
    ],
)
def test_an_answer_for_the_person_before_is_never_stored_for_the_next(
    step: DeskStep, answer: inputs.ConfirmationInput
) -> None:
    state, _ = run(Confirmation(), case_opened(facts_until(step, "s-2"), "s-2"))
    assert run(state, answer) == (state, ())


def test_a_failed_seal_is_tried_again_by_the_same_key() -> None:
    state, done = run(Confirmation(), case_opened(facts_until(DeskStep.SEAL)))
    assert done == (effects.SealCopy("s-1"),)
    state, _ = run(state, inputs.Failed(Notice.SEAL_FAILED))
    assert state.notice is Notice.SEAL_FAILED
    _, done = run(state, inputs.ConfirmSigned())
    assert done == (effects.SealCopy("s-1"),)


# --- the disk -----------------------------------------------------------------------------------


def test_nothing_counts_before_it_is_on_disk() -> None:
    state, _ = run(at(DeskStep.CONSENT), inputs.GiveConsent("1"))
    assert state.step is DeskStep.CONSENT
    assert run(state, inputs.Recorded((ConsentGiven("other"),))) == (state, ())
    assert run(state, inputs.GiveConsent("1")) == (state, ())


def test_a_full_disk_keeps_the_facts_and_saving_again_stores_exactly_them() -> None:
    state, first = run(at(DeskStep.CONSENT), inputs.GiveConsent("1"))
    failed, _ = run(state, inputs.RecordFailed(Notice.DISK_FULL))
    assert failed.notice is Notice.DISK_FULL
    assert failed.save_failed
    assert failed.step is DeskStep.CONSENT
    assert run(failed, inputs.CloseCase()) == (failed, ())
    again, done = run(failed, inputs.SaveAgain())
    assert done == first
    assert run(again, inputs.SaveAgain()) == (again, ())
    stored, _ = run(again, recorded(again))
    assert stored.step is DeskStep.DOCUMENTS


@pytest.mark.parametrize("event", [inputs.SaveAgain(), inputs.RecordFailed(Notice.DISK_FULL)])
def test_a_write_nobody_made_can_neither_fail_nor_be_repeated(
    event: inputs.ConfirmationInput,
) -> None:
    for step in STEPS:
        state = at(step)
        assert run(state, event) == (state, ())


def test_a_lost_reader_does_not_hide_that_the_disk_is_full() -> None:
    state, _ = run(Confirmation(), case_opened((*facts_until(DeskStep.FINGERS), *presses(3))))
    state = replace(state, reader=state.reader.to(ReaderPhase.LIFT))
    state, _ = run(state, inputs.RestartFinger(), inputs.RecordFailed(Notice.DISK_FULL))
    state, _ = run(state, inputs.DeviceLost(DeviceKind.READER))
    assert state.notice is Notice.DISK_FULL
    state, _ = run(state, inputs.DeviceBack(DeviceKind.READER))
    assert state.notice is Notice.DISK_FULL


# --- inputs that do not fit ----------------------------------------------------------------------

FORWARD: dict[DeskStep, inputs.ConfirmationInput] = {
    DeskStep.CONSENT: inputs.GiveConsent("1"),
    DeskStep.DOCUMENTS: inputs.CheckDocument(
        DocumentKind.IDENTITY_CARD, DocumentFinding.ORIGINAL_SEEN
    ),
    DeskStep.IDENTITY: inputs.CompareCard(),
    DeskStep.PHOTO: inputs.TakePhoto(),
    DeskStep.FORM: inputs.DeliverForm(FormOutput.PRINTED),
    DeskStep.SIGN: inputs.ConfirmSigned(),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("belongs_to", list(FORWARD))
def test_a_key_of_another_step_does_nothing(step: DeskStep, belongs_to: DeskStep) -> None:
    state = at(step)
    after = run(state, FORWARD[belongs_to])
    if step is belongs_to or {step, belongs_to} <= {DeskStep.FORM, DeskStep.SIGN, DeskStep.SEAL}:
        return
    assert after == (state, ())


@pytest.mark.parametrize("event", [*FORWARD.values(), STILL, form_ready()])
def test_nothing_but_a_search_works_without_an_applicant(event: inputs.ConfirmationInput) -> None:
    assert run(Confirmation(), event) == (Confirmation(), ())


def test_a_failure_of_something_put_aside_is_not_told_to_the_next_person() -> None:
    state = at(DeskStep.CONSENT)
    assert run(state, inputs.Failed(Notice.NO_CARD)) == (state, ())


def test_waiting_says_what_for() -> None:
    asked: dict[inputs.ConfirmationInput, Waiting] = {
        inputs.Find("x"): Waiting.SEARCH,
        inputs.FindByCard(): Waiting.CARD,
    }
    for event, waiting in asked.items():
        state, _ = run(Confirmation(), event)
        assert state.waiting is waiting
