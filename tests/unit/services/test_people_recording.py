"""Whose work a fact becomes, and that nobody's becomes work they may not do."""

import dataclasses
import typing
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from station.domain.approvals import Approval, needed_for
from station.domain.audit import ActionRefused
from station.domain.facts import (
    ApplicantFound,
    ConfirmationCorrected,
    ConfirmationSealed,
    ConsentGiven,
    Fact,
    FingerExcepted,
    FoundBy,
)
from station.domain.people import Operator, Role
from station.domain.rights import RIGHT_TO_RECORD, RIGHTS, Action, may_record
from station.services.recording import Recorder
from station.workflow.effects import Record
from station.workflow.inputs import Recorded, RecordFailed
from station.workflow.notices import Notice
from tests.support.people_station import CLERK, SECOND, HandClock, PeopleStation, collected
from tests.support.store_cases import SUBJECT

FACT_TYPES: tuple[type[Any], ...] = typing.get_args(Fact)


def sample(hint: Any) -> Any:
    """The plainest value of a field."""
    arms = typing.get_args(hint)
    if type(None) in arms:
        return None
    if typing.get_origin(hint) is tuple:
        return ()
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint))
    return {bool: False, int: 1, float: 1.0, str: "x", bytes: b""}[hint]


def plain(kind: type[Any]) -> Any:
    hints = typing.get_type_hints(kind)
    return kind(**{one.name: sample(hints[one.name]) for one in dataclasses.fields(kind)})


@pytest.fixture
def station(tmp_path: Path) -> Iterator[PeopleStation]:
    made = PeopleStation(tmp_path, HandClock())
    made.employ(CLERK, SECOND)
    yield made
    made.close()


def recorder_of(station: PeopleStation, *, approved: bool = True) -> Recorder:
    return Recorder(
        station.room, station.runner, station.guard, lambda _: None, lambda _act, _who: approved
    )


def stored_by(station: PeopleStation) -> list[tuple[str, str]]:
    return [(one.event.actor, one.event.type) for one in station.room.log.events_of(SUBJECT)]


@pytest.mark.parametrize("role", Role)
def test_every_kind_of_fact_by_every_role(role: Role, station: PeopleStation) -> None:
    author = Operator(f"only-{role.value}", "演示员", frozenset({role}))
    recorder = recorder_of(station)
    for kind in FACT_TYPES:
        if kind is ConfirmationCorrected and not may_record(author.roles, ConfirmationSealed):
            station.room.store_facts(SUBJECT, (plain(ConfirmationSealed),), CLERK.operator_id)
        before = stored_by(station)
        answers, then = collected()
        fact = plain(kind)
        recorder.record(Record(SUBJECT, (fact,)), author, then)
        if role in RIGHTS[RIGHT_TO_RECORD[kind]]:
            assert answers == [Recorded((fact,))], kind.TYPE
            assert stored_by(station) == [*before, (author.operator_id, kind.TYPE)]
        else:
            assert answers == [RecordFailed(Notice.NOT_ALLOWED)], kind.TYPE
            assert stored_by(station) == before
            refused = ActionRefused(RIGHT_TO_RECORD[kind].value)
            assert station.told()[-1] == (author.operator_id, refused)


def test_every_kind_of_fact_has_a_right() -> None:
    assert set(RIGHT_TO_RECORD) == set(FACT_TYPES)

    @dataclasses.dataclass(frozen=True)
    class OfALaterRelease:
        TYPE: typing.ClassVar[str] = "of_a_later_release"

    assert not may_record(frozenset(Role), typing.cast(Any, OfALaterRelease))


def test_one_fact_that_is_not_theirs_keeps_them_all_out(station: PeopleStation) -> None:
    gate = Operator("gate01", "鲁知远", frozenset({Role.GATE_CLERK}))
    facts = (plain(RIGHT_TO_RECORD_OF[Action.FIND_CANDIDATE]), ConsentGiven("1"))
    answers, then = collected()
    recorder_of(station).record(Record(SUBJECT, facts), gate, then)
    assert answers == [RecordFailed(Notice.NOT_ALLOWED)]
    assert stored_by(station) == []


RIGHT_TO_RECORD_OF = {action: kind for kind, action in RIGHT_TO_RECORD.items()}


def test_what_a_full_disk_held_up_stays_its_authors_when_another_saves_it(
    station: PeopleStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = recorder_of(station)
    effect = Record(SUBJECT, (ApplicantFound(FoundBy.NAME), ConsentGiven("1")))
    answers, then = collected()
    with monkeypatch.context() as patched:
        patched.setattr(type(station.room), "store_facts", lambda *_: Notice.DISK_FULL)
        recorder.record(effect, CLERK, then)
        recorder.record(effect, SECOND, then)
    again = Record(SUBJECT, (ApplicantFound(FoundBy.NAME), ConsentGiven("1")))
    recorder.record(again, SECOND, then)
    assert answers[:2] == [RecordFailed(Notice.DISK_FULL)] * 2
    assert {who for who, _ in stored_by(station)} == {"desk01"}
    recorder.record(Record(SUBJECT, (ConsentGiven("2"),)), SECOND, then)
    assert stored_by(station)[-1] == ("desk02", "consent_given")


@pytest.mark.parametrize("kind", [FingerExcepted, ConfirmationCorrected])
def test_a_name_in_a_fact_is_no_approval(kind: type[Any], station: PeopleStation) -> None:
    answers, then = collected()
    effect = Record(SUBJECT, (plain(kind),))
    recorder_of(station, approved=False).record(effect, CLERK, then)
    assert answers == [RecordFailed(Notice.NOT_ALLOWED)]
    assert stored_by(station) == []


def test_an_approval_is_asked_for_once_although_the_disk_was_full(
    station: PeopleStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Approval, str]] = []

    def take(approval: Approval, who: str) -> bool:
        asked.append((approval, who))
        return len(asked) == 1

    recorder = Recorder(station.room, station.runner, station.guard, lambda _: None, take)
    effect = Record(SUBJECT, (plain(FingerExcepted),))
    answers, then = collected()
    with monkeypatch.context() as patched:
        patched.setattr(type(station.room), "store_facts", lambda *_: Notice.DISK_FULL)
        recorder.record(effect, CLERK, then)
    recorder.record(effect, CLERK, then)
    assert answers == [RecordFailed(Notice.DISK_FULL), Recorded(effect.facts)]
    assert asked == [needed_for(SUBJECT, effect.facts[0])]
