"""The sheet of a new recovery key: where it goes, and three words asked back from the print.

A key that nobody printed recovers nothing.

All 24 would be typed from the screen by a tired admin, or skipped; three at places that nobody can
foresee are only quick with the paper in hand, and prove that it can be read.
"""

import argparse
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path

ASKED = 3
TRIES = 3


class Unconfirmed(Exception):
    """The words were not those of the sheet."""


def add_sheet_argument(parser: argparse.ArgumentParser) -> None:
    """Every command that makes a recovery key writes its sheet."""
    parser.add_argument(
        "--recovery-sheet",
        type=Path,
        required=True,
        help="where to write the recovery key as PDF; print it, then delete the file",
    )


def confirm_words(words: Sequence[str], sheet: Path, ask: Callable[[str], str] = input) -> None:
    """Ask for some words by their places. Raises Unconfirmed after three wrong ones."""
    print(f"恢复密钥页已写到 {sheet}，现在请打印出来，看着纸回答。")
    places = sorted(secrets.SystemRandom().sample(range(len(words)), ASKED))
    wrong = 0
    for place in places:
        while ask(f"第 {place + 1} 个词：").strip().lower() != words[place]:
            wrong += 1
            if wrong == TRIES:
                raise Unconfirmed
            print("与纸上的不同，请再看一遍。")
