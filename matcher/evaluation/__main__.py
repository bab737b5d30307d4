"""`python -m matcher.evaluation FOLDER --dpi N`: error rates of one set of impressions."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from matcher.engine import core_name
from matcher.evaluation.experiment import Experiment, run_experiment
from matcher.extraction import Extractor

MODEL = Path(__file__).resolve().parents[2] / "resources" / "models" / "leader_minutiae.onnx"


def report(experiment: Experiment) -> list[str]:
    """The lines that are printed, the equal error rate first."""
    rates, timings = experiment.rates, experiment.timings
    extract = "cached" if timings.extract_ms is None else f"{timings.extract_ms:.0f} ms"
    verify = f"{timings.verify_mated_us:.0f} / {timings.verify_non_mated_us:.0f} us"
    return [
        f"EER {rates.eer:.2%}".replace("%", " %"),
        f"FMR100 {rates.fmr100:.2%}".replace("%", " %"),
        f"FMR1000 {rates.fmr1000:.2%}".replace("%", " %"),
        f"ZeroFMR {rates.zero_fmr:.2%} above score {rates.zero_threshold:.1f}".replace("%", " %"),
        f"FTE {experiment.failure_to_extract:.2%}".replace("%", " %"),
        f"extract {extract} (median)",
        f"verify {verify} (median, mated / non-mated, {core_name} core)",
        f"{experiment.impressions} impressions of {experiment.fingers} fingers, "
        f"{experiment.mean_minutiae:.0f} minutiae each, "
        f"{len(experiment.mated)} mated and {len(experiment.non_mated)} non-mated pairs",
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print; exit status 2 when the folder cannot be evaluated."""
    parser = argparse.ArgumentParser(prog="python -m matcher.evaluation", description=__doc__)
    parser.add_argument("folder", type=Path, help="<finger>_<impression>.png|tif|bmp")
    parser.add_argument("--dpi", type=float, default=500.0, help="resolution of the images")
    parser.add_argument("--cache", type=Path, help="folder that keeps the templates")
    parser.add_argument("--model", type=Path, default=MODEL)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(arguments)
    if not options.folder.is_dir():
        print(f"no folder {options.folder}", file=sys.stderr)
        return 2
    try:
        experiment = run_experiment(
            options.folder, Extractor(options.model), options.dpi, options.workers, options.cache
        )
    except ValueError as error:
        print(f"{options.folder}: {error}", file=sys.stderr)
        return 2
    print("\n".join(report(experiment)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
