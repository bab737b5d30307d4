"""What is sealed stays shut, presses are chained, and old events are read as they are meant now."""

import json
import re
import typing
from pathlib import Path

import pytest

from station.domain.facts import ConfirmationCorrected, ConfirmationFact, PressCaptured
from station.services.fact_events import fact_of
from station.store.drafts import EventDraft
from station.store.errors import ConfirmationIsSealed
from station.store.sealed import CLOSED_BY_SEALING
from station.store.upcast import NOT_CHAINED, STEPS, present_version, upcast
from sync.wire import GENESIS_HASH, PREVIOUS_PRESS, Event
from tests.support.store_cases import SOMEBODY_ELSE, SUBJECT, Store, created, plain, press, sealing


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return created(tmp_path)


def correction(subject: str = SUBJECT) -> EventDraft:
    data = {"part": "photo", "approved_by": "review01"}
    return EventDraft(ConfirmationCorrected.TYPE, 1, subject, "desk01", data)


@pytest.mark.parametrize("type_", sorted(CLOSED_BY_SEALING))
def test_no_fact_of_the_confirmation_is_taken_after_sealing(store: Store, type_: str) -> None:
    store.log.append_many([press(1), sealing()])
    again = {"confirmation_sealed": sealing(), "press_captured": press(2)}
    with pytest.raises(ConfirmationIsSealed) as refused:
        store.log.append(again.get(type_, plain(type_)))
    assert "更正" in refused.value.sentence
    assert len(store.log.all_since(0)) == 2


def test_a_refused_fact_takes_all_of_its_transaction_with_it(store: Store) -> None:
    store.log.append(sealing())
    with pytest.raises(ConfirmationIsSealed):
        store.log.append_many([plain("record_viewed"), plain("consent_given")])
    assert len(store.log.all_since(0)) == 1


def test_a_seal_and_a_later_fact_do_not_fit_into_one_transaction(store: Store) -> None:
    with pytest.raises(ConfirmationIsSealed):
        store.log.append_many([sealing(), press(1)])
    assert store.log.head() is None


def test_other_people_and_other_facts_go_on(store: Store) -> None:
    store.log.append(sealing())
    for draft in (
        press(1, subject=SOMEBODY_ELSE),
        plain("review_decided"),
        plain("gate_attempt"),
        plain("record_viewed"),
        correction(),
        correction(),
    ):
        store.log.append(draft)
    assert len(store.log.all_since(0)) == 7


def test_what_was_never_sealed_is_not_corrected(store: Store) -> None:
    store.log.append(press(1))
    with pytest.raises(ValueError, match="sealed"):
        store.log.append(correction())


def test_the_seal_holds_over_a_restart(store: Store) -> None:
    store.log.append(sealing())
    with pytest.raises(ConfirmationIsSealed):
        store.reopened().log.append(press(1))


def test_every_fact_of_the_confirmation_is_closed_but_the_correction() -> None:
    types = {fact_type.TYPE for fact_type in typing.get_args(ConfirmationFact)}
    assert types - CLOSED_BY_SEALING == {ConfirmationCorrected.TYPE}
    assert all(re.fullmatch(r"[a-z_]+", name) for name in CLOSED_BY_SEALING)


def previous(store: Store, subject: str) -> list[object]:
    return [
        stored.event.data[PREVIOUS_PRESS]
        for stored in store.log.events_of(subject)
        if stored.event.type == PressCaptured.TYPE
    ]


def test_presses_of_a_person_form_a_chain_of_their_own(store: Store) -> None:
    first, other, restarted, second = store.log.append_many(
        [press(1), press(1, subject=SOMEBODY_ELSE), plain("finger_restarted"), press(2)]
    )
    store = store.reopened()
    third = store.log.append(press(3))
    assert previous(store, SOMEBODY_ELSE) == [GENESIS_HASH]
    assert other.event.data[PREVIOUS_PRESS] == GENESIS_HASH
    assert PREVIOUS_PRESS not in restarted.event.data
    assert first.event.data[PREVIOUS_PRESS] == GENESIS_HASH
    assert second.event.data[PREVIOUS_PRESS] == first.hash
    assert third.event.data[PREVIOUS_PRESS] == second.hash


VERSION_1 = {
    "actor": "desk01",
    "at": "2026-03-01T08:00:00.000Z",
    "boot": "boot-1",
    "clock": {"measured_at": None, "offset_ms": 0, "source": "station"},
    "data": {
        "kept_below_required": False,
        "payload.impression": "a" * 64,
        "payload.record": "b" * 64,
        "position": 7,
        "press": 1,
        "quality": 62,
        "required_quality": 40,
        "simulated": True,
    },
    "id": "1" * 32,
    "incarnation": 1,
    "monotonic_ms": 1000,
    "prev_hash": "0" * 64,
    "seq": 1,
    "station": "station-1",
    "subject": SUBJECT,
    "type": "press_captured",
    "version": 1,
}


def test_a_press_of_version_1_is_read_as_one_that_was_not_chained() -> None:
    old = Event.from_bytes(json.dumps(VERSION_1).encode())
    now = upcast(old)
    assert (now.version, now.data[PREVIOUS_PRESS]) == (2, NOT_CHAINED)
    assert now.data["quality"] == 62
    assert old.version == 1
    assert old.canonical() == Event.from_bytes(old.canonical()).canonical()
    fact = fact_of(old)
    assert isinstance(fact, PressCaptured)
    assert (fact.press, fact.quality) == (1, 62)


def test_present_and_later_versions_are_left_as_they_are() -> None:
    for version in (2, 3):
        event = Event.from_json({**VERSION_1, "version": version})
        assert upcast(event) is event


def test_versions_are_counted_by_their_steps() -> None:
    assert present_version(PressCaptured.TYPE) == 2
    assert present_version("consent_given") == 1
    for type_, version in STEPS:
        assert 1 <= version < present_version(type_)
