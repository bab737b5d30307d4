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

from matcher.evaluation.__main__ import MODEL, existing_folder
from matcher.evaluation.accuracy_section import accuracy_section
from matcher.evaluation.bench_run import BenchRun, bench_run
from matcher.evaluation.det import det_figure
from matcher.evaluation.document import matcher_part, rewritten
from matcher.evaluation.fusion_section import fusion_section
from matcher.evaluation.gate_table import gate_section
from matcher.evaluation.held_out import held_out
from matcher.evaluation.identification_bench import HEADING as IDENTIFICATION
from matcher.evaluation.identification_bench import Extent, Press, identification_section
from matcher.evaluation.nbis_interop import WITHOUT_NBIS, nbis_section, nfiq2_scores
from matcher.evaluation.nbis_peer import is_installed
from matcher.evaluation.notes import READING
from matcher.evaluation.plot import write_chart
from matcher.evaluation.quality_ratings import rated_sets
from matcher.evaluation.quality_section import discard_figure, quality_section
from matcher.evaluation.scale_section import scale_section
from matcher.evaluation.section import Section
from matcher.evaluation.speed_section import speed_section
from matcher.extraction import decode_image

DET_FILE, DISCARD_FILE = "matcher-det.svg", "matcher-quality.svg"


def sections(run: BenchRun, pictures: Path | None, press: Press | None) -> list[Section]:
    """All parts of the bench, in the order of the document.

    `pictures` is a folder for charts, `press` gives the impressions of a roster.
    """
    steps: list[Callable[[], Section]] = [
        lambda: accuracy_section(run.experiments, held_out(run.items_by_set, run.workers)),
        lambda: _curves(run, pictures),
        lambda: scale_section(run.experiments),
        lambda: gate_section(run.experiments),
        lambda: fusion_section(run.at_gate),
        lambda: nbis_section(run.root, run.cache),
        lambda: _quality(run, pictures),
        lambda: speed_section(run.all_items, MODEL),
        lambda: _identification(press),
    ]
    return [_told(step) for step in steps]


def _curves(run: BenchRun, pictures: Path | None) -> Section:
    """Drawn where there is a folder for it."""
    figure = det_figure(
        {one.name: one.compared.curve for one in run.experiments}, "Matcher, all pairs"
    )
    if pictures is None:
        return Section("### Curves\n\nNot drawn: no folder for charts was given.")
    write_chart(figure, pictures / DET_FILE)
    text = f"![False matches against false non-matches, set by set](pictures/{DET_FILE})"
    return Section(f"### Curves\n\n{text}")


def _quality(run: BenchRun, pictures: Path | None) -> Section:
    """The quality of all impressions, beside the peer's where it can be asked."""
    if len(run.experiments) < 2:
        return Section("### Impression quality\n\nNot measured: it takes two sets.")
    sets = rated_sets(run.experiments, run.all_items, _nfiq2(run))
    section = quality_section(sets)
    notes = [] if is_installed() else [WITHOUT_NBIS]
    if pictures is not None:
        write_chart(discard_figure(sets), pictures / DISCARD_FILE)
        notes.append(f"![Errors when the worst pairs are discarded](pictures/{DISCARD_FILE})")
    return Section("\n\n".join([section.text, *notes]), section.bars)


def _nfiq2(run: BenchRun) -> Callable[[bytes], int | None] | None:
    """What NFIQ 2 says of an image file; None where it is not installed."""
    if not is_installed():
        return None
    data = [item.file.path.read_bytes() for item in run.all_items]
    scores = nfiq2_scores([decode_image(octets) for octets in data], run.cache)
    return dict(zip(data, scores, strict=True)).__getitem__


def _identification(press: Press | None) -> Section:
    if press is None:
        return Section(f"{IDENTIFICATION}\n\nNot measured: no roster was given.")
    return identification_section(press, Extent())


def _told(step: Callable[[], Section]) -> Section:
    started = time.monotonic()
    section = step()
    title = section.text.partition("\n")[0].lstrip("# ")
    print(f"{title}: {time.monotonic() - started:.0f} s", file=sys.stderr)
    return section


def main(arguments: Sequence[str] | None = None, press: Press | None = None) -> int:
    """Run all sets, print the part and, where asked, write it; end in one summary line.

    `press` makes the impressions of the roster that identification is measured on.
    """
    options = _parser().parse_args(arguments)
    run = bench_run(options.root, options.cache, options.workers)
    if not run.experiments:
        print(f"no sets in {options.root}", file=sys.stderr)
        return 2
    done = sections(run, options.pictures, press)
    text = matcher_part(done, options.command, READING)
    print(text)
    if options.write is not None:
        old = options.write.read_text("utf-8") if options.write.exists() else "# Benchmarks\n"
        options.write.write_text(rewritten(old, text), encoding="utf-8")
    bars = [bar for section in done for bar in section.bars]
    reached, open_ = (sum(bar.is_reached is value for bar in bars) for value in (True, None))
    sets = len(run.experiments)
    print(f"{reached} of {len(bars)} bars reached, {open_} not measured, {sets} sets")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m matcher.evaluation.bench", description=__doc__)
    parser.add_argument(
        "root", type=existing_folder, help="folder of sets, each a folder of impressions"
    )
    parser.add_argument(
        "--cache", type=Path, default=Path("build/matcher-bench"), help="folder kept between runs"
    )
    parser.add_argument("--write", type=Path, help="benchmarks document to bring up to date")
    parser.add_argument("--pictures", type=Path, help="folder for charts, beside the document")
    parser.add_argument("--command", default="./dev bench matcher", help="named in the document")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    return parser


if __name__ == "__main__":
    sys.exit(main())
