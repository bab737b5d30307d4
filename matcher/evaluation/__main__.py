"""`python -m matcher.evaluation FOLDER --dpi N`: error rates of sets of impressions.

Every pair of impressions of each folder is compared (the extended protocol); the FVC protocol's
figures are of the part that it keeps. With `--scores` every comparison is written down, with
`--det` the curve is drawn.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from matcher.engine import core_name
from matcher.errors import ModelUnusable
from matcher.evaluation.det import det_figure
from matcher.evaluation.experiment import Experiment, Spread, run_experiment
from matcher.evaluation.plot import write_chart
from matcher.evaluation.score_file import write_scores
from matcher.evaluation.set_table import set_table
from matcher.extraction import Extractor
from matcher.policy import marked

MODEL = Path(__file__).resolve().parents[2] / "resources" / "models" / "leader_minutiae.onnx"
CHARTS = (".svg", ".png")


def report(experiment: Experiment) -> list[str]:
    """The lines that are printed of a set, the equal error rate first."""
    rates, timings = experiment.rates, experiment.timings
    return [
        f"EER {_percent(rates.eer)}",
        f"FMR100 {_percent(rates.fmr100)}",
        f"FMR1000 {_percent(rates.fmr1000)}",
        f"FMR10000 {_percent(rates.fmr10000)}",
        f"ZeroFMR {_percent(rates.zero_fmr)} above score {marked(rates.zero_threshold)}",
        f"FTE {_percent(experiment.failure_to_extract)}",
        f"extract {_times(timings.extract_ms, 'ms', without='cached')}",
        f"verify mated {_times(timings.verify_mated_us, 'us')}, "
        f"non-mated {_times(timings.verify_non_mated_us, 'us')} ({core_name} core)",
        f"{experiment.impressions} impressions of {experiment.fingers} fingers, "
        f"{experiment.mean_minutiae:.0f} minutiae each, "
        f"{len(experiment.mated)} mated and {len(experiment.non_mated)} non-mated pairs",
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print; exit status 2 when a folder cannot be evaluated."""
    options = _parser().parse_args(arguments)
    try:
        extractor = Extractor(options.model)
    except ModelUnusable as error:
        print(error, file=sys.stderr)
        return 2
    experiments = []
    for folder in options.folders:
        try:
            done = run_experiment(folder, extractor, options.dpi, options.workers, options.cache)
        except ValueError as error:
            print(f"{folder}: {error}", file=sys.stderr)
            return 2
        experiments.append(done)
        print("\n".join(report(done)) + "\n")
    print(set_table(experiments))
    _write(experiments, options)
    return 0


def _write(experiments: Sequence[Experiment], options: argparse.Namespace) -> None:
    if options.scores is not None:
        write_scores(options.scores, experiments)
    if options.det is not None:
        curves = {done.name: done.compared.curve for done in experiments}
        write_chart(det_figure(curves, "Detection error trade-off, all pairs"), options.det)


def existing_folder(text: str) -> Path:
    """For `argparse`: a folder that is there."""
    path = Path(text)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"no folder {path}")
    return path


def _output_path(text: str) -> Path:
    """Refused before minutes of work, not after them."""
    path = Path(text)
    existing_folder(str(path.parent))
    return path


def _chart_path(text: str) -> Path:
    path = _output_path(text)
    if path.suffix.lower() not in CHARTS:
        raise argparse.ArgumentTypeError(f"a chart ends in {' or '.join(CHARTS)}")
    return path


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m matcher.evaluation", description=__doc__)
    parser.add_argument(
        "folders",
        type=existing_folder,
        nargs="+",
        metavar="FOLDER",
        help="<finger>_<impression>.png|tif|bmp",
    )
    parser.add_argument("--dpi", type=float, default=500.0, help="resolution of the images")
    parser.add_argument("--cache", type=Path, help="folder that keeps the templates")
    parser.add_argument("--scores", type=_output_path, help="file for one line a comparison")
    parser.add_argument("--det", type=_chart_path, help="chart to draw, .svg or .png")
    parser.add_argument("--model", type=Path, default=MODEL)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    return parser


def _percent(share: float) -> str:
    return f"{share * 100:.2f} %"


def _times(spread: Spread | None, unit: str, without: str = "none") -> str:
    if spread is None:
        return without
    return f"{spread.median:.0f} {unit} (median), {spread.p95:.0f} {unit} (p95)"


if __name__ == "__main__":
    sys.exit(main())
