"""`python -m matcher.evaluation.bench ROOT`: every set of a folder, as one Markdown table.

The first figures of each row use the set's own thresholds (the convention of FVC); the last one is
what single comparisons would do at the gate's rate. Presses and visits have a table of their own.
"""

import argparse
import os
import platform
import re
import resource
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from matcher.engine import core_name
from matcher.evaluation.__main__ import MODEL
from matcher.evaluation.errors_by_threshold import share_below
from matcher.evaluation.experiment import Experiment, run_experiment
from matcher.evaluation.gate_table import SUBSECTION, gate_section
from matcher.extraction import Extractor
from matcher.scoring import is_extrapolated, threshold_for_fmr

GATE_FMR = 1e-4
SECTION = "## Matcher"
HEADING = (
    "| set | fingers × impressions | EER % | FNMR % at FMR 1e-2 | at 1e-3 | at 0 | FTE % "
    "| FNMR % at the gate threshold | non-mated above it |\n|---|---|---|---|---|---|---|---|---|"
)


def table(experiments: Sequence[Experiment]) -> str:
    """One row a set, then the means and the pooled false matches at the gate threshold."""
    rows = [_row(experiment) for experiment in experiments]
    rates = [experiment.rates for experiment in experiments]
    means = [
        float(np.mean(values)) * 100
        for values in (
            [rate.eer for rate in rates],
            [rate.fmr100 for rate in rates],
            [rate.fmr1000 for rate in rates],
            [rate.zero_fmr for rate in rates],
            [experiment.failure_to_extract for experiment in experiments],
            [_gate_fnmr(experiment) for experiment in experiments],
        )
    ]
    above = sum(_gate_false_matches(experiment) for experiment in experiments)
    pairs = sum(len(experiment.non_mated) for experiment in experiments)
    cells = " | ".join(f"**{mean:.2f}**" for mean in means)
    rows.append(f"| **mean** | | {cells} | {above} of {pairs:,} |")
    return "\n".join([HEADING, *rows])


def times(experiments: Sequence[Experiment]) -> str:
    """Medians over the sets."""
    spreads = [e.timings.extract_ms for e in experiments if e.timings.extract_ms is not None]
    extract = [spread.median for spread in spreads]
    mated = np.median([e.timings.verify_mated_us.median for e in experiments])
    other = np.median([e.timings.verify_non_mated_us.median for e in experiments])
    shown = f"{np.median(extract):.0f} ms" if extract else "not measured (templates were cached)"
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return (
        f"Medians of the sets' medians: extraction {shown}, verify {mated:.0f} µs mated and "
        f"{other:.0f} µs non-mated ({core_name} core). Peak memory of the run {resident} MB."
    )


def section(experiments: Sequence[Experiment], command: str) -> str:
    """The section of `docs/benchmarks.md` that this bench owns."""
    gate = threshold_for_fmr(GATE_FMR)
    mark = " (extrapolated)" if is_extrapolated(GATE_FMR) else ""
    presses = {e.name: e.at_gate for e in experiments if e.at_gate is not None}
    parts = [
        SECTION,
        f"Command: `{command}`\nMachine: {machine()}",
        "All pairs of one finger are mated, all pairs of different fingers non-mated.\n"
        f"Gate threshold: score {gate:.0f} for FMR {GATE_FMR:g} a comparison{mark}.",
        table(experiments),
        times(experiments),
    ]
    return "\n\n".join([*parts, gate_section(presses)] if presses else parts)


def machine() -> str:
    """Processor, cores and system, as far as they are told."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        named = re.search(r"^model name\s*:\s*(.+)$", info.read_text(), re.MULTILINE)
        model = named.group(1) if named else model
    return (
        f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    )


def rewritten(document: str, new_section: str) -> str:
    """The document with its section replaced; what follows under other `###` in it stays."""
    own = re.escape(SUBSECTION)
    pattern = re.compile(
        rf"^{re.escape(SECTION)}$.*?(?=^(?!{own}$)###? |\Z)", re.MULTILINE | re.DOTALL
    )
    body = new_section.rstrip() + "\n\n"
    if pattern.search(document):
        return pattern.sub(lambda _: body, document, count=1).rstrip() + "\n"
    return f"{document.rstrip()}\n\n{body}".lstrip().rstrip() + "\n"


def _row(experiment: Experiment) -> str:
    rates = experiment.rates
    shares = (
        rates.eer,
        rates.fmr100,
        rates.fmr1000,
        rates.zero_fmr,
        experiment.failure_to_extract,
        _gate_fnmr(experiment),
    )
    cells = " | ".join(f"{share * 100:.2f}" for share in shares)
    size = f"{experiment.fingers} × {experiment.impressions // experiment.fingers}"
    return f"| {experiment.name} | {size} | {cells} | {_gate_false_matches(experiment)} |"


def _gate_fnmr(experiment: Experiment) -> float:
    return share_below(experiment.mated, threshold_for_fmr(GATE_FMR))


def _gate_false_matches(experiment: Experiment) -> int:
    return int((experiment.non_mated >= threshold_for_fmr(GATE_FMR)).sum())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all sets, print the section and, where asked, write it."""
    parser = argparse.ArgumentParser(prog="python -m matcher.evaluation.bench", description=__doc__)
    parser.add_argument("root", type=Path, help="folder of sets, each a folder of impressions")
    parser.add_argument("--dpi", type=float, default=500.0, help="taken for every set")
    parser.add_argument("--cache", type=Path, help="folder that keeps the templates")
    parser.add_argument("--write", type=Path, help="benchmarks document to bring up to date")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(arguments)
    folders = sorted(path for path in options.root.iterdir() if path.is_dir())
    if not folders:
        print(f"no sets in {options.root}", file=sys.stderr)
        return 2
    extractor = Extractor(MODEL)
    experiments = []
    for folder in folders:
        experiment = run_experiment(folder, extractor, options.dpi, options.workers, options.cache)
        print(f"{folder.name}: EER {experiment.rates.eer * 100:.2f} %", file=sys.stderr)
        experiments.append(experiment)
    text = section(experiments, f"python -m matcher.evaluation.bench {options.root.name}")
    print(text)
    if options.write is not None:
        old = options.write.read_text() if options.write.exists() else "# Benchmarks\n"
        options.write.write_text(rewritten(old, text))
    mean = np.mean([experiment.rates.eer for experiment in experiments]) * 100
    print(f"mean EER {mean:.2f} % over {len(experiments)} sets")
    return 0


if __name__ == "__main__":
    sys.exit(main())
