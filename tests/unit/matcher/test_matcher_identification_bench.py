"""The bench of searches, on a roster that takes a second."""

from dataclasses import replace

from matcher import core_name
from matcher.evaluation.identification_bench import (
    Extent,
    compared_with_brute_force,
    identification_section,
)
from matcher.identification import HIT_SCORE
from tests.support.population import Population

SMALL = Extent(people=6, fingers=2, timed_searches=3, equality_people=4, searches=20)


def test_the_section_tells_time_memory_and_equality() -> None:
    section = identification_section(Population(3, 8, 2).template, SMALL)
    assert section.text.startswith("### Identification")
    assert "12 impressions" in section.text
    assert "20 of 20 searches" in section.text
    assert "threshold 55.0 (extrapolated):" in section.text
    _, memory, equality = section.bars
    assert memory.is_reached or core_name == "plain"  # the bar is the compiled core's
    assert equality.is_reached


def test_half_of_the_probes_are_of_people_in_the_roster() -> None:
    (outcome,) = compared_with_brute_force(Population(3, 8, 2).template, SMALL, [HIT_SCORE])
    assert outcome.searches == 20
    assert 8 <= outcome.hits <= 12
    assert outcome.lost == 0


def test_a_search_that_differs_is_counted() -> None:
    population = Population(3, 8, 2)
    other = replace(SMALL, searches=2)
    (outcome,) = compared_with_brute_force(population.template, other, [0.001])
    assert outcome.share == 0  # screening leaves such low scores out
    assert 0 < outcome.lost < outcome.hits
