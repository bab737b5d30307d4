"""The log outlives retention and erasure: nothing of the station takes an event away."""

import re
from pathlib import Path

import pytest

from station.store.chain import verify_chain
from station.store.database import RuleBroken
from sync.wire import Page
from tests.support.privacy_room import PrivacyRoom, privacy_room
from tests.support.store_cases import erasure, press, sealing
from tests.support.sync_people import applicant

HALF_A_YEAR_DAYS = 183
STATION = Path(__file__).resolve().parents[3] / "station"
_TAKES_AWAY = re.compile(r"(DELETE\s+FROM|UPDATE|REPLACE\s+INTO|TRUNCATE)\s+event\b", re.IGNORECASE)


@pytest.fixture
def desk(tmp_path: Path) -> PrivacyRoom:
    made = privacy_room(tmp_path)
    person = applicant(1)
    made.room.roster.apply(Page((person,), (), "1"))
    made.append(press(1, subject=person.subject))
    made.append(sealing(subject=person.subject))
    made.deliver_all()
    return made


def rows(desk: PrivacyRoom) -> list[tuple[object, ...]]:
    return desk.database.rows("SELECT position, hash, canonical FROM event ORDER BY position")


def test_years_of_retention_leave_every_event(desk: PrivacyRoom) -> None:
    before = rows(desk)
    for _ in range(6):
        desk.times.pass_(HALF_A_YEAR_DAYS)
        desk.hear_platform()
        desk.sweep()
    assert rows(desk)[: len(before)] == before
    assert verify_chain(desk.database).intact


def test_an_erasure_leaves_every_event(desk: PrivacyRoom) -> None:
    before = rows(desk)
    desk.room.log.erase_person(erasure(applicant(1).subject))
    assert rows(desk)[: len(before)] == before
    assert verify_chain(desk.database).intact


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM event",
        "DELETE FROM event WHERE position = 1",
        "UPDATE event SET type = 'x'",
        "UPDATE event SET subject = NULL WHERE position = 1",
        "INSERT OR REPLACE INTO event SELECT * FROM event WHERE position = 1",
        "INSERT OR REPLACE INTO outbox SELECT position, event_id, 'waiting', NULL, NULL"
        " FROM outbox WHERE position = 1",
    ],
)
def test_the_file_itself_refuses_to_lose_or_change_one(desk: PrivacyRoom, statement: str) -> None:
    before = rows(desk)
    with pytest.raises(RuleBroken), desk.database.transaction():
        desk.database.execute(statement)
    assert rows(desk) == before


def test_no_code_of_the_station_takes_an_event_away() -> None:
    sources = [*STATION.rglob("*.py"), *STATION.rglob("*.sql")]
    assert len(sources) > 100
    found = [path.name for path in sources if _TAKES_AWAY.search(path.read_text(encoding="utf-8"))]
    assert found == []
    assert _TAKES_AWAY.search("DELETE FROM event WHERE")
