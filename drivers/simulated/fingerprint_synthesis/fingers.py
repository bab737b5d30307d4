"""The fingers of fictional people, grown when first needed and kept."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict

import numpy as np
import numpy.typing as npt

from drivers.simulated.fingerprint_synthesis.impression import PressStyle, press_master
from drivers.simulated.fingerprint_synthesis.master import Master, grow_master

# About 0.6 MB each; enough for everybody in a demonstration.
KEPT_MASTERS = 64
USUAL_STYLE = PressStyle()


class SyntheticFingers:
    """Masters and impressions by person and ISO finger position; usable from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._masters: OrderedDict[tuple[str, int], Master] = OrderedDict()

    def master(self, person: str, finger_position: int) -> Master:
        """The finger itself; the same for the same person and position (1 to 10), always."""
        if not 1 <= finger_position <= 10:
            raise ValueError("ISO finger positions are 1 to 10")
        key = (person, finger_position)
        with self._lock:
            if key not in self._masters:
                seed = _generator("master", person, finger_position)
                self._masters[key] = grow_master(seed, finger_position)
                if len(self._masters) > KEPT_MASTERS:
                    self._masters.popitem(last=False)
            self._masters.move_to_end(key)
            return self._masters[key]

    def impression(
        self,
        person: str,
        finger_position: int,
        impression: int,
        style: PressStyle = USUAL_STYLE,
    ) -> npt.NDArray[np.uint8]:
        """Picture of the n-th press of a finger: 360x256 uint8; the same for the same arguments."""
        rng = _generator("impression", person, finger_position, impression)
        return press_master(self.master(person, finger_position), style, rng)


def _generator(*words: str | int) -> np.random.Generator:
    digest = hashlib.sha256("|".join(map(str, words)).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))
