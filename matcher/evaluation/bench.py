"""`python -m matcher.evaluation.bench ROOT`: every set of a folder, as a part of the benchmarks.

Templates are kept in a cache that belongs to the state of the extraction; comparisons are made anew
every time. From nothing it takes some minutes a thousand images.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from matcher.evaluation.__main__ import MODEL
from matcher.evaluation.accuracy_section import accuracy_section
from matcher.evaluation.document import matcher_part, rewritten
from matcher.evaluation.experiment import Experiment, run_experiment
from matcher.evaluation.fusion_section import fusion_section
from matcher.evaluation.gate_table import gate_section
from matcher.evaluation.impressions import Extracted, extracted, impression_files
from matcher.evaluation.notes import READING
from matcher.evaluation.section import Section
from matcher.evaluation.speed_section import speed_section
from matcher.evaluation.template_cache import templates_folder
from matcher.extraction import Extractor

RESOLUTION_PPI = 500.0


def sections(folders: Sequence[Path], cache: Path, workers: int) -> list[Section]:
    """All parts of the bench, in the order of the document."""
    templates = templates_folder(cache, MODEL)
    experiments = measured(folders, templates, workers)
    at_gate = {one.name: one.at_gate for one in experiments if one.at_gate is not None}
    steps: list[Callable[[], Section]] = [
        lambda: accuracy_section(experiments, None),
        lambda: gate_section(experiments),
        lambda: fusion_section(at_gate),
        lambda: speed_section(impressions(folders, templates, workers), MODEL),
    ]
    return [_told(step) for step in steps]


def measured(folders: Sequence[Path], templates: Path, workers: int) -> list[Experiment]:
    """Every set under the parameters shipped."""
    extractor, experiments = Extractor(MODEL), []
    for folder in folders:
        experiment = run_experiment(folder, extractor, RESOLUTION_PPI, workers, templates)
        print(f"{folder.name}: EER {experiment.rates.eer * 100:.2f} %", file=sys.stderr)
        experiments.append(experiment)
    return experiments


def impressions(folders: Sequence[Path], templates: Path, workers: int) -> list[Extracted]:
    """Of all sets, from the cache that `measured` has filled."""
    extractor = Extractor(MODEL)
    return [
        item
        for folder in folders
        for item in extracted(
            impression_files(folder), extractor, RESOLUTION_PPI, workers, templates
        )
    ]


def _told(step: Callable[[], Section]) -> Section:
    started = time.monotonic()
    section = step()
    title = section.text.partition("\n")[0].lstrip("# ")
    print(f"{title}: {time.monotonic() - started:.0f} s", file=sys.stderr)
    return section


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all sets, print the part and, where asked, write it; end in one summary line."""
    options = _parser().parse_args(arguments)
    folders = sorted(path for path in options.root.iterdir() if path.is_dir())
    if not folders:
        print(f"no sets in {options.root}", file=sys.stderr)
        return 2
    done = sections(folders, options.cache, options.workers)
    text = matcher_part(done, options.command, READING)
    print(text)
    if options.write is not None:
        old = options.write.read_text("utf-8") if options.write.exists() else "# Benchmarks\n"
        options.write.write_text(rewritten(old, text), encoding="utf-8")
    bars = [bar for section in done for bar in section.bars]
    reached, open_ = (sum(bar.is_reached is value for bar in bars) for value in (True, None))
    print(f"{reached} of {len(bars)} bars reached, {open_} not measured, {len(folders)} sets")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m matcher.evaluation.bench", description=__doc__)
    parser.add_argument("root", type=Path, help="folder of sets, each a folder of impressions")
    parser.add_argument(
        "--cache", type=Path, default=Path("build/matcher-bench"), help="folder kept between runs"
    )
    parser.add_argument("--write", type=Path, help="benchmarks document to bring up to date")
    parser.add_argument("--command", default="./dev bench matcher", help="named in the document")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    return parser


if __name__ == "__main__":
    sys.exit(main())
