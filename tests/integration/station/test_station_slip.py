"""The slip to take home from a working station: printed, in the trail, refused in words."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from station.assets import asset
from station.forms.typeface import load_typeface
from station.services.errors import NotAllowed
from station.workflow.notices import Notice
from tests.support.station_rig import Rig, fresh_rig
from tests.support.sync_people import applicant

SUBJECT = applicant().subject


@pytest.fixture
def rig(tmp_path: Path, qapp: QApplication) -> Iterator[Rig]:
    load_typeface(asset("fonts"))
    made = fresh_rig(tmp_path)
    yield made
    made.close()


def printed(rig: Rig, subject: str = SUBJECT) -> Notice | None:
    answers: list[Notice | None] = []
    rig.station.services.slips.print_slip(subject, answers.append)
    rig.pump(lambda: bool(answers), "the slip")
    return answers[0]


def trail_of(rig: Rig, subject: str) -> list[str]:
    stored = rig.in_store(lambda: rig.station.room.log.events_of(subject))
    return [one.event.type for one in stored]


def test_the_slip_comes_out_and_is_in_the_trail(rig: Rig) -> None:
    assert printed(rig) is None
    rig.pump(lambda: bool(rig.hands.printer.printed), "the paper")
    assert rig.hands.printer.printed[0].pdf.startswith(b"%PDF-")
    assert trail_of(rig, SUBJECT) == ["record_viewed", "document_printed"]


def test_without_a_printer_it_says_so(rig: Rig) -> None:
    rig.hands.printer.unplug()
    assert printed(rig) is Notice.PRINTER_LOST


def test_nobody_is_made_up(rig: Rig) -> None:
    assert printed(rig, "f" * 32) is Notice.NOT_FOUND


def test_who_is_not_signed_in_gets_none(rig: Rig) -> None:
    rig.station.services.sign_in.sign_out()
    rig.pump(lambda: rig.station.services.sign_in.state.operator is None, "to be signed out")
    with pytest.raises(NotAllowed):
        rig.station.services.slips.print_slip(SUBJECT, lambda _: None)
    assert trail_of(rig, SUBJECT) == []


def test_a_running_station_sweeps_and_bundles(rig: Rig) -> None:
    """The services as the composition root joined them, over the station's own database lane."""
    services = rig.station.services
    services.retention.tick()
    services.slips.print_slip(SUBJECT, lambda _: None)
    rig.pump(lambda: bool(rig.hands.printer.printed), "the paper")
    assert services.retention.state.trouble == ""
