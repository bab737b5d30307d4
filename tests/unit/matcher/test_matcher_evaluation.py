"""Error rates by hand, and the evaluation command on a tiny set of drawn prints."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from matcher import Extractor
from matcher.evaluation.__main__ import main
from matcher.evaluation.errors_by_threshold import error_curve, error_rates
from matcher.evaluation.experiment import Spread, compared_in_threads, timings_of
from matcher.evaluation.impressions import (
    Extracted,
    ImpressionFile,
    extracted,
    impression_files,
)
from matcher.evaluation.protocol import all_pairs
from tests.support.matcher_cases import finger, golden_image, turned_image


def scores(*values: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array(values, dtype=np.float64)


def test_sets_that_do_not_overlap_have_no_errors() -> None:
    rates = error_rates(scores(5, 6, 7), scores(1, 2, 3))
    assert (rates.eer, rates.fmr100, rates.fmr1000, rates.zero_fmr) == (0, 0, 0, 0)
    assert rates.zero_threshold == 3


def test_rates_counted_by_hand() -> None:
    mated, non_mated = scores(2, 6, 7, 8), scores(1, 2, 3, 4)
    assert error_rates(mated, non_mated).eer == pytest.approx(0.25)
    curve = error_curve(mated, non_mated)
    assert [curve.fnmr_at(fmr) for fmr in (0.0, 0.25, 1.0)] == [0.25, 0.25, 0.0]


def test_a_tie_with_a_non_mated_score_counts_as_a_miss() -> None:
    assert error_curve(scores(4, 9), scores(1, 4)).fnmr_at(0.0) == 0.5


def test_rates_need_both_kinds_of_pairs() -> None:
    with pytest.raises(ValueError, match="mated"):
        error_rates(scores(), scores(1))


@pytest.fixture
def small_set(tmp_path: Path) -> Path:
    folder = tmp_path / "set"
    folder.mkdir()
    for number, name in (("1", "arch"), ("2", "loop")):
        image = golden_image(name)
        cv2.imwrite(str(folder / f"{number}_1.png"), image)
        cv2.imwrite(str(folder / f"{number}_2.bmp"), turned_image(image, 0.2))
    for name in ("notes.txt", "1_9.txt", "map.png", "_3.png"):
        (folder / name).write_text("not an impression")
    return folder


def test_only_impressions_count(small_set: Path) -> None:
    assert [(f.finger, f.impression) for f in impression_files(small_set)] == [
        ("1", "1"),
        ("1", "2"),
        ("2", "1"),
        ("2", "2"),
    ]


def test_templates_are_as_stored_whether_a_cache_kept_them_or_not(
    extractor: Extractor, small_set: Path, tmp_path: Path
) -> None:
    files = impression_files(small_set)[:2]
    without, first, again = (
        [item.template for item in extracted(files, extractor, 500, 1, cache)]
        for cache in (None, tmp_path / "cache", tmp_path / "cache")
    )
    assert without == first == again
    assert without[0] is not None
    steps = without[0].angle_rad * (256 / (2 * np.pi))
    np.testing.assert_allclose(steps, np.rint(steps), atol=1e-3)


def test_the_command_prints_the_equal_error_rate_first(
    small_set: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (small_set / "2_3.png").write_bytes(b"torn")
    options = [str(small_set), "--dpi", "500", "--cache", str(tmp_path / "cache"), "--workers", "1"]
    assert main(options) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("EER ")
    assert lines[0].endswith(" %")
    assert "FTE 20.00 %" in lines
    assert "4 mated and 6 non-mated pairs" in "\n".join(lines)
    assert any(line.startswith("| set | FVC | 4 / 1 |") for line in lines)
    scores, det = tmp_path / "scores.tsv", tmp_path / "det.svg"
    assert main([*options, "--scores", str(scores), "--det", str(det)]) == 0
    assert "extract cached" in capsys.readouterr().out
    rows = [line.split("\t") for line in scores.read_text("utf-8").splitlines()]
    assert len(rows) == 1 + 10
    assert rows[1][:6] == ["set", "1", "1", "1", "2", "mated"]
    assert all(float(row[6]) == 0 for row in rows if row[3:5] == ["2", "3"])
    assert "<svg" in det.read_text("utf-8")


def test_what_cannot_be_written_is_refused_before_anything_is_measured(
    small_set: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for option, name, words in (
        ("--det", "curve.pdf", ".svg or .png"),
        ("--det", "no folder/curve.svg", "no folder"),
        ("--scores", "no folder/scores.tsv", "no folder"),
    ):
        with pytest.raises(SystemExit):
            main([str(small_set), option, name])
        assert words in capsys.readouterr().err


def test_a_folder_without_pairs_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2
    assert "two fingers" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main([str(tmp_path / "none")])
    assert "no folder" in capsys.readouterr().err


def test_a_set_of_which_nothing_can_be_used_has_no_error_rates(
    small_set: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(small_set), "--dpi", "90"]) == 2
    assert "no image gave a template, all taken as 90 ppi" in capsys.readouterr().err
    assert main([str(small_set), "--model", "none.onnx"]) == 2
    assert capsys.readouterr().err == "cannot load none.onnx\n"


def test_pairs_without_templates_take_no_time() -> None:
    file = ImpressionFile("1", "1", Path("1_1.png"))
    items = [Extracted(file, template, 50, None) for template in (finger(1), finger(1), None)]
    scores, took_us = compared_in_threads(items, all_pairs(3), 1)
    assert scores[0] > 0 < took_us[0]
    assert scores[1:].tolist() == [0, 0]
    assert np.isnan(took_us[1:]).all()
    timings = timings_of(items, took_us, np.array([True, True, False]))
    assert timings.verify_mated_us == Spread(took_us[0], took_us[0])
    assert timings.verify_non_mated_us is None
