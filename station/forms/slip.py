"""《个人信息处理告知单》: what was taken, why, and how long it stays; for the applicant to keep.

After PIPL articles 17 and 30. The wording is the unit's data; the figures come from the record and
from the retention policy in force.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from station.forms.blocks import CENTRE, Block, Cell, Row, Space, Text, table_row
from station.forms.document import Document, paginate
from station.forms.dressing import RUNNING_HEAD, PageDressing
from station.forms.errors import LayoutError
from station.forms.layout import LARGEST_FILE_BYTES
from station.forms.paper import Setting, mm

TITLE = Setting(20, bold=True, align=CENTRE)
BODY = Setting(11)
CAPTION = Setting(11, bold=True)
TABLE = Setting(10)
HEAD = Setting(10, bold=True)
SHARES = (1.25, 1.1, 1.0)
CONDITIONS = ("always", "fingers", "earlier", "photo", "exceptions")
FIGURES = frozenset(
    {
        "unit",
        "day",
        "place",
        "fingers",
        "presses",
        "exceptions",
        "documents",
        "contact",
        "images_days",
        "templates_days",
        "photos_days",
        "documents_days",
        "forms_days",
        "notes_days",
        "roster_days",
        "backups_days",
        "events_days",
        "log_days",
    }
)
_PLACE = re.compile(r"\{([^{}]*)\}")
MAX_ITEMS, MAX_TEXT = 12, 200


@dataclass(frozen=True)
class SlipItem:
    """One row, and the condition under which it is there."""

    when: str
    cells: tuple[str, str, str]


@dataclass(frozen=True)
class SlipLayout:
    """The wording, with places for figures in braces."""

    title: str
    mark: str
    opening: str
    heads: tuple[str, str, str]
    items: tuple[SlipItem, ...]
    paragraphs: tuple[tuple[str, tuple[str, ...]], ...]
    default_contact: str


@dataclass(frozen=True, repr=False)
class SlipRecord:
    """Whose slip it is, which conditions hold, and the figures, already as words."""

    name: str
    registration_id: str
    holds: frozenset[str]
    figures: Mapping[str, str] = field(default_factory=dict)


def load_slip_layout(path: Path) -> SlipLayout:
    """Read `slip.toml`. Raises LayoutError naming what is wrong, OSError if unreadable."""
    content = path.read_bytes()
    if len(content) > LARGEST_FILE_BYTES:
        raise LayoutError(f"{path.name} is larger than {LARGEST_FILE_BYTES} bytes")
    try:
        table = tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LayoutError(f"{path.name} is no readable TOML: {error}") from error
    read = _Reader(table, path.name)
    heads = read.texts("heads")
    items = table.get("item")
    if len(heads) != 3 or not isinstance(items, list) or not 0 < len(items) <= MAX_ITEMS:
        raise LayoutError(f"{path.name}: three heads and 1 to {MAX_ITEMS} [[item]] are needed")
    return SlipLayout(
        title=read.text("title"),
        mark=read.text("mark"),
        opening=read.text("opening"),
        heads=(heads[0], heads[1], heads[2]),
        items=tuple(_item(item, path.name) for item in items),
        paragraphs=(
            (read.text("rights_caption"), read.texts("rights")),
            (read.text("safety_caption"), read.texts("safety")),
            (read.text("contact_caption"), (read.text("contact"),)),
        ),
        default_contact=read.text("default_contact"),
    )


def slip(record: SlipRecord, layout: SlipLayout) -> Document:
    """The slip laid out for one person, A4."""
    said = _Filler(record.figures)
    blocks: list[Block] = [
        Space(mm(2)),
        Text(layout.title, TITLE),
        Space(mm(6)),
        Row((Cell("姓名", record.name), Cell("注册 ID", record.registration_id))),
        Space(mm(5)),
        Text(said(layout.opening), BODY),
        Space(mm(4)),
        table_row(layout.heads, SHARES, HEAD),
    ]
    blocks += [
        table_row(tuple(map(said, item.cells)), SHARES, TABLE)
        for item in layout.items
        if item.when == "always" or item.when in record.holds
    ]
    for caption, texts in layout.paragraphs:
        blocks += [Space(mm(5)), Text(caption, CAPTION), Space(mm(1))]
        for text in texts:
            blocks += [Text(said(text), BODY), Space(mm(1.2))]
    person = f"{record.registration_id}  {record.name}"
    dressing = PageDressing(layout.title, person, "", layout.mark)
    return Document(layout.title, paginate(blocks, RUNNING_HEAD), dressing)


class _Filler:
    def __init__(self, figures: Mapping[str, str]) -> None:
        self._figures = figures

    def __call__(self, text: str) -> str:
        return _PLACE.sub(lambda match: self._figures.get(match[1], ""), text)


class _Reader:
    def __init__(self, table: Mapping[str, Any], where: str) -> None:
        self._table = table
        self._where = where

    def text(self, key: str) -> str:
        value = self._table.get(key)
        if not isinstance(value, str) or not 0 < len(value) <= MAX_TEXT:
            raise LayoutError(f"{self._where}: {key} must be a text of 1 to {MAX_TEXT} characters")
        unknown = set(_PLACE.findall(value)) - FIGURES
        if unknown:
            raise LayoutError(f"{self._where}: {key} names no figure {sorted(unknown)[0]!r}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._table.get(key)
        if not isinstance(value, list) or not 0 < len(value) <= MAX_ITEMS:
            raise LayoutError(f"{self._where}: {key} must be a list of 1 to {MAX_ITEMS} texts")
        return tuple(_Reader({key: each}, self._where).text(key) for each in value)


def _item(value: Any, where: str) -> SlipItem:
    if not isinstance(value, dict):
        raise LayoutError(f"{where}: [[item]] must be a table")
    read = _Reader(value, f"{where}: [[item]]")
    when = read.text("when")
    if when not in CONDITIONS:
        raise LayoutError(f"{where}: when must be one of {', '.join(CONDITIONS)}")
    return SlipItem(when, (read.text("taken"), read.text("purpose"), read.text("kept")))
