"""Plays the pictures of a folder as presses: real images through the whole chain.

A simulated reader all the same: no finger touches anything, so it is refused in live mode.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from drivers.api import DeviceFacts, Image, ReaderFacts
from drivers.errors import DeviceNotFound, OptionInvalid
from drivers.fingerprint_reader.finger_folder import Assignment, FingerFolder, scan_folder
from drivers.fingerprint_reader.image_file import UnreadableImage, read_image_file
from drivers.options import Options
from drivers.simulated.glass_reader import GlassReader
from drivers.simulated.hand import Hand, Press

NAME = "image_folder"
DEFAULT_RESOLUTION_PPI = 500.0
DEFAULT_SETTLE_MS = 350


class FolderSource:
    """Pictures of presses out of a folder, which is scanned when the reader is opened."""

    def __init__(self, folder: Path, resolution_ppi: float, assignment: Assignment) -> None:
        self._folder = folder
        self._resolution_ppi = resolution_ppi
        self._assignment = assignment
        self._scanned: FingerFolder | None = None

    def facts(self) -> ReaderFacts:
        """Scan the folder; the size is that of its first usable picture. Raises DeviceNotFound."""
        scanned = scan_folder(self._folder, NAME)
        if not self._assignment.fixed_fingers() <= set(scanned.names):
            raise DeviceNotFound(NAME, "an assigned finger is not in the folder")
        height, width = self._first_picture(scanned).shape
        self._scanned = scanned
        # The folder's name, never its path: a path may name a person's home.
        device = DeviceFacts(NAME, "Folder of images", self._folder.name, "", "1", simulated=True)
        return ReaderFacts(
            device, self._resolution_ppi, width, height, senses_lift=True, previews=True
        )

    def impression(self, press: Press) -> Image:
        """The picture assigned to a press; raises UnreadableImage."""
        scanned = self._scanned or scan_folder(self._folder, NAME)
        finger = self._assignment.finger(
            scanned.names, press.finger.person, press.finger.finger_position
        )
        return read_image_file(scanned.file(finger, press.impression), self._resolution_ppi)

    def _first_picture(self, scanned: FingerFolder) -> Image:
        for files in scanned.fingers.values():
            for path in files.values():
                try:
                    return read_image_file(path, self._resolution_ppi)
                except UnreadableImage:
                    continue  # a bad file among good ones spoils its own press only
        raise DeviceNotFound(NAME, "no picture in the folder can be used")


class ImageFolderReader(GlassReader):
    """`GlassReader` over the pictures of a folder."""

    def __init__(
        self,
        folder: Path,
        hand: Hand,
        *,
        resolution_ppi: float = DEFAULT_RESOLUTION_PPI,
        people: Sequence[str] = (),
        fixed: Mapping[str, str] | None = None,
        settle_ms: int = DEFAULT_SETTLE_MS,
    ) -> None:
        source = FolderSource(folder, resolution_ppi, Assignment(people, fixed or {}))
        super().__init__(NAME, source, hand, settle_ms)

    @classmethod
    def from_options(cls, options: Mapping[str, object], **parts: Any) -> ImageFolderReader:
        """Options, then part `hand`.

        `folder` (required), `resolution_ppi` (500), `folder_resolutions_ppi` {folder name: ppi}
        for folders that differ, `people` (list, in the order of the assignment), `assignment`
        {"person:position": finger}, `settle_ms`.
        """
        chosen = Options(NAME, options)
        folder = chosen.path("folder")
        return cls(
            folder,
            parts.get("hand") or Hand(),
            resolution_ppi=_resolution_ppi(chosen, folder.name),
            people=_texts(options.get("people", ())),
            fixed={str(k): str(v) for k, v in chosen.table("assignment").items()},
            settle_ms=chosen.integer("settle_ms", DEFAULT_SETTLE_MS, 0, 10_000),
        )


def _resolution_ppi(chosen: Options, folder_name: str) -> float:
    general = chosen.number("resolution_ppi", DEFAULT_RESOLUTION_PPI, 250, 1300)
    special = Options(NAME, chosen.table("folder_resolutions_ppi"))
    return special.number(folder_name, general, 250, 1300)


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise OptionInvalid(NAME, "option people: not a list of texts")
    return tuple(str(item) for item in value)
