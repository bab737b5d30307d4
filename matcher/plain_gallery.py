"""The gallery of `_core/gallery.hpp` in NumPy."""

import numpy as np
from numpy.typing import NDArray

from matcher.parameters import ScreeningParameters
from matcher.plain import compare as compare_fully
from matcher.plain_impression import Doubles
from matcher.plain_screening import Prepared, prepare, screen


class Gallery:
    """Prepared impressions, searched one after the other; `matcher._core.GalleryCore` says how."""

    def __init__(self, pairing: Doubles, screening: Doubles, /) -> None:
        self._pairing = pairing
        self._screening = screening
        self._entries: list[Prepared] = []

    def __len__(self) -> int:
        return len(self._entries)

    def add(
        self,
        x: NDArray[np.float32],
        y: NDArray[np.float32],
        angle_rad: NDArray[np.float32],
        quality: NDArray[np.uint8],
        kind: NDArray[np.uint8],
        cell_px: int,
        orientation: NDArray[np.uint8],
        /,
    ) -> None:
        """Take in one impression at the end."""
        arrays = (x, y, angle_rad, quality, kind, cell_px, orientation)
        self._entries.append(prepare(*arrays, self._pairing, self._screening))

    def remove(self, index: int, /) -> None:
        """Put the last impression in the place of this one."""
        last = self._entries.pop()
        if index < len(self._entries):
            self._entries[index] = last

    def search(
        self, probe: Prepared, least_evidence: float, threads: int, /
    ) -> tuple[NDArray[np.int32], Doubles]:
        """Compare in full what has that evidence; one thread, whatever is asked for."""
        indices, raw = [], []
        p = ScreeningParameters(*self._screening)
        for index, entry in enumerate(self._entries):
            found, seeds = screen(probe.sketch, entry.sketch, p)
            if found >= least_evidence:
                indices.append(index)
                raw.append(compare_fully(probe.full, entry.full, seeds, self._pairing)[0][-1])
        return np.array(indices, dtype=np.int32), np.array(raw, dtype=np.float64)

    @property
    def bytes(self) -> int:
        """What the impressions' arrays take."""
        parts = (part for e in self._entries for part in (vars(e.full), vars(e.sketch)))
        return sum(a.nbytes for part in parts for a in part.values() if isinstance(a, np.ndarray))
