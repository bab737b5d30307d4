"""Times of one extraction and one comparison, each pinned to one core."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from statistics import median

import numpy as np

from matcher.engine import core_name, verify
from matcher.evaluation.impressions import Extracted
from matcher.evaluation.section import Bar, Section
from matcher.extraction import decode_image
from matcher.records import View, to_record
from matcher.template import Template

MOST_EXTRACT_MS, MOST_RESIDENT_MB = 150, 300
MOST_MATED_US, MOST_NON_MATED_US = 1000, 60
MOST_FIRST_S = 1.5
MINUTIAE = 40
EXTRACTIONS, STARTS, REPEATS = 15, 7, 5
MOST_PAIRS = 1000
IMAGE_WIDTH_PX, IMAGE_HEIGHT_PX = 388, 374
METHOD = f"""\
Pinned to one core. Extraction: median of {EXTRACTIONS} in a process of its own, after a first one,
processor time beside it, for other work on the machine lengthens the first and hardly the second.
Comparison: impressions of the sets cut to
their {MINUTIAE} best minutiae, median over pairs of the fastest of {REPEATS}; "prepared" leaves out
what is derived once for each impression and kept with it. Import and first comparison: a process
from its start to its end, median of {STARTS}, files in the system's memory."""


@dataclass(frozen=True)
class VerifyTimes:
    """Medians in microseconds."""

    mated_us: float
    non_mated_us: float
    prepare_us: float


@contextmanager
def one_core() -> Iterator[None]:
    """Keep this thread, and the processes it starts, on one core where the system can."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def speed_section(items: Sequence[Extracted], model: Path) -> Section:
    """`items` are impressions of several sets, with their templates."""
    with one_core():
        image, size = _image_of_size(items)
        extract = _extraction(image, model)
        verified = verify_times([item for item in items if item.template is not None])
        first_s = _first_verify_s(items)
    rows = (
        "| what | figure |",
        "|---|---|",
        f"| extraction of {size} pixels "
        f"| {extract['wall_ms']:.0f} ms (processor {extract['cpu_ms']:.0f} ms) |",
        f"| largest resident size of that process | {extract['resident_mb']:.0f} MB |",
        f"| verify, {MINUTIAE} × {MINUTIAE} minutiae, prepared, mated / non-mated "
        f"| {verified.mated_us:.0f} / {verified.non_mated_us:.0f} µs ({core_name} core) |",
        f"| preparing one impression | {verified.prepare_us:.0f} µs |",
        f"| import and first verify | {first_s:.2f} s |",
    )
    text = "\n\n".join(["### Speed", METHOD, "\n".join(rows)])
    return Section(text, speed_bars(extract, size, verified, first_s))


def verify_times(items: Sequence[Extracted]) -> VerifyTimes:
    """Of templates cut to 40 minutiae. Raises `ValueError` without mated or non-mated pairs."""
    cut = [(item.file, best_minutiae(item.template)) for item in items if item.template is not None]
    whole = [(file, template) for file, template in cut if len(template) == MINUTIAE]
    mated: list[tuple[Template, Template]] = []
    other: list[tuple[Template, Template]] = []
    for (file, probe), (file_, reference) in combinations(whole, 2):
        if file.path.parent != file_.path.parent:
            continue
        (mated if file.finger == file_.finger else other).append((probe, reference))
    if not mated or not other:
        raise ValueError(f"no pairs of {MINUTIAE} minutiae")
    prepare_us = median(_fastest_us(replace(t), t) for _, t in whole[:100])
    mated_us, other_us = (
        median(_fastest_us(*pair) for pair in pairs[:: max(1, len(pairs) // MOST_PAIRS)])
        for pairs in (mated, other)
    )
    first_us = median(_once_us(replace(t), t) for _, t in whole[:100])
    return VerifyTimes(mated_us, other_us, max(first_us - prepare_us, 0.0))


def best_minutiae(template: Template) -> Template:
    """The template with at most 40 minutiae, those of highest quality, in their order."""
    best = np.sort(np.argsort(-template.quality.astype(int), kind="stable")[:MINUTIAE])
    return replace(
        template,
        x=template.x[best],
        y=template.y[best],
        angle_rad=template.angle_rad[best],
        quality=template.quality[best],
        kind=template.kind[best],
    )


def _once_us(probe: Template, reference: Template) -> float:
    started = time.perf_counter()
    verify(probe, reference)
    return (time.perf_counter() - started) * 1e6


def _fastest_us(probe: Template, reference: Template) -> float:
    return min(_once_us(probe, reference) for _ in range(REPEATS))


def _image_of_size(items: Sequence[Extracted]) -> tuple[Path, str]:
    """An image of 388×374 pixels, or the first where there is none, and its size in words."""
    shapes = {item.file.path: decode_image(item.file.path.read_bytes()).shape for item in items}
    wanted = (IMAGE_HEIGHT_PX, IMAGE_WIDTH_PX)
    path = next((path for path, shape in shapes.items() if shape == wanted), items[0].file.path)
    height, width = shapes[path]
    return path, f"{width}×{height}"


def _extraction(image: Path, model: Path) -> dict[str, float]:
    printed = _probe("", "extract", str(model), str(image), str(EXTRACTIONS))
    measured: dict[str, float] = json.loads(printed)
    return measured


def _first_verify_s(items: Sequence[Extracted]) -> float:
    found = [item.template for item in items if item.template is not None][:2]
    records = "\n".join(to_record([View(0, 0, 50, template)]).hex() for template in found)
    return median(_seconds_of(records, "verify") for _ in range(STARTS))


def _seconds_of(given: str, *arguments: str) -> float:
    started = time.perf_counter()
    _probe(given, *arguments)
    return time.perf_counter() - started


def _probe(given: str, *arguments: str) -> str:
    command = [sys.executable, "-m", "matcher.evaluation.speed_probe", *arguments]
    return subprocess.run(command, input=given, capture_output=True, text=True, check=True).stdout


def speed_bars(
    extract: dict[str, float], size: str, verified: VerifyTimes, first_s: float
) -> tuple[Bar, ...]:
    """`extract` as `speed_probe` prints it, of an image of that size in words."""
    wall_ms, resident_mb = extract["wall_ms"], extract["resident_mb"]
    mated, other = verified.mated_us, verified.non_mated_us
    return (
        Bar(
            f"extraction, {size} image; resident size",
            f"≤ {MOST_EXTRACT_MS} ms; ≤ {MOST_RESIDENT_MB} MB",
            f"{wall_ms:.0f} ms; {resident_mb:.0f} MB",
            wall_ms <= MOST_EXTRACT_MS and resident_mb <= MOST_RESIDENT_MB,
        ),
        Bar(
            f"verify, {MINUTIAE}×{MINUTIAE} minutiae, mated / non-mated",
            f"≤ {MOST_MATED_US / 1000:.0f} ms / ≤ {MOST_NON_MATED_US} µs",
            f"{mated / 1000:.2f} ms / {other:.0f} µs (prepared)",
            mated <= MOST_MATED_US and other <= MOST_NON_MATED_US,
        ),
        Bar(
            "import and first verify, warm disk",
            f"≤ {MOST_FIRST_S} s",
            f"{first_s:.2f} s",
            first_s <= MOST_FIRST_S,
        ),
    )
