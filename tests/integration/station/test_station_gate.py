"""From the desk to the door over real rooms: confirmed, approved, packaged, admitted or not."""

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from drivers.simulated.people import Person, people
from station.assets import asset
from station.domain.audit import RecordSearched, RecordViewed, SitePackageTaken, ViewPlace
from station.domain.facts import (
    FormOutput,
    GateAdmitted,
    GateAttempt,
    GateLaneChanged,
    GateReferred,
    Lane,
    ReferralReason,
    ReviewDecision,
)
from station.domain.fingers import CAPTURE_PLAN, FingerPosition
from station.domain.purpose import Purpose
from station.services.fact_events import audit_fact_of
from station.services.status import SyncProblem
from station.ui.fonts import load_fonts
from station.workflow import inputs
from station.workflow.capture import ReaderPhase
from station.workflow.exam_entry import ExamEntry
from station.workflow.notices import Notice
from station.workflow.progress import DeskStep
from station.workflow.visit import Verdict
from sync.hub.exams import Seat
from sync.wire import Purpose as WirePurpose
from tests.support.station_hub import (
    Hub,
    Weather,
    applied,
    build_package,
    hub_in,
    join,
    seat,
    soon,
)
from tests.support.station_rig import CLERK, Rig, reopened
from tests.support.station_rig import SECOND as SECOND_CLERK

FIRST, SECOND = people()[:2]
# Synthetic fingers resemble each other more often than real ones; these do not resemble SECOND's.
STAND_IN = people()[5]
AT_THE_DOOR = {GateAdmitted.TYPE, GateAttempt.TYPE, GateLaneChanged.TYPE, GateReferred.TYPE}
INDEX_FINGERS = (FingerPosition.LEFT_INDEX, FingerPosition.RIGHT_INDEX)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with hub_in(tmp_path) as running:
        running.know(applied(FIRST, 1), applied(SECOND, 2))
        yield running


@pytest.fixture
def rig(hub: Hub, tmp_path: Path, qapp: QApplication) -> Iterator[Rig]:
    load_fonts(asset("fonts"))  # the review form is drawn with them
    made = reopened(join(tmp_path / "station", hub))
    yield made
    made.close()


def gate(rig: Rig) -> ExamEntry:
    return rig.station.services.gate.state


def at_gate(rig: Rig, event: inputs.EntryInput) -> None:
    rig.station.services.gate.send(event)


def exchange(rig: Rig) -> SyncProblem | None:
    """One exchange with the platform; what was wrong with it."""
    platform = rig.station.services.platform
    platform.sync_now()
    rig.pump(lambda: not platform.is_exchanging, "the exchange")
    return platform.status.problem


def excepted(rig: Rig, position: FingerPosition) -> bool:
    return position in rig.state.progress.excepted


def confirm(rig: Rig, person: Person, fingers: tuple[FingerPosition, ...]) -> None:
    """A whole visit at the desk with only some of the fingers, up to the sealed copy."""
    rig.open_case(person)
    for position in CAPTURE_PLAN:
        if position not in fingers:
            rig.except_finger()
            rig.pump(partial(excepted, rig, position), "the exception")
            continue
        for _ in range(4):
            rig.press(person)
    rig.pump(lambda: bool(rig.state.form_pages) and not rig.state.waiting, "the form")
    rig.send(inputs.DeliverForm(FormOutput.SAVED))
    rig.pump(lambda: rig.state.step is DeskStep.SIGN, "the file")
    rig.send(inputs.ConfirmSigned())
    rig.pump(lambda: rig.state.step is DeskStep.SEALED, "the sealed copy")
    rig.send(inputs.CloseCase())


