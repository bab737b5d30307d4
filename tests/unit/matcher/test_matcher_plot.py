"""Charts as SVG and PNG: what a reader of the benchmark sees."""

from pathlib import Path
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest

from matcher.drawing import Figure, Polyline, Words, drawn, to_svg
from matcher.evaluation.plot import Axis, Series, chart, write_chart

PERCENT = tuple((share, f"{share:.0%}") for share in (0.0, 0.5, 1.0))
SVG = "{http://www.w3.org/2000/svg}"


def simple_chart() -> Figure:
    axes = Axis("kept", 0, 1, PERCENT), Axis("wrong", 0, 1, PERCENT)
    curves = [Series("a < b", ((0, 1), (1, 0))), Series("flat", ((0, 0.5), (1, 0.5)))]
    return chart("Errors & quality", *axes, curves)


def parsed(figure: Figure) -> ElementTree.Element:
    return ElementTree.fromstring(to_svg(figure))  # noqa: S314 - text that we just made


def test_a_chart_names_axes_and_curves_in_words_that_need_escaping() -> None:
    root = parsed(simple_chart())
    words = {element.text for element in root.iter(f"{SVG}text")}
    assert {"Errors & quality", "kept", "wrong", "a < b", "flat", "50%"} <= words
    assert root.findtext(f"{SVG}title") == "Errors & quality"


def test_values_beyond_the_axes_stay_inside_the_frame() -> None:
    axis = Axis("", 1, 3, (), place=float)
    assert [axis.share(value) for value in (0, 1, 2, 9)] == [0, 0, 0.5, 1]


def test_curves_differ_by_their_markers_too() -> None:
    root = parsed(simple_chart())
    assert list(root.iter(f"{SVG}circle"))
    assert [e for e in root.iter(f"{SVG}polygon") if e.get("fill") == "#ffffff"]


def test_a_chart_is_written_by_the_name_of_its_file(tmp_path: Path) -> None:
    for name in ("chart.svg", "chart.png"):
        write_chart(simple_chart(), tmp_path / name)
    picture = cv2.imread(str(tmp_path / "chart.png"))
    assert picture is not None
    assert picture.shape == (520, 720, 3)
    assert (tmp_path / "chart.svg").read_text("utf-8").startswith("<svg")
    with pytest.raises(ValueError, match=r"\.svg or \.png"):
        write_chart(simple_chart(), tmp_path / "chart.pdf")


def test_a_picture_has_the_colours_and_smooth_edges() -> None:
    line = Polyline(((2, 2), (18, 15)), "#ff0000", 2)
    picture = drawn(Figure(20, 20, (line, Words(1, 18, "A", 8)), "", "#0000ff"))
    assert picture[0, 19].tolist() == [255, 0, 0]  # blue first
    assert picture[8, 10, 2] > 200
    assert len(np.unique(picture[..., 2])) > 4
