"""F12: every device with how it stands and what to do, in whole sentences."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from station.ui.screens.dialog import StationDialog
from station.ui.theme import LEVEL_COLOURS, Theme
from station.ui.widgets.base import clear_layout, label
from station.ui.widgets.shapes import draw_level
from station.ui.widgets.status_bar import DeviceChip

SHAPE_PX = 20


class DevicesDialog(StationDialog):
    """A chip has room for a word only; here is the rest."""

    def __init__(self, theme: Theme, parent: QWidget, chips: Sequence[DeviceChip]) -> None:
        """`chips` are what the status bar shows at the moment."""
        super().__init__(theme, parent, "devices")
        self.title.setText(self.tr("设备"))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.space(16))
        self._grid.setVerticalSpacing(theme.space(14))
        self._grid.setColumnStretch(2, 1)
        self.inside.addLayout(self._grid)
        self.primary.set_caption(self.tr("知道了"), "Enter")
        self.primary.clicked.connect(self.accept)
        self.back.hide()
        self.show_devices(chips)

    def show_devices(self, chips: Sequence[DeviceChip]) -> None:
        """As they stand now; the sheet grows and shrinks with the words."""
        clear_layout(self._grid)
        for place, chip in enumerate(chips):
            self._grid.addWidget(_Shape(self.theme, chip), place, 0)
            self._grid.addWidget(label(chip.name, bold=True), place, 1)
            self._grid.addWidget(label(chip.sentence, wrap=True), place, 2)


class _Shape(QWidget):
    def __init__(self, theme: Theme, chip: DeviceChip) -> None:
        super().__init__()
        self._chip = chip
        side_px = theme.row(SHAPE_PX)
        self.setFixedSize(side_px, side_px)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        strong, _soft = LEVEL_COLOURS[self._chip.level]
        draw_level(painter, QRectF(self.rect()), self._chip.level, strong)