def approve_all(rig: Rig) -> None:
    """By the second clerk: nobody reviews what they confirmed."""
    services, sign_in = rig.station.services, rig.station.services.sign_in
    review = services.review
    sign_in.enter(SECOND_CLERK.operator_id)
    rig.pump(lambda: sign_in.state.operator == SECOND_CLERK, "the second clerk")
    review.send(inputs.ListSealed())
    rig.pump(lambda: bool(review.state.waiting), "the list")
    for applicant in review.state.waiting:
        review.send(inputs.OpenForReview(applicant.subject))
        rig.pump(lambda: review.state.opened is not None, "the case")
        review.send(inputs.Decide(ReviewDecision.APPROVED, "材料齐全"))
        rig.pump(lambda: review.state.opened is None, "the decision")
    sign_in.enter(CLERK.operator_id)
    rig.pump(lambda: sign_in.state.operator == CLERK, "the first clerk")


def scan(rig: Rig, text: str) -> None:
    at_gate(rig, inputs.NextPerson())
    at_gate(rig, inputs.Scan(text, rig.station.services.clock()))
    rig.pump(lambda: not gate(rig).waiting, "the candidate")


def last_noted(rig: Rig, subject: str | None = None) -> tuple[str, object]:
    """Who did what of the trail last, about this person if one is named."""
    events = [one.event for one in rig.in_store(lambda: list(rig.station.room.log.each()))]
    told = [(one.actor, audit_fact_of(one)) for one in events if one.subject == subject]
    return next((who, fact) for who, fact in reversed(told) if fact is not None)


def press_at_gate(rig: Rig, person: Person, finger: FingerPosition) -> None:
    rig.pump(lambda: gate(rig).reader.phase is ReaderPhase.WAITING, "the reader")
    before = gate(rig).visit
    rig.hands.reader.press(person.key, int(finger))
    rig.pump(lambda: gate(rig).visit != before and not gate(rig).unsaved, "the verdict")
    rig.hands.reader.lift()


def test_a_package_for_statistics_brings_nobody_in(rig: Rig, hub: Hub) -> None:
    assert exchange(rig) is None
    session = replace(soon(hub), purpose=WirePurpose.STATISTICS)
    seat(hub, session, Seat(applied(FIRST, 1).subject, "26T000001", "01", "05", "英语", None))
    build_package(hub, session.id)
    at_gate(rig, inputs.FetchSession())
    rig.pump(lambda: gate(rig).notice is Notice.PACKAGE_REFUSED, "the refusal")
    assert gate(rig).session is None
    assert rig.in_store(rig.station.room.site.exam_sessions) == ()
    stored = rig.in_store(lambda: list(rig.station.room.log.each()))
    assert SitePackageTaken.TYPE not in {one.event.type for one in stored}


def test_confirmed_here_admitted_there_and_nobody_else(rig: Rig, hub: Hub) -> None:
    assert exchange(rig) is None
    confirm(rig, FIRST, INDEX_FINGERS)
    confirm(rig, SECOND, INDEX_FINGERS[:1])
    approve_all(rig)
    assert exchange(rig) is None
    assert rig.station.services.platform.status.waiting == 0

    session = soon(hub)
    for number, room in ((1, "01"), (2, "02")):
        place = Seat(applied(FIRST, number).subject, f"26T00000{number}", room, "05", "英语", None)
        seat(hub, session, place)
    build_package(hub, session.id)
    at_gate(rig, inputs.FetchSession())
    rig.pump(lambda: gate(rig).session is not None, "the package")
    assert (gate(rig).expected, gate(rig).without_template) == (2, 0)
    answers: list[ExamEntry] = []
    rig.station.services.gate.on_change(answers.append)
    at_gate(rig, inputs.FetchSession())  # the same package once more brings nobody in
    rig.pump(lambda: len(answers) >= 2, "the answer")
    taken = [
        (one.event.actor, dict(one.event.data))
        for one in rig.in_store(lambda: list(rig.station.room.log.each()))
        if one.event.type == SitePackageTaken.TYPE
    ]
    told = {"exam_session_id": session.id, "people": 2, "purpose": "national_exam"}
    assert taken == [(CLERK.operator_id, told)], "templates of people came in: who, for what use"

    hub.switch.off()
    rig.station.close()
    offline = reopened(rig.settings)
    rig.station = offline.station  # whose end is the fixture's business now
    _a_day_at_the_door(offline)
    _delivered_exactly_once(offline, hub)


