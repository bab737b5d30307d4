"""Every image of every page that a damaged file and its log still hold, newest first.

File formats: sqlite.org/fileformat2.html (1.6 pages, 4 write-ahead log). Nothing is written; what
cannot be read from the disk counts as a page that is not there.
"""

import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from station.store.connection import PAGE_BYTES, DatabaseKey, with_suffix
from sync.seal import PageKey

WAL_HEADER_BYTES = 32
FRAME_HEADER_BYTES = 24
_FRAME = struct.Struct(">II8s8s")  # page number, size after commit or 0, salts, checksums
_HEADER_SALTS = slice(16, 24)
FIRST_FRAMES = 3


@dataclass(frozen=True)
class Place:
    """Where an image of page `number` lies: in the log or the file, at which byte."""

    number: int
    in_log: bool
    offset: int


@dataclass(frozen=True)
class PageImage:
    """One decrypted page. `proven`: its MAC holds, so it is what was once written here."""

    place: Place
    content: bytes = field(repr=False)
    proven: bool


class DamagedPages:
    """The pages of a file, read one at a time. Close it when done."""

    def __init__(self, path: Path, key: DatabaseKey) -> None:
        """Raises OSError when the file cannot be opened; a log that is not there is none."""
        self._key = PageKey(key.key, key.salt)
        self._file = path.open("rb")
        log = with_suffix(path, "-wal")
        self._log = log.open("rb") if log.is_file() else None
        self.count = -(-path.stat().st_size // PAGE_BYTES)
        committed, loose = _frames(log) if self._log else ({}, [])
        self._committed = committed
        self._loose = loose
        """Frames of no known commit, and those of earlier rounds of the log."""

    def __enter__(self) -> "DamagedPages":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        if self._log is not None:
            self._log.close()

    @property
    def numbers(self) -> list[int]:
        """Every page that has an image, ascending."""
        return sorted({*range(1, self.count + 1), *self._committed})

    def best(self, number: int) -> PageImage | None:
        """The newest image that is proven, else the newest there is."""
        first = None
        for place in self._places(number):
            image = self._read(place)
            if image is not None and image.proven:
                return image
            first = first or image
        return first

    def others(self) -> Iterator[PageImage]:
        """All images beside the best ones, newest first: older states, and writes cut short."""
        for number in self._committed:
            best = self.best(number)
            for place in self._places(number):
                image = self._read(place)
                if image is not None and best is not None and place != best.place:
                    yield image
        for place in self._loose:
            image = self._read(place)
            if image is not None:
                yield image

    def _places(self, number: int) -> Iterator[Place]:
        for offset in reversed(self._committed.get(number, [])):
            yield Place(number, True, offset)
        if 1 <= number <= self.count:
            yield Place(number, False, (number - 1) * PAGE_BYTES)

    def _read(self, place: Place) -> PageImage | None:
        file = self._log if place.in_log else self._file
        assert file is not None
        try:
            file.seek(place.offset)
            page = file.read(PAGE_BYTES)
        except OSError:  # a sector the disk cannot give back any more
            return None
        if len(page) < PAGE_BYTES:
            return None
        opened = self._key.open(place.number, page)
        return PageImage(place, opened.content, opened.proven)


def _frames(log: Path) -> tuple[dict[int, list[int]], list[Place]]:
    """Offsets of the committed pages by number, oldest first; and places of all other frames.

    Checksums are not looked at: a torn frame spoils those of all later ones, and each page has a
    MAC of its own. Frames of this round of the log carry its salts and lie at its beginning; those
    up to the last commit were acknowledged.
    """
    found = list(_each_frame(log))
    salts = _current_salts(log, [frame[2] for frame in found])
    current = [frame for frame in found if frame[2] == salts]
    last = max((place for place, frame in enumerate(current) if frame[1]), default=-1)
    committed: dict[int, list[int]] = {}
    for number, _, _, offset in current[: last + 1]:
        committed.setdefault(number, []).append(offset)
    kept = {frame[3] for frame in current[: last + 1]}
    loose = [Place(frame[0], True, frame[3]) for frame in found if frame[3] not in kept]
    return committed, loose


def _each_frame(log: Path) -> Iterator[tuple[int, int, bytes, int]]:
    """Page number, size after commit, salts and offset of the page, of every whole frame."""
    step = FRAME_HEADER_BYTES + PAGE_BYTES
    with log.open("rb") as file:
        size = log.stat().st_size
        for start in range(WAL_HEADER_BYTES, size - step + 1, step):
            file.seek(start)
            number, commit, salts, _ = _FRAME.unpack(file.read(FRAME_HEADER_BYTES))
            yield number, commit, salts, start + FRAME_HEADER_BYTES


def _current_salts(log: Path, salts: list[bytes]) -> bytes | None:
    with log.open("rb") as file:
        told = file.read(WAL_HEADER_BYTES)[_HEADER_SALTS]
    if told in salts:
        return told
    # The header itself is damaged; the first frames are always of the current round.
    common = Counter(salts[:FIRST_FRAMES]).most_common(1)
    return common[0][0] if common else None
