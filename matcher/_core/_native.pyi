import numpy as np
from numpy.typing import NDArray

class Prepared:
    def __len__(self) -> int: ...

def prepare(
    x: NDArray[np.float32],
    y: NDArray[np.float32],
    angle_rad: NDArray[np.float32],
    quality: NDArray[np.uint8],
    kind: NDArray[np.uint8],
    cell_px: int,
    orientation: NDArray[np.uint8],
    pairing: NDArray[np.float64],
    screening: NDArray[np.float64],
    /,
) -> Prepared: ...
def compare(
    probe: Prepared,
    reference: Prepared,
    pairing: NDArray[np.float64],
    screening: NDArray[np.float64],
    /,
) -> tuple[NDArray[np.float64], NDArray[np.int32]]: ...

class Gallery:
    def __init__(self, pairing: NDArray[np.float64], screening: NDArray[np.float64], /) -> None: ...
    def __len__(self) -> int: ...
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
    ) -> None: ...
    def remove(self, index: int, /) -> None: ...
    def search(
        self, probe: Prepared, least_evidence: float, threads: int, /
    ) -> tuple[NDArray[np.int32], NDArray[np.float64]]: ...
    @property
    def bytes(self) -> int: ...
