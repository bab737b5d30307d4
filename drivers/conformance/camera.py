"""The contract of a camera as checks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from drivers.api import DeviceState
from drivers.conformance.bench import (
    CameraBench,
    eventually,
    need_cable,
    raises_unplugged,
    require,
    wait_for_state,
)


def camera_gives_pictures(bench: CameraBench) -> None:
    """Frames and stills are RGB and read-only; the status is READY."""
    facts = bench.camera.open()
    require(facts.simulated == bench.camera.simulated, "facts say honestly if simulated")
    require(bench.camera.status().state is DeviceState.READY, "an open camera is READY")
    for image in (bench.camera.frame().image, bench.camera.still().image):
        require(image.ndim == 3 and image.shape[2] == 3, "pictures are HxWx3")
        require(image.dtype == np.uint8 and not image.flags.writeable, "uint8 and read-only")


def camera_pictures_move_on(bench: CameraBench) -> None:
    """The sequence grows while pictures flow."""
    bench.camera.open()
    first = bench.camera.frame().sequence
    eventually(
        lambda: bench.camera.frame().sequence > first, "new pictures must get higher sequences"
    )


def camera_survives_unplugging(bench: CameraBench) -> None:
    """Unplugged it raises, plugged in again it delivers."""
    cable = need_cable(bench.cable)
    bench.camera.open()
    cable.unplug()
    wait_for_state(bench.camera, DeviceState.UNPLUGGED)
    require(raises_unplugged(bench.camera.frame), "an unplugged camera raises DeviceUnplugged")
    cable.plug_in()
    wait_for_state(bench.camera, DeviceState.READY)
    require(bench.camera.frame().sequence > 0, "plugged in again it delivers pictures")


def camera_closes(bench: CameraBench) -> None:
    """Close twice is harmless; a frame afterwards is a bug; open brings it back."""
    bench.camera.open()
    bench.camera.close()
    bench.camera.close()
    try:
        bench.camera.frame()
    except RuntimeError:
        bench.camera.open()
        return
    raise AssertionError("a frame of a closed camera must raise RuntimeError")


CAMERA_CHECKS: Sequence[Callable[[CameraBench], None]] = (
    camera_gives_pictures,
    camera_pictures_move_on,
    camera_survives_unplugging,
    camera_closes,
)
