"""One suite over every driver: real ones over files and scripted answers, simulated ones alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from drivers import conformance as kit
from drivers.api import DriverKind
from drivers.camera.opencv import OpenCvCamera
from drivers.camera.video_file import VideoFileCamera
from drivers.document_reader.sam_serial import SamSerialReader
from drivers.fingerprint_reader.ga_collector import GaCollectorReader
from drivers.fingerprint_reader.image_folder import ImageFolderReader
from drivers.fingerprint_reader.sbi import SbiReader
from drivers.host.isolated import IsolatedDevice
from drivers.printer.cups import CupsPrinter
from drivers.printer.pdf_folder import PdfFolderPrinter
from drivers.registry import BUILT_IN, BUILT_IN_ISOLATED, open_driver
from drivers.simulated.camera import CameraHand, SimulatedCamera
from drivers.simulated.document_reader import CardHand, SimulatedDocumentReader
from drivers.simulated.faces import draw_face, face_of
from drivers.simulated.fingerprint_reader import SimulatedReader
from drivers.simulated.hand import Hand
from drivers.simulated.people import people
from drivers.simulated.printer import PrinterHand, SimulatedPrinter
from drivers.simulated.smart_card import SimulatedSmartCardReader, SmartCardHand
from drivers.smartcard.reader import PcscSmartCardReader
from tests.support.drivers_camera_stream import StreamCamera
from tests.support.drivers_collector import CollectorHand, build, ridges
from tests.support.drivers_cups import Tray, print_service
from tests.support.drivers_libfprint import OPTIONS as LIBFPRINT_OPTIONS
from tests.support.drivers_libfprint import SOCKET_VARIABLE, VirtualGlass
from tests.support.drivers_piv_card import RIGHT_PIN, PivChip, p256_key, simulated_card
from tests.support.drivers_rig import finger_folder, in_background
from tests.support.drivers_sam_cards import PHOTO, RESIDENT, text_record
from tests.support.drivers_sam_emulator import Card, SamEmulator
from tests.support.drivers_sbi_mock import SbiMock
from tests.support.drivers_sbi_records import ridges as sbi_ridges
from tests.support.pcsc_card import Slit, pcsc_service


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


def _opencv_camera(_: Path) -> kit.CameraBench:
    stream = StreamCamera()
    camera = OpenCvCamera.from_options({"source": stream.url})
    return kit.CameraBench(camera, kit.Cable(stream.unplug, stream.plug_in))


def _video_file(tmp_path: Path) -> kit.CameraBench:
    path, away = film(tmp_path / "film.avi"), tmp_path / "away.avi"
    camera = VideoFileCamera.from_options({"path": str(path)})
    cable = kit.Cable(lambda: _moved(path, away), lambda: _moved(away, path))
    return kit.CameraBench(camera, cable)


def _moved(old: Path, new: Path) -> None:
    old.rename(new)


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


def _sam_serial(tmp_path: Path) -> kit.DocumentBench:
    emulator = SamEmulator(tmp_path)
    card = Card(text_record(RESIDENT), PHOTO)
    return kit.DocumentBench(
        SamSerialReader.from_options({"port": str(emulator.port)}),
        lambda: emulator.lay_card(card),
        emulator.take_card,
        kit.Cable(emulator.unplug, emulator.plug_in),
    )


def _libfprint(tmp_path: Path) -> kit.ReaderBench:
    glass = VirtualGlass(tmp_path / "glass")
    noise = np.random.default_rng(20260301).integers(0, 255, (360, 256), np.uint8)
    # By itself, as the station runs it: libfprint turns one main loop for a whole process.
    driver = open_driver("fingerprint_reader", "libfprint", LIBFPRINT_OPTIONS, mode="simulation")
    return kit.ReaderBench(driver, lambda: in_background(lambda: glass.press(noise)))


def _ga_collector(tmp_path: Path) -> kit.ReaderBench:
    library = build(tmp_path.parent)  # compiled once; the hand resets it
    hand = CollectorHand(library)
    return kit.ReaderBench(
        GaCollectorReader.from_options({"library": str(library)}),
        lambda: hand.press(ridges()),
        hand.lift,
        kit.Cable(hand.unplug, hand.plug_in),
    )


def _sbi(_: Path) -> kit.ReaderBench:
    mock = SbiMock()
    mock.up()
    device = mock.device
    return kit.ReaderBench(
        SbiReader.from_options({"first_port": mock.ports[0], "last_port": mock.ports[-1]}),
        lambda: device.press(sbi_ridges()),
        device.lift,
        kit.Cable(mock.down, lambda: mock.up(mock.ports[1])),
    )


def _simulated_smart_card(_: Path) -> kit.SmartCardBench:
    reader = SimulatedSmartCardReader(SmartCardHand({"O001": simulated_card()}), thinking_ms=0)
    bench = kit.bench_of(DriverKind.SMART_CARD, reader)
    assert isinstance(bench, kit.SmartCardBench)
    return bench


def _pcsc_smart_card(_: Path) -> kit.SmartCardBench:
    slit = Slit(lambda: PivChip({0x9A: p256_key(1), 0x9E: p256_key(2)}))
    reader = PcscSmartCardReader.from_options({"reader": slit.reader})
    return kit.SmartCardBench(reader, slit.insert, slit.pull, pin=RIGHT_PIN)


def _simulated_printer(_: Path) -> kit.PrinterBench:
    hand = PrinterHand()
    return kit.PrinterBench(SimulatedPrinter(hand), hold=hand.take_paper_out, release=hand.refill)


def _pdf_folder(tmp_path: Path) -> kit.PrinterBench:
    return kit.PrinterBench(PdfFolderPrinter(tmp_path))


def _cups(tmp_path: Path) -> kit.PrinterBench:
    """A queue of the service that the fixture `cups` keeps; its tray is the test's to empty."""
    queue, address = (tmp_path / "cups").read_text(encoding="utf-8").split("\n")
    options = {"queue": queue, "socket": address}
    return kit.PrinterBench(CupsPrinter.from_options(options))


