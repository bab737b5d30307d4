"""The record behind the form: its hash and its silence."""

from dataclasses import replace

import pytest

from station.forms.record import ExperienceLine, ReviewFormRecord, record_hash
from tests.support.forms_cases import experience, portrait, record


def test_hash_is_the_same_for_the_same_content() -> None:
    assert record_hash(record()) == record_hash(record())


def test_hash_is_fixed_for_all_time() -> None:
    small = ReviewFormRecord("2026018A1B2C", "张䶮冰", experience=(ExperienceLine("a", "b", "c"),))
    assert record_hash(small) == EXPECTED


EXPECTED = "8ac842a8ab6f3908dcb9fe2c86436c0784d0abb431c41a8c76a9b490e6c5f5b3"


@pytest.mark.parametrize(
    "change",
    [
        {"name": "张彦冰"},
        {"document_number": "001234199005170027"},
        {"experience": experience(3)},
        {"site_photo": portrait(161, ".png")},
        {"certificate_photo": b""},
    ],
)
def test_hash_changes_with_every_part(change: dict[str, object]) -> None:
    assert record_hash(replace(record(), **change)) != record_hash(record())  # type: ignore[arg-type]  # one field per case


def test_text_moved_to_another_field_is_another_record() -> None:
    one = ReviewFormRecord("2026018A1B2C", "张䶮冰", employer="甲")
    other = ReviewFormRecord("2026018A1B2C", "张䶮冰", department="甲")
    assert record_hash(one) != record_hash(other)


def test_nothing_personal_shows_in_a_representation() -> None:
    shown = repr(record()) + str(record()) + repr(record().experience)
    assert "张" not in shown
    assert "0012" not in shown
    assert "大学" not in shown


def test_endless_text_is_refused_without_repeating_it() -> None:
    with pytest.raises(ValueError, match="employer is longer than 120") as caught:
        record(employer="某" * 121)
    assert "某" not in str(caught.value)


def test_too_many_lines_of_experience_are_refused() -> None:
    with pytest.raises(ValueError, match="more than 40 lines"):
        record(lines=41)


def test_pictures_are_no_text_fields() -> None:
    with pytest.raises(KeyError):
        record().text("site_photo")
