"""Fonts of the screens: the typeface of the printed forms, tabular numbers, no system font."""

from pathlib import Path

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from station.forms.typeface import FAMILY, load_typeface

__all__ = ["FAMILY", "font", "load_fonts"]


def load_fonts(fonts_dir: Path) -> str:
    """Register the bundled weights, make them the application's font, return the family name.

    Raises `station.forms.errors.TypefaceError` when a file is missing or unreadable.
    """
    family = load_typeface(fonts_dir)
    QApplication.setFont(font(16))
    return family


def font(pixel_size: int, *, bold: bool = False) -> QFont:
    """The typeface at a size in pixels. Its digits are all of one width by design."""
    made = QFont(FAMILY)
    made.setPixelSize(pixel_size)
    made.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made
