"""The picture of a pairing: for any two images, and telling what it cannot use."""

from pathlib import Path

import cv2
import numpy as np
import pytest

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


def test_a_file_that_is_no_picture_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.png").write_bytes(b"none")
    out = tmp_path / "out.png"
    assert main([str(tmp_path / "a.png"), str(tmp_path / "a.png"), "-o", str(out)]) == 2
    assert "a.png" in capsys.readouterr().err
    assert main([str(tmp_path / "none.png"), str(tmp_path / "a.png"), "-o", str(out)]) == 2
    assert not out.exists()


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


def test_pictures_of_any_resolution_and_empty_ones_are_drawn() -> None:
    template = finger(2)
    ours = Shown("probe", np.full((720, 512), 200, np.uint8), template, 60)
    again = pressed_again(template, 0.2)
    theirs = Shown("reference", np.full((360, 256), 200, np.uint8), again, 50)
    nothing = Shown("empty", np.full((360, 256), 255, np.uint8), Template.empty(256, 360), 0)
    drawn = pairing_picture(ours, theirs, verify(template, again))
    assert drawn.dtype == np.uint8
    assert drawn.shape == pairing_picture(ours, nothing, verify(template, nothing.template)).shape
