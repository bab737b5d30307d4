"""A folder of pictures named `<finger>_<impression>.png|tif|bmp`, as in the FVC sets."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from drivers.errors import DeviceNotFound

MAX_FILES = 50_000
# Order of the capture plan (ISO positions: thumbs, index, middle fingers; left before right), then
# the other four, so that six-finger people share as few folder fingers as the folder allows.
POSITIONS_IN_ORDER = (6, 1, 7, 2, 8, 3, 9, 4, 10, 5)
FINGERS_PER_PERSON = 6

_FILE_NAME = re.compile(
    r"(?P<finger>[^/\\]{1,60})_(?P<impression>\d{1,5})\.(?:png|tiff?|bmp)", re.I
)


@dataclass(frozen=True)
class FingerFolder:
    """The pictures of a folder: finger name -> impression number -> file, both sorted."""

    fingers: Mapping[str, Mapping[int, Path]]

    @property
    def names(self) -> tuple[str, ...]:
        """Finger names in their natural order (2 before 10)."""
        return tuple(self.fingers)

    def file(self, finger: str, impression: int) -> Path:
        """The file of an impression; numbers the folder lacks wrap round those it has."""
        files = self.fingers[finger]
        if impression in files:
            return files[impression]
        return list(files.values())[(impression - 1) % len(files)]


def scan_folder(folder: Path, driver: str) -> FingerFolder:
    """List a folder. Raises DeviceNotFound if it is missing or holds no such picture."""
    if not folder.is_dir():
        raise DeviceNotFound(driver, "folder does not exist")
    found: dict[str, dict[int, Path]] = {}
    for count, path in enumerate(folder.iterdir()):
        if count >= MAX_FILES:
            raise DeviceNotFound(driver, f"folder holds more than {MAX_FILES} files")
        match = _FILE_NAME.fullmatch(path.name)
        if match:
            found.setdefault(match["finger"], {})[int(match["impression"])] = path
    if not found:
        raise DeviceNotFound(driver, "folder holds no <finger>_<impression> pictures")
    ordered = sorted(found, key=_natural)
    return FingerFolder({name: dict(sorted(found[name].items())) for name in ordered})


def _natural(name: str) -> tuple[int, int, str]:
    return (0, int(name), "") if name.isdecimal() else (1, 0, name)


class Assignment:
    """Which folder finger stands for which finger of which person.

    The n-th person gets the next six fingers of the folder in the order of the capture plan,
    wrapping at its end: with fewer than twelve fingers two people share some. `fixed` overrides
    single fingers: {"person:position": finger name}. People not named beforehand queue up as met.
    """

    def __init__(self, people: Sequence[str], fixed: Mapping[str, str]) -> None:
        self._order = list(dict.fromkeys(people))
        self._fixed = dict(fixed)

    def fixed_fingers(self) -> frozenset[str]:
        """The folder fingers that the overrides name."""
        return frozenset(self._fixed.values())

    def finger(self, names: Sequence[str], person: str, finger_position: int) -> str:
        """Folder finger for a person's ISO position."""
        fixed = self._fixed.get(f"{person}:{finger_position}")
        if fixed is not None:
            return fixed
        if person not in self._order:
            self._order.append(person)
        first = self._order.index(person) * FINGERS_PER_PERSON
        return names[(first + POSITIONS_IN_ORDER.index(finger_position)) % len(names)]
