"""Weights fitted on some sets, kept and used for another."""

from pathlib import Path

import numpy as np
import pytest

from matcher.evaluation.evidence_fit import ORIGIN, Sample, fitted, weights_of, with_weights
from matcher.evaluation.fitting import calibration, folds, main, report, sample
from matcher.evaluation.held_out import (
    FOLDS,
    compared_under,
    fold_file,
    fold_parameters,
    held_out,
    write_fold,
)
from matcher.evaluation.impressions import Extracted, ImpressionFile
from matcher.parameters import PairingParameters
from tests.support.matcher_golden_scores import impressions


def drawn(name: str, seed: int, pairs: int = 300) -> Sample:
    """Sums of which mated ones pair more and fit better, with noise."""
    random = np.random.default_rng(seed)
    mated = np.arange(pairs) < pairs // 3
    strength = np.where(mated, 1.0, 0.4) * random.uniform(0.6, 1.4, pairs)
    count = np.maximum(2, np.rint(20 * strength))
    sums = np.column_stack(
        [
            count,
            count * 0.8,
            count + random.uniform(2, 12, pairs),
            count + random.uniform(2, 12, pairs),
            random.uniform(3, 7, pairs) / np.sqrt(strength),
            random.uniform(0.05, 0.2, pairs),
            60 * strength**2,
            np.rint(count * random.uniform(0.5, 0.9, pairs)),
            np.full(pairs, 40.0),
            40 * np.minimum(1, 0.5 + strength / 2),
            strength,
        ]
    )
    return Sample(name, sums, mated)


def items(finger_prefix: str = "") -> list[Extracted]:
    found = []
    for name, template in impressions().items():
        finger, _, press = name.rpartition("_")
        file = ImpressionFile(finger_prefix + finger, press, Path(f"{name}.png"))
        found.append(Extracted(file, template, 80, None))
    return found


def test_evidence_of_one_finger_weighs_for_it_and_looseness_against() -> None:
    weights = weights_of(fitted([drawn("a", 1), drawn("b", 2)]))
    assert weights["support"] > 0
    assert weights["looseness"] < 0
    assert weights["constant"] < ORIGIN


def test_the_fit_is_the_same_from_run_to_run() -> None:
    assert fitted([drawn("a", 1)]) == fitted([drawn("a", 1)])


def test_a_fold_does_not_look_at_its_own_set() -> None:
    rest = [drawn("a", 1), drawn("b", 2)]
    one, other = (folds([*rest, last])["c"] for last in (drawn("c", 3), drawn("c", 4)))
    assert one == other == fitted(rest)


def test_a_fold_is_kept_and_read(tmp_path: Path) -> None:
    parameters = fitted([drawn("a", 1), drawn("b", 2)])
    write_fold("c", ["a", "b"], parameters, tmp_path)
    assert fold_parameters("c", tmp_path) == with_weights(weights_of(parameters))
    assert fold_parameters("d", tmp_path) is None


def test_a_fold_that_saw_its_set_is_refused(tmp_path: Path) -> None:
    write_fold("a", ["a", "b"], PairingParameters(), tmp_path)
    with pytest.raises(ValueError, match="without a"):
        fold_parameters("a", tmp_path)


def test_held_out_comparisons_use_the_fold(tmp_path: Path) -> None:
    sets = {"one": items()}
    assert held_out(sets, 1, tmp_path) is None
    write_fold("one", ["two"], with_weights({"constant": 0.0}), tmp_path)
    found = held_out(sets, 1, tmp_path)
    assert found is not None
    shipped = compared_under(items(), PairingParameters(), 1)
    assert found["one"].mated.mean() > shipped.mated.mean()
    assert (found["one"].pairs == shipped.pairs).all()


def test_an_impression_without_template_scores_nothing() -> None:
    failed = [*items(), Extracted(ImpressionFile("9", "1", Path("9_1.png")), None, 0, None)]
    compared = compared_under(failed, PairingParameters(), 1)
    assert (compared.scores[compared.pairs[:, 1] == len(failed) - 1] == 0).all()


def test_the_report_fits_measures_and_writes(tmp_path: Path) -> None:
    lines = "\n".join(report({"FVC_x": items(), "y": items("b")}, 1, tmp_path))
    assert fold_file("FVC_x", tmp_path).exists()
    assert fold_file("y", tmp_path).exists()
    assert "without y" in lines
    assert "mean: " in lines
    assert "40.0 points" in lines


def test_the_scale_is_checked_against_the_sets_that_make_it() -> None:
    raw = {"FVC_x": np.linspace(0, 2, 3000), "y": np.zeros(1000)}
    lines = calibration(raw)
    assert lines[0].startswith("scale: 3,000 non-mated pairs that make it, 4,000 pooled")
    assert "0 pairs above (fewer than 30), FMR at most 1.0e-03" in lines[-1]


def test_one_set_is_too_few(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path), "--cache", str(tmp_path / "cache")]) == 2
    assert "fewer than two sets" in capsys.readouterr().err


def test_samples_say_which_pairs_are_mated() -> None:
    taken = sample("one", items(), 1)
    assert len(taken.sums) == 36
    assert taken.is_mated.sum() == 9


def test_every_kept_fold_was_fitted_without_its_set() -> None:
    kept = [path.stem for path in FOLDS.glob("*.json")]
    assert len(kept) == 8
    assert all(fold_parameters(name) is not None for name in kept)
