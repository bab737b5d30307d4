"""`python -m matcher.evaluation.fitting ROOT`: fit the evidence and check the scale.

For every set of the folder the weights are fitted on all others (leave one set out) and, with
`--write`, kept as `folds/<set>.json`; the weights to ship are fitted on all. Then every set is
compared anew, under its own fold and under the shipped parameters.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matcher.evaluation.__main__ import MODEL, existing_folder
from matcher.evaluation.bench_run import RESOLUTION_PPI
from matcher.evaluation.bootstrap import rate_at_most
from matcher.evaluation.evidence_fit import UNFITTED, Sample, fitted, weights_of
from matcher.evaluation.held_out import FOLDS, raw_under, sums_under, write_fold
from matcher.evaluation.impressions import Extracted, extracted, impression_files
from matcher.evaluation.protocol import Comparisons, all_pairs, finger_numbers
from matcher.evaluation.scale_section import SCALE_SETS
from matcher.evaluation.template_cache import templates_folder
from matcher.extraction import Extractor
from matcher.parameters import PairingParameters
from matcher.scoring import KNOTS, POINTS_A_DECADE

Scores = NDArray[np.float64]
Sets = Mapping[str, Sequence[Extracted]]

RULE_OF_30 = 30


def sample(name: str, items: Sequence[Extracted], workers: int) -> Sample:
    """All pairs of a set under weights that no set was asked for."""
    pairs = all_pairs(len(items))
    fingers = finger_numbers([item.file for item in items])[pairs]
    return Sample(name, sums_under(items, pairs, UNFITTED, workers), fingers[:, 0] == fingers[:, 1])


def folds(samples: Sequence[Sample]) -> dict[str, PairingParameters]:
    """The parameters fitted without each set, by its name."""
    return {
        left_out.name: fitted([one for one in samples if one is not left_out])
        for left_out in samples
    }


def calibration(raw: Mapping[str, Scores]) -> list[str]:
    """The scale beside what non-mated raw scores, by set, show of it, knot by knot."""
    making = [raw[name] for name in raw if name.startswith(SCALE_SETS)]
    scale = np.concatenate(making or [*raw.values()])
    pooled = np.concatenate([*raw.values()])
    lines = [f"scale: {len(scale):,} non-mated pairs that make it, {len(pooled):,} pooled"]
    for at, points in KNOTS[1:]:
        fmr = 10 ** (-points / POINTS_A_DECADE)
        above, of_all = int((scale >= at).sum()), int((pooled >= at).sum())
        measured = np.quantile(scale, 1 - fmr)
        mark = "" if above >= RULE_OF_30 else f" (fewer than {RULE_OF_30})"
        lines.append(
            f"{points:5.1f} points: raw {at:.2f}, measured {measured:.2f}; "
            f"{above} pairs above{mark}, FMR at most {rate_at_most(above, len(scale)):.1e}; "
            f"pooled {of_all}, at most {rate_at_most(of_all, len(pooled)):.1e} (95 %)"
        )
    return lines


def table(held: Mapping[str, Comparisons], shipped: Mapping[str, Comparisons]) -> list[str]:
    """EER and FNMR at FMR 1e-3 in per cent, held out and shipped, and their means."""
    figures = np.array(
        [
            [100 * share for one in (held[name], shipped[name]) for share in _figures(one)]
            for name in held
        ]
    )
    rows = [*zip(held, figures, strict=True), ("mean", figures.mean(axis=0))]
    lines = ["set: held out EER / FNMR at FMR 1e-3, shipped EER / FNMR at FMR 1e-3 (%)"]
    for name, (eer, fnmr, shipped_eer, shipped_fnmr) in rows:
        lines.append(f"{name}: {eer:.3f} / {fnmr:.2f}, {shipped_eer:.3f} / {shipped_fnmr:.2f}")
    return lines


def _figures(compared: Comparisons) -> tuple[float, float]:
    return compared.rates.eer, compared.rates.fmr1000


def _sets(root: Path, cache: Path, workers: int) -> dict[str, list[Extracted]]:
    templates, extractor = templates_folder(cache, MODEL), Extractor(MODEL)
    return {
        folder.name: extracted(files, extractor, RESOLUTION_PPI, workers, templates)
        for folder in sorted(root.iterdir())
        if folder.is_dir() and (files := impression_files(folder))
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit, print weights, scale and rates; exit status 2 with fewer than two sets."""
    parser = argparse.ArgumentParser(
        prog="python -m matcher.evaluation.fitting", description=__doc__
    )
    parser.add_argument(
        "root", type=existing_folder, help="folder of sets, each a folder of impressions"
    )
    parser.add_argument("--cache", type=Path, required=True, help="folder that keeps the templates")
    parser.add_argument("--write", action="store_true", help=f"write {FOLDS.name}/<set>.json")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(arguments)
    sets = _sets(options.root, options.cache, options.workers)
    if len(sets) < 2:
        print(f"fewer than two sets in {options.root}", file=sys.stderr)
        return 2
    print("\n".join(report(sets, options.workers, FOLDS if options.write else None)))
    return 0


def report(sets: Sets, workers: int, write_to: Path | None) -> list[str]:
    """What is fitted and measured; folds are written where a folder for them is given."""
    samples = [sample(name, items, workers) for name, items in sets.items()]
    found = folds(samples)
    if write_to is not None:
        for name, parameters in found.items():
            write_fold(name, [other for other in found if other != name], parameters, write_to)
    to_ship, shipped = weights_of(fitted(samples)), weights_of(PairingParameters())
    held = {name: raw_under(items, found[name], workers) for name, items in sets.items()}
    now = {name: raw_under(items, PairingParameters(), workers) for name, items in sets.items()}
    return [
        *(f"without {name}: {weights_of(parameters)}" for name, parameters in found.items()),
        f"with all: {to_ship}",
        "these are shipped" if to_ship == shipped else f"shipped: {shipped}",
        *table(held, now),
        *calibration({name: one.non_mated for name, one in now.items()}),
    ]


if __name__ == "__main__":
    sys.exit(main())
