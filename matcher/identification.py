"""One among many: a site's roster, and one day's desk against itself and the staff.

A search makes as many comparisons as the gallery has impressions, and each of them can go wrong:
take the threshold from `threshold_for_search`, not that of a single comparison.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from matcher.engine import arrays_of, new_gallery, prepared
from matcher.parameters import ScreeningParameters
from matcher.scoring import points, threshold_for_fmr
from matcher.template import Template

Key = TypeVar("Key", bound=Hashable)

_SCREENING = ScreeningParameters()
HIT_SCORE = 55.0
"""Searches for this score or more may ask for more evidence before they compare in full."""


@dataclass(frozen=True)
class Hit(Generic[Key]):
    """One possible match of an identification."""

    key: Key
    score: float


@dataclass(frozen=True)
class Duplicate(Generic[Key]):
    """Two impressions that look like one finger's though different people gave them."""

    new: Key
    earlier: Key
    score: float


def threshold_for_search(false_hits: float, comparisons: int) -> float:
    """The score for at most `false_hits` false hits, on average, in so many comparisons.

    Comparisons are the impressions of the gallery, times those of all probes of the occasion. At
    small rates the false match rates of the comparisons add up: each may be `false_hits` divided
    by their number. Most rosters need rates that are extrapolated (`scoring.is_extrapolated`):
    have a person look at every hit. Raises `ValueError` without comparisons or for no rate.
    """
    if comparisons < 1:
        raise ValueError("a search compares with at least one impression")
    if not false_hits > 0:
        raise ValueError("a search cannot be without any rate of false hits")
    return threshold_for_fmr(min(1.0, false_hits / comparisons))


class Gallery(Generic[Key]):
    """Impressions to search, each under a key of its own.

    About 3.5 KB an impression of 60 minutiae in the native core. Searches may run beside each
    other, but not beside adding and removing.
    """

    def __init__(self) -> None:
        self._core = new_gallery()
        self._keys: list[Key] = []  # in the core's order
        self._place: dict[Key, int] = {}  # in the order they were added

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, key: object) -> bool:
        return key in self._place

    @property
    def memory_bytes(self) -> int:
        """What the impressions take, without keys."""
        return self._core.bytes

    def add(self, key: Key, template: Template) -> None:
        """Take in one impression. Raises `ValueError` for a key that is there already."""
        if key in self._place:
            raise ValueError("the key is in the gallery already")
        self._core.add(*arrays_of(template))
        self._place[key] = len(self._keys)
        self._keys.append(key)

    def remove(self, key: Key) -> None:
        """Forget an impression. Raises `KeyError` for a key that is not there."""
        place = self._place.pop(key)
        self._core.remove(place)
        last = self._keys.pop()
        if place < len(self._keys):
            self._keys[place] = last
            self._place[last] = place

    def search(
        self, probe: Template, threshold: float, limit: int | None = None, threads: int = 1
    ) -> list[Hit[Key]]:
        """The impressions that score at least the threshold: best first, at most `limit`.

        Scores are those of `verify`. Only impressions whose screening shows enough evidence are
        compared in full, the others are no hits however low the threshold. From `HIT_SCORE` up
        more evidence is asked for, which can lose a hit that full comparison would have found: see
        `docs/benchmarks.md` for how rarely.
        Raises `ValueError` for a threshold of 0 or less, which is no search, and without threads.
        """
        if threshold <= 0 or threads < 1:
            raise ValueError("a search needs a threshold above 0 and a thread")
        wanted = _SCREENING.hit_evidence if threshold >= HIT_SCORE else _SCREENING.least_evidence
        indices, raw = self._core.search(prepared(probe), wanted, threads)
        scored = zip(indices.tolist(), map(points, raw.tolist()), strict=True)
        hits = [Hit(self._keys[index], score) for index, score in scored if score >= threshold]
        return sorted(hits, key=lambda hit: -hit.score)[:limit]


def duplicates(
    new: Iterable[tuple[Key, Template]],
    earlier: Gallery[Key],
    threshold: float,
    owner: Callable[[Key], Hashable],
    threads: int = 1,
) -> list[Duplicate[Key]]:
    """The impressions of a day that match somebody else's of that day or before: best first.

    `owner` names whose impression a key says it is; matches of one owner are what is expected and
    left out. With the operators among `earlier` this finds their fingers in candidates' records.
    Of n new and m earlier impressions n * m + n * (n - 1) / 2 are compared: see
    `threshold_for_search`. Raises `ValueError` for a key that comes twice among the new ones.
    """
    today: Gallery[Key] = Gallery()
    found: list[Duplicate[Key]] = []
    for key, template in new:
        for gallery in (earlier, today):
            hits = gallery.search(template, threshold, threads=threads)
            others = (hit for hit in hits if owner(hit.key) != owner(key))
            found += [Duplicate(key, hit.key, hit.score) for hit in others]
        today.add(key, template)
    return sorted(found, key=lambda duplicate: -duplicate.score)
