"""A few sentences to go through one by one, on a white sheet."""

from PySide6.QtWidgets import QVBoxLayout

from station.ui.theme import Theme
from station.ui.widgets.base import Panel
from station.ui.widgets.fit_label import FitLabel

POINTS = 3


class PointsPanel(Panel):
    """Three points in lead size, each on a line of its own."""

    def __init__(self, theme: Theme) -> None:
        """Empty until `set_points`."""
        super().__init__()
        self._points = tuple(FitLabel((theme.lead,)) for _ in range(POINTS))
        inside = QVBoxLayout(self)
        inside.setContentsMargins(*([theme.space(28)] * 4))
        inside.setSpacing(theme.space(18))
        for point in self._points:
            inside.addWidget(point)

    def set_points(self, first: str, second: str, third: str) -> None:
        """Show these sentences."""
        for shown, words in zip(self._points, (first, second, third), strict=True):
            shown.set_text(words)
