"""A page of text to be read and signed by one person: shared by pledge and consent."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from station.forms.blocks import CENTRE, Block, Cell, Row, Space, Text, draw_signature_line
from station.forms.document import Document, paginate
from station.forms.dressing import RUNNING_HEAD, PageDressing
from station.forms.layout import LetterLayout
from station.forms.paper import Setting, draw_frame, draw_rule, draw_text, mm
from station.forms.record import ReviewFormRecord, record_hash

TITLE = Setting(20, bold=True, align=CENTRE)
BODY = Setting(12)
SIGN = Setting(12)
BOX = mm(4)
COPY_LINES = 2


def letter(record: ReviewFormRecord, layout: LetterLayout) -> Document:
    """The letter laid out for one person, with who they are under the title."""
    blocks: list[Block] = [
        Space(mm(4)),
        Text(layout.title, TITLE),
        Space(mm(8)),
        *_person(record),
        Space(mm(7)),
        Text(layout.opening, BODY),
        Space(mm(3)),
    ]
    for paragraph in layout.paragraphs:
        blocks += [Text(paragraph, BODY), Space(mm(2.5))]
    if layout.choices:
        blocks += [Space(mm(3)), *(_Choice(words) for words in layout.choices)]
    if layout.copy_sentence:
        blocks += [Space(mm(4)), Text(layout.copy_prompt, BODY)]
        blocks += [Text(layout.copy_sentence, Setting(12, bold=True)), _Lines(COPY_LINES)]
    blocks += [Space(mm(10)), *(_SignLine(label) for label in layout.sign_lines)]
    person = f"{record.registration_id}  {record.name}"
    dressing = PageDressing(layout.title, person, record_hash(record), layout.mark)
    return Document(layout.title, paginate(blocks, RUNNING_HEAD), dressing)


def _person(record: ReviewFormRecord) -> tuple["_Framed", ...]:
    return (
        _Framed(Row((Cell("姓名", record.name), Cell("注册 ID", record.registration_id)))),
        _Framed(
            Row(
                (
                    Cell("证件号码", record.document_number),
                    Cell("学位授予单位", record.degree_unit or record.unit_name),
                )
            )
        ),
    )


@dataclass(frozen=True, repr=False)
class _Framed:
    row: Row

    def height(self, width: float) -> float:
        return self.row.height(width) + mm(1)

    def draw(self, painter: QPainter, area: QRectF) -> None:
        self.row.draw(painter, area)

    def split(self, width: float, room: float) -> None:
        """Never."""


@dataclass(frozen=True)
class _Choice:
    words: str

    def height(self, width: float) -> float:
        return Text(self.words, BODY, BOX + mm(3)).height(width) + mm(4)

    def draw(self, painter: QPainter, area: QRectF) -> None:
        drop = (BODY.pitch - BOX) / 2
        draw_frame(painter, QRectF(area.left(), area.top() + drop, BOX, BOX), mm(0.3))
        draw_text(painter, self.words, BODY, area.adjusted(BOX + mm(3), 0, 0, 0))

    def split(self, width: float, room: float) -> None:
        """Never."""


@dataclass(frozen=True)
class _Lines:
    count: int

    def height(self, width: float) -> float:
        return self.count * mm(12)

    def draw(self, painter: QPainter, area: QRectF) -> None:
        for number in range(1, self.count + 1):
            y = area.top() + number * mm(12)
            draw_rule(painter, QPointF(area.left(), y), QPointF(area.right(), y))

    def split(self, width: float, room: float) -> None:
        """Never."""


@dataclass(frozen=True)
class _SignLine:
    label: str

    def height(self, width: float) -> float:
        return mm(13)

    def draw(self, painter: QPainter, area: QRectF) -> None:
        line = QRectF(area.center().x(), area.top(), area.width() / 2, area.height())
        draw_signature_line(painter, self.label, SIGN, line)

    def split(self, width: float, room: float) -> None:
        """Never."""
