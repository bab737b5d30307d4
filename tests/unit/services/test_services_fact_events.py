"""Facts to events and back, for every fact there is."""

import dataclasses
import typing
from enum import Enum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.domain.facts import (
    ConfirmationSealed,
    Evidence,
    Fact,
    GateAttempt,
    Lane,
    PressCaptured,
)
from station.domain.fingers import FingerPosition
from station.services.fact_events import draft_of, fact_of
from sync.wire import Event, canonical_bytes, sha256_hex
from tests.support.store_cases import SUBJECT
from tests.support.sync_people import event

FACT_TYPES: tuple[type[Any], ...] = typing.get_args(Fact)
ASCII = st.text("abcdefghijklmnop-._:0123456789", max_size=40).filter(
    lambda text: not text.isdigit()
)


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Everything a field of this type may hold."""
    arms = typing.get_args(hint)
    if type(None) in arms:
        return st.none() | values(next(arm for arm in arms if arm is not type(None)))
    if typing.get_origin(hint) is tuple:
        if arms[0] is Evidence:
            return st.just(())
        return st.lists(values(arms[0]), max_size=4).map(tuple)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(list(hint))
    plain: dict[Any, st.SearchStrategy[Any]] = {
        bool: st.booleans(),
        int: st.integers(0, 2**31),
        float: st.floats(0, 1000).map(lambda number: round(number, 2)),
        str: ASCII,
        bytes: st.just(b""),
    }
    return plain[hint]


def facts(fact_type: type[Any]) -> st.SearchStrategy[Any]:
    hints = typing.get_type_hints(fact_type)
    named = {item.name: values(hints[item.name]) for item in dataclasses.fields(fact_type)}
    return st.builds(fact_type, **named)


def stored(fact: Any) -> Event:
    """The event of a fact as it comes back from the disk or the platform."""
    draft = draft_of(fact, SUBJECT, "desk01")
    written = dataclasses.replace(
        event(1), type=draft.type, subject=draft.subject, actor=draft.actor, data=draft.data
    )
    return Event.from_bytes(canonical_bytes(written.to_json()))


@pytest.mark.parametrize("fact_type", FACT_TYPES, ids=lambda fact_type: str(fact_type.TYPE))
@given(data=st.data())
def test_every_fact_comes_back_as_it_went(fact_type: type[Any], data: st.DataObject) -> None:
    fact = data.draw(facts(fact_type))
    again = fact_of(stored(fact))
    assert again == fact
    assert isinstance(again, fact_type)
    for item in dataclasses.fields(fact_type):  # equal is not enough: 1 == 1.0 == True
        assert type(getattr(again, item.name)) is type(getattr(fact, item.name))


def test_no_two_facts_have_the_same_type_name() -> None:
    names = [fact_type.TYPE for fact_type in FACT_TYPES]
    assert len(set(names)) == len(names)


def test_evidence_is_payload_and_never_data() -> None:
    evidence = (Evidence("impression", "image/png", b"\x89PNG"), Evidence("record", "x/y", b"FMR"))
    fact = PressCaptured(FingerPosition.LEFT_THUMB, 1, 62, 40, False, True, evidence)
    draft = draft_of(fact, SUBJECT, "desk01")
    assert [(item.name, item.content) for item in draft.payloads] == [
        ("impression", b"\x89PNG"),
        ("record", b"FMR"),
    ]
    assert "evidence" not in draft.data
    assert fact_of(stored(fact)) == dataclasses.replace(fact, evidence=())


def test_the_sealed_copy_travels_beside_its_event() -> None:
    fact = ConfirmationSealed(sha256_hex(b"sealed"), 24, 0, True, b"sealed")
    draft = draft_of(fact, SUBJECT, "desk01")
    assert [blob.sealed for blob in draft.blobs] == [b"sealed"]
    assert "sealed_copy" not in draft.data


def test_a_whole_score_comes_back_as_a_score() -> None:
    fact = GateAttempt("morning", Lane.NORMAL, 1, None, None, 40.0, 46.0, False, True)
    again = fact_of(stored(fact))
    assert isinstance(again, GateAttempt)
    assert (type(again.score), type(again.threshold)) == (float, float)


def test_events_that_are_no_facts_of_a_workflow_are_left_alone() -> None:
    assert fact_of(event(1, type_="person_erased")) is None
