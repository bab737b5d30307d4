"""Pictures that are none, through driver, matching and desk: told, and the next one works."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from drivers.simulated.fingerprint_synthesis.fingers import SyntheticFingers
from drivers.simulated.hand import USUAL_QUALITY
from station.settings import DeviceChoice
from station.workflow.capture import ReaderPhase
from station.workflow.notices import Notice
from sync.wire import Page
from tests.support.station_hub import applied, set_up_alone
from tests.support.station_rig import Rig, person_of_plan, reopened

PERSON = person_of_plan()
LEFT_THUMB = 6
PPI_1000 = 39370


def png(height: int, width: int, per_metre: int = 0) -> bytes:
    """A picture file that states its size, and its resolution in pixels per metre, truly or not."""
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))]
    if per_metre:
        chunks.append((b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1)))
    chunks += [(b"IDAT", zlib.compress(b"\0" * min(height * (width + 1), 1000))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def plain(value: int) -> bytes:
    return cv2.imencode(".png", np.full((360, 256), value, np.uint8))[1].tobytes()


BAD = {
    "no image": b"this is a letter, not a picture",
    "empty": b"",
    "1x1": png(1, 1),
    "20000x20000": png(20_000, 20_000),
    "cut off": plain(128)[:60],
    "wrong resolution": png(360, 256, PPI_1000),
    "no finger on it": plain(255),
}


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    """A reader that plays a good press, the bad ones, and a good one."""
    folder = tmp_path / "fingers"
    folder.mkdir()
    fingers = SyntheticFingers()
    last = len(BAD) + 2
    for number in (1, last):
        image = fingers.impression(PERSON.key, LEFT_THUMB, number, USUAL_QUALITY)
        cv2.imwrite(str(folder / f"1_{number}.png"), image)
    for number, content in enumerate(BAD.values(), 2):
        (folder / f"1_{number}.png").write_bytes(content)
    settings = replace(
        set_up_alone(tmp_path / "station"),
        fingerprint_reader=DeviceChoice("image_folder", {"folder": str(folder), "settle_ms": 0}),
    )
    made = reopened(settings)
    made.in_store(lambda: made.station.room.roster.apply(Page((applied(PERSON),), (), "1")))
    yield made
    made.close()


def test_every_kind_of_bad_picture_is_told_and_the_next_press_works(rig: Rig) -> None:
    rig.open_case(PERSON)
    rig.press(PERSON)
    assert rig.state.progress.presses == 1
    for kind in BAD:
        rig.pump(lambda: rig.state.reader.phase is ReaderPhase.WAITING, "the reader")
        rig.hands.reader.press(PERSON.key, LEFT_THUMB)
        rig.pump(lambda: rig.state.reader.phase is ReaderPhase.LIFT, f"a word about {kind}")
        assert rig.state.notice is Notice.PRESS_BAD_IMAGE, kind
        assert rig.state.progress.presses == 1
        rig.hands.reader.lift()
    rig.pump(lambda: rig.state.reader.phase is ReaderPhase.WAITING, "the reader")
    rig.press(PERSON)
    assert rig.state.progress.presses == 2
    events = rig.in_store(lambda: rig.station.room.log.all_since(0))
    assert [one.event.type for one in events].count("press_captured") == 2
