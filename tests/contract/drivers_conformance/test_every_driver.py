"""One suite over every driver: real ones over files and scripted answers, simulated ones alike."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import pytest

from drivers import conformance as kit
from drivers.camera.opencv import OpenCvCamera
from drivers.fingerprint_reader.image_folder import ImageFolderReader
from drivers.printer.cups import CupsPrinter
from drivers.printer.pdf_folder import PdfFolderPrinter
from drivers.registry import BUILT_IN
from drivers.simulated.camera import CameraHand, SimulatedCamera
from drivers.simulated.document_reader import CardHand, SimulatedDocumentReader
from drivers.simulated.faces import draw_face, face_of
from drivers.simulated.fingerprint_reader import SimulatedReader
from drivers.simulated.hand import Hand
from drivers.simulated.people import people
from drivers.simulated.printer import PrinterHand, SimulatedPrinter
from tests.support.drivers_rig import ACCEPTED, IDLE, NO_JOBS, ScriptedCups, finger_folder, listed


def _reader_bench(reader: ImageFolderReader | SimulatedReader) -> kit.ReaderBench:
    hand = reader.hand
    cable = kit.Cable(hand.unplug, hand.plug_in)
    return kit.ReaderBench(reader, lambda: hand.press("P001", 6), hand.lift, cable)


def _simulated_reader(_: Path) -> kit.ReaderBench:
    return _reader_bench(SimulatedReader(Hand(), settle_ms=0))


def _image_folder(tmp_path: Path) -> kit.ReaderBench:
    folder = finger_folder(tmp_path / "fingers")
    return _reader_bench(ImageFolderReader(folder, Hand(), settle_ms=0))


def _simulated_camera(_: Path) -> kit.CameraBench:
    hand = CameraHand()
    hand.sit_down("P001")
    return kit.CameraBench(SimulatedCamera(hand), kit.Cable(hand.unplug, hand.plug_in))


def _opencv_camera(tmp_path: Path) -> kit.CameraBench:
    return kit.CameraBench(OpenCvCamera(str(film(tmp_path / "film.avi"))))


def film(path: Path) -> Path:
    """A short motion-JPEG film."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 50, (320, 240))
    for number in range(6):
        picture = draw_face(face_of(f"film-{number}", female=False), 320, 240)
        writer.write(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    writer.release()
    return path


def _simulated_document_reader(_: Path) -> kit.DocumentBench:
    hand = CardHand()
    reader = SimulatedDocumentReader(hand, reading_ms=0)
    cable = kit.Cable(hand.unplug, hand.plug_in)
    return kit.DocumentBench(reader, lambda: hand.lay_card(people()[0]), hand.take_card, cable)


def _simulated_printer(_: Path) -> kit.PrinterBench:
    return kit.PrinterBench(SimulatedPrinter(PrinterHand()))


def _pdf_folder(tmp_path: Path) -> kit.PrinterBench:
    return kit.PrinterBench(PdfFolderPrinter(tmp_path))


def _cups(_: Path) -> kit.PrinterBench:
    answers = {
        ("lp",): ACCEPTED,
        ("lpstat", "-p"): IDLE,
        ("lpstat", "not-completed"): NO_JOBS,
        ("lpstat", "completed"): listed("job-completed-successfully"),
    }
    return kit.PrinterBench(CupsPrinter("desk", ScriptedCups(answers)))


READERS: dict[str, Callable[[Path], kit.ReaderBench]] = {
    "fingerprint_reader:simulated": _simulated_reader,
    "fingerprint_reader:image_folder": _image_folder,
}
CAMERAS: dict[str, Callable[[Path], kit.CameraBench]] = {
    "camera:simulated": _simulated_camera,
    "camera:opencv": _opencv_camera,
}
DOCUMENT_READERS: dict[str, Callable[[Path], kit.DocumentBench]] = {
    "document_reader:simulated": _simulated_document_reader,
}
PRINTERS: dict[str, Callable[[Path], kit.PrinterBench]] = {
    "printer:simulated": _simulated_printer,
    "printer:cups": _cups,
    "printer:pdf_folder": _pdf_folder,
}


def test_conformance_covers_every_driver_of_the_registry() -> None:
    covered = {*READERS, *CAMERAS, *DOCUMENT_READERS, *PRINTERS}
    assert covered == set(BUILT_IN)


@pytest.mark.parametrize("check", kit.READER_CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("name", READERS)
def test_conformance_of_fingerprint_readers(
    name: str, check: Callable[[kit.ReaderBench], None], tmp_path: Path
) -> None:
    bench = READERS[name](tmp_path)
    check(bench)
    bench.reader.close()


@pytest.mark.parametrize("check", kit.CAMERA_CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("name", CAMERAS)
def test_conformance_of_cameras(
    name: str, check: Callable[[kit.CameraBench], None], tmp_path: Path
) -> None:
    bench = CAMERAS[name](tmp_path)
    check(bench)
    bench.camera.close()


@pytest.mark.parametrize("check", kit.DOCUMENT_READER_CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("name", DOCUMENT_READERS)
def test_conformance_of_document_readers(
    name: str, check: Callable[[kit.DocumentBench], None], tmp_path: Path
) -> None:
    bench = DOCUMENT_READERS[name](tmp_path)
    check(bench)
    bench.reader.close()


@pytest.mark.parametrize("check", kit.PRINTER_CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("name", PRINTERS)
def test_conformance_of_printers(
    name: str, check: Callable[[kit.PrinterBench], None], tmp_path: Path
) -> None:
    check(PRINTERS[name](tmp_path))