def _isolated(key: str) -> Callable[[Path], kit.Bench]:
    """A driver in a process of its own, moved by the commands that its process takes."""

    def bench(_: Path) -> kit.Bench:
        kind, _separator, name = key.partition(":")
        options = {} if kind in ("camera", "printer") else OPTIONS[kind]
        driver = open_driver(kind, name, options, mode="simulation", isolated=True)
        return kit.bench_of(DriverKind(kind), driver)

    return bench


OPTIONS: dict[str, dict[str, object]] = {
    "fingerprint_reader": {"settle_ms": 0},
    "document_reader": {"reading_ms": 0},
}
BUILT_IN_BENCHES: dict[str, Callable[[Path], kit.Bench]] = {
    "fingerprint_reader:simulated": _simulated_reader,
    "fingerprint_reader:image_folder": _image_folder,
    "fingerprint_reader:libfprint": _libfprint,
    "fingerprint_reader:ga_collector": _ga_collector,
    "fingerprint_reader:sbi": _sbi,
    "camera:simulated": _simulated_camera,
    "camera:opencv": _opencv_camera,
    "camera:video_file": _video_file,
    "document_reader:simulated": _simulated_document_reader,
    "document_reader:sam_serial": _sam_serial,
    "smart_card:simulated": _simulated_smart_card,
    "smart_card:pcsc": _pcsc_smart_card,
    "printer:simulated": _simulated_printer,
    "printer:cups": _cups,
    "printer:pdf_folder": _pdf_folder,
}
ISOLATED_BENCHES: dict[str, Callable[[Path], kit.Bench]] = {
    f"isolated {key}": _isolated(key)
    for key in BUILT_IN
    # A smart card's PIN stays in the station.
    if key.endswith(":simulated") and key != "smart_card:simulated"
}
# Why a check may be skipped: only what a bench here cannot have.
LACKING: dict[str, Sequence[str]] = {
    "smart_card:pcsc": ("a plug to pull",),
    "printer:pdf_folder": ("a printer that can be made to wait",),
    "fingerprint_reader:libfprint": ("a plug to pull", "a reader that senses the lift"),
}
CHECKS: dict[str, Sequence[Callable[[Any], None]]] = {
    "fingerprint_reader": kit.READER_CHECKS,
    "camera": kit.CAMERA_CHECKS,
    "document_reader": kit.DOCUMENT_READER_CHECKS,
    "printer": kit.PRINTER_CHECKS,
    "smart_card": kit.SMART_CARD_CHECKS,
}


