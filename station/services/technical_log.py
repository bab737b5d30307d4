"""A small log of what went wrong inside the program: codes and places in the code, never values.

Whatever is not plainly a code or a place is left out, so that nothing of a person can come in, not
even through an exception's text or a folder's name. Two files of limited size, the older one
replaced when the newer is full.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType

from sync.wire import format_instant

MAX_BYTES = 64 * 1024
MAX_PLACES = 40
NAME, OLDER = "technical.jsonl", "technical.1.jsonl"
_CODE = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,79}")
_PLACE = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,99}:\d{1,6} [A-Za-z0-9_.<>]{1,120}")


class LogCode(StrEnum):
    """What an entry is about."""

    STARTED = "started"
    STOPPED = "stopped"
    BUG = "bug"


@dataclass(frozen=True)
class LogEntry:
    """`kind` is the name of an exception's class; `places` are `module:line function`."""

    at: str
    code: LogCode
    kind: str = ""
    places: tuple[str, ...] = ()


class TechnicalLog:
    """Appends and reads; a log that cannot be written is no reason to fail."""

    def __init__(self, folder: Path, now_s: Callable[[], float]) -> None:
        self._folder = folder
        self._now_s = now_s

    def note(self, code: LogCode, kind: str = "", places: Sequence[str] = ()) -> None:
        """Write one entry; what is no code or place is left out."""
        entry = LogEntry(
            at=format_instant(self._now_s()),
            code=code,
            kind=kind if _CODE.fullmatch(kind) else "",
            places=tuple(place for place in places if _PLACE.fullmatch(place))[-MAX_PLACES:],
        )
        line = json.dumps(asdict(entry)) + "\n"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._make_room(len(line))
            with (self._folder / NAME).open("a", encoding="ascii") as file:
                file.write(line)
        except OSError:  # a full disk: the program's end must not depend on its log
            return

    def recent(self, limit: int = 200) -> tuple[LogEntry, ...]:
        """The latest entries, oldest first; damaged lines are passed over."""
        lines: list[str] = []
        for name in (OLDER, NAME):
            try:
                content = (self._folder / name).read_bytes()[: 2 * MAX_BYTES]
            except OSError:
                continue
            lines += content.decode("ascii", errors="replace").splitlines()
        entries = (_entry(line) for line in lines[-limit:])
        return tuple(entry for entry in entries if entry is not None)

    def _make_room(self, size: int) -> None:
        path = self._folder / NAME
        if path.exists() and path.stat().st_size + size > MAX_BYTES:
            path.replace(self._folder / OLDER)


def places_of(trace: TracebackType | None) -> list[str]:
    """Where a traceback went: module, line and function, outermost first."""
    places = []
    while trace is not None:
        frame = trace.tb_frame
        module = str(frame.f_globals.get("__name__", "?"))
        places.append(f"{module}:{trace.tb_lineno} {frame.f_code.co_qualname}")
        trace = trace.tb_next
    return places


def _entry(line: str) -> LogEntry | None:
    try:
        read = json.loads(line)
        places = tuple(place for place in read["places"] if _PLACE.fullmatch(place))
        kind = read["kind"] if _CODE.fullmatch(read["kind"]) else ""
        at = read["at"] if re.fullmatch(r"[0-9TZ:.-]{20,24}", read["at"]) else ""
        return LogEntry(at, LogCode(read["code"]), kind, places)
    except (ValueError, KeyError, TypeError):
        return None
