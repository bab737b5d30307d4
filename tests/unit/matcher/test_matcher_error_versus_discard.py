"""Discarding bad pairs by hand-counted examples, and the section made of it."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from matcher import ImpressionQuality, QualityReason
from matcher.evaluation.error_versus_discard import (
    discard_curve,
    pair_quality,
    perfect_curve,
    threshold_at_fnmr,
)
from matcher.evaluation.impressions import Extracted, ImpressionFile
from matcher.evaluation.protocol import Comparisons, all_pairs
from matcher.evaluation.quality_ratings import (
    EXPONENTS,
    RatedSet,
    held_out_exponents,
    rated_set,
)
from matcher.evaluation.quality_section import discard_figure, quality_section
from tests.support.matcher_cases import finger

SCORES = np.array([10.0, 90.0, 20.0, 80.0, 70.0])


def test_a_pair_is_as_good_as_its_worse_impression() -> None:
    quality = np.array([50.0, 30.0, 80.0])
    pairs = np.array([[0, 1], [0, 2], [1, 2]])
    assert pair_quality(quality, pairs).tolist() == [30, 50, 30]


def test_misses_leave_in_the_order_of_quality() -> None:
    curve = discard_curve(SCORES, np.array([1.0, 2.0, 3.0, 4.0, 5.0]), threshold=40)
    assert curve.fnmr.tolist() == pytest.approx([2 / 5, 1 / 4, 1 / 3, 0, 0])
    assert curve.at(0.2) == pytest.approx(1 / 4)
    assert curve.mean_up_to(0.4) == pytest.approx((2 / 5 + 1 / 4 + 1 / 3) / 3)


def test_equal_qualities_count_by_their_mean() -> None:
    curve = discard_curve(SCORES, np.full(5, 7.0), threshold=40)
    assert curve.fnmr.tolist() == pytest.approx([0.4] * 5)
    assert curve.remaining(0.2) == pytest.approx(1)


def test_no_quality_is_better_than_the_perfect_one() -> None:
    perfect = perfect_curve(SCORES, 40)
    assert perfect.fnmr.tolist() == pytest.approx([2 / 5, 1 / 4, 0, 0, 0])
    for seed in range(20):
        order = np.random.default_rng(seed).permutation(5).astype(float)
        assert (discard_curve(SCORES, order, 40).fnmr >= perfect.fnmr - 1e-12).all()


def test_the_threshold_of_a_share_of_misses_gives_that_share() -> None:
    scores = np.arange(100.0)
    threshold = threshold_at_fnmr(scores, 0.05)
    assert (scores < threshold).mean() == pytest.approx(0.05)


def made_set(name: str, seed: int, impressions: int = 16) -> RatedSet:
    """Two fingers; our quality decides the scores, the peer knows nothing and refuses once."""
    random = np.random.default_rng(seed)
    scores = np.rint(random.uniform(20, 95, impressions))
    every = all_pairs(impressions)
    pairs = every[every[:, 0] % 2 == every[:, 1] % 2]
    peer = random.uniform(0, 100, impressions)
    peer[3] = np.nan
    dry = (QualityReason.TOO_DRY,)
    return RatedSet(
        name=name,
        pairs=pairs,
        scores=scores[pairs].min(axis=1) + random.normal(0, 2, len(pairs)),
        found=tuple(ImpressionQuality(int(s), dry if s < 30 else ()) for s in scores),
        evidence=np.outer(np.ones(len(EXPONENTS)), scores),
        peer=peer,
        assess_ms=2.0,
    )


def test_the_section_tells_a_telling_quality_from_a_blind_one() -> None:
    sets = [made_set("one", 1), made_set("two", 2)]
    section = quality_section(sets)
    rows = {
        line.split("|")[1].strip(): [cell.strip() for cell in line.split("|")[2:-1]]
        for line in section.text.splitlines()
        if line.startswith("|")
    }
    assert float(rows["impression quality"][-1].split()[0]) < 0.6
    assert float(rows["NFIQ 2"][-1].split()[0]) > 0.7
    assert rows["perfect"][0] == rows["impression quality"][0]
    assert {"one", "two", "**mean**"} <= set(rows)
    assert "At 40.0 points, an FMR of 0.0001 a comparison (" in section.text
    assert section.bars[0].is_reached
    slow = [sets[0], replace(sets[1], assess_ms=5.1)]
    assert not quality_section(slow).bars[0].is_reached


def test_impressions_the_peer_refused_are_left_out_of_both_curves() -> None:
    one = made_set("one", 1)
    kept = one.counted
    assert not kept[(one.pairs == 3).any(axis=1)].any()
    assert kept[(one.pairs != 3).all(axis=1)].all()


def test_without_the_peer_every_pair_counts_and_it_is_left_out() -> None:
    sets = [replace(one, peer=np.full(16, np.nan)) for one in (made_set("a", 1), made_set("b", 2))]
    assert all(one.counted.all() for one in sets)
    text = quality_section(sets).text
    assert "| NFIQ 2 |" not in text.replace("as shipped | NFIQ 2 |", "")


def test_the_held_out_exponent_does_not_look_at_its_own_set() -> None:
    good, blind = made_set("good", 1), made_set("blind", 2)
    noise = np.random.default_rng(0).uniform(0, 100, good.evidence.shape)
    noise[3] = good.evidence[3]
    good = replace(good, evidence=noise)
    noise = np.random.default_rng(1).uniform(0, 100, good.evidence.shape)
    noise[1] = blind.evidence[1]
    blind = replace(blind, evidence=noise)
    assert held_out_exponents([good, blind]) == [EXPONENTS[1], EXPONENTS[3]]


def test_the_figure_shows_both_qualities_and_the_perfect_one() -> None:
    figure = discard_figure([made_set("one", 1), made_set("two", 2)])
    words = {getattr(shape, "text", "") for shape in figure.shapes}
    assert {"impression quality", "NFIQ 2", "perfect"} <= words


def test_rating_a_set_asks_for_every_image_once(tmp_path: Path) -> None:
    plate = np.full((96, 96), 230, np.uint8)
    items, asked = [], []
    for k in range(2):
        path = tmp_path / f"1_{k}.png"
        cv2.imwrite(str(path), plate + k)
        items.append(
            Extracted(ImpressionFile("1", str(k), path), finger(k) if k else None, 0, None)
        )
    compared = Comparisons(all_pairs(2), np.zeros((1, 2), np.int32), np.array([12.0]))

    def refuse_all(image: bytes) -> None:
        asked.append(image)

    rated = rated_set("plates", items, compared, refuse_all)
    assert len(asked) == 2
    assert [one.score for one in rated.found] == [0, 0]
    assert rated.found[1].reasons == (QualityReason.EMPTY_PLATE,)
    assert np.isnan(rated.peer).all()
