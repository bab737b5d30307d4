"""The theme as the application sets it up, for tests of widgets."""

from pathlib import Path

from PySide6.QtWidgets import QApplication

from station.ui.fonts import load_fonts
from station.ui.theme import Theme

RESOURCES = Path(__file__).parents[2] / "resources"
CANVAS = (1366, 768)
LARGE = (1920, 1080)


def dress(application: QApplication, size: tuple[int, int] = CANVAS) -> Theme:
    """Load the fonts, set the style sheet for a screen of `size`, return the theme."""
    load_fonts(RESOURCES / "fonts")
    theme = Theme.for_screen(*size)
    template = (RESOURCES / "qss" / "station.qss").read_text(encoding="utf-8")
    application.setStyleSheet(theme.style_sheet(template))
    return theme
