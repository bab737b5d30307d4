"""`python -m drivers.host KIND:NAME`: one driver in a process of its own.

Started by the station, not by people: options and calls come as frames on stdin, answers go out as
frames on stdout, and the process ends when stdin does.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

from drivers.api import DriverKind
from drivers.host.child import serve_driver
from drivers.host.operations import HOSTED
from drivers.host.streams import claim_streams
from drivers.registry import Registry, installed_entry_points

EXIT_USAGE = 2
PR_SET_DUMPABLE = 4


def main(arguments: list[str]) -> int:
    """Serve the driver `kind:name`; returns the exit status."""
    kind, _, name = arguments[0].partition(":") if len(arguments) == 1 else ("", "", "")
    if kind not in list(HOSTED) or not name:
        print("usage: python -m drivers.host KIND:NAME", file=sys.stderr)
        return EXIT_USAGE
    _forbid_dumps()
    # Ctrl-C at a terminal reaches every process there; the station decides when a driver ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source, sink = claim_streams()
    return serve_driver(DriverKind(kind), name, Registry(installed_entry_points()), source, sink)


def _forbid_dumps() -> None:
    """Where a vendor library crashes, no dump shall hold the finger that lay on its reader.

    On Linux (prctl(2)); the limit for core files, which the station's process passes on, is one
    that some handlers of dumps ignore.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


if __name__ == "__main__":
    status = main(sys.argv[1:])
    sys.stderr.flush()
    # Threads of a vendor library may never end; nothing is left to be tidied up.
    os._exit(status)
