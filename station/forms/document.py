"""Blocks onto pages, pages into a PDF or into pictures: one painter code for both."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF
from PySide6.QtGui import QImage, QImageWriter, QPageLayout, QPageSize, QPainter, QPdfWriter

from station.forms.blocks import Block
from station.forms.errors import FormError
from station.forms.paper import (
    DOTS_PER_INCH,
    MARGIN,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    TEXT_HEIGHT,
    TEXT_WIDTH,
)

PREVIEW_DPI = 110
MM_PER_INCH = 25.4

Placed = tuple[float, Block]
Dressing = Callable[[QPainter, int, int], None]
"""Draws what every page has (footer, running head), given its index and the number of pages."""


@dataclass(frozen=True)
class Document:
    """Pages of placed blocks with the dressing of every page."""

    title: str
    pages: tuple[tuple[Placed, ...], ...]
    dressing: Dressing

    def pdf(self) -> bytes:
        """A4 PDF with embedded fonts, pictures without loss. Raises FormError if Qt cannot."""
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        writer = QPdfWriter(buffer)
        writer.setResolution(DOTS_PER_INCH)
        writer.setTitle(self.title)
        writer.setPageLayout(
            QPageLayout(
                QPageSize(QPageSize.PageSizeId.A4),
                QPageLayout.Orientation.Portrait,
                QMarginsF(0, 0, 0, 0),
            )
        )
        painter = QPainter()
        if not painter.begin(writer):
            raise FormError("the PDF writer cannot start")
        painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
        for index in range(len(self.pages)):
            if index and not writer.newPage():
                raise FormError("the PDF writer cannot add a page")
            self._draw(painter, index)
        painter.end()
        return bytes(buffer.data().data())

    def images(self, dpi: int = PREVIEW_DPI) -> list[QImage]:
        """Every page as a picture on white."""
        return [self._image(index, dpi) for index in range(len(self.pages))]

    def png_pages(self, dpi: int = PREVIEW_DPI) -> tuple[bytes, ...]:
        """Every page as PNG bytes, for those who know nothing of Qt."""
        return tuple(_png(image) for image in self.images(dpi))

    def _image(self, index: int, dpi: int) -> QImage:
        width, height = (round(side / MM_PER_INCH * dpi) for side in (210, 297))
        image = QImage(width, height, QImage.Format.Format_RGB32)
        image.fill(0xFFFFFFFF)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.scale(width / PAGE_WIDTH, height / PAGE_HEIGHT)
        self._draw(painter, index)
        painter.end()
        return image

    def _draw(self, painter: QPainter, index: int) -> None:
        self.dressing(painter, index, len(self.pages))
        for top, block in self.pages[index]:
            height = block.height(TEXT_WIDTH)
            painter.save()
            block.draw(painter, QRectF(MARGIN, MARGIN + top, TEXT_WIDTH, height))
            painter.restore()


def paginate(blocks: Sequence[Block], running_head: float) -> tuple[tuple[Placed, ...], ...]:
    """Place blocks one under the other; what does not fit goes on, divided where it may be.

    `running_head` is the height kept free at the top of every page but the first.
    """
    pages: list[list[Placed]] = [[]]
    top = 0.0
    waiting = list(reversed(blocks))
    while waiting:
        block = waiting.pop()
        room = TEXT_HEIGHT - top
        height = block.height(TEXT_WIDTH)
        start = 0.0 if len(pages) == 1 else running_head
        if height <= room:
            pages[-1].append((top, block))
            top += height
            continue
        parts = block.split(TEXT_WIDTH, room)
        if parts is not None:
            pages[-1].append((top, parts[0]))
            waiting.append(parts[1])
        elif top <= start:
            raise FormError("a block is taller than a page")
        else:
            waiting.append(block)
        pages.append([])
        top = running_head
    return tuple(tuple(page) for page in pages if page)


def _png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not QImageWriter(buffer, QByteArray(b"png")).write(image):
        raise FormError("a page picture cannot be written")
    return bytes(buffer.data().data())
