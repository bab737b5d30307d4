"""The unit's own words and rows: layout files in TOML, read strictly.

A file says titles, which record fields stand in which row, and all wording; geometry stays in
code, so that an edited file cannot push a photo or code out of size.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from station.forms.errors import LayoutError
from station.forms.record import TEXT_FIELDS

LARGEST_FILE_BYTES = 64 * 1024


@dataclass(frozen=True)
class FieldCell:
    """A label and the record field printed beside it."""

    label: str
    field: str
    share: float = 1.0


@dataclass(frozen=True)
class FieldGroup:
    """Rows of cells under one caption."""

    caption: str
    rows: tuple[tuple[FieldCell, ...], ...]


@dataclass(frozen=True)
class Opinion:
    """A box to be filled in by hand: heading, printed words, and the lines to sign on."""

    heading: str
    words: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class ReviewFormLayout:
    """Everything the review form says that does not come from the record."""

    title: str
    mark: str
    copies_note: str
    identity: FieldGroup
    groups: tuple[FieldGroup, ...]
    experience_caption: str
    experience_heads: tuple[str, str, str]
    pledge_caption: str
    pledge_prompt: str
    pledge_sentence: str
    opinions: tuple[Opinion, ...]
    certificate_photo: str
    site_photo: str
    missing_photo: str


@dataclass(frozen=True)
class LetterLayout:
    """A page of text to be read and signed: pledge or consent."""

    title: str
    mark: str
    opening: str
    paragraphs: tuple[str, ...]
    choices: tuple[str, ...]
    copy_prompt: str
    copy_sentence: str
    sign_lines: tuple[str, ...]


def load_review_form_layout(path: Path) -> ReviewFormLayout:
    """Read `review_form.toml`. Raises LayoutError naming what is wrong, OSError if unreadable."""
    table = _Table(_parse(path), path.name)
    experience, pledge, photos = (table.table(key) for key in ("experience", "pledge", "photos"))
    heads = experience.texts("heads")
    if len(heads) != 3:
        raise LayoutError(f"{path.name}: experience.heads needs three entries")
    return ReviewFormLayout(
        title=table.text("title"),
        mark=table.text("mark"),
        copies_note=table.text("copies_note"),
        identity=_group(table.table("identity")),
        groups=tuple(_group(each) for each in table.tables("group")),
        experience_caption=experience.text("caption"),
        experience_heads=(heads[0], heads[1], heads[2]),
        pledge_caption=pledge.text("caption"),
        pledge_prompt=pledge.text("prompt"),
        pledge_sentence=pledge.text("sentence"),
        opinions=tuple(
            Opinion(each.text("heading"), each.text("words"), each.texts("lines"))
            for each in table.tables("opinion")
        ),
        certificate_photo=photos.text("certificate"),
        site_photo=photos.text("site"),
        missing_photo=photos.text("missing"),
    )


def load_letter_layout(path: Path) -> LetterLayout:
    """Read `pledge.toml` or `consent.toml`. Raises LayoutError, OSError if unreadable."""
    table = _Table(_parse(path), path.name)
    return LetterLayout(
        title=table.text("title"),
        mark=table.text("mark"),
        opening=table.text("opening"),
        paragraphs=table.texts("paragraphs"),
        choices=table.texts("choices"),
        copy_prompt=table.text("copy_prompt"),
        copy_sentence=table.text("copy_sentence"),
        sign_lines=table.texts("sign_lines"),
    )


class _Table:
    """A TOML table that answers with the right type or says what is missing."""

    def __init__(self, values: Mapping[str, Any], where: str) -> None:
        self._values = values
        self.where = where

    def text(self, key: str) -> str:
        value = self._values.get(key)
        if not isinstance(value, str):
            raise LayoutError(f"{self.where}: {key} must be a text")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._values.get(key)
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise LayoutError(f"{self.where}: {key} must be a list of texts")
        return tuple(value)

    def share(self) -> float:
        value = self._values.get("share", 1)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0.2 <= value <= 5:
            raise LayoutError(f"{self.where}: share must be a number from 0.2 to 5")
        return float(value)

    def table(self, key: str) -> "_Table":
        value = self._values.get(key)
        if not isinstance(value, dict):
            raise LayoutError(f"{self.where}: [{key}] is missing")
        return _Table(value, f"{self.where}: [{key}]")

    def tables(self, key: str) -> list["_Table"]:
        value = self._values.get(key)
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise LayoutError(f"{self.where}: [[{key}]] is missing")
        return [_Table(each, f"{self.where}: [[{key}]]") for each in value]

    def rows(self) -> list[list["_Table"]]:
        value = self._values.get("rows")
        if not isinstance(value, list) or not value:
            raise LayoutError(f"{self.where}: rows must be a list")
        return [_Table({"row": row}, self.where).tables("row") for row in value]


def _parse(path: Path) -> dict[str, Any]:
    packed = path.read_bytes()
    if len(packed) > LARGEST_FILE_BYTES:
        raise LayoutError(f"{path.name} is larger than {LARGEST_FILE_BYTES} bytes")
    try:
        return tomllib.loads(packed.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LayoutError(f"{path.name} is no readable TOML: {error}") from error


def _group(table: _Table) -> FieldGroup:
    rows = tuple(tuple(_cell(cell) for cell in row) for row in table.rows())
    if not all(rows):
        raise LayoutError(f"{table.where}: a row has no cell")
    return FieldGroup(table.text("caption"), rows)


def _cell(table: _Table) -> FieldCell:
    name = table.text("field")
    if name not in TEXT_FIELDS:
        raise LayoutError(f"{table.where}: there is no field {name!r}")
    return FieldCell(table.text("label"), name, table.share())
