"""Form pages to look at whole, and to read line by line in the width of the screen."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from station.ui.screens.base import Action, bar, named
from station.ui.theme import Theme
from station.ui.translations import translate
from station.ui.widgets.base import StationWidget, clear_layout
from station.ui.widgets.bottom_bar import BarAction
from station.ui.widgets.form_preview import FormPreview


class PageReader(StationWidget):
    """Shows whole pages; `toggle` shows them one under the other as wide as there is room."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        """`name` is the object name of the enlarged view."""
        super().__init__(theme, parent)
        self._pages: tuple[QImage, ...] = ()
        self._whole = FormPreview(theme)
        self._sheets = QVBoxLayout()
        self._sheets.setSpacing(theme.space(12))
        self._large = QScrollArea()
        named(self._large, name)
        self._large.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._large.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._large.setWidgetResizable(True)
        inside = QWidget()
        inside.setLayout(self._sheets)
        self._large.setWidget(inside)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._whole)
        self._stack.addWidget(self._large)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(self._stack)

    @property
    def is_large(self) -> bool:
        """Whether the pages are enlarged."""
        return self._stack.currentWidget() is self._large

    def set_pages(self, pages: Sequence[QImage]) -> None:
        """Show these pages, whole."""
        self._pages = tuple(pages)
        self._whole.set_pages(self._pages)
        self._stack.setCurrentWidget(self._whole)
        self._fill()

    def toggle(self) -> None:
        """Whole or large. Arrow and page keys move the large view."""
        self._stack.setCurrentWidget(self._whole if self.is_large else self._large)
        self._fill()
        if self.is_large:
            self._large.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Large pages follow the width."""
        super().resizeEvent(event)
        self._fill()

    def _fill(self) -> None:
        clear_layout(self._sheets)
        for page in self._pages if self.is_large else ():
            sheet = QLabel()
            width = max(self._large.viewport().width() - self.theme.space(20), 1)
            smooth = Qt.TransformationMode.SmoothTransformation
            sheet.setPixmap(QPixmap.fromImage(page.scaledToWidth(width, smooth)))
            self._sheets.addWidget(sheet)


def zoom_action(pages: PageReader) -> BarAction:
    """The button that enlarges or shows whole."""
    caption = translate("看整页") if pages.is_large else translate("放大")
    return bar(Action.ZOOM, caption, "F7")
