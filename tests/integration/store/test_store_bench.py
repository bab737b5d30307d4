"""The store's bench measures what it says, tried on a small store and small pictures."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from drivers.simulated.fingerprint_synthesis.fingers import SyntheticFingers
from station.services import candidates, lookup
from station.workflow.inputs import ApplicantsFound
from tests.support.store_bench_images import CODECS, Grey, coded, reader_window
from tests.support.store_bench_station import (
    SESSION,
    TODAY,
    appending,
    full_station,
    opening_s,
    searching_ms,
)
from tests.support.store_population import people

PEOPLE = 120


@pytest.fixture(scope="module")
def press() -> Grey:
    return SyntheticFingers().impression("P001", 7, 0)


def test_a_store_of_the_bench_is_opened_pressed_into_and_searched(
    tmp_path: Path, press: Grey
) -> None:
    station = full_station(tmp_path, PEOPLE, 1)
    assert len(opening_s(station, 2)) == 2
    with station.open() as room:
        assert len(appending(room, [press], 25).wall_ms) == 25
        assert room.database.row("SELECT count(*) FROM payload") == (2 * (24 + 25),)
    assert all(searching_ms(station, PEOPLE).values())


def test_everybody_of_the_bench_is_found_at_desk_and_gate(tmp_path: Path) -> None:
    station = full_station(tmp_path, PEOPLE, 0)
    with station.open() as room:
        for number, person in enumerate(people(PEOPLE)):
            for text in (person.registration_id, person.document_number):
                found = lookup.search(room, text, TODAY)
                assert isinstance(found, ApplicantsFound), text
                assert [one.subject for one in found.applicants] == [person.subject]
            seat = candidates.by_text(room.site, SESSION, f"26000{number:06d}")
            assert isinstance(seat, tuple)
            assert seat[0].subject == person.subject
        rare = {one.subject for one in people(PEOPLE) if one.name.startswith("䶮")}
        assert rare
        assert rare == {one.subject for one in room.roster.by_name("䶮", PEOPLE)}


@pytest.mark.parametrize("size_px", [(256, 360), (640, 480), (200, 200), (300, 300), (250, 500)])
def test_a_reader_window_has_the_readers_size(size_px: tuple[int, int], press: Grey) -> None:
    picture = np.asarray(cv2.resize(press, size_px), np.uint8)
    assert reader_window(picture).shape == (360, 256)


def test_a_reader_window_lies_around_the_finger(press: Grey) -> None:
    plate = np.full((700, 600), 250, np.uint8)
    plate[300:660, 330:586] = press
    window = reader_window(plate)
    assert cv2.matchTemplate(window, press[120:240, 80:180], cv2.TM_CCOEFF_NORMED).max() > 0.99


def test_every_codec_of_the_bench_keeps_every_pixel_and_a_lossy_one_is_noticed(press: Grey) -> None:
    for encode, decode in CODECS.values():
        assert coded([press], encode, decode).mean_bytes < press.size
    png, decode = CODECS["PNG, the station's"]
    with pytest.raises(ValueError, match="lost"):
        coded([press], lambda picture: png(picture // 2 * 2), decode)
