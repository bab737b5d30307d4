"""The trail over a whole station: who saw whom, what is signed, what is sealed stays so."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from station.domain.approvals import for_correction
from station.domain.facts import (
    ApplicantFound,
    ConfirmationCorrected,
    ConfirmationSealed,
    ConsentGiven,
    CorrectedPart,
    FoundBy,
    PhotoTaken,
)
from station.services.log_witnesses import witnesses_of
from station.services.places import Places
from station.services.sealing import Sealing
from station.store.chain import HeadWitness, verify_chain
from station.store.database import open_for_reading
from station.store.events import StoredEvent
from station.workflow import inputs
from station.workflow.inputs import CopySealed
from station.workflow.notices import Notice
from station.workflow.progress import DeskStep
from sync.press_chain import check_presses, press_events
from sync.seal import UnsealingKey, unseal
from sync.wire import ConfirmationBundle, EventType, confirmation_aad
from tests.support.station_rig import PASSPHRASE, Rig, fresh_rig, person_of_plan
from tests.support.store_keys import unlocked_keyring

PERSON = person_of_plan()
WRONG_PHOTO = inputs.CorrectSealed(CorrectedPart.PHOTO, "照片拍成了陪同的人，已核对", "desk02")


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = fresh_rig(tmp_path)
    yield made
    made.close()


def events(rig: Rig) -> list[StoredEvent]:
    return list(rig.in_store(lambda: rig.station.room.log.all_since(0, 10_000)))


def types(rig: Rig) -> list[str]:
    return [stored.event.type for stored in events(rig)]


def subject(rig: Rig) -> str:
    """The one applicant this station knows."""
    row = rig.in_store(lambda: rig.station.room.database.row("SELECT subject FROM applicant"))
    assert row is not None
    return str(row[0])


def seal(rig: Rig) -> None:
    """A confirmation that was done on another day."""
    facts = (
        ApplicantFound(FoundBy.NAME),
        ConsentGiven("2026-1"),
        ConfirmationSealed("", 0, 6, simulated=True),
    )
    person = subject(rig)
    stored = rig.in_store(lambda: rig.station.room.store_facts(person, facts, "desk02"))
    assert not isinstance(stored, Notice)


def find_again(rig: Rig) -> None:
    rig.hands.card.lay_card(PERSON)
    rig.send(inputs.FindByCard())
    rig.pump(lambda: rig.state.applicant is not None, "the person")


def test_who_was_searched_and_opened_is_noted_before_anything_else_about_them(rig: Rig) -> None:
    rig.hands.card.lay_card(PERSON)
    rig.send(inputs.FindByCard())
    rig.pump(lambda: rig.state.step is DeskStep.CONSENT, "the case")
    told = types(rig)
    assert "station_started" in told
    assert told.index("record_searched") < told.index("record_viewed")
    assert told.index("record_viewed") < told.index("applicant_found")
    viewed = next(one.event for one in events(rig) if one.event.type == "record_viewed")
    assert (viewed.actor, viewed.subject) == ("desk01", subject(rig))


def test_the_end_of_the_program_is_noted_signed_and_agrees_with_the_head_file(
    tmp_path: Path,
) -> None:
    rig = fresh_rig(tmp_path)
    rig.station.services.sign_in.sign_out()
    rig.close()
    places = Places.of(rig.settings)
    keys = unlocked_keyring(places.keyring)[1].keyring
    database = open_for_reading(places.database, keys.database)
    report = verify_chain(database, witnesses_of(keys, places))
    told = [row[0] for row in database.rows("SELECT type FROM event ORDER BY position")]
    database.close()
    assert report.intact
    assert (report.witness, report.last_signed) == (HeadWitness.AGREES, report.events)
    assert told[-2:] == ["station_stopped", "log_signed"]
    assert "operator_signed_in" in told
    assert "operator_signed_out" in told


def test_the_store_refuses_to_reopen_what_is_sealed(rig: Rig) -> None:
    seal(rig)
    person, before = subject(rig), len(events(rig))
    photo = (PhotoTaken(300, 400, simulated=True),)
    refused = rig.in_store(lambda: rig.station.room.store_facts(person, photo, "desk01"))
    assert refused is Notice.CONFIRMATION_IS_SEALED
    assert len(events(rig)) == before


def approve(rig: Rig) -> None:
    answers: list[Any] = []
    wrong = for_correction(subject(rig), WRONG_PHOTO.part, WRONG_PHOTO.reason)
    rig.station.services.sign_in.approve("desk02", PASSPHRASE, wrong, answers.append)
    rig.pump(lambda: bool(answers), "the second person")
    assert answers == ["desk02"]


def test_a_sealed_record_is_corrected_beside_it_by_two_people_and_never_by_one(rig: Rig) -> None:
    seal(rig)
    find_again(rig)
    assert (rig.state.step, rig.state.notice) == (DeskStep.SEALED, Notice.ALREADY_SEALED)
    rig.send(WRONG_PHOTO)  # a name alone is no approval
    rig.pump(lambda: rig.state.notice is Notice.NOT_ALLOWED, "the refusal")
    assert ConfirmationCorrected.TYPE not in types(rig)
    find_again(rig)
    approve(rig)
    rig.send(WRONG_PHOTO)
    rig.pump(lambda: rig.state.notice is Notice.CORRECTION_STORED, "the correction")
    assert rig.state.step is DeskStep.SEALED
    rig.send(WRONG_PHOTO)  # one approval allows one correction
    rig.pump(lambda: rig.state.notice is Notice.NOT_ALLOWED, "the refusal")
    (corrected,) = (one.event for one in events(rig) if one.event.type == "confirmation_corrected")
    assert (corrected.actor, corrected.data["approved_by"]) == ("desk01", "desk02")
    reason = rig.in_store(lambda: rig.station.room.log.payload(corrected.id, "reason"))
    assert reason.decode() == WRONG_PHOTO.reason
    assert WRONG_PHOTO.reason not in corrected.canonical().decode()
    assert {"second_person_approved", "action_refused"} <= set(types(rig))


def test_a_real_copy_proves_its_presses_over_a_restarted_finger(rig: Rig) -> None:
    rig.open_case(PERSON)
    rig.press(PERSON)
    rig.send(inputs.RestartFinger())
    rig.pump(lambda: rig.state.progress.presses == 0 and not rig.state.unsaved, "the restart")
    for _ in range(2):
        rig.press(PERSON)
    vault = UnsealingKey.generate()
    person = subject(rig)
    copy = rig.in_store(lambda: Sealing(rig.station.room, vault.sealing_key).seal(person))
    assert isinstance(copy, CopySealed)
    opened = unseal(vault, copy.sealed_copy, confirmation_aad(person))
    bundle = ConfirmationBundle.from_bytes(opened)
    assert check_presses(bundle) is None
    kinds = [event.type for event in press_events(bundle)]
    assert kinds == [
        EventType.PRESS_CAPTURED,
        EventType.FINGER_RESTARTED,
        EventType.PRESS_CAPTURED,
        EventType.PRESS_CAPTURED,
    ]
    assert len(bundle.images) == 2
