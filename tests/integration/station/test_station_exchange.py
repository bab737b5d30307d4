"""What the platform can get wrong about applicants without stopping the rest of the exchange."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from station.services import platform
from station.services.status import SyncProblem
from station.services.upkeep import UpkeepService
from station.services.upkeep_record import Job
from station.store.site import PackageIdentity
from sync.client import HubClient, HubTime
from sync.errors import HubRefused, RefusalReason
from sync.wire import Page, Tombstone, format_instant
from sync.worker import Delivered
from tests.support.station_rig import Rig, fresh_rig
from tests.support.sync_people import applicant, candidate, exam_session


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    monkeypatch.setattr(HubClient, "hub_time", lambda _: HubTime(time.time(), 0, 1))
    # Signing in is an event too, and nobody is there to take it.
    monkeypatch.setattr(platform, "deliver_once", lambda *_, **__: Delivered(0, 0, 0, 0))
    made = fresh_rig(tmp_path)
    yield made
    made.close()


def exchange(rig: Rig) -> SyncProblem | None:
    service = rig.station.services.platform
    service.sync_now()
    rig.pump(lambda: not service.is_exchanging, "the exchange")
    return service.status.problem


def test_a_missing_photo_holds_up_neither_the_others_nor_an_erasure(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, here = (replace(applicant(n), uploaded_photo=f"{n:064x}") for n in (7, 8))
    buried = Tombstone(applicant().subject, "consent_withdrawn", format_instant(time.time()))
    pages = {"1": Page((gone, here), (buried,), "2")}
    asked: list[str] = []
    due: list[Job] = []
    monkeypatch.setattr(UpkeepService, "make_due", lambda _, job: due.append(job))

    def photo(_: HubClient, digest: str) -> bytes:
        asked.append(digest)
        raise HubRefused(RefusalReason.NOT_FOUND)

    monkeypatch.setattr(
        HubClient, "applicants", lambda _, cursor: pages.get(cursor, Page((), (), cursor))
    )
    monkeypatch.setattr(HubClient, "photo", photo)
    assert exchange(rig) is None
    assert sorted(asked) == [gone.uploaded_photo, here.uploaded_photo]
    assert rig.in_store(rig.station.room.log.erasures_due) == ()
    assert rig.in_store(lambda: rig.station.room.roster.by_subject(buried.subject)) is None
    rig.pump(lambda: bool(due), "a new backup to become due")
    assert exchange(rig) is None
    assert due == [Job.BACKUP], "an exchange without an erasure asks for none"


def test_a_sweep_that_removed_something_makes_a_backup_due(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    due: list[Job] = []
    monkeypatch.setattr(UpkeepService, "make_due", lambda _, job: due.append(job))
    monkeypatch.setattr(HubClient, "applicants", lambda _, cursor: Page((), (), cursor))
    long_ago = format_instant(time.time() - 10 * 86400)
    session = replace(exam_session(), starts_at=long_ago)
    package = PackageIdentity("issuer", "package", 1)
    site = rig.station.room.site
    rig.in_store(lambda: site.import_package(package, [session], [candidate(1)]))
    assert exchange(rig) is None
    rig.station.services.retention.tick()
    rig.pump(lambda: bool(due), "a new backup to become due")
    assert due == [Job.BACKUP]
    assert rig.in_store(site.exam_sessions) == ()


def test_a_page_that_leads_to_itself_ends_the_exchange(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    same = Page((applicant(7),), (), "1")
    monkeypatch.setattr(HubClient, "applicants", lambda _, _cursor: same)
    assert exchange(rig) is SyncProblem.NONSENSE
