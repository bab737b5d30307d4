"""One suite over both cores' galleries: a search finds what comparing with everything finds."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher import Gallery, Hit, Template, duplicates, engine, threshold_for_search, verify
from matcher._core import NATIVE
from matcher.identification import HIT_SCORE
from matcher.scoring import threshold_for_fmr
from tests.support.matcher_cases import finger, pressed_again

pytestmark = pytest.mark.usefixtures("core")

GATE = threshold_for_fmr(1e-4)
LOW = 3.0  # above what screening leaves of a score
SIZES = (0, 1, 2, 3, 40, 255)
# 8 in ./dev test; raise it to search at length.
RANDOM_ROSTERS = 8


def press(seed: int, number: int) -> Template:
    return pressed_again(finger(seed), 0.1 * number - 0.2, (5, number), noise_px=1.0, seed=number)


def roster(fingers: int = 6) -> dict[tuple[int, int], Template]:
    return {(seed, number): press(seed, number) for seed in range(fingers) for number in (1, 2)}


def filled(templates: dict[tuple[int, int], Template]) -> Gallery[tuple[int, int]]:
    gallery: Gallery[tuple[int, int]] = Gallery()
    for key, template in templates.items():
        gallery.add(key, template)
    return gallery


def by_brute_force(
    probe: Template, templates: dict[tuple[int, int], Template], threshold: float
) -> list[Hit[tuple[int, int]]]:
    hits = [Hit(key, verify(probe, template).score) for key, template in templates.items()]
    return sorted((h for h in hits if h.score >= threshold), key=lambda hit: -hit.score)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_a_search_finds_every_impression_of_the_finger_best_first(threads: int) -> None:
    templates = roster()
    hits = filled(templates).search(press(4, 0), GATE, threads=threads)
    assert {hit.key for hit in hits} == {(4, 1), (4, 2)}
    assert hits == by_brute_force(press(4, 0), templates, GATE)


def test_nobody_is_found_who_is_not_there() -> None:
    assert filled(roster()).search(press(9, 0), GATE) == []
    assert Gallery[int]().search(press(1, 0), GATE, threads=2) == []


def test_only_as_many_hits_as_wanted() -> None:
    gallery = filled(roster())
    everyone = gallery.search(press(4, 0), GATE)
    assert gallery.search(press(4, 0), GATE, limit=1) == everyone[:1]


def test_what_is_removed_is_not_found_and_what_stays_is() -> None:
    templates = roster()
    gallery = filled(templates)
    for key in ((4, 1), (5, 2), (0, 1)):  # the middle, the last, the first
        gallery.remove(key)
        del templates[key]
        assert key not in gallery
    assert len(gallery) == len(templates)
    for seed in range(6):
        probe = press(seed, 3)
        assert gallery.search(probe, GATE) == by_brute_force(probe, templates, GATE)
    with pytest.raises(KeyError):
        gallery.remove((4, 1))
    gallery.add((4, 1), press(4, 1))
    assert gallery.search(press(4, 0), GATE)[0].key[0] == 4


def test_a_key_stands_for_one_impression() -> None:
    gallery = filled(roster(1))
    with pytest.raises(ValueError, match="already"):
        gallery.add((0, 1), press(3, 1))
    assert len(gallery) == 2


@pytest.mark.parametrize("minutiae", SIZES)
def test_any_number_of_minutiae_can_be_kept_and_searched(minutiae: int) -> None:
    templates = {(0, n): finger(90 + n, n) for n in SIZES}
    gallery = filled(templates)
    probe = pressed_again(templates[0, minutiae], 0.2)
    assert gallery.search(probe, LOW, threads=2) == by_brute_force(probe, templates, LOW)
    expected = [(0, minutiae)] if minutiae >= 40 else []
    assert [hit.key for hit in gallery.search(probe, GATE)] == expected


def test_directions_of_any_size_can_be_searched() -> None:
    own = press(3, 1)
    wild = replace(own, angle_rad=np.full(len(own), 3e38, np.float32))
    gallery = filled({(0, 0): wild, (3, 1): own})
    assert gallery.search(wild, GATE) == by_brute_force(wild, {(0, 0): wild, (3, 1): own}, GATE)
    assert [hit.key for hit in gallery.search(press(3, 0), GATE)] == [(3, 1)]


def test_an_impression_at_another_resolution_is_found() -> None:
    own = press(3, 1)
    scaled = own.at_resolution(1000)
    gallery = filled({(3, 1): scaled, (2, 1): press(2, 1)})
    assert [hit.key for hit in gallery.search(press(3, 0), GATE)] == [(3, 1)]


@settings(max_examples=RANDOM_ROSTERS, deadline=None)
@given(st.integers(0, 2**31), st.integers(0, 60), st.sampled_from([LOW, 12.0, HIT_SCORE]))
def test_a_search_finds_what_comparing_with_everything_finds(
    seed: int, minutiae: int, threshold: float
) -> None:
    random = np.random.default_rng(seed)
    masters = [finger(seed + k, int(random.integers(0, 60))) for k in range(4)]
    masters.append(finger(seed + 9, minutiae))
    templates = {
        (k, n): pressed_again(master, float(random.uniform(-3, 3)), noise_px=2.0, seed=seed + n)
        for k, master in enumerate(masters)
        for n in (1, 2)
    }
    probe = pressed_again(masters[-1], noise_px=2.0, seed=seed + 3)
    found = filled(templates).search(probe, threshold, threads=2)
    assert found == by_brute_force(probe, templates, threshold)


def test_searches_beside_each_other_do_not_disturb_each_other() -> None:
    gallery = filled(roster())
    probes = [press(seed, 0) for seed in range(6)]
    alone = [gallery.search(probe, GATE) for probe in probes]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda probe: gallery.search(probe, GATE, threads=2), probes)) == alone


def test_a_search_without_threshold_or_thread_is_refused() -> None:
    gallery = filled(roster(1))
    for threshold, threads in ((0.0, 1), (GATE, 0)):
        with pytest.raises(ValueError, match="threshold"):
            gallery.search(press(0, 0), threshold, threads=threads)


def test_the_native_gallery_is_small(core: str) -> None:
    templates = {(0, n): finger(n, 44) for n in range(30)}
    used = filled(templates).memory_bytes / len(templates)
    assert 0 < used <= (4096 if core == "native" else 64 * 1024)


def test_a_day_is_compared_with_itself_and_with_those_before() -> None:
    staff = filled({(1, 1): press(1, 1), (2, 1): press(2, 1)})
    day = [
        ((50, 1), press(5, 1)),
        ((50, 2), press(5, 2)),  # the same person's second impression
        ((60, 1), press(2, 2)),  # an operator's finger
        ((70, 1), press(5, 3)),  # the first person under another name
        ((80, 1), press(8, 1)),
    ]
    found = duplicates(day, staff, GATE, owner=lambda key: key[0])
    pairs = {(duplicate.new, duplicate.earlier) for duplicate in found}
    assert pairs == {((60, 1), (2, 1)), ((70, 1), (50, 1)), ((70, 1), (50, 2))}
    assert [d.score for d in found] == sorted((d.score for d in found), reverse=True)
    assert len(staff) == 2


def test_the_budget_of_a_search_is_shared_by_its_comparisons() -> None:
    assert threshold_for_search(1e-2, 1) == pytest.approx(20)
    assert threshold_for_search(1e-2, 10_000) == pytest.approx(60)
    assert threshold_for_search(5, 2) == 0
    with pytest.raises(ValueError, match="at least one"):
        threshold_for_search(1e-2, 0)
    for rate in (0, -1, float("nan")):
        with pytest.raises(ValueError, match="rate"):
            threshold_for_search(rate, 10)


def test_the_native_gallery_refuses_places_and_arrays_that_are_none() -> None:
    assert NATIVE is not None
    gallery = NATIVE.gallery(*engine._constants)
    x, y, *others = engine.arrays_of(finger(1))
    with pytest.raises(IndexError):
        gallery.remove(0)
    with pytest.raises(ValueError, match="differ in length"):
        gallery.add(x[:-1], y, *others)
    assert len(gallery) == 0
