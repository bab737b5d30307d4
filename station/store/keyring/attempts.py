"""Wrong passphrases are counted on the disk, before the answer: a restart gives no free try.

Five tries are free, then a wait of 15 s that doubles with every further failure up to an hour.
Within one boot the wait runs by the monotonic clock. Across boots it runs by the wall clock, and a
wall clock that was set back counts as no time passed. (Set forward while off, it cannot be told
from time passed.) What lies beside the keyring is no secret and no name: holders by their tags.
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from station.store.clock import Clock, Stamp
from station.store.durable_files import write_whole
from sync.errors import WireError
from sync.wire import Fields, JsonObject, canonical_bytes, parse_instant, parse_json

FREE_TRIES = 5
FIRST_WAIT_S = 15
LONGEST_WAIT_S = 3600
UNKNOWN = "unknown"
"""Whoever is no holder: all of them share one count."""

MAX_FILE_BYTES = 64 * 1024
_MAX_FAILURES = 1_000_000


@dataclass(frozen=True)
class Count:
    """Failures of one holder, and how long to wait from a moment on."""

    failures: int
    wait_ms: int
    at: str
    boot: str
    monotonic_ms: int

    def left_ms(self, now: Stamp) -> int:
        """How much of the wait is left."""
        if now.boot == self.boot:
            passed = now.monotonic_ms - self.monotonic_ms
        else:
            passed = round((parse_instant(now.at) - parse_instant(self.at)) * 1000)
        return max(0, self.wait_ms - max(0, passed))


def wait_s(failures: int) -> int:
    """How long to wait after so many failures."""
    if failures < FREE_TRIES:
        return 0
    return min(LONGEST_WAIT_S, FIRST_WAIT_S << min(failures - FREE_TRIES, 16))


class Attempts:
    """The counts of one keyring, whose `holders` are given by their tags. For one thread."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock

    def wait_left_s(self, holder: str, holders: Collection[str]) -> float:
        """How long this holder has to wait. Raises OSError.

        After a restart what is left is written down anew, so that it then runs by this boot's
        monotonic time: a wall clock that was set back for good locks nobody out for good.
        """
        counts, now = self._read(holders), self._clock()
        count = counts.get(holder)
        if count is None or not (left_ms := count.left_ms(now)):
            return 0.0
        if count.boot != now.boot:
            self._write(counts | {holder: _count(count.failures, left_ms, now)})
        return left_ms / 1000

    def begin(self, holder: str, holders: Collection[str]) -> int:
        """Count a try as failed, on the disk, before it is made; the failures so far.

        Raises OSError: then no try must be made.
        """
        counts = self._read(holders)
        failures = min((counts[holder].failures if holder in counts else 0) + 1, _MAX_FAILURES)
        self._write(counts | {holder: _count(failures, wait_s(failures) * 1000, self._clock())})
        return failures

    def forgive(self, holder: str, holders: Collection[str]) -> None:
        """The try was right after all. Raises OSError."""
        counts = self._read(holders)
        if counts.pop(holder, None) is not None:
            self._write(counts)

    def _read(self, holders: Collection[str]) -> dict[str, Count]:
        """The counts of those who still are holders."""
        everybody = {*holders, UNKNOWN}
        try:
            with self._path.open("rb") as file:
                counts = _parsed(file.read(MAX_FILE_BYTES + 1))
        except FileNotFoundError:
            return {}
        except WireError:
            # Whoever spoils the counts wins nothing: one try for everybody, then the first wait.
            return dict.fromkeys(everybody, _count(FREE_TRIES - 1, 0, self._clock()))
        return {holder: count for holder, count in counts.items() if holder in everybody}

    def _write(self, counts: dict[str, Count]) -> None:
        written: JsonObject = {holder: vars(count) for holder, count in counts.items()}
        write_whole(self._path, canonical_bytes({"version": 1, "holders": written}) + b"\n")


def _count(failures: int, wait_ms: int, now: Stamp) -> Count:
    return Count(failures, wait_ms, now.at, now.boot, now.monotonic_ms)


def _parsed(content: bytes) -> dict[str, Count]:
    fields = Fields(parse_json(content, MAX_FILE_BYTES), "attempts")
    fields.integer("version", 1, 1)
    holders = fields.raw("holders")
    fields.done()
    if not isinstance(holders, dict):
        raise WireError("attempts: holders")
    return {holder: _read_count(Fields(value, "attempts")) for holder, value in holders.items()}


def _read_count(fields: Fields) -> Count:
    count = Count(
        failures=fields.integer("failures", 0, _MAX_FAILURES),
        wait_ms=fields.integer("wait_ms", 0, LONGEST_WAIT_S * 1000),
        at=fields.instant("at"),
        boot=fields.text("boot", 64),
        monotonic_ms=fields.integer("monotonic_ms", 0, 2**53 - 1),
    )
    fields.done()
    return count
