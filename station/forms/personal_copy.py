"""《个人信息副本》: everything a station holds about one person, for that person."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from station.forms.blocks import CENTRE, Block, Cell, Row, Space, Text
from station.forms.document import Document, paginate
from station.forms.dressing import RUNNING_HEAD, PageDressing
from station.forms.paper import Setting, draw_frame, draw_text, mm

TITLE = Setting(20, bold=True, align=CENTRE)
BODY = Setting(11)
CAPTION = Setting(11, bold=True)
SMALL = Setting(8, align=CENTRE)
IN_A_ROW = 6
PICTURE_HEIGHT = mm(38)


@dataclass(frozen=True, repr=False)
class HeldPicture:
    """An encoded picture with its caption."""

    caption: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, repr=False)
class PersonalCopy:
    """All words are ready; `fields` and `history` are (caption, value) pairs."""

    name: str
    registration_id: str
    made: str
    reason: str
    fields: tuple[tuple[str, str], ...]
    history: tuple[tuple[str, str], ...]
    pictures: tuple[HeldPicture, ...]
    attachments: tuple[str, ...]


def personal_copy(copy: PersonalCopy) -> Document:
    """The copy laid out, A4."""
    blocks: list[Block] = [
        Space(mm(2)),
        Text("个人信息副本", TITLE),
        Space(mm(5)),
        Text(f"{copy.made} 由工作站导出。事由：{copy.reason}。", BODY),
        *_section("报名和身份信息", copy.fields),
        *_section("办理记录", copy.history),
    ]
    if copy.pictures:
        blocks += [Space(mm(5)), Text("照片和指纹图像", CAPTION), Space(mm(2))]
        for start in range(0, len(copy.pictures), IN_A_ROW):
            blocks.append(_Pictures(copy.pictures[start : start + IN_A_ROW]))
    if copy.attachments:
        names = "、".join(copy.attachments[:40])
        blocks += [
            Space(mm(5)),
            Text("随附文件", CAPTION),
            Space(mm(1)),
            Text(f"本文件的附件栏里有原始文件：{names}。", BODY),
        ]
    person = f"{copy.registration_id}  {copy.name}"
    dressing = PageDressing("个人信息副本", person, "", "仅供本人")
    return Document("个人信息副本", paginate(blocks, RUNNING_HEAD), dressing)


def _section(caption: str, pairs: Sequence[tuple[str, str]]) -> list[Block]:
    if not pairs:
        return []
    rows = [Row((Cell(name, value),)) for name, value in pairs]
    return [Space(mm(5)), Text(caption, CAPTION), Space(mm(2)), *rows]


@dataclass(frozen=True, repr=False)
class _Pictures:
    pictures: tuple[HeldPicture, ...]

    def height(self, width: float) -> float:
        return PICTURE_HEIGHT + SMALL.pitch + mm(2)

    def draw(self, painter: QPainter, area: QRectF) -> None:
        side = area.width() / IN_A_ROW
        for place, picture in enumerate(self.pictures):
            box = QRectF(area.left() + place * side, area.top(), side - mm(2), PICTURE_HEIGHT)
            _draw_inside(painter, QImage.fromData(picture.content), box)
            foot = QRectF(box.left(), box.bottom(), box.width(), SMALL.pitch)
            draw_text(painter, picture.caption, SMALL, foot)

    def split(self, width: float, room: float) -> None:
        """Never."""


def _draw_inside(painter: QPainter, image: QImage, box: QRectF) -> None:
    draw_frame(painter, box, mm(0.2))
    if image.isNull():
        return
    scale = min(box.width() / image.width(), box.height() / image.height())
    width, height = image.width() * scale, image.height() * scale
    left = box.left() + (box.width() - width) / 2
    top = box.top() + (box.height() - height) / 2
    painter.drawImage(QRectF(left, top, width, height), image)