def test_conformance_covers_every_driver_of_the_registry() -> None:
    assert set(BUILT_IN_BENCHES) == {*BUILT_IN, *BUILT_IN_ISOLATED}


def make(check: Callable[[Any], None], bench: kit.Bench, lacking: Sequence[str] = ()) -> None:
    result = kit.run_check(check, bench)
    if result.outcome is kit.CheckOutcome.SKIPPED and result.reason in lacking:
        return
    assert result.outcome is kit.CheckOutcome.KEPT, result.reason


def cases(keys: Iterable[str]) -> list[Any]:
    return [
        pytest.param(key, check, id=f"{key}-{check.__name__}")
        for key in keys
        for check in CHECKS[key.removeprefix("isolated ").partition(":")[0]]
    ]


@pytest.fixture(scope="module")
def pcsc() -> Iterator[None]:
    with pcsc_service():
        yield


@pytest.fixture(scope="module")
def cups() -> Iterator[tuple[Path, Tray]]:
    """Socket of a print service with queues, and the tray of their printer."""
    with print_service() as service:
        tray = Tray(service.root / "tray")
        service.add_queue("desk", tray.uri)
        # What its printer lacked stays written on a queue until its next document.
        service.add_queue("printer_takes_back", tray.uri)
        service.start()
        yield service.socket_path, tray


@pytest.mark.parametrize(("key", "check"), cases(BUILT_IN_BENCHES))
def test_conformance(
    key: str,
    check: Callable[[Any], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    monkeypatch.setenv(SOCKET_VARIABLE, str(tmp_path / "glass"))
    if key == "smart_card:pcsc":
        request.getfixturevalue("pcsc")
    tray: Tray | None = None
    if key == "printer:cups":
        address, tray = request.getfixturevalue("cups")
        own = "printer_takes_back"
        queue = own if check.__name__ == own else "desk"
        (tmp_path / "cups").write_text(f"{queue}\n{address}", encoding="utf-8")
    bench = BUILT_IN_BENCHES[key](tmp_path)
    if isinstance(bench, kit.PrinterBench) and tray is not None:
        hold, release = partial(tray.say, "media-empty-error"), tray.take_back
        bench = replace(bench, hold=hold, release=release)
    try:
        make(check, bench, LACKING.get(key, ()))
        if isinstance(bench, kit.SmartCardBench):
            bench.reset()
    finally:
        if not isinstance(bench, kit.PrinterBench):
            bench.device.close()
    cable = getattr(bench, "cable", None)
    if cable is not None:
        cable.unplug()  # which also ends the emulators, their threads and their sockets


@pytest.fixture(scope="module")
def isolated_benches(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, kit.Bench]]:
    """One process a driver for all its checks, as a station has it."""
    folder = tmp_path_factory.mktemp("isolated")
    benches = {key: bench(folder) for key, bench in ISOLATED_BENCHES.items()}
    yield benches
    for bench in benches.values():
        assert isinstance(bench.device, IsolatedDevice)
        bench.device.close()


@pytest.mark.parametrize(("key", "check"), cases(ISOLATED_BENCHES))
def test_conformance_isolated(
    key: str, check: Callable[[Any], None], isolated_benches: dict[str, kit.Bench]
) -> None:
    make(check, isolated_benches[key])
