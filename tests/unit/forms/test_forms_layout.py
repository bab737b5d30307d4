"""Layout files: what ships can be read, what is wrong is named."""

from pathlib import Path

import pytest

from station.forms.errors import LayoutError
from station.forms.layout import load_letter_layout, load_review_form_layout
from tests.support.forms_cases import RESOURCES, letter_layout, review_form_layout

SHIPPED = (RESOURCES / "forms" / "review_form.toml").read_text(encoding="utf-8")


def _written(folder: Path, text: str) -> Path:
    path = folder / "review_form.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_shipped_layouts_are_whole() -> None:
    layout = review_form_layout()
    assert layout.mark == "样式以平台为准"
    assert "一式两份" in layout.copies_note
    assert [opinion.heading[:4] for opinion in layout.opinions] == [
        "申请人确",
        "审核意见",
        "学位授予",
    ]


def test_pledge_and_consent_are_two_documents() -> None:
    pledge, consent = letter_layout("pledge"), letter_layout("consent")
    assert pledge.title != consent.title
    assert "指纹" not in "".join(pledge.paragraphs)
    assert "指纹" in consent.opening
    assert len(consent.choices) == 2


def test_edited_wording_and_rows_are_followed(tmp_path: Path) -> None:
    text = SHIPPED.replace("样式以平台为准", "本校样式").replace(
        '[{ label = "移动电话", field = "mobile" }],', ""
    )
    layout = load_review_form_layout(_written(tmp_path, text))
    assert layout.mark == "本校样式"
    assert len(layout.identity.rows) == len(review_form_layout().identity.rows) - 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('field = "mobile"', 'field = "blood_type"', "no field 'blood_type'"),
        ('field = "mobile"', 'field = "site_photo"', "no field 'site_photo'"),
        ('field = "mobile"', "field = 7", "field must be a text"),
        ("share = 0.8", "share = 99", "share must be"),
        ("share = 0.8", "share = true", "share must be"),
        ("[photos]", "[pictures]", r"\[photos\] is missing"),
        ("[[opinion]]", "[[opinions]]", r"\[\[opinion\]\] is missing"),
        ('"身份或职务"]', "]", "three entries"),
        ('[{ label = "姓名", field = "name" }],', "[],", "a row has no cell"),
        ("mark = ", "mark = =", "no readable TOML"),
    ],
)
def test_mistakes_of_an_editor_are_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in SHIPPED
    with pytest.raises(LayoutError, match=said):
        load_review_form_layout(_written(tmp_path, SHIPPED.replace(old, new)))


def test_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pledge.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(LayoutError, match="no readable TOML"):
        load_letter_layout(path)


def test_enormous_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pledge.toml"
    path.write_bytes(b"#" * 70_000)
    with pytest.raises(LayoutError, match="larger than"):
        load_letter_layout(path)
