"""`station driver-host KIND:NAME`: serve one driver in a process of its own.

The station starts it; the same as `python -m drivers.host`, for installations whose only program is
`station`.
"""

import argparse
import os

from drivers.host.__main__ import main


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `station driver-host`."""
    parser.add_argument("name", help="kind and name, e.g. fingerprint_reader:libfprint")


def run(arguments: argparse.Namespace) -> int:
    """Serve until the station closes its end."""
    status = main([arguments.name])
    # Threads of a vendor library may never end; nothing is left to be tidied up.
    os._exit(status)
