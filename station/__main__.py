"""`station`: run the kiosk, set it up, look at its devices, or show the demo."""

import argparse
import signal
import sys
from pathlib import Path
from types import ModuleType

from station.services.private_memory import keep_memory_private

HOLD_KEYS = frozenset({"run", "init", "keys", "people", "audit", "db", "privacy", "support"})
"""Commands in whose memory keys lie; their process is never dumped."""
EXIT_INTERRUPTED = 130
"""As shells tell it: 128 and the number of the signal."""


def size(text: str) -> tuple[int, int]:
    """A width and a height in pixels out of `1366x768`."""
    width, _, height = text.partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise argparse.ArgumentTypeError("write it as 1366x768")
    return int(width), int(height)


def main(argv: list[str] | None = None) -> int:
    """Parse the command line and run one command; its exit status is returned."""
    parser = argparse.ArgumentParser(prog="station", description="现场确认与考试入场工作站")
    commands = parser.add_subparsers(dest="command", required=True)

    run = commands.add_parser("run", help="open the station's window")
    run.add_argument("--config", type=Path, required=True, help="settings file (TOML)")
    run.add_argument("--language", choices=["zh_CN", "en"], help="language of the screens")
    run.add_argument("--window", action="store_true", help="a window instead of the full screen")
    run.add_argument("--size", type=size, default="1366x768", help="window, e.g. 1920x1080")
    run.add_argument("--panel", action="store_true", help="show the developer panel")
    run.add_argument("--commands", type=Path, help="file whose lines move simulated devices")
    run.add_argument("--story", help=argparse.SUPPRESS)
    run.add_argument("--story-output", type=Path, help=argparse.SUPPRESS)

    # Imported here so that `station run` does not wait for what it does not use.
    from station.cli import (
        audit,
        db,
        demo,
        devices,
        driver_check,
        driver_host,
        init,
        keys,
        people,
        privacy,
        support,
    )

    others: dict[str, tuple[ModuleType, str]] = {
        "init": (init, "set this machine up"),
        "keys": (keys, "who and what opens this station's keys, and changes to that"),
        "people": (people, "who works here: accounts, roles, passphrases and cards"),
        "audit": (audit, "check the trail, or take a signed copy of it away"),
        "db": (db, "check the database, back it up, bring it back, rescue it"),
        "privacy": (privacy, "what is held and until when; a person's own copy"),
        "support": (support, "gather what technical support needs, without anybody's data"),
        "devices": (devices, "how the configured devices are"),
        "driver-check": (driver_check, "try whether a driver keeps its contract"),
        "driver-host": (driver_host, "serve one driver (started by the station)"),
        "demo": (demo, "show the whole story with simulations"),
    }
    for name, (command, words) in others.items():
        command.add_arguments(commands.add_parser(name, help=words))

    arguments = parser.parse_args(argv)
    # Only where this is the whole process: who calls with arguments keeps the limits they have.
    if argv is None and arguments.command in HOLD_KEYS:
        keep_memory_private()
        if arguments.command in others:
            _end_tidily()
    if arguments.command in others:
        try:
            return int(others[arguments.command][0].run(arguments))
        except (KeyboardInterrupt, EOFError):  # Ctrl-C, or Ctrl-D where something was asked
            print("\n已中断，数据没有损坏，请重新运行同一条命令。", file=sys.stderr)
            return EXIT_INTERRUPTED
    from station import app

    return app.run(arguments)


def _end_tidily() -> None:
    """A terminal that is closed ends a command as Ctrl-C does: with what it began taken away.

    Otherwise the sheet of a recovery key that opens nothing would stay behind.
    """
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):  # Windows has no hang-up
            signal.signal(getattr(signal, name), signal.default_int_handler)


if __name__ == "__main__":
    sys.exit(main())
