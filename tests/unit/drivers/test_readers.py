"""Fingerprint readers under a hand: every press, every mishap."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from drivers.api import Capture, CapturePhase, DeviceState, Retry, RetryReason
from drivers.errors import DeviceBusy, DeviceFault, DeviceNotFound, DeviceUnplugged, OptionInvalid
from drivers.fingerprint_reader.image_folder import ImageFolderReader
from drivers.simulated.fingerprint_reader import SimulatedReader
from drivers.simulated.fingerprint_synthesis.fingers import SyntheticFingers
from drivers.simulated.hand import FingerKey, Hand, HandQuality
from tests.support.drivers_rig import finger_folder, in_background

FINGERS = SyntheticFingers()
THUMB = FingerKey("P001", 6)


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def reader(hand: Hand) -> SimulatedReader:
    reader = SimulatedReader(hand, FINGERS, settle_ms=0)
    reader.open()
    return reader


def silent(_: CapturePhase) -> None:
    pass


@pytest.mark.parametrize(
    ("quality", "reason"),
    [
        (HandQuality(pressure=0.05), RetryReason.TOO_LIGHT),
        (HandQuality(pressure=0.99), RetryReason.TOO_HARD),
        (HandQuality(dryness=0.95), RetryReason.TOO_DRY),
        (HandQuality(dryness=-0.95), RetryReason.TOO_WET),
        (HandQuality(offset_x_mm=6), RetryReason.OFF_CENTRE),
        (HandQuality(smear=0.9), RetryReason.SMEARED),
    ],
)
def test_a_bad_press_asks_the_person_to_try_again(
    reader: SimulatedReader, hand: Hand, quality: HandQuality, reason: RetryReason
) -> None:
    hand.place(THUMB, quality=quality)
    assert reader.capture(5, silent) == Retry(reason)


def test_unplugged_in_mid_press_and_used_again(hand: Hand) -> None:
    reader = SimulatedReader(hand, FINGERS, settle_ms=60_000)
    reader.open()

    def pull(phase: CapturePhase) -> None:
        if phase is CapturePhase.PRESENT:
            hand.unplug()

    hand.place(THUMB)
    with pytest.raises(DeviceUnplugged):
        reader.capture(5, pull)
    assert reader.status().state is DeviceState.UNPLUGGED
    with pytest.raises(DeviceUnplugged):
        reader.capture(5, silent)
    hand.plug_in()
    assert reader.status().state is DeviceState.READY


def test_a_plug_out_for_a_moment_is_noticed(reader: SimulatedReader, hand: Hand) -> None:
    def blink(phase: CapturePhase) -> None:
        if phase is CapturePhase.WAITING:
            hand.unplug()
            hand.plug_in()

    with pytest.raises(DeviceUnplugged):
        reader.capture(5, blink)
    hand.place(THUMB)
    assert isinstance(reader.capture(5, silent), Capture)


def test_a_finger_lifted_while_it_is_read_was_too_fast(hand: Hand) -> None:
    reader = SimulatedReader(hand, FINGERS, settle_ms=60_000)
    reader.open()
    hand.place(THUMB)
    outcome = reader.capture(5, lambda p: hand.lift() if p is CapturePhase.PRESENT else None)
    assert outcome == Retry(RetryReason.TOO_FAST)


def test_a_stalled_reader_is_a_fault_not_a_missing_finger(
    reader: SimulatedReader, hand: Hand
) -> None:
    hand.stall()
    hand.place(THUMB)
    assert reader.status().state is DeviceState.FAULT
    with pytest.raises(DeviceFault):
        reader.capture(0.01, silent)
    hand.recover()
    assert isinstance(reader.capture(5, silent), Capture)


def test_only_one_capture_at_a_time(reader: SimulatedReader) -> None:
    def second(phase: CapturePhase) -> None:
        with pytest.raises(DeviceBusy):
            reader.capture(5, silent)

    assert reader.capture(0.01, second) == Retry(RetryReason.TIMEOUT)


def test_close_ends_a_running_capture(reader: SimulatedReader) -> None:
    closing = in_background(
        lambda: reader.capture(60, lambda _: reader.close())  # from within: surely running
    )
    assert closing.result(20) == Retry(RetryReason.CANCELLED)


def test_successive_presses_are_different_impressions(reader: SimulatedReader, hand: Hand) -> None:
    images = []
    for _ in range(2):
        hand.place(THUMB)
        capture = reader.capture(5, silent)
        assert isinstance(capture, Capture)
        images.append(capture.image)
        hand.lift()
    assert not np.array_equal(images[0], images[1])


def test_preview_shows_the_finger_that_lies_there(reader: SimulatedReader, hand: Hand) -> None:
    hand.place(THUMB)
    capture = reader.capture(5, silent)
    frame = reader.preview()
    assert isinstance(capture, Capture)
    assert frame is not None
    assert np.array_equal(frame.image, capture.image)
    hand.lift()
    empty = reader.preview()
    assert empty is not None
    assert not empty.finger_present
    assert empty.sequence > frame.sequence


def test_a_capture_does_not_change_with_the_label_of_its_finger(tmp_path: Path) -> None:
    """The same picture pressed under another name is, to everybody behind the driver, the same."""
    folder = finger_folder(tmp_path, fingers=1, impressions=1)
    captures = []
    for key in (FingerKey("P001", 6), FingerKey("P002", 1)):
        hand = Hand()
        reader = ImageFolderReader(folder, hand, settle_ms=0)
        reader.open()
        hand.place(key)
        capture = reader.capture(5, silent)
        assert isinstance(capture, Capture)
        captures.append(capture)
    first, second = captures
    assert np.array_equal(first.image, second.image)
    assert first.facts == second.facts
    assert "P00" not in repr(first)


def folder_reader(folder: Path, **options: object) -> ImageFolderReader:
    return ImageFolderReader.from_options({"folder": folder, "settle_ms": 0, **options})


def pressed(reader: ImageFolderReader, person: str, position: int) -> Capture | Retry:
    reader.hand.press(person, position)
    outcome = reader.capture(5, silent)
    reader.hand.lift()
    return outcome


def test_folder_fingers_follow_the_capture_plan(tmp_path: Path) -> None:
    reader = folder_reader(finger_folder(tmp_path, fingers=12, impressions=1), people=["A", "B"])
    reader.open()
    seen = {}
    for person in "BA":
        for position in (6, 1, 7, 2, 8, 3):
            capture = pressed(reader, person, position)
            assert isinstance(capture, Capture)
            seen[person, position] = capture.image.tobytes()
    assert len(set(seen.values())) == 12


def test_folder_impressions_succeed_and_wrap(tmp_path: Path) -> None:
    reader = folder_reader(finger_folder(tmp_path, fingers=1, impressions=2))
    reader.open()
    images = []
    for _ in range(3):
        capture = pressed(reader, "A", 6)
        assert isinstance(capture, Capture)
        images.append(capture.image)
    assert not np.array_equal(images[0], images[1])
    assert np.array_equal(images[0], images[2])


def test_an_assignment_overrides_the_plan(tmp_path: Path) -> None:
    folder = finger_folder(tmp_path, fingers=3, impressions=1)
    fixed = folder_reader(folder, assignment={"A:6": "3"})
    plain = folder_reader(folder)
    fixed.open()
    plain.open()
    chosen, third = pressed(fixed, "A", 6), pressed(plain, "A", 7)
    assert isinstance(chosen, Capture)
    assert isinstance(third, Capture)
    assert np.array_equal(chosen.image, third.image)


def test_a_bad_file_spoils_its_press_only(tmp_path: Path) -> None:
    finger_folder(tmp_path, fingers=1, impressions=3)
    (tmp_path / "1_2.png").write_bytes(b"no picture at all")
    reader = folder_reader(tmp_path)
    reader.open()
    outcomes = [pressed(reader, "A", 6) for _ in range(3)]
    assert outcomes[1] == Retry(RetryReason.BAD_IMAGE)
    assert isinstance(outcomes[0], Capture)
    assert isinstance(outcomes[2], Capture)


def test_a_folder_may_have_its_own_resolution(tmp_path: Path) -> None:
    folder = finger_folder(tmp_path / "other")
    reader = folder_reader(folder, folder_resolutions_ppi={"other": 569})
    assert reader.open().resolution_ppi == 569


@pytest.mark.parametrize("case", ["missing", "empty", "bad_only", "bad_assignment"])
def test_an_unusable_folder_is_found_at_opening(tmp_path: Path, case: str) -> None:
    folder = tmp_path / case
    options: dict[str, object] = {}
    if case != "missing":
        folder.mkdir()
    if case == "bad_only":
        (folder / "1_1.bmp").write_bytes(b"BM")
    if case == "bad_assignment":
        finger_folder(folder)
        options["assignment"] = {"A:6": "no such finger"}
    with pytest.raises(DeviceNotFound):
        folder_reader(folder, **options).open()


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"folder": ""},
        {"folder": "x", "resolution_ppi": 72},
        {"folder": "x", "resolution_ppi": "500"},
        {"folder": "x", "people": "A"},
        {"folder": "x", "assignment": ["A"]},
        {"folder": "x", "settle_ms": -1},
        {"folder": "x", "settle_ms": True},
    ],
)
def test_wrong_options_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(OptionInvalid):
        ImageFolderReader.from_options(options)


def test_real_images_play(repo_root: Path) -> None:
    folder = repo_root.parent / "shared" / "data" / "fingerprints" / "FVC2002_DB1_B"
    if not folder.is_dir():
        pytest.skip("shared data not present")
    reader = folder_reader(folder)
    assert reader.open().width_px == 388
    assert isinstance(pressed(reader, "A", 6), Capture)
