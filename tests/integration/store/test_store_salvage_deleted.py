"""What retention and erasure took stays away when the file is damaged and rescued afterwards."""

import shutil
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from station.store.connection import with_suffix
from station.store.database import open_database, open_for_reading
from station.store.drafts import EventDraft, PayloadDraft
from station.store.errors import StoreBusy
from station.store.evidence_check import check_evidence
from station.store.salvage import SalvageReport, salvage
from tests.support.privacy_pages import decrypted_pages, pieces
from tests.support.privacy_room import PrivacyRoom, privacy_room
from tests.support.store_cases import KEY, SOMEBODY_ELSE, SUBJECT, TickingClock, press, sealing
from tests.support.store_damage import keyring, shredded


@dataclass
class Rescued:
    report: SalvageReport
    evidence: dict[str, int]
    keys: set[str]
    faults: int


@pytest.fixture
def desk(tmp_path: Path) -> PrivacyRoom:
    """One person sealed and delivered a week ago, another half way."""
    made = privacy_room(tmp_path)
    for number in range(3):
        made.append(press(number, size=9000), press(number, subject=SOMEBODY_ELSE, size=9000))
    made.append(sealing())
    made.deliver_all()
    made.times.pass_(8)
    made.hear_platform()
    return made


def damaged_and_rescued(desk: PrivacyRoom, folder: Path) -> Rescued:
    """The machine dies now, its first page is lost, and somebody salvages."""
    folder.mkdir()
    damaged, fresh = folder / "station.db", folder / "fresh.db"
    for suffix in ("", "-wal"):
        if with_suffix(desk.path, suffix).exists():
            shutil.copy(with_suffix(desk.path, suffix), with_suffix(damaged, suffix))
    shredded(damaged, range(1, 2))
    report = salvage(damaged, fresh, keyring(), TickingClock())
    with closing(open_database(fresh, KEY)) as database:
        counted = database.rows("SELECT subject, count(*) FROM payload GROUP BY subject")
        keys = {row[0] for row in database.rows("SELECT subject FROM person_key")}
        return Rescued(report, dict(counted), keys, len(check_evidence(database).faults))


def test_before_the_sweep_everything_comes_back(desk: PrivacyRoom, tmp_path: Path) -> None:
    found = damaged_and_rescued(desk, tmp_path / "crashed")
    assert found.evidence == {SUBJECT: 6, SOMEBODY_ELSE: 6}


def test_what_a_sweep_took_does_not_come_back(desk: PrivacyRoom, tmp_path: Path) -> None:
    assert desk.sweep() == 6
    found = damaged_and_rescued(desk, tmp_path / "crashed")
    assert found.evidence == {SOMEBODY_ELSE: 6}
    assert found.keys == {SOMEBODY_ELSE}
    assert found.report.payloads_missing == 0, "what was deleted is not missed"


def test_what_a_sweep_took_that_was_killed_before_its_end_does_not_come_back(
    desk: PrivacyRoom, tmp_path: Path
) -> None:
    row = desk.database.row("SELECT ciphertext FROM payload WHERE subject = ?", (SUBJECT,))
    assert row is not None
    desk.database.forget_deleted()
    sweeper = desk.sweeper()
    proven = sweeper.begin()
    assert sweeper.sweep(SUBJECT, desk.policy, proven.at, "system").rows == 6
    assert any(piece in decrypted_pages(desk.path, KEY) for piece in pieces(row[0])), (
        "the old pages still lie in the file below the log"
    )
    found = damaged_and_rescued(desk, tmp_path / "crashed")
    assert found.evidence == {SOMEBODY_ELSE: 6}
    assert found.keys == {SOMEBODY_ELSE}
    assert found.faults == 0


def test_a_sweep_that_could_not_empty_the_log_counts_as_not_done(desk: PrivacyRoom) -> None:
    with (
        closing(open_for_reading(desk.path, KEY)) as reader,
        reader.snapshot(),
        pytest.raises(StoreBusy),
    ):
        desk.sweep()
    assert desk.sweeper().last_run() is None
    desk.sweep()
    assert desk.sweeper().last_run() is not None


def test_evidence_that_came_after_a_deletion_comes_back(desk: PrivacyRoom, tmp_path: Path) -> None:
    desk.sweep()
    desk.append(_seen_at_the_gate())
    found = damaged_and_rescued(desk, tmp_path / "crashed")
    assert found.evidence == {SUBJECT: 1, SOMEBODY_ELSE: 6}
    assert found.faults == 0


def _seen_at_the_gate() -> EventDraft:
    picture = PayloadDraft("impression", "image/png", b"an impression at the gate" * 100)
    return EventDraft("gate_attempt", 1, SUBJECT, "gate01", {"attempt": 1}, (picture,))
