"""The review over a real store: what is noted of it, and its list once evidence went by age."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from station.domain.audit import RecordSearched, RecordViewed, ViewPlace
from station.domain.facts import Evidence, PhotoTaken, ReviewDecided, ReviewDecision
from station.domain.people import Operator, Role
from station.services.erasure import Eraser
from station.services.fact_events import audit_fact_of, draft_of
from station.services.guard import Guard
from station.services.review import ReviewService
from station.services.status import SignInState
from station.services.trail import Trail
from station.store.errors import StoreFull
from station.workflow import inputs
from station.workflow.review import Review
from sync.wire import Page, Tombstone, format_instant
from tests.support.privacy_room import PrivacyRoom, privacy_room
from tests.support.services_cases import InlineRunner
from tests.support.store_cases import sealing
from tests.support.sync_people import applicant

OFFICER = Operator("review01", "宋知微", frozenset({Role.REVIEW_OFFICER}))
PEOPLE = ONE, TWO, THREE = applicant(1), applicant(2), applicant(3)
PHOTO_DAYS, ROW_DAYS = 30, 60


@dataclass
class Here:
    """The officer, who is always signed in."""

    author: Operator = OFFICER

    @property
    def state(self) -> SignInState:
        return SignInState(operator=self.author)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PrivacyRoom]:
    """Three people sealed and delivered; nobody has reviewed them."""
    made = privacy_room(tmp_path)
    made.room.roster.apply(Page(PEOPLE, (), "1"))
    for one in PEOPLE:
        photo = PhotoTaken(480, 640, True, (Evidence("photo", "image/jpeg", b"\xff\xd8" * 99),))
        made.append(draft_of(photo, one.subject, "desk01"), sealing(subject=one.subject))
    made.deliver_all()
    yield made
    made.database.close()


class NoForms:
    """Forms without pages: what they show is tried elsewhere."""

    def pages(self, _subject: str) -> tuple[bytes, ...]:
        return ()


def reviewing(desk: PrivacyRoom, trail: Trail | None = None) -> ReviewService:
    """The officer's service with the list as it is now."""
    runner, forms, recorder = InlineRunner(), cast(Any, NoForms()), cast(Any, None)
    service = ReviewService(
        desk.room,
        runner,
        forms,
        recorder,
        Guard(Here()),
        trail or Trail(desk.room, runner),
        lambda _: None,
    )
    service.send(inputs.ListSealed())
    return service


def listed(desk: PrivacyRoom) -> Review:
    """What the officer sees who asks for the list now."""
    return reviewing(desk).state


def sweep_after(desk: PrivacyRoom, days: float) -> None:
    desk.times.pass_(days)
    desk.hear_platform()
    desk.sweep()
    desk.deliver_all()


def test_until_the_photo_goes_everybody_can_be_reviewed(desk: PrivacyRoom) -> None:
    sweep_after(desk, PHOTO_DAYS - 1)
    state = listed(desk)
    assert [one.subject for one in state.waiting] == [one.subject for one in PEOPLE]
    assert state.gone == 0


@pytest.mark.parametrize("days", [PHOTO_DAYS, ROW_DAYS])
def test_who_was_not_reviewed_in_time_is_counted_and_not_offered(
    desk: PrivacyRoom, days: int
) -> None:
    decided = ReviewDecided(ReviewDecision.APPROVED)
    desk.append(draft_of(decided, ONE.subject, OFFICER.operator_id))
    desk.deliver_all()
    sweep_after(desk, days)
    assert (desk.room.roster.by_subject(TWO.subject) is None) is (days == ROW_DAYS)
    state = listed(desk)
    assert (state.waiting, state.gone) == ((), 2), "a decided one is nobody's loss"
    last = [audit_fact_of(stored.event) for stored in desk.room.log.each()][-1]
    assert isinstance(last, RecordSearched)
    assert (last.place, last.results) == (ViewPlace.REVIEW, 0)


def test_who_was_erased_by_order_is_not_counted(desk: PrivacyRoom, tmp_path: Path) -> None:
    sweep_after(desk, PHOTO_DAYS)
    grave = Tombstone(TWO.subject, "withdrawn", format_instant(desk.times.wall_s))
    desk.room.roster.apply(Page((), (grave,), "2"))
    assert Eraser(desk.room, tmp_path).erase_due() == 1
    assert listed(desk).gone == 2


def test_a_row_that_the_platform_has_not_sent_again_yet_went_by_no_age(
    desk: PrivacyRoom,
) -> None:
    """After a salvage the roster is empty until the next exchange."""
    with desk.database.transaction():
        desk.database.execute("DELETE FROM applicant WHERE subject = ?", (THREE.subject,))
    state = listed(desk)
    assert (len(state.waiting), state.gone) == (2, 0)


def test_a_record_is_in_the_trail_before_it_is_on_the_screen(
    desk: PrivacyRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    trail = Trail(desk.room, InlineRunner())
    service = reviewing(desk, trail)
    with monkeypatch.context() as patched:
        patched.setattr(trail, "note_now", disk_is_full)
        service.send(inputs.OpenForReview(ONE.subject))
        refused = service.state
    assert refused.opened is None, "what cannot be noted is not shown"
    service.send(inputs.OpenForReview(ONE.subject))
    shown = service.state
    assert shown.opened is not None
    last = desk.room.log.events_of(ONE.subject)[-1].event
    assert (last.actor, audit_fact_of(last)) == ("review01", RecordViewed(ViewPlace.REVIEW))


def disk_is_full(*_: object) -> None:
    raise StoreFull
