"""The population that rosters are filled with: seeded, and shaped as extracted templates are."""

import numpy as np
import pytest

from matcher import Template, verify
from tests.support.population import HEIGHT_PX, WIDTH_PX, Population

PEOPLE = Population(seed=7, people=20, fingers=2)


def test_a_template_is_the_same_whoever_asks_first() -> None:
    asked_late = Population(7, 20, 2)
    asked_late.template(3, 0, 4)
    assert PEOPLE.template(2, 1, 0) == asked_late.template(2, 1, 0)
    assert PEOPLE.template(2, 1, 0) != Population(8, 20, 2).template(2, 1, 0)


def spacing_px(template: Template) -> float:
    """Distance between the two nearest minutiae of every twentieth, as a typical least one."""
    place = np.column_stack((template.x, template.y))
    gap = np.hypot(*(place[:, None] - place[None]).transpose(2, 0, 1))
    np.fill_diagonal(gap, np.inf)
    return float(np.percentile(gap.min(axis=1), 5))


def test_templates_are_shaped_as_extracted_ones() -> None:
    templates = [PEOPLE.template(person, 0, 0) for person in range(20)]
    assert all((t.width, t.height) == (WIDTH_PX, HEIGHT_PX) for t in templates)
    assert 40 <= np.median([len(template) for template in templates]) <= 70
    assert np.median([spacing_px(template) for template in templates]) >= 7
    assert all(t.quality.min() > 0 and t.quality.max() <= 100 for t in templates)
    assert all(t.field is not None and t.field.covers(WIDTH_PX, HEIGHT_PX) for t in templates)


def test_one_finger_s_impressions_match_and_others_do_not() -> None:
    mated = [
        verify(PEOPLE.template(person, 0, 0), PEOPLE.template(person, 0, 1)).score
        for person in range(20)
    ]
    non_mated = [
        verify(PEOPLE.template(person, 0, 0), PEOPLE.template(other, finger, 0)).score
        for person in range(20)
        for other in range(20)
        for finger in range(2)
        if (person, 0) != (other, finger)
    ]
    assert min(mated) > max(non_mated)
    assert np.median(mated) > 1.5 * max(non_mated)


@pytest.mark.parametrize("key", [(20, 0, 0), (0, 2, 0), (-1, 0, 0), (0, 0, -1)])
def test_nobody_beyond_the_population(key: tuple[int, int, int]) -> None:
    with pytest.raises(IndexError, match="no such"):
        PEOPLE.template(*key)


def test_a_person_has_at_most_ten_fingers() -> None:
    with pytest.raises(ValueError, match="ten fingers"):
        Population(1, 1, 11)
