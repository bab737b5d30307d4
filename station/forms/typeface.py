"""The bundled typeface, for paper and screen alike."""

from pathlib import Path

from PySide6.QtGui import QFontDatabase

from station.forms.errors import TypefaceError

FAMILY = "Noto Sans CJK SC"
FONT_FILES = ("NotoSansCJKsc-Regular.otf", "NotoSansCJKsc-Bold.otf")


def load_typeface(fonts_dir: Path) -> str:
    """Register both weights with Qt and return the family name to put into every `QFont`.

    A QGuiApplication must exist. Naming the SC family matters: left to itself Qt may choose
    Japanese glyph shapes. Raises TypefaceError when a file is missing or unreadable.
    """
    for name in FONT_FILES:
        number = QFontDatabase.addApplicationFont(str(fonts_dir / name))
        if FAMILY not in QFontDatabase.applicationFontFamilies(number):
            raise TypefaceError(f"font file {name} cannot be used")
    return FAMILY
