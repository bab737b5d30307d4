"""The sheet with the recovery key for the unit's safe: words to type, and a code to scan."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from station.forms.blocks import CENTRE, Block, Cell, Row, Space, Text, draw_signature_line
from station.forms.document import PREVIEW_DPI, Document, paginate
from station.forms.dressing import RUNNING_HEAD, PageDressing
from station.forms.paper import Setting, draw_frame, draw_text, draw_text_centred, mm, text_width
from station.forms.pictures import draw_qr

TITLE_TEXT = "工作站恢复密钥"
TITLE = Setting(20, bold=True, align=CENTRE)
WARNING = Setting(12, bold=True)
BODY = Setting(10)
WORD = Setting(15, bold=True)
NUMBER = Setting(9)
CAPTION = Setting(9, align=CENTRE)
COLUMNS = 3
WORD_PITCH = mm(9.5)
QR_SIDE = mm(42)

_WARNING = (
    "任何人拿到这一页就能打开这台工作站的全部资料。打印后放进保险柜，删除电脑里的文件，不要拍照。"
)
_USES = (
    "用途：所有人员的口令都不能用时开启工作站；机器损坏后，用它和备份恢复数据。",
    "用法：在工作站的开启画面选“恢复密钥”，依次输入 24 个词"
    "（每个词输入前四个字母即可，不分大小写），或用扫码枪扫上面的二维码。",
    "更换：在“管理”里更换恢复密钥以后，这一页不再能开启工作站，但此前的备份仍要用它打开。"
    "请与那些备份同期销毁。",
)
_SIGNATURES = ("打印人：", "保管人：", "放入保险柜日期：")


@dataclass(frozen=True)
class RecoverySheet:
    """What stands on the sheet; `made` is the day of the key, YYYY-MM-DD.

    `station` is empty while the platform has not numbered it.
    """

    unit: str
    desk: str
    station: str
    made: str
    words: Sequence[str] = field(repr=False)
    practice: bool = False
    """Of a demonstration: nobody's data lie behind it, and it says so."""

    @property
    def title(self) -> str:
        """What stands above everything."""
        return f"{TITLE_TEXT}（演示）" if self.practice else TITLE_TEXT

    @property
    def code(self) -> str:
        """Content of the QR code: capitals and spaces make it coarse, so any scanner reads it."""
        return " ".join(self.words).upper()


def render(sheet: RecoverySheet) -> bytes:
    """The sheet as PDF, A4, one page. Raises FormError if Qt cannot write."""
    return _document(sheet).pdf()


def preview(sheet: RecoverySheet, *, dpi: int = PREVIEW_DPI) -> list[QImage]:
    """The same as a picture."""
    return _document(sheet).images(dpi)


def _document(sheet: RecoverySheet) -> Document:
    blocks: list[Block] = [
        Text(sheet.title, TITLE),
        Space(mm(6)),
        _Rows(
            (
                Row((Cell("单位", sheet.unit),)),
                Row((Cell("工位", sheet.desk), Cell("生成日期", sheet.made))),
                *((Row((Cell("工作站编号", sheet.station),)),) if sheet.station else ()),
            )
        ),
        Space(mm(6)),
        Text(_WARNING, WARNING),
        Space(mm(6)),
        _Words(tuple(sheet.words)),
        Space(mm(6)),
        _Code(sheet.code),
        Space(mm(5)),
        *(Text(line, BODY) for line in _USES),
        Space(mm(4)),
        *(_SignLine(label) for label in _SIGNATURES),
    ]
    dressing = PageDressing(sheet.title, "", "", "秘密 · 入保险柜")
    return Document(sheet.title, paginate(blocks, RUNNING_HEAD), dressing)


@dataclass(frozen=True)
class _Rows:
    rows: tuple[Row, ...]

    def height(self, width: float) -> float:
        return sum(row.height(width) for row in self.rows)

    def draw(self, painter: QPainter, area: QRectF) -> None:
        top = area.top()
        for row in self.rows:
            height = row.height(area.width())
            row.draw(painter, QRectF(area.left(), top, area.width(), height))
            top += height

    def split(self, width: float, room: float) -> None:
        """Never."""


@dataclass(frozen=True, repr=False)
class _Words:
    """Numbered words, column by column, large enough to be copied by hand."""

    words: tuple[str, ...]

    def height(self, width: float) -> float:
        return self._per_column() * WORD_PITCH + mm(4)

    def draw(self, painter: QPainter, area: QRectF) -> None:
        draw_frame(painter, area, mm(0.4))
        part, per_column = area.width() / COLUMNS, self._per_column()
        for place, word in enumerate(self.words):
            column, line = divmod(place, per_column)
            left, top = area.left() + column * part, area.top() + mm(2) + line * WORD_PITCH
            number = QRectF(left + mm(5), top, mm(9), WORD_PITCH)
            draw_text_centred(painter, str(place + 1), NUMBER, number)
            spelt = QRectF(number.right(), top, part - mm(14), WORD_PITCH)
            draw_text_centred(painter, word, WORD, spelt)

    def split(self, width: float, room: float) -> None:
        """Never."""

    def _per_column(self) -> int:
        return -(-len(self.words) // COLUMNS)


@dataclass(frozen=True, repr=False)
class _Code:
    content: str

    def height(self, width: float) -> float:
        return QR_SIDE + mm(1) + CAPTION.pitch

    def draw(self, painter: QPainter, area: QRectF) -> None:
        left = area.left() + (area.width() - QR_SIDE) / 2
        draw_qr(painter, self.content, QRectF(left, area.top(), QR_SIDE, QR_SIDE))
        below = QRectF(area.left(), area.top() + QR_SIDE + mm(1), area.width(), CAPTION.pitch)
        draw_text(painter, "与上面 24 个词相同", CAPTION, below)

    def split(self, width: float, room: float) -> None:
        """Never."""


@dataclass(frozen=True)
class _SignLine:
    label: str

    def height(self, width: float) -> float:
        return mm(8)

    def draw(self, painter: QPainter, area: QRectF) -> None:
        room = text_width(self.label, BODY) + mm(70)
        line = QRectF(area.left(), area.top(), min(room, area.width()), area.height())
        draw_signature_line(painter, self.label, BODY, line)

    def split(self, width: float, room: float) -> None:
        """Never."""
