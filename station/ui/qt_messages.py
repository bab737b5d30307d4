"""Qt's own messages on the terminal, without one that says nothing about this program."""

import sys

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

_ONLY_ABOUT_THE_OFFSCREEN_PLUGIN = "This plugin does not support propagateSizeHints()"


def tell_on_terminal() -> None:
    """Write Qt's messages to standard error, one line each."""
    qInstallMessageHandler(_tell)


def _tell(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    if message != _ONLY_ABOUT_THE_OFFSCREEN_PLUGIN:
        print(f"Qt {kind.name}: {message}", file=sys.stderr, flush=True)
