"""What the store costs: a press, an opening, a search, and what codecs make of impressions."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean, median

from matcher.evaluation.document import machine, rewritten
from matcher.evaluation.section import Bar, bar_table
from tests.bench.part_matcher import SETS
from tests.support.store_bench_images import (
    CODECS,
    Coded,
    Grey,
    coded,
    synthetic_presses,
    windows_of_sets,
)
from tests.support.store_bench_station import (
    PEOPLE,
    WITH_IMAGES,
    BenchStation,
    appending,
    full_station,
    opening_s,
    searching_ms,
)
from tests.support.store_bench_upkeep import upkeep_costs

RECORD = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
SYNTHETIC = "synthetic"
STATION_CODEC = next(iter(CODECS))
PRESSES, OPENINGS = 1_000, 5
EVERY_OTHERS = 5
READING = """\
Reading: the file holds {people:,} applicants, as many candidates with 24 templates and a photo
each, and 24 presses each of {with_images}: {gigabytes:.2f} GB on the machine's disk. Names and
numbers are everybody's own; of templates and pictures a few come again. An opening reads the file
from the disk, not from memory: schema, rooms, the check of the last 1,000 events and of the head
file. A search is what desk or gate ask for with a text; the first of each way finds nothing in
memory. A press is timed from its picture and template to the return of the append, signed log and
head file included. Pictures larger than 256x360 are cut around the centre of their ridges, smaller
ones mirrored at their edges; all {images} impressions of the sets were coded. Other programs were
using the machine, too."""


def main(argv: Sequence[str]) -> int:
    """Measure, print the tables, write them with `--write`; 0 when every bar is reached."""
    parser = argparse.ArgumentParser(prog="bench store")
    parser.add_argument("--write", action="store_true", help=f"bring {RECORD.name} up to date")
    parser.add_argument("--sets", type=Path, default=SETS, help="folder that holds the sets")
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--with-images", type=int, default=WITH_IMAGES)
    parser.add_argument("--folder", type=Path, help="where the file is made, on a real disk")
    options = parser.parse_args(argv)
    windows = windows_of_sets(options.sets) if options.sets.is_dir() else {}
    pictures = windows | {SYNTHETIC: synthetic_presses()}
    results = {name: _coded_sets(name, pictures) for name in CODECS}
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        station = full_station(Path(folder), options.people, options.with_images)
        bars = [
            _appending(station, [one for some in pictures.values() for one in some]),
            _opening(station),
            *_searching(station, options.people),
            _size(results[STATION_CODEC]),
        ]
        gigabytes = station.places.database.stat().st_size / 1e9
        costs = list(upkeep_costs(station))
    reading = READING.format(
        people=options.people,
        with_images=options.with_images,
        gigabytes=gigabytes,
        images=sum(map(len, windows.values())),
    )
    opening = f"Command: `./dev bench store --write`\nMachine: {machine()}"
    parts = (
        "## Store",
        opening,
        bar_table(bars),
        _cost_table(costs),
        _codec_table(results),
        reading,
    )
    text = "\n\n".join(parts) + "\n"
    print(text)
    if options.write:
        RECORD.write_text(rewritten(RECORD.read_text("utf-8"), text), encoding="utf-8")
    reached = sum(bar.is_reached is True for bar in bars)
    print(f"store: {reached} of {len(bars)} bars reached")
    return 0 if reached == len(bars) else 1


def _share(values: Sequence[float], share: float) -> float:
    return sorted(values)[int(share * (len(values) - 1))]


# --- bars ---------------------------------------------------------------------------------------


def _appending(station: BenchStation, pictures: Sequence[Grey]) -> Bar:
    with station.open() as room:
        times = appending(room, pictures, PRESSES)
    nearly_all = _share(times.wall_ms, 0.95)
    others = f"median {median(times.wall_ms):.1f}, greatest {max(times.wall_ms):.1f}"
    others += f"; of the processor {_share(times.processor_ms, 0.95):.1f}"
    what = "append one press of 256x360 with its template, coding included, on the disk, 95 %"
    return Bar(what, "≤ 10 ms", f"{nearly_all:.1f} ms ({others})", nearly_all <= 10)


def _opening(station: BenchStation) -> Bar:
    slowest_s = max(opening_s(station, OPENINGS))
    what = "open, after the key derivation, slowest"
    return Bar(what, "≤ 2 s", f"{slowest_s:.2f} s", slowest_s <= 2)


def _searching(station: BenchStation, people: int) -> list[Bar]:
    return [
        Bar(
            f"search, {way}, slowest",
            "≤ 50 ms",
            f"{max(times_ms):.1f} ms (median {median(times_ms):.1f})",
            max(times_ms) <= 50,
        )
        for way, times_ms in searching_ms(station, people).items()
    ]


def _size(of_sets: Mapping[str, Coded]) -> Bar:
    real = [result.mean_bytes for name, result in of_sets.items() if name != SYNTHETIC]
    what = "24 presses of 256x360 without loss, mean of the sets"
    if not real:
        return Bar(what, "≤ 1.5 MB", "no sets here", None)
    megabytes = fmean(real) * 24 / 1e6
    return Bar(what, "≤ 1.5 MB", f"{megabytes:.2f} MB", megabytes <= 1.5)


def _cost_table(costs: Sequence[tuple[str, str]]) -> str:
    lines = [f"| {what} | {cost} |" for what, cost in costs]
    return "\n".join(["| without a bar | measured |", "|---|---|", *lines])


# --- codecs -------------------------------------------------------------------------------------


def _coded_sets(codec: str, pictures: Mapping[str, Sequence[Grey]]) -> dict[str, Coded]:
    every = 1 if codec == STATION_CODEC else EVERY_OTHERS
    return {name: coded(some[::every], *CODECS[codec]) for name, some in pictures.items()}


def _codec_table(results: Mapping[str, Mapping[str, Coded]]) -> str:
    names = list(results[STATION_CODEC])
    lines = [
        "Kilobytes a press of 256x360, without loss; encoding and decoding on one core. The"
        f" station's codec was given all impressions, the others every {EVERY_OTHERS}th.",
        "",
        "| codec | " + " | ".join(names) + " | encode, 95 % | decode, 95 % |",
        "|---|" + "---|" * (len(names) + 2),
    ]
    for codec, of_sets in results.items():
        sizes = " | ".join(f"{of_sets[name].mean_bytes / 1000:.1f}" for name in names)
        there_ms = _share([took for one in of_sets.values() for took in one.encode_ms], 0.95)
        back_ms = _share([took for one in of_sets.values() for took in one.decode_ms], 0.95)
        lines.append(f"| {codec} | {sizes} | {there_ms:.1f} ms | {back_ms:.1f} ms |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
