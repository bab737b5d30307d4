"""Forms from a program without a window: Qt needs an application object even to set type."""

import os
from pathlib import Path

from PySide6.QtGui import QGuiApplication

from station.forms.typeface import load_typeface


def ready_to_draw(fonts_dir: Path) -> QGuiApplication:
    """Qt's application object, made without a screen unless there is one; keep what is returned.

    Raises TypefaceError when a font file is missing or unreadable.
    """
    application = QGuiApplication.instance()
    if not isinstance(application, QGuiApplication):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        application = QGuiApplication([])
    load_typeface(fonts_dir)
    return application
