"""A print service that stops answering in mid-job."""

from pathlib import Path

import pytest

from drivers.api import PrintJob, PrintJobState
from drivers.errors import DeviceFault
from drivers.registry import open_driver
from drivers.simulated.printer import SimulatedPrinter
from station.assets import asset
from station.domain.facts import Evidence, FormIssued, FormOutput
from station.forms.layout import load_review_form_layout
from station.services.form_desk import FormDesk
from station.workflow.inputs import Failed
from station.workflow.notices import Notice
from tests.support.station_rig import fresh_rig
from tests.support.sync_people import applicant


def test_it_is_told_as_a_form_that_was_not_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(_printer: SimulatedPrinter, _job: PrintJob) -> PrintJobState:
        raise DeviceFault("test", "print service does not answer")

    monkeypatch.setattr(SimulatedPrinter, "job_state", silent)
    rig = fresh_rig(tmp_path)
    try:
        room, subject = rig.station.room, applicant().subject
        issued = FormIssued("digest", (Evidence("form", "application/pdf", b"%PDF-1.4\n%%EOF"),))
        rig.in_store(lambda: room.store_facts(subject, (issued,), "desk01"))
        saver = open_driver("printer", "pdf_folder", {"folder": str(tmp_path)}, mode="simulation")
        layout = load_review_form_layout(asset("forms/review_form.toml"))
        devices = rig.station.services.devices
        forms = FormDesk(room, rig.station.runner, devices, rig.settings, layout, saver)
        answers: list[object] = []
        forms.hand_out(subject, FormOutput.PRINTED, 2, answers.append)
        rig.pump(lambda: bool(answers), "to be told")
        assert answers == [Failed(Notice.PRINT_FAILED)]
    finally:
        rig.close()
