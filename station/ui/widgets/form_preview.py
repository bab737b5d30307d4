"""Pages as they will come out of the printer."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from station.ui.theme import LINE, LINE_STRONG, SURFACE, Theme
from station.ui.widgets.base import StationWidget, label

A4_ASPECT = 297 / 210


class FormPreview(StationWidget):
    """One page, whole, with buttons to turn pages when there is more than one."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """An empty sheet."""
        super().__init__(theme, parent)
        self._pages: tuple[QImage, ...] = ()
        self._index = 0
        self._sheet = _Sheet(theme)
        self._back = QPushButton("‹")
        self._forth = QPushButton("›")
        self._number = label(tone="muted")
        self._back.clicked.connect(lambda: self.turn(-1))
        self._forth.clicked.connect(lambda: self.turn(+1))
        self._build()
        self.retranslate()
        self._show()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.theme.space(8))
        column.addWidget(self._sheet, 1)
        row = QHBoxLayout()
        row.setSpacing(self.theme.space(12))
        row.addStretch(1)
        for part in (self._back, self._number, self._forth):
            row.addWidget(part)
        row.addStretch(1)
        for button in (self._back, self._forth):
            button.setMinimumWidth(self.theme.touch)
        column.addLayout(row)

    def retranslate(self) -> None:
        """Names of the buttons and the page count."""
        self._back.setAccessibleName(self.tr("上一页"))
        self._forth.setAccessibleName(self.tr("下一页"))
        self._label_page()

    def set_pages(self, pages: Sequence[QImage]) -> None:
        """Show the first of these pages."""
        self._pages = tuple(pages)
        self._index = 0
        self._show()

    def turn(self, step: int) -> None:
        """Go forth or back, no further than the ends."""
        self._index = max(0, min(self._index + step, len(self._pages) - 1))
        self._show()

    def page_index(self) -> int:
        """Index of the page shown."""
        return self._index

    def _label_page(self) -> None:
        self._number.setText(
            self.tr("第 %1 页，共 %2 页")
            .replace("%1", str(self._index + 1))
            .replace("%2", str(len(self._pages)))
            if self._pages
            else ""
        )

    def _show(self) -> None:
        many = len(self._pages) > 1
        for button in (self._back, self._forth):
            button.setVisible(many)
        self._back.setEnabled(self._index > 0)
        self._forth.setEnabled(self._index < len(self._pages) - 1)
        self._label_page()
        self._sheet.set_page(self._pages[self._index] if self._pages else None)


class _Sheet(QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._page: QImage | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_page(self, page: QImage | None) -> None:
        self._page = page
        self.update()

    def sizeHint(self) -> QSize:
        width = self._theme.space(380)
        return QSize(width, round(width * A4_ASPECT))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.space(200), round(self._theme.space(200) * A4_ASPECT))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        room = QSize(self.width() - 4, self.height() - 4)
        shape = QSize(2100, 2970) if self._page is None else self._page.size()
        size = shape.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        sheet = QRectF(0, 0, size.width(), size.height())
        sheet.moveCenter(QRectF(self.rect()).center())
        painter.fillRect(sheet.translated(2, 2), QColor(LINE))
        painter.fillRect(sheet, QColor(SURFACE))
        if self._page is not None:
            ratio = self.devicePixelRatioF()
            painter.drawImage(
                sheet,
                self._page.scaled(
                    size * ratio,
                    Qt.AspectRatioMode.IgnoreAspectRatio,
                    Qt.TransformationMode.SmoothTransformation,
                ),
            )
        painter.setPen(QPen(QColor(LINE_STRONG), 1))
        painter.drawRect(sheet)
