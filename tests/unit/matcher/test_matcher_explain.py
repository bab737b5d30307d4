"""The picture of a pairing: for any two images, and telling what it cannot use."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from matcher import Template, verify
from matcher.drawing import Disc, Polyline, Words
from matcher.explain import Shown, pairing_picture
from matcher.explain.__main__ import main
from matcher.explain.marks import mark
from matcher.explain.panel import panel
from matcher.minutia import Minutia, MinutiaKind
from tests.support.matcher_cases import finger, golden_image, pressed_again, turned_image


def test_two_files_give_a_picture_and_a_score(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    image = golden_image("loop")
    for name, pixels in (("a", image), ("b", turned_image(image, 0.3))):
        cv2.imwrite(str(tmp_path / f"{name}.png"), pixels)
    names = [str(tmp_path / name) for name in ("a.png", "b.png", "out.png")]
    assert main([*names[:2], "-o", names[2]]) == 0
    assert capsys.readouterr().out.startswith("score ")
    picture = cv2.imread(names[2])
    assert picture is not None
    assert picture.shape[0] >= 720
    colours = {tuple(colour) for colour in np.unique(picture.reshape(-1, 3), axis=0).tolist()}
    assert any(blue > red + 60 for blue, _, red in colours)  # marks of paired minutiae


def png(image: NDArray[np.generic]) -> bytes:
    _, data = cv2.imencode(".png", np.asarray(image))
    return bytes(data.tobytes())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "it is empty"),
        (b"none", "not a whole PNG"),
        (png(golden_image("loop"))[:5000], "not a whole PNG"),
        (png(golden_image("loop").astype(np.uint16) * 257), "8-bit grey"),
        (png(golden_image("loop")[:40]), "shorter than 64 pixels"),
        (png(np.zeros((70, 2500), np.uint8)), "longer than 2000 pixels"),
    ],
)
def test_a_file_that_is_no_picture_is_told_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes, words: str
) -> None:
    good, bad, out = (tmp_path / name for name in ("good.png", "bad.png", "out.png"))
    good.write_bytes(png(golden_image("loop")))
    bad.write_bytes(data)
    assert main([str(good), str(bad), "-o", str(out)]) == 2
    (sentence,) = capsys.readouterr().err.splitlines()
    assert sentence.startswith(f"{bad} cannot be used: ")
    assert words in sentence
    assert not out.exists()


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--model", "none.onnx", "cannot load none.onnx"),
        ("--output", "no folder/out.png", "out.png: No such file"),
        ("--dpi", "90", "--dpi must be 250 to 1000"),
    ],
)
def test_what_else_stands_in_the_way_is_told_too(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    option: str,
    value: str,
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.png").write_bytes(png(golden_image("loop")))
    assert main(["a.png", "a.png", "-o", "out.png", option, value]) == 2
    (sentence,) = capsys.readouterr().err.splitlines()
    assert words in sentence
    assert main(["a.png", "none.png", "-o", "out.png"]) == 2
    assert capsys.readouterr().err == "none.png: No such file or directory\n"


def test_a_narrow_picture_of_any_length_is_drawn_at_a_size_that_can_be_looked_at() -> None:
    narrow = Shown("narrow", np.full((64, 2000), 200, np.uint8), Template.empty(2000, 64), 0)
    drawn = pairing_picture(narrow, narrow, verify(narrow.template, narrow.template))
    assert drawn.shape[1] < 4000


def test_kinds_differ_by_shape_and_tails_point_as_seen() -> None:
    upwards = Minutia(0, 0, np.pi / 2, 80, MinutiaKind.ENDING)
    tail, body = mark(upwards, (50.0, 50.0), is_paired=True)
    assert isinstance(body, Disc)
    assert isinstance(tail, Polyline)
    assert tail.points[1][1] < tail.points[0][1] < 50  # y runs down
    fork = Minutia(0, 0, 0.0, 80, MinutiaKind.BIFURCATION)
    assert isinstance(list(mark(fork, (50.0, 50.0), is_paired=False))[1], Polyline)


def test_the_panel_names_the_score_its_meaning_and_every_part() -> None:
    comparison = verify(finger(1), finger(1))
    words = [shape.text for shape in panel(comparison, 0, 0) if isinstance(shape, Words)]
    assert f"{comparison.score:.1f}" in words
    assert any("(extrapolated)" in text for text in words)
    assert "position rms px" in words
    assert "neighbour support" in words


@pytest.mark.parametrize(
    ("score", "rate"),
    [
        (0.0, "1 in 1 pairs"),
        (30.0, "1 in 1,000 pairs"),
        (39.9, "1 in 9,772 pairs"),
        (40.0, "1 in 1 x 10^4 pairs"),
        (49.9, "1 in 1 x 10^5 pairs"),
        (116.6, "1 in 5 x 10^11 pairs"),
    ],
)
def test_a_score_is_told_as_the_pairs_it_is_one_of(score: float, rate: str) -> None:
    comparison = replace(verify(finger(1), finger(1)), score=score)
    words = [shape.text for shape in panel(comparison, 0, 0) if isinstance(shape, Words)]
    assert any(text.startswith(rate) for text in words)


def test_pictures_of_any_resolution_and_empty_ones_are_drawn() -> None:
    template = finger(2)
    ours = Shown("probe", np.full((720, 512), 200, np.uint8), template, 60)
    again = pressed_again(template, 0.2)
    theirs = Shown("reference", np.full((360, 256), 200, np.uint8), again, 50)
    nothing = Shown("empty", np.full((360, 256), 255, np.uint8), Template.empty(256, 360), 0)
    drawn = pairing_picture(ours, theirs, verify(template, again))
    assert drawn.dtype == np.uint8
    assert drawn.shape == pairing_picture(ours, nothing, verify(template, nothing.template)).shape
