"""Values of the domain: the plan, the session's door, and personal data kept out of `repr`."""

from datetime import timedelta

from station.domain.exam import ExamSession, GateRules
from station.domain.facts import Evidence
from station.domain.fingers import CAPTURE_PLAN, PLANNED_PRESSES, FingerPosition
from station.domain.people import Operator, Role
from station.domain.purpose import Purpose
from station.workflow import inputs
from tests.support.workflow_cases import BEFORE_START, MORNING, START, applicant, candidate


def test_the_plan_is_left_and_right_thumb_index_middle() -> None:
    assert [int(finger) for finger in CAPTURE_PLAN] == [6, 1, 7, 2, 8, 3]
    assert PLANNED_PRESSES == 24


def test_the_door_shuts_fifteen_minutes_after_the_start() -> None:
    assert not MORNING.is_closed(BEFORE_START)
    assert not MORNING.is_closed(START + timedelta(minutes=14, seconds=59))
    assert MORNING.is_closed(START + timedelta(minutes=15))


def test_the_organiser_may_keep_the_door_open_longer() -> None:
    rules = GateRules(closes_after=timedelta(minutes=30))
    longer = ExamSession("x", "x", "x", START, rules, Purpose.NATIONAL_EXAM)
    assert not longer.is_closed(START + timedelta(minutes=29))


def test_no_repr_says_who_somebody_is() -> None:
    person, seat = applicant(), candidate()
    operator = Operator("op-1", "何雨", frozenset({Role.DESK_CLERK}))
    spoken = [
        repr(person),
        repr(person.holder),
        repr(seat),
        repr(operator),
        repr(Evidence("reason", "text/plain", "手指受伤".encode())),
        repr(inputs.Find(person.name)),
        repr(inputs.Scan(seat.ticket_number, BEFORE_START)),
        repr(inputs.ExplainIdentity("林晓雾")),
        repr(inputs.PhotoCaptured(b"secret", 1, 1, True)),
    ]
    private = [person.name, person.pinyin, person.document_number, person.registration_id]
    private += [seat.ticket_number, person.birth_date, "何雨", "手指", "secret"]
    for text in spoken:
        assert not any(value in text for value in private), text


def test_iso_positions_are_the_standard_ones() -> None:
    assert [finger.value for finger in FingerPosition] == list(range(1, 11))
    assert FingerPosition(1).name == "RIGHT_THUMB"
    assert FingerPosition(10).name == "LEFT_LITTLE"
