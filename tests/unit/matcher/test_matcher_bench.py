"""The matcher's part of the benchmarks: what stands in it and what survives it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from matcher.evaluation import bench, nbis_interop, template_cache
from matcher.evaluation.accuracy_section import accuracy_section
from matcher.evaluation.document import matcher_part, rewritten
from matcher.evaluation.fusion_section import RULES, fusion_section, misses, two_fingers
from matcher.evaluation.gate_table import gate_section
from matcher.evaluation.impressions import Extracted, ImpressionFile
from matcher.evaluation.scale_section import scale_section
from matcher.evaluation.section import Bar, Section, bar_table
from matcher.evaluation.set_table import set_table
from matcher.evaluation.speed_probe import first_score
from matcher.evaluation.speed_section import MINUTIAE, best_minutiae, verify_times
from matcher.evaluation.template_cache import templates_folder
from matcher.policy import finger_points, fused_points
from matcher.records import View, to_record
from tests.support.matcher_cases import MODEL, finger, golden_image, pressed_again, turned_image
from tests.support.matcher_experiment import at_gate, experiment


def test_the_document_keeps_its_other_parts() -> None:
    old = "# Benchmarks\n\n## Matcher\n\nold\n\n### Notes\n\nold\n\n## Sync\n\nkept\n"
    new = rewritten(old, "## Matcher\n\nnew")
    assert "old" not in new
    assert "## Sync\n\nkept" in new
    assert rewritten(new, "## Matcher\n\nnew") == new
    assert rewritten("# Benchmarks\n", "## Matcher\n\nnew").endswith("## Matcher\n\nnew\n")


def test_bars_stand_before_the_sections_and_name_what_is_open() -> None:
    bars = (Bar("a", "≤ 1", "0", True), Bar("b", "≤ 1", "2", False), Bar("c", "≤ 1", "-", None))
    part = matcher_part([Section("### One\n\ntext", bars)], "./dev bench matcher", "### Reading")
    assert part.index("| a | ≤ 1 | 0 | yes |") < part.index("### One") < part.index("### Reading")
    assert "| b | ≤ 1 | 2 | **no** |" in part
    assert bar_table(bars).endswith("| not measured |")


def test_bars_apply_to_the_figures_held_out() -> None:
    good, bad = experiment("FVC2002_DB2_B"), experiment("FVC2002_DB2_B", missed=40)
    section = accuracy_section([good], {good.name: bad.compared})
    assert [bar.is_reached for bar in section.bars] == [False, False, False]
    assert "FVC2002_DB2_B" in section.bars[1].measured
    section = accuracy_section([bad], {bad.name: good.compared})
    assert [bar.is_reached for bar in section.bars] == [True, True, True]
    assert [bar.is_reached for bar in accuracy_section([good], None).bars] == [None, None]


def test_a_set_that_no_peer_was_run_on_has_dashes() -> None:
    text = accuracy_section([experiment("own")], None).text
    row = next(line for line in text.splitlines() if line.startswith("| own |"))
    assert row.endswith("| - | - | - |")
    assert row.count("|") == text.splitlines()[-1].count("|")


def test_the_gate_marks_its_thresholds_and_counts_single_comparisons() -> None:
    text = gate_section([experiment("one", missed=2)]).text
    assert "extrapolated" in text
    assert f"| one | {2 / 224 * 100:.2f} | 0 of 1,792 |" in text


def test_the_scale_stands_beside_what_pairs_show_of_it() -> None:
    made, other = experiment("FVC_x"), experiment("y")  # 1,792 non-mated pairs each, all at 5
    scores = made.compared.scores.copy()
    scores[np.flatnonzero(~made.compared.is_mated)[:4]] = 30.0
    made = replace(made, compared=replace(made.compared, scores=scores))
    text = scale_section([made, other]).text
    assert "| points | FMR | FVC sets, of 1,792 | at most | all sets, of 3,584 | at most |" in text
    assert "| 20.0 | 1.0e-02 | 4* | 5.1e-03 | 4 | 2.6e-03 |" in text
    assert "| 30.0 | 1.0e-03 | 4† | 5.1e-03 | 4* | 2.6e-03 |" in text
    assert "| 40.0 | 1.0e-04 | 0† | 1.7e-03 | 0† | 8.4e-04 |" in text
    assert "| 45.2 | 3.0e-05 | 0†" in text
    assert "FVC sets, of" not in scale_section([other]).text


def test_rules_of_fusion_are_counted_at_the_highest_stranger() -> None:
    scores = at_gate()
    assert misses(RULES["best of four"](scores)).missed == 0
    scores[1, 2, 1, 0] = 4.0  # one press fails
    scores[2, 0, 3] = 60.0  # one stranger agrees with all four references
    best, mean = (misses(RULES[name](scores)) for name in ("best of four", "mean of four"))
    assert (best.missed, best.trials) == (1, 32)
    assert mean.missed == 32
    section = fusion_section({"one": scores})
    assert section.bars[0].measured == "1 of 32"


def test_two_fingers_hold_where_one_fails() -> None:
    scores = at_gate()
    scores[0, 0, 0, 0] = 4.0
    assert misses(RULES["best of four"](scores)).missed == 1
    assert two_fingers(scores) == replace(two_fingers(scores), missed=0, trials=16)


def test_fingers_are_fused_after_each_has_paid_for_the_best_of_its_references() -> None:
    own, strange = (finger_points([best, 5, 5, 5]) for best in (70, 5))
    expected = fused_points([own, own]) - fused_points([strange, strange])
    assert two_fingers(at_gate()).least_margin == pytest.approx(expected)


def test_the_table_of_sets_has_both_protocols() -> None:
    rows = set_table([experiment("one")]).splitlines()
    assert rows[2].startswith("| one | all pairs | 224 / 1,792 | 0.00 (≤ 1.34) |")
    assert rows[3].startswith("| one | FVC | 224 / 28 | 0.00 (≤ 1.34) |")


def test_the_command_writes_the_document_without_the_peer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "sets" / "small"
    folder.mkdir(parents=True)
    for number, name in enumerate(("arch", "loop")):
        for press, turn_rad in enumerate((0.0, 0.2)):
            image = turned_image(golden_image(name), turn_rad)
            cv2.imwrite(str(folder / f"{number}_{press}.png"), image)
    (tmp_path / "sets" / "empty").mkdir()
    for module in (bench, nbis_interop):
        monkeypatch.setattr(module, "is_installed", lambda: False)
    monkeypatch.setattr(bench, "speed_section", lambda items, model: Section("### Speed"))
    record = tmp_path / "benchmarks.md"
    record.write_text("# Benchmarks\n\n## Sync\n\nkept\n", encoding="utf-8")
    options = ["--cache", str(tmp_path / "cache"), "--pictures", str(tmp_path)]
    assert bench.main([str(tmp_path / "sets"), "--write", str(record), *options]) == 0
    written = record.read_text("utf-8")
    assert "kept" in written
    assert "| small | 2 × 2 |" in written
    assert "pip install nbis-py" in written
    assert written.index("### Curves") < written.index("### Scale") < written.index("### At the")
    assert (tmp_path / "matcher-det.svg").exists()
    assert capsys.readouterr().out.splitlines()[-1].endswith("not measured, 1 sets")


def test_a_folder_without_sets_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main([str(tmp_path), "--cache", str(tmp_path / "cache")]) == 2
    assert "no sets" in capsys.readouterr().err


def test_only_the_best_forty_minutiae_are_timed() -> None:
    template = finger(1, minutiae=60)
    cut = best_minutiae(template)
    assert len(cut) == MINUTIAE
    assert cut.quality.min() >= np.sort(template.quality)[-MINUTIAE]
    assert len(best_minutiae(finger(1, minutiae=12))) == 12


def test_times_need_pairs_of_both_kinds() -> None:
    press = pressed_again(finger(1, 45), 0.1, noise_px=1.0)
    named = [("1", finger(1, 45)), ("1", press), ("2", finger(2, 45))]
    items = [
        Extracted(ImpressionFile(f, str(k), Path(f"set/{f}_{k}.png")), template, 50, None)
        for k, (f, template) in enumerate(named)
    ]
    times = verify_times(items)
    assert min(times.mated_us, times.non_mated_us) > 0
    with pytest.raises(ValueError, match="40 minutiae"):
        verify_times(items[:2])


def test_the_probe_compares_records_as_a_new_process_gets_them() -> None:
    records = [to_record([View(0, 0, 50, finger(k))]).hex() for k in (1, 1)]
    assert first_score(records) > 60


@pytest.mark.parametrize("which", range(len(template_cache._PARAMETERS)))
def test_templates_made_under_other_parameters_are_kept_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, which: int
) -> None:
    before = templates_folder(tmp_path, MODEL)
    changed: list[Any] = list(template_cache._PARAMETERS)
    name, value = next(iter(vars(changed[which]).items()))
    changed[which] = replace(changed[which], **{name: value + 1})
    monkeypatch.setattr(template_cache, "_PARAMETERS", changed)
    assert templates_folder(tmp_path, MODEL) != before


def test_templates_of_another_network_are_kept_apart(tmp_path: Path) -> None:
    other = tmp_path / "other.onnx"
    other.write_bytes(b"another network")
    assert templates_folder(tmp_path, MODEL) == templates_folder(tmp_path, MODEL)
    assert templates_folder(tmp_path, MODEL) != templates_folder(tmp_path, other)