def _a_day_at_the_door(rig: Rig) -> None:
    """Without a platform, on a station that was started anew."""
    rig.hands.camera.sit_down(STAND_IN.key)
    assert exchange(rig) is SyncProblem.UNREACHABLE
    at_gate(rig, inputs.FetchSession())
    rig.pump(lambda: gate(rig).session is not None, "what was loaded the day before")
    assert gate(rig).expected == 2

    scan(rig, "9-99")
    assert gate(rig).notice is Notice.CANDIDATE_UNKNOWN
    searched = RecordSearched(ViewPlace.GATE, 0, Purpose.NATIONAL_EXAM)
    assert last_noted(rig) == (CLERK.operator_id, searched)
    scan(rig, "26T000001")
    visit = gate(rig).visit
    assert visit is not None
    assert visit.candidate.name == FIRST.name
    assert last_noted(rig, visit.candidate.subject) == (
        CLERK.operator_id,
        RecordViewed(ViewPlace.GATE),
    )
    assert visit.candidate.designated in INDEX_FINGERS
    press_at_gate(rig, FIRST, visit.candidate.designated)
    verdict = gate(rig).visit
    assert verdict is not None
    assert verdict.verdict is Verdict.ADMITTED
    assert gate(rig).admitted == 1

    scan(rig, "1-5")  # the same person, found by the seat
    again = gate(rig).visit
    assert again is not None
    assert again.verdict is Verdict.ALREADY_ADMITTED
    assert gate(rig).admitted == 1

    scan(rig, "00002")  # the last five of the ticket
    for _ in range(3):
        press_at_gate(rig, STAND_IN, FingerPosition.LEFT_INDEX)
    special = gate(rig).visit
    assert special is not None
    assert (special.candidate.name, special.lane) == (SECOND.name, Lane.SPECIAL)
    assert gate(rig).notice is Notice.GO_TO_SPECIAL_LANE
    for finger in CAPTURE_PLAN:
        press_at_gate(rig, STAND_IN, finger)
    rig.pump(lambda: not gate(rig).is_serving, "the referral")
    referred = gate(rig).visit
    assert referred is not None
    assert (referred.verdict, referred.referral) == (Verdict.REFERRED, ReferralReason.NO_MATCH)
    assert gate(rig).admitted == 1


def _delivered_exactly_once(rig: Rig, hub: Hub) -> None:
    waiting = rig.station.services.platform.status.waiting
    sign_in = rig.station.services.sign_in
    sign_in.enter(SECOND_CLERK.operator_id)  # who sends what another has done
    rig.pump(lambda: sign_in.state.operator == SECOND_CLERK, "the second clerk")
    hub.switch.on()
    hub.sky.weather = Weather.LOST_ANSWER
    assert exchange(rig) is SyncProblem.FAILING
    assert rig.station.services.platform.status.waiting >= waiting > 0
    hub.sky.weather = Weather.FAIR
    assert exchange(rig) is None
    assert rig.station.services.platform.status.waiting == 0
    assert rig.station.services.platform.status.quarantined == 0
    stored = rig.in_store(lambda: rig.station.room.log.all_since(0))
    with hub.platform.database() as database:
        bodies = [json.loads(row[0]) for row in database.rows("SELECT body FROM event")]
    there = sorted((body["id"], body["actor"]) for body in bodies)
    assert there == sorted((one.event.id, one.event.actor) for one in stored)
    at_the_door = {body["actor"] for body in bodies if body["type"] in AT_THE_DOOR}
    assert at_the_door == {CLERK.operator_id}, "never sent as the work of who is here now"
    expected = {GateAdmitted.TYPE: 1, GateReferred.TYPE: 1, GateLaneChanged.TYPE: 1}
    for kind, count in {**expected, GateAttempt.TYPE: 10}.items():
        assert hub.count("SELECT count(*) FROM event WHERE type = ?", kind) == count
