import numpy as np
from numpy.typing import NDArray

def compare(
    probe_x: NDArray[np.float32],
    probe_y: NDArray[np.float32],
    probe_angle_rad: NDArray[np.float32],
    probe_quality: NDArray[np.uint8],
    probe_kind: NDArray[np.uint8],
    reference_x: NDArray[np.float32],
    reference_y: NDArray[np.float32],
    reference_angle_rad: NDArray[np.float32],
    reference_quality: NDArray[np.uint8],
    reference_kind: NDArray[np.uint8],
    parameters: NDArray[np.float64],
    /,
) -> tuple[NDArray[np.float64], NDArray[np.int32]]: ...
