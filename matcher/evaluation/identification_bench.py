"""Searches of a roster: time, memory, and whether screening loses or changes anything.

The roster is made of minutiae only, so its hits say nothing of accuracy. Comparing every impression
in full, without screening, is the brute force that searches are held against.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

import numpy as np

from matcher.engine import arrays_of, core_name, new_gallery, prepared
from matcher.evaluation.section import Bar, Section
from matcher.identification import HIT_SCORE, Gallery, Hit, threshold_for_search
from matcher.policy import marked
from matcher.scoring import points
from matcher.template import Template

Press = Callable[[int, int, int], Template]
"""The template of a person's finger's impression; each is counted from 0."""
Key = tuple[int, int]

HEADING = "### Identification"
NO_SCREENING = 0.0
BAR_MS, BAR_BYTES, BAR_EQUAL = 250.0, 4096, 0.999


@dataclass(frozen=True)
class Extent:
    """How much is measured.

    people, fingers: of the roster whose searches are timed. equality_people: of the one that is
    also searched by brute force, `searches` times, half of them by people who are not in it.
    """

    people: int = 1_500
    fingers: int = 6
    timed_searches: int = 30
    equality_people: int = 60
    searches: int = 3_000
    threads: int = 2


@dataclass(frozen=True)
class SearchTime:
    """Of one search; processor time is that of all threads together."""

    wall_ms: float
    processor_ms: float


@dataclass(frozen=True)
class Equality:
    """Searches with both ways, how many gave the very same, and hits that only one way found."""

    searches: int
    equal: int
    hits: int
    lost: int
    threshold: float

    @property
    def share(self) -> float:
        """Of the searches that gave the same hits in the same order with the same scores."""
        return self.equal / self.searches


def identification_section(press: Press, extent: Extent) -> Section:
    """Measure both rosters and tell."""
    roster = _filled(press, extent.people, extent.fingers)
    probes = [press(k * 37 % extent.people, k % extent.fingers, 1) for k in range(8)]
    one, several = (
        search_time(roster, probes, extent.timed_searches, threads)
        for threads in (1, extent.threads)
    )
    thresholds = (HIT_SCORE, threshold_for_search(1e-2, len(roster)))
    outcomes = compared_with_brute_force(press, extent, thresholds)
    each = roster.memory_bytes / len(roster)
    minutiae = float(np.mean([len(probe) for probe in probes]))
    lines = [
        HEADING,
        f"Roster of {len(roster):,} impressions made as minutiae, about {minutiae:.0f} each "
        f"({core_name} core). Median search: {one.wall_ms:.0f} ms on one thread "
        f"({one.processor_ms:.0f} ms of processor time), {several.wall_ms:.0f} ms on "
        f"{extent.threads} ({several.processor_ms:.0f} ms). {each:,.0f} bytes an impression.",
        *(_told(outcome, extent) for outcome in outcomes),
    ]
    bars = identification_bars(len(roster), several, each, outcomes, extent)
    return Section("\n\n".join(lines), bars)


def search_time(
    gallery: Gallery[Key], probes: Sequence[Template], searches: int, threads: int
) -> SearchTime:
    """Medians over searches for hits that a gate would believe, each probe prepared anew."""
    wall, processor = [], []
    for k in range(searches):
        probe = replace(probes[k % len(probes)])
        started, worked = time.perf_counter(), time.process_time()
        gallery.search(probe, HIT_SCORE, threads=threads)
        wall.append((time.perf_counter() - started) * 1e3)
        processor.append((time.process_time() - worked) * 1e3)
    return SearchTime(median(wall), median(processor))


def compared_with_brute_force(
    press: Press, extent: Extent, thresholds: Sequence[float]
) -> list[Equality]:
    """Search a roster both ways: half of the probes are of fingers in it, half of strangers."""
    gallery = _filled(press, extent.equality_people, extent.fingers)
    everything = new_gallery()
    keys = []
    for key, template in _roster(press, extent.equality_people, extent.fingers):
        everything.add(*arrays_of(template))
        keys.append(key)
    counts = np.zeros((len(thresholds), 3), dtype=int)
    for probe in _probes(press, extent):
        places, raw = everything.search(prepared(probe), NO_SCREENING, extent.threads)
        scored = zip(places.tolist(), map(points, raw.tolist()), strict=True)
        full = sorted((Hit(keys[k], score) for k, score in scored), key=lambda hit: -hit.score)
        for row, threshold in zip(counts, thresholds, strict=True):
            wanted = [hit for hit in full if hit.score >= threshold]
            found = gallery.search(probe, threshold, threads=extent.threads)
            row += (found == wanted, len(wanted), len(set(wanted) - set(found)))
    return [
        Equality(extent.searches, equal, hits, lost, threshold)
        for (equal, hits, lost), threshold in zip(counts.tolist(), thresholds, strict=True)
    ]


def _filled(press: Press, people: int, fingers: int) -> Gallery[Key]:
    gallery: Gallery[Key] = Gallery()
    for key, template in _roster(press, people, fingers):
        gallery.add(key, template)
    return gallery


def _roster(press: Press, people: int, fingers: int) -> Iterator[tuple[Key, Template]]:
    for person in range(people):
        for finger in range(fingers):
            yield (person, finger), press(person, finger, 0)


def _probes(press: Press, extent: Extent) -> Iterator[Template]:
    for k in range(extent.searches):
        enrolled, number = k % 2 == 0, k // 2
        person, finger = divmod(number, extent.fingers)
        offset = 0 if enrolled else extent.equality_people
        impression = 1 + person // extent.equality_people
        yield press(offset + person % extent.equality_people, finger, impression)


def _told(outcome: Equality, extent: Extent) -> str:
    return (
        f"Against full comparison with all of {extent.equality_people * extent.fingers:,} "
        f"impressions, threshold {marked(outcome.threshold)}: {outcome.equal:,} of "
        f"{outcome.searches:,} searches gave the same hits in the same order with the same scores "
        f"({outcome.share:.2%}); {outcome.lost} of {outcome.hits:,} hits were lost."
    )


def identification_bars(
    impressions: int,
    search: SearchTime,
    each: float,
    outcomes: Sequence[Equality],
    extent: Extent,
) -> tuple[Bar, ...]:
    """Of a roster's time and bytes an impression, and of the least equal of the outcomes."""
    share = min(outcome.share for outcome in outcomes)
    return (
        Bar(
            f"identify in {impressions:,} templates, {extent.threads} cores",
            f"≤ {BAR_MS:.0f} ms",
            f"{search.wall_ms:.0f} ms",
            search.wall_ms <= BAR_MS,
        ),
        Bar("memory a template", f"≤ {BAR_BYTES} B", f"{each:,.0f} B", each <= BAR_BYTES),
        Bar(
            f"searches equal to brute force, of {extent.searches:,}",
            f"≥ {BAR_EQUAL:.1%}",
            f"{share:.2%}",
            share >= BAR_EQUAL,
        ),
    )
