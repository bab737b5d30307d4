"""Keeps the child's two streams to the station away from what vendor libraries print or read."""

from __future__ import annotations

import os
import sys
from typing import BinaryIO

STDIN, STDOUT, STDERR = 0, 1, 2


def claim_streams() -> tuple[BinaryIO, BinaryIO]:
    """Move stdin and stdout to private descriptors; returns (from station, to station).

    Afterwards descriptor 0 is empty and whatever prints to descriptor 1, C code included, lands in
    stderr. On Windows the private descriptors are set to bytes as they are.
    """
    from_station, to_station = os.dup(STDIN), os.dup(STDOUT)
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, STDIN)
    os.close(empty)
    os.dup2(STDERR, STDOUT)
    if sys.platform == "win32":
        import msvcrt

        for descriptor in (from_station, to_station):
            msvcrt.setmode(descriptor, os.O_BINARY)
    return os.fdopen(from_station, "rb"), os.fdopen(to_station, "wb")
