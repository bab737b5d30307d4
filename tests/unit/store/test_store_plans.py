"""Desk, gate and every append ask by index, however much lies here.

SQLite tells how it will answer; no time is measured.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from station.domain.facts import ApplicantFound, ConfirmationSealed, GateAdmitted
from station.services.store_room import StoreRoom
from station.store.database import Database
from station.store.outbox import StationOutbox
from tests.support.services_cases import room_over
from tests.support.store_cases import SUBJECT, created, press

SESSION = "2026-05-24-am"
_READS_ALL = re.compile(r"SCAN (event|payload|applicant|candidate|outbox)\b(?!.*COVERING)")
_LAST = "ORDER BY position DESC LIMIT 1"  # "SCAN", and the first row ends it
_READS_A_SESSION = re.compile(r"USING INDEX \w+ \(exam_session_id=\?\)")


class Explaining(Database):
    """Keeps how each question would be answered."""

    def __init__(self, database: Database) -> None:
        super().__init__(database._connection, database.path)
        self.plans: list[str] = []

    def _run(self, sql: str, values: Sequence[object]) -> Any:
        if sql.startswith("SELECT"):
            rows = super()._run(f"EXPLAIN QUERY PLAN {sql}", values)
            if not sql.endswith(_LAST):
                self.plans += [str(row[3]) for row in rows]
        return super()._run(sql, values)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Explaining]:
    explaining = Explaining(created(tmp_path).database)
    yield explaining
    explaining.close()


@pytest.mark.parametrize(
    "ask",
    [
        lambda room: room.roster.by_name("王"),
        lambda room: room.roster.by_registration_id("202600000001"),
        lambda room: room.roster.by_document_number("001234199003070010"),
        lambda room: room.roster.by_subject(SUBJECT),
        lambda room: room.site.by_ticket("260000001"),
        lambda room: room.site.by_document_number("001234199003070010"),
        lambda room: room.site.by_seat(SESSION, "01", "05"),
        lambda room: room.site.by_short_code(SESSION, "01-05"),
        lambda room: room.site.by_short_code(SESSION, "0105"),
        lambda room: room.site.by_short_code(SESSION, "00001"),
        lambda room: room.site.by_short_code(SESSION, "070010"),
        lambda room: room.site.by_subject(SESSION, SUBJECT),
        lambda room: room.site.expected(SESSION),
        lambda room: room.facts_of(SUBJECT),
        lambda room: room.subjects_with(ApplicantFound, without=ConfirmationSealed),
        lambda room: room.subjects_at(GateAdmitted, SESSION),
        lambda room: room.stored_on(ConfirmationSealed, date(2026, 3, 1)),
        lambda room: room.log.append(press()),
        lambda room: StationOutbox(room.database).waiting(50),
    ],
)
def test_no_question_reads_everybody(
    ask: Callable[[StoreRoom], object], database: Explaining
) -> None:
    room = room_over(database)
    database.plans.clear()
    ask(room)
    assert database.plans
    reading_all = [
        plan for plan in database.plans if _READS_ALL.search(plan) or _READS_A_SESSION.search(plan)
    ]
    assert reading_all == []


def test_a_question_without_an_index_would_be_noticed(database: Explaining) -> None:
    database.rows("SELECT content FROM applicant WHERE instr(name, ?)", ("王",))
    assert [plan for plan in database.plans if _READS_ALL.search(plan)]
