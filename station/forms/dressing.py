"""What every page of a document carries: the running head and the footer."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from station.forms.paper import (
    MARGIN,
    PAGE_HEIGHT,
    QUIET_INK,
    TEXT_WIDTH,
    Setting,
    draw_rule,
    draw_text,
    mm,
    text_width,
)

RUNNING_HEAD = mm(9)
SMALL = Setting(7.5, colour=QUIET_INK)
SMALL_RIGHT = Setting(7.5, align=Qt.AlignmentFlag.AlignRight, colour=QUIET_INK)
HEAD = Setting(9, colour=QUIET_INK)
HEAD_RIGHT = Setting(9, align=Qt.AlignmentFlag.AlignRight, colour=QUIET_INK)


@dataclass(frozen=True, repr=False)
class PageDressing:
    """Note, record hash, mark and page number below; from page 2 on title and person above."""

    title: str
    person: str
    record_hash: str
    mark: str
    note: str = ""

    def __call__(self, painter: QPainter, index: int, pages: int) -> None:
        """Draw the dressing of one page."""
        if index:
            self._draw_head(painter)
        self._draw_foot(painter, f"第 {index + 1} 页，共 {pages} 页")

    def _draw_head(self, painter: QPainter) -> None:
        line = QRectF(MARGIN, MARGIN, TEXT_WIDTH, HEAD.pitch)
        draw_text(painter, self.title, HEAD, line)
        room = TEXT_WIDTH - text_width(self.title, HEAD) - mm(6)
        person = self.person
        while text_width(person, HEAD) > room and len(person) > 1:
            person = person[:-2] + "…"
        draw_text(painter, person, HEAD_RIGHT, line)
        y = MARGIN + HEAD.pitch + mm(0.8)
        draw_rule(painter, QPointF(MARGIN, y), QPointF(MARGIN + TEXT_WIDTH, y))

    def _draw_foot(self, painter: QPainter, number: str) -> None:
        note = QRectF(MARGIN, PAGE_HEIGHT - mm(19), TEXT_WIDTH, HEAD.pitch)
        draw_text(painter, self.note, HEAD, note)
        line = QRectF(MARGIN, PAGE_HEIGHT - mm(14), TEXT_WIDTH, SMALL.pitch)
        if self.record_hash:
            draw_text(painter, f"记录摘要 {self.record_hash}", SMALL, line)
        draw_text(painter, " · ".join(filter(None, (self.mark, number))), SMALL_RIGHT, line)
