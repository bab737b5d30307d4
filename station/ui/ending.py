"""How the program ends when it cannot go on: in a sentence, or at once."""

import os
import sys
from types import TracebackType

from PySide6.QtWidgets import QApplication, QMessageBox

from station.services.errors import NotAllowed
from station.services.technical_log import LogCode, TechnicalLog, places_of
from station.services.unlock_state import UnlockState
from station.ui.screens.unlock.words import TROUBLES

EXIT_REFUSED = 2
EXIT_BUG = 70


def refuse(sentence: str) -> int:
    """Say why the station does not start: on the terminal, and in a box where there is a screen."""
    print(sentence, file=sys.stderr)
    if QApplication.platformName() != "offscreen":
        QMessageBox.critical(None, "现场确认与入场工作站", sentence)
    return EXIT_REFUSED


def tell_of_trouble(state: UnlockState) -> None:
    """What keeps the station shut, on the terminal too: there may be nobody at the screen."""
    if state.trouble is not None:
        words = TROUBLES[state.trouble]
        print(words.happened, words.safe, words.to_do, sep="", file=sys.stderr, flush=True)


def end_on_bug(
    log: TechnicalLog,
    kind: type[BaseException],
    error: BaseException,
    trace: TracebackType | None,
) -> None:
    """End the program at once, saying where and what kind, never with values: they may be people's.

    Everything acknowledged is on disk; the next start resumes. That somebody is refused is no bug:
    the guard has told the screen, and what was asked for did not happen. The same places go into
    the technical log, from where a support bundle takes them.
    """
    if isinstance(error, NotAllowed):
        return
    places = places_of(trace)
    print("程序内部错误，已保存的数据没有丢失，请重新启动。", file=sys.stderr)
    print(kind.__name__, *places, sep="\n  ", file=sys.stderr, flush=True)
    log.note(LogCode.BUG, kind.__name__, places)
    os._exit(EXIT_BUG)
