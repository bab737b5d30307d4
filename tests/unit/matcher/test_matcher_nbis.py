"""Records to and from NBIS: its layout, and the peer in a process of its own."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from matcher import RecordError, View, from_record, to_record
from matcher.evaluation import nbis_interop
from matcher.evaluation.nbis_interop import PAIRINGS, nbis_section
from matcher.evaluation.nbis_peer import NbisPeer
from matcher.evaluation.nbis_record import MOST_MINUTIAE, nbis_bytes, read_nbis
from tests.support.matcher_cases import GOLDEN, finger, golden_image
from tests.support.matcher_records import whole

# Two minutiae as nbis-py 0.1.3 writes them: width 300, height 301; (12, 164), 67.5 degrees,
# quality 3 of 63, bifurcation; (23, 89), 45 degrees, quality 63, ending.
VECTOR = bytes.fromhex(
    "464D5200 20323000 00000026 0000 012C 012D 0000 0000 000000 02800C 00A4 30 03  4017 0059 20 3F"
)


@pytest.fixture(scope="module")
def peer() -> Iterator[NbisPeer]:
    with NbisPeer() as running:
        yield running


def png(name: str) -> bytes:
    return (GOLDEN / f"{name}.png").read_bytes()


def test_its_layout_reads_as_minutiae() -> None:
    template = read_nbis(VECTOR, 500)
    assert (template.width, template.height, template.resolution_ppi) == (300, 301, 500)
    first, second = template
    assert (first.x, first.y, first.kind.name, first.quality) == (12, 164, "BIFURCATION", 5)
    assert (second.x, second.y, second.kind.name, second.quality) == (23, 89, "ENDING", 100)
    assert np.degrees(template.angle_rad) == pytest.approx([67.5, 45])


def test_its_layout_is_written_as_it_writes_it() -> None:
    assert nbis_bytes(read_nbis(VECTOR, 500)) == VECTOR


@pytest.mark.parametrize("data", [b"", VECTOR[:-1], VECTOR + b"\0", b"XXXX" + VECTOR[4:]])
def test_what_is_not_its_layout_is_refused(data: bytes) -> None:
    with pytest.raises(RecordError):
        read_nbis(data, 500)


def test_it_gets_the_best_minutiae_in_order_of_x() -> None:
    template = finger(1, 255)
    read = read_nbis(nbis_bytes(template), 500)
    assert len(read) == MOST_MINUTIAE
    assert (np.diff(read.x) >= 0).all()
    assert read.quality.min() >= np.sort(template.quality)[-MOST_MINUTIAE] - 1


def test_its_minutiae_pass_through_a_standard_record(peer: NbisPeer) -> None:
    record = peer.extract(png("loop"))
    assert record is not None
    template = read_nbis(record, 500)
    assert len(template) > 10
    (view,) = from_record(to_record([View(0, 0, 0, template)])).views
    assert view.template == template


def test_bozorth3_knows_a_finger_by_our_minutiae(peer: NbisPeer) -> None:
    templates = [whole(finger(seed)) for seed in (1, 2)]
    peer.hold([*map(nbis_bytes, templates), None])
    same, other, nothing = peer.scores([(0, 0), (0, 1), (0, 2)])
    assert same > 40 > other
    assert nothing == 0


def test_its_quality_is_a_number_of_a_hundred(peer: NbisPeer) -> None:
    score = peer.nfiq2(png("whorl"))
    assert score is not None
    assert 0 <= score <= 100


def test_what_it_refuses_is_no_answer(peer: NbisPeer) -> None:
    assert peer.extract(b"no image") is None
    assert peer.nfiq2(b"no image") is None


def test_it_comes_back_when_its_process_ends() -> None:
    with NbisPeer() as peer:
        peer.hold([nbis_bytes(finger(1)), nbis_bytes(finger(2))])
        before = peer.scores([(0, 1), (0, 0)])
        peer._process.kill()
        peer._process.join()
        assert peer.scores([(0, 1), (0, 0)]) == before
        peer._process.kill()
        peer._process.join()
        assert peer.extract(png("arch")) is None
        assert peer.extract(png("arch")) is not None


def test_quality_scores_are_asked_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    image = golden_image("arch")
    first = nbis_interop.nfiq2_scores([image], tmp_path)
    assert first[0] is not None
    monkeypatch.setattr(nbis_interop, "NbisPeer", None)
    assert nbis_interop.nfiq2_scores([image], tmp_path) == first


def test_a_set_is_measured_all_four_ways(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    for finger_number, name in enumerate(("arch", "loop")):
        image = golden_image(name)
        for impression, shift in enumerate((0, 6)):
            moved = np.roll(image, shift, axis=0)
            cv2.imwrite(str(folder / f"{finger_number}_{impression}.png"), moved)
    text = nbis_section(tmp_path).text
    assert (
        f"| set | {' | '.join(f'{p.minutiae} minutiae, {p.matcher}' for p in PAIRINGS)} |" in text
    )
    assert "| set | 0.00 / 0.00" in text
    assert "| **mean** |" in text


def test_the_section_says_so_where_the_peer_is_absent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nbis_interop, "is_installed", lambda: False)
    assert "Not measured" in nbis_section(tmp_path).text
    with pytest.raises(ModuleNotFoundError):
        nbis_interop.nfiq2_scores([])
