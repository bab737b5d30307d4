"""The contract of `drivers.api` as checks that run over any driver; importable by driver authors.

Each check takes a *bench*: a device in a situation, with the levers that bring it about. A check
raises AssertionError with a sentence saying which promise was broken. A device that lacks a lever
(nobody can pull a real plug from a program) offers a bench without it and skips those checks.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np

from drivers.api import (
    Camera,
    Capture,
    CapturePhase,
    CardText,
    DeviceState,
    DocumentReader,
    FingerprintReader,
    NoCard,
    NoCardReason,
    Printer,
    PrintJob,
    PrintPhase,
    PrintTrouble,
    Retry,
    RetryReason,
)
from drivers.errors import DeviceError, DeviceUnplugged

Lever = Callable[[], object]
Outcome = TypeVar("Outcome")

# Generous limits: they tell a call that ends from one that hangs, nothing finer.
PATIENCE_S = 20.0
SHORT_S = 0.05

# Words that would mean a capture knows whose it is.
IDENTITY_WORDS = frozenset({"person", "name", "number", "finger", "position", "subject", "id"})

SMALLEST_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@dataclass(frozen=True)
class Cable:
    """Levers of a plug."""

    unplug: Lever
    plug_in: Lever


@dataclass(frozen=True)
class ReaderBench:
    """A fingerprint reader, not yet open, its glass empty."""

    reader: FingerprintReader
    press: Lever
    lift: Lever
    cable: Cable | None = None


@dataclass(frozen=True)
class CameraBench:
    """A camera, not yet open, that has something to see."""

    camera: Camera
    cable: Cable | None = None


@dataclass(frozen=True)
class DocumentBench:
    """An ID-card reader, not yet open, without a card."""

    reader: DocumentReader
    lay_card: Lever
    take_card: Lever
    cable: Cable | None = None


@dataclass(frozen=True)
class PrinterBench:
    """A printer that can print."""

    printer: Printer


def _require(kept: bool, promise: str) -> None:
    if not kept:
        raise AssertionError(promise)


def _started(call: Callable[[], Outcome]) -> Callable[[], Outcome]:
    """Run a blocking call on its worker thread; the result function waits for it."""
    outcomes: list[Outcome] = []
    errors: list[DeviceError] = []

    def work() -> None:
        try:
            outcomes.append(call())
        except DeviceError as error:
            errors.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()

    def result() -> Outcome:
        thread.join(PATIENCE_S)
        _require(not thread.is_alive(), "a blocking call must end when it is interrupted")
        if errors:
            raise errors[0]
        return outcomes[0]

    return result


def _wait_until_busy(device: FingerprintReader | DocumentReader) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while device.status().state is not DeviceState.BUSY:
        _require(time.monotonic() < deadline, "status must say BUSY while a call is running")
        time.sleep(0.001)


def _raises_unplugged(call: Callable[[], object]) -> bool:
    try:
        call()
    except DeviceUnplugged:
        return True
    return False


def _silent(_phase: CapturePhase) -> None:
    pass


# --- fingerprint reader ---------------------------------------------------------------------------


def reader_states_its_facts(bench: ReaderBench) -> None:
    """Open gives complete facts, twice the same, and READY."""
    facts = bench.reader.open()
    _require(bool(facts.device.driver and facts.device.make), "facts name driver and make")
    _require(facts.device.simulated == bench.reader.simulated, "facts say honestly if simulated")
    _require(100 <= facts.resolution_ppi <= 2000, "facts give a believable resolution")
    _require(facts.width_px > 0 and facts.height_px > 0, "facts give the picture's size")
    _require(bench.reader.open() == facts, "opening again is allowed and gives the same facts")
    _require(bench.reader.status().state is DeviceState.READY, "an open reader is READY")


def reader_captures_a_press(bench: ReaderBench) -> None:
    """A press becomes a grey read-only picture, in three phases, naming nobody."""
    facts = bench.reader.open()
    bench.press()
    phases: list[CapturePhase] = []
    capture = bench.reader.capture(PATIENCE_S, phases.append)
    if not isinstance(capture, Capture):
        raise AssertionError(f"a good press must be captured, not {capture}")
    _require(phases == list(CapturePhase), "phases come as WAITING, PRESENT, READING, once each")
    _require(capture.image.dtype == np.uint8 and capture.image.ndim == 2, "a capture is grey")
    _require(not capture.image.flags.writeable, "a capture's picture is read-only")
    _require(float(capture.image.std()) > 5, "a capture shows ridges, not an empty glass")
    _require(capture.resolution_ppi == facts.resolution_ppi, "a capture states its resolution")
    _require(capture_names_nobody(capture), "no identity crosses a driver with a capture")


def capture_names_nobody(capture: Capture) -> bool:
    """Whether no field of a capture could say whose finger it is."""
    words = {word for entry in fields(capture) for word in entry.name.split("_")}
    return not words & IDENTITY_WORDS


def reader_times_out(bench: ReaderBench) -> None:
    """No finger: a value, not an error."""
    bench.reader.open()
    outcome = bench.reader.capture(SHORT_S, _silent)
    _require(outcome == Retry(RetryReason.TIMEOUT), "an empty glass gives Retry TIMEOUT")


def reader_cancels_from_another_thread(bench: ReaderBench) -> None:
    """Cancel ends a capture; one without a running call does nothing to the next."""
    bench.reader.open()
    result = _started(lambda: bench.reader.capture(PATIENCE_S * 3, _silent))
    _wait_until_busy(bench.reader)
    bench.reader.cancel()
    _require(result() == Retry(RetryReason.CANCELLED), "cancel gives Retry CANCELLED")
    bench.reader.cancel()
    bench.press()
    capture = bench.reader.capture(PATIENCE_S, _silent)
    _require(isinstance(capture, Capture), "a cancel with nothing running must not spoil the next")


def reader_senses_lift(bench: ReaderBench) -> None:
    """Await_lift tells a covered glass from an empty one."""
    if not bench.reader.open().senses_lift:
        return
    bench.press()
    _require(isinstance(bench.reader.capture(PATIENCE_S, _silent), Capture), "press is captured")
    _require(not bench.reader.await_lift(SHORT_S), "a finger still there: await_lift is False")
    bench.lift()
    _require(bench.reader.await_lift(PATIENCE_S), "finger lifted: await_lift is True")


def reader_previews(bench: ReaderBench) -> None:
    """Previews show when a finger is there, with a growing sequence."""
    if not bench.reader.open().previews:
        _require(bench.reader.preview() is None, "a reader without previews gives None")
        return
    empty = bench.reader.preview()
    bench.press()
    bench.reader.capture(PATIENCE_S, _silent)
    covered = bench.reader.preview()
    if empty is None or covered is None:
        raise AssertionError("a reader that declares previews gives them while it is open")
    _require(not empty.finger_present and covered.finger_present, "previews sense the finger")
    _require(covered.sequence > empty.sequence, "a new picture has a higher sequence")


def reader_survives_unplugging(bench: ReaderBench) -> None:
    """Unplugged in mid-capture: DeviceUnplugged; plugged in again: the same object works."""
    if bench.cable is None:
        return
    bench.reader.open()
    result = _started(lambda: bench.reader.capture(PATIENCE_S * 3, _silent))
    _wait_until_busy(bench.reader)
    bench.cable.unplug()
    _require(_raises_unplugged(result), "unplugging in mid-capture raises DeviceUnplugged")
    state = bench.reader.status().state
    _require(state is DeviceState.UNPLUGGED, "status says UNPLUGGED")
    bench.cable.plug_in()
    _require(bench.reader.status().state is DeviceState.READY, "plugged in again it is READY")
    bench.press()
    capture = bench.reader.capture(PATIENCE_S, _silent)
    _require(isinstance(capture, Capture), "plugged in again it captures without a new open")


def reader_closes(bench: ReaderBench) -> None:
    """Close twice is harmless; a capture afterwards is a bug; open brings it back."""
    bench.reader.open()
    bench.reader.close()
    bench.reader.close()
    try:
        bench.reader.capture(SHORT_S, _silent)
    except RuntimeError:
        bench.reader.open()
        return
    raise AssertionError("a capture on a closed reader must raise RuntimeError")


READER_CHECKS: Sequence[Callable[[ReaderBench], None]] = (
    reader_states_its_facts,
    reader_captures_a_press,
    reader_times_out,
    reader_cancels_from_another_thread,
    reader_senses_lift,
    reader_previews,
    reader_survives_unplugging,
    reader_closes,
)


# --- camera ---------------------------------------------------------------------------------------


def camera_gives_pictures(bench: CameraBench) -> None:
    """Frames and stills are RGB and read-only; the status is READY."""
    facts = bench.camera.open()
    _require(facts.simulated == bench.camera.simulated, "facts say honestly if simulated")
    _require(bench.camera.status().state is DeviceState.READY, "an open camera is READY")
    for image in (bench.camera.frame().image, bench.camera.still().image):
        _require(image.ndim == 3 and image.shape[2] == 3, "pictures are HxWx3")
        _require(image.dtype == np.uint8 and not image.flags.writeable, "uint8 and read-only")


def camera_pictures_move_on(bench: CameraBench) -> None:
    """The sequence grows while pictures flow."""
    bench.camera.open()
    first = bench.camera.frame().sequence
    deadline = time.monotonic() + PATIENCE_S
    while bench.camera.frame().sequence <= first:
        _require(time.monotonic() < deadline, "new pictures get higher sequences")
        time.sleep(0.002)


def camera_survives_unplugging(bench: CameraBench) -> None:
    """Unplugged it raises, plugged in again it delivers."""
    if bench.cable is None:
        return
    bench.camera.open()
    bench.cable.unplug()
    _require(_raises_unplugged(bench.camera.frame), "an unplugged camera raises DeviceUnplugged")
    state = bench.camera.status().state
    _require(state is DeviceState.UNPLUGGED, "status says UNPLUGGED")
    bench.cable.plug_in()
    _require(bench.camera.frame().sequence > 0, "plugged in again it delivers pictures")


def camera_closes(bench: CameraBench) -> None:
    """Close twice is harmless; a frame afterwards is a bug; open brings it back."""
    bench.camera.open()
    bench.camera.close()
    bench.camera.close()
    try:
        bench.camera.frame()
    except RuntimeError:
        bench.camera.open()
        return
    raise AssertionError("a frame of a closed camera must raise RuntimeError")


CAMERA_CHECKS: Sequence[Callable[[CameraBench], None]] = (
    camera_gives_pictures,
    camera_pictures_move_on,
    camera_survives_unplugging,
    camera_closes,
)


# --- document reader ------------------------------------------------------------------------------


def document_reader_reads_a_card(bench: DocumentBench) -> None:
    """A card becomes text, whose repr shows nothing of it."""
    facts = bench.reader.open()
    _require(facts.simulated == bench.reader.simulated, "facts say honestly if simulated")
    bench.lay_card()
    card = bench.reader.read(PATIENCE_S)
    if not isinstance(card, CardText):
        raise AssertionError(f"a good card must be read, not {card}")
    shown = repr(card)
    secrets = (card.name, card.number, card.address, card.authority, str(card.birth.year))
    _require(not any(secret in shown for secret in secrets), "the repr of a card is masked")


def document_reader_times_out(bench: DocumentBench) -> None:
    """No card: a value, not an error."""
    bench.reader.open()
    outcome = bench.reader.read(SHORT_S)
    _require(outcome == NoCard(NoCardReason.TIMEOUT), "without a card it gives NoCard TIMEOUT")


def document_reader_cancels(bench: DocumentBench) -> None:
    """Cancel from another thread ends a read."""
    bench.reader.open()
    result = _started(lambda: bench.reader.read(PATIENCE_S * 3))
    _wait_until_busy(bench.reader)
    bench.reader.cancel()
    _require(result() == NoCard(NoCardReason.CANCELLED), "cancel gives NoCard CANCELLED")


def document_reader_survives_unplugging(bench: DocumentBench) -> None:
    """Unplugged in mid-read: DeviceUnplugged; plugged in again: the same object reads."""
    if bench.cable is None:
        return
    bench.reader.open()
    result = _started(lambda: bench.reader.read(PATIENCE_S * 3))
    _wait_until_busy(bench.reader)
    bench.cable.unplug()
    _require(_raises_unplugged(result), "unplugging in mid-read raises DeviceUnplugged")
    bench.cable.plug_in()
    bench.lay_card()
    _require(isinstance(bench.reader.read(PATIENCE_S), CardText), "plugged in again it reads")


DOCUMENT_READER_CHECKS: Sequence[Callable[[DocumentBench], None]] = (
    document_reader_reads_a_card,
    document_reader_times_out,
    document_reader_cancels,
    document_reader_survives_unplugging,
)


# --- printer --------------------------------------------------------------------------------------


def printer_prints(bench: PrinterBench) -> None:
    """A document reaches the end state DONE."""
    _require(bench.printer.status().state is DeviceState.READY, "an idle printer is READY")
    job = bench.printer.submit(SMALLEST_PDF, "conformance", 1)
    state = bench.printer.job_state(job)
    _require(state.phase is PrintPhase.DONE, f"a document that came out is DONE, not {state}")


def printer_refuses_what_is_no_pdf(bench: PrinterBench) -> None:
    """Bytes that are no PDF never reach the queue."""
    for wrong in (b"", b"hello", SMALLEST_PDF[:20]):
        try:
            bench.printer.submit(wrong, "conformance", 1)
        except ValueError:
            continue
        raise AssertionError("bytes that are no whole PDF must raise ValueError")


def printer_does_not_guess(bench: PrinterBench) -> None:
    """A job nobody knows did not come out."""
    state = bench.printer.job_state(PrintJob("unknown-999999", "nowhere"))
    _require(state.phase is PrintPhase.FAILED, "an unknown job is FAILED")
    _require(state.trouble is PrintTrouble.LOST, "an unknown job is LOST")


PRINTER_CHECKS: Sequence[Callable[[PrinterBench], None]] = (
    printer_prints,
    printer_refuses_what_is_no_pdf,
    printer_does_not_guess,
)
