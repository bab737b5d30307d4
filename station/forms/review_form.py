"""《资格审查表》: the printed outcome of the visit.

The official layout is not public; this is a default with the field set that public notices name,
marked 样式以平台为准, and its wording lies in `resources/forms/review_form.toml`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter

from station.forms.blocks import (
    CAPTION,
    CAPTION_WIDTH,
    CENTRE,
    LABEL,
    Block,
    Cell,
    Group,
    Row,
    draw_rows,
    draw_signature_line,
)
from station.forms.document import PREVIEW_DPI, Document, paginate
from station.forms.dressing import RUNNING_HEAD, PageDressing
from station.forms.layout import FieldGroup, Opinion, ReviewFormLayout
from station.forms.paper import (
    FRAME_LINE,
    QUIET_INK,
    Setting,
    draw_frame,
    draw_rule,
    draw_text,
    draw_text_centred,
    mm,
    text_height,
)
from station.forms.pictures import (
    PHOTO_HEIGHT,
    PHOTO_WIDTH,
    QR_SIDE,
    draw_photo,
    draw_qr,
    photo_image,
)
from station.forms.record import ReviewFormRecord, record_hash

TITLE = Setting(17, bold=True, align=CENTRE)
UNIT = Setting(11, align=CENTRE)
SUBTITLE = Setting(10, align=CENTRE)
CODE = Setting(8, align=CENTRE)
PHOTO_CAPTION = Setting(8.5, align=CENTRE, colour=QUIET_INK)
SENTENCE = Setting(10)
HEADING = Setting(9.5, bold=True)
EXPERIENCE_SHARES = (1.1, 2.4, 1.3)
EMPTY_EXPERIENCE_LINES = 3


def render(
    record: ReviewFormRecord, layout: ReviewFormLayout, *, copies_note: str | None = None
) -> bytes:
    """The form as PDF, A4, embedded fonts, photos at 33 × 48 mm. The typeface must be loaded.

    `copies_note` replaces the layout's note on copies. Raises FormError if Qt cannot write.
    """
    return document(record, layout, copies_note=copies_note).pdf()


def preview(
    record: ReviewFormRecord,
    layout: ReviewFormLayout,
    *,
    copies_note: str | None = None,
    dpi: int = PREVIEW_DPI,
) -> list[QImage]:
    """The same pages as pictures."""
    return document(record, layout, copies_note=copies_note).images(dpi)


def document(
    record: ReviewFormRecord, layout: ReviewFormLayout, *, copies_note: str | None = None
) -> Document:
    """The form laid out; `Document.pdf`, `images` and `png_pages` make what is wanted of it."""
    note = layout.copies_note if copies_note is None else copies_note
    blocks: list[Block] = [
        _TitleBlock(layout.title, record),
        _IdentityBlock(layout, record),
        *(_group(group, record) for group in layout.groups),
        _experience(layout, record),
        _HandCopy(layout.pledge_caption, layout.pledge_prompt, layout.pledge_sentence),
        _Opinions(layout.opinions),
    ]
    person = f"{record.registration_id}  {record.name}"
    dressing = PageDressing(layout.title, person, record_hash(record), layout.mark, note)
    return Document(layout.title, paginate(blocks, RUNNING_HEAD), dressing)


def _rows(group: FieldGroup, record: ReviewFormRecord) -> tuple[Row, ...]:
    return tuple(
        Row(tuple(Cell(cell.label, record.text(cell.field), cell.share) for cell in row))
        for row in group.rows
    )


def _group(group: FieldGroup, record: ReviewFormRecord) -> Group:
    return Group(group.caption, _rows(group, record))


def _experience(layout: ReviewFormLayout, record: ReviewFormRecord) -> Group:
    head = _experience_row(layout.experience_heads, LABEL)
    lines = [(line.period, line.place, line.position) for line in record.experience]
    lines += [("", "", "")] * (EMPTY_EXPERIENCE_LINES - len(lines))
    rows = tuple(_experience_row(line, None) for line in lines)
    return Group(layout.experience_caption, rows, head, divisible=True)


def _experience_row(texts: Sequence[str], setting: Setting | None) -> Row:
    shares = zip(texts, EXPERIENCE_SHARES, strict=True)
    return Row(tuple(Cell("", text, share, setting) for text, share in shares))


@dataclass(frozen=True, repr=False)
class _Whole:
    """A block that is never divided."""

    def split(self, width: float, room: float) -> None:
        """Never."""


@dataclass(frozen=True, repr=False)
class _TitleBlock(_Whole):
    title: str
    record: ReviewFormRecord

    def height(self, width: float) -> float:
        return max(self._text_height(width), QR_SIDE + CODE.pitch + mm(1)) + mm(3)

    def draw(self, painter: QPainter, area: QRectF) -> None:
        code = QRectF(area.right() - QR_SIDE, area.top(), QR_SIDE, QR_SIDE)
        draw_qr(painter, self.record.registration_id, code)
        under = QRectF(code.left() - mm(4), code.bottom() + mm(0.8), QR_SIDE + mm(8), CODE.pitch)
        draw_text(painter, self.record.registration_id, CODE, under)
        side = self._side()
        top = area.top() + (area.height() - mm(3) - self._text_height(area.width())) / 2
        for text, setting in self._lines():
            height = text_height(text, setting, area.width() - 2 * side)
            box = QRectF(area.left() + side, top, area.width() - 2 * side, height)
            draw_text(painter, text, setting, box)
            top += height + mm(1)

    def _side(self) -> float:
        return QR_SIDE + mm(4)

    def _lines(self) -> list[tuple[str, Setting]]:
        year = f"{self.record.year} 年度" if self.record.year else ""
        lines = [(self.record.unit_name, UNIT), (self.title, TITLE), (year, SUBTITLE)]
        return [line for line in lines if line[0]]

    def _text_height(self, width: float) -> float:
        room = width - 2 * self._side()
        return sum(text_height(text, setting, room) + mm(1) for text, setting in self._lines())


@dataclass(frozen=True, repr=False)
class _IdentityBlock(_Whole):
    """Basic data on the left, both photos at true size on the right."""

    layout: ReviewFormLayout
    record: ReviewFormRecord

    def height(self, width: float) -> float:
        rows = _rows(self.layout.identity, self.record)
        text = sum(row.height(self._text_width(width)) for row in rows)
        return max(text, PHOTO_HEIGHT + PHOTO_CAPTION.pitch + mm(4))

    def draw(self, painter: QPainter, area: QRectF) -> None:
        width = self._text_width(area.width())
        left = area.left() + CAPTION_WIDTH
        rows = _rows(self.layout.identity, self.record)
        draw_rows(painter, rows, QRectF(left, area.top(), width, area.height()))
        caption = QRectF(area.left(), area.top(), CAPTION_WIDTH, area.height())
        draw_text_centred(painter, "\n".join(self.layout.identity.caption), CAPTION, caption)
        draw_rule(painter, caption.topRight(), caption.bottomRight())
        self._draw_photos(painter, area, left + width)
        draw_frame(painter, area, FRAME_LINE)

    def _draw_photos(self, painter: QPainter, area: QRectF, left: float) -> None:
        words = self.layout.certificate_photo, self.layout.site_photo
        photos = self.record.certificate_photo, self.record.site_photo
        stack = PHOTO_HEIGHT + mm(1) + PHOTO_CAPTION.pitch
        top = area.top() + (area.height() - stack) / 2
        for number, (word, photo) in enumerate(zip(words, photos, strict=True)):
            x = left + mm(2) + number * (PHOTO_WIDTH + mm(2))
            frame = QRectF(x, top, PHOTO_WIDTH, PHOTO_HEIGHT)
            draw_photo(painter, photo_image(photo), self.layout.missing_photo, frame)
            under = QRectF(x, frame.bottom() + mm(1), PHOTO_WIDTH, PHOTO_CAPTION.pitch)
            draw_text(painter, word, PHOTO_CAPTION, under)

    def _text_width(self, width: float) -> float:
        return width - CAPTION_WIDTH - 2 * PHOTO_WIDTH - mm(6)


@dataclass(frozen=True)
class _HandCopy(_Whole):
    """The sentence to copy by hand and two lines for it."""

    caption: str
    prompt: str
    sentence: str

    def height(self, width: float) -> float:
        room = width - CAPTION_WIDTH - mm(6)
        return text_height(self.prompt + self.sentence, SENTENCE, room) + mm(20.5)

    def draw(self, painter: QPainter, area: QRectF) -> None:
        inner = area.adjusted(CAPTION_WIDTH + mm(3), mm(2), -mm(3), 0)
        draw_text(painter, self.prompt + self.sentence, SENTENCE, inner)
        for line in range(2):
            y = area.bottom() - mm(3) - line * mm(8.5)
            draw_rule(painter, QPointF(inner.left(), y), QPointF(inner.right(), y))
        column = QRectF(area.left(), area.top(), CAPTION_WIDTH, area.height())
        draw_text_centred(painter, "\n".join(self.caption), CAPTION, column)
        draw_rule(painter, column.topRight(), column.bottomRight())
        draw_frame(painter, area, FRAME_LINE)


@dataclass(frozen=True)
class _Opinions(_Whole):
    """Boxes side by side for signatures, the reviewer's opinion and the seal."""

    opinions: tuple[Opinion, ...]

    def height(self, width: float) -> float:
        return mm(37)

    def draw(self, painter: QPainter, area: QRectF) -> None:
        part = area.width() / len(self.opinions)
        for number, opinion in enumerate(self.opinions):
            box = QRectF(area.left() + number * part, area.top(), part, area.height())
            self._draw_box(painter, opinion, box)
            draw_frame(painter, box)
        draw_frame(painter, area, FRAME_LINE)

    def _draw_box(self, painter: QPainter, opinion: Opinion, box: QRectF) -> None:
        inner = box.adjusted(mm(3), mm(2), -mm(3), -mm(3))
        draw_text(painter, opinion.heading, HEADING, inner)
        heading = text_height(opinion.heading, HEADING, inner.width())
        draw_text(painter, opinion.words, SENTENCE, inner.adjusted(0, heading + mm(1.5), 0, 0))
        for number, label in enumerate(reversed(opinion.lines)):
            line = inner.adjusted(0, 0, 0, -number * mm(8))
            draw_signature_line(painter, label, SENTENCE, line)
