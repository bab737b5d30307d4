"""What devices cost: pictures to the screen, processes of their own, pulled plugs, CPU at rest."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import numpy as np

from drivers.api import DeviceState, DriverKind
from drivers.barcode.camera_codes import codes_in
from drivers.camera.opencv import OpenCvCamera
from drivers.host.isolated import IsolatedReader
from drivers.registry import open_driver
from drivers.simulated.commands import Command
from drivers.simulated.faces import draw_face, face_of
from drivers.simulated.moving import mover
from matcher.evaluation.document import machine, rewritten
from matcher.evaluation.section import Bar, bar_table
from station.ui.kiosk import DEVICE_TICK_MS
from station.workflow.progress import DeskStep
from tests.support.drivers_bench_camera import TellingCamera
from tests.support.drivers_bench_reader import StreamingReader, isolated_reader, made_at_s
from tests.support.drivers_bench_screen import Shown, show_preview
from tests.support.drivers_bench_station import (
    at_rest,
    child_processes,
    cpu_share,
    provisioned,
    with_processes,
)

RECORD = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
READING = """\
Reading: a preview's time runs from the picture's making in the device's process, or from its
sending over loopback, to the end of its painting in the station's window on Qt's offscreen
platform; a display adds at most its refresh. The camera is a motion-JPEG stream of 1280x720 at 25
a second, the reader a driver of 256x360 at 25 a second in a process of its own. Other programs
were using the machine, too."""
CAPTURES = 200
REPEATS = 5
PATIENCE_S = 30.0


def main(argv: Sequence[str]) -> int:
    """Measure, print the table, write it with `--write`; 0 when every bar is reached."""
    parser = argparse.ArgumentParser(prog="bench devices")
    parser.add_argument("--write", action="store_true", help=f"bring {RECORD.name} up to date")
    parser.add_argument("--preview-s", type=float, default=6.0)
    parser.add_argument("--rest-s", type=float, default=20.0)
    options = parser.parse_args(argv)
    with _folder() as folder:
        of_camera, costs = _camera(options.preview_s)
        bars = [
            *_at_rest(folder, options.rest_s),
            *_reader(folder, options.preview_s),
            *of_camera,
        ]
    opening = f"Command: `./dev bench devices --write`\nMachine: {machine()}"
    text = "\n\n".join(("## Devices", opening, bar_table(bars), costs, READING)) + "\n"
    print(text)
    if options.write:
        RECORD.write_text(rewritten(RECORD.read_text("utf-8"), text), encoding="utf-8")
    reached = sum(bar.is_reached is True for bar in bars)
    print(f"devices: {reached} of {len(bars)} bars reached")
    return 0 if reached == len(bars) else 1


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder from which drivers' processes may import, too."""
    with tempfile.TemporaryDirectory() as folder:
        sys.path.insert(0, folder)
        try:
            yield Path(folder)
        finally:
            sys.path.remove(folder)


def _bar(what: str, value: float, most: float, unit: str, more: str = "") -> Bar:
    measured = f"{value:.1f} {unit}{more}"
    return Bar(what, f"≤ {most:g} {unit}", measured, value <= most)


def _preview(what: str, shown: Shown) -> list[Bar]:
    nearly_all = f" (95 %: {shown.nearly_all_ms:.0f} ms)"
    return [
        _bar(f"{what}, picture to screen, median", shown.median_ms, 80, "ms", nearly_all),
        Bar(f"{what}, pictures shown", "≥ 15 a s", f"{shown.per_s:.1f} a s", shown.per_s >= 15),
    ]


# --- at rest ------------------------------------------------------------------------------------


def _at_rest(folder: Path, time_s: float) -> list[Bar]:
    settings = provisioned(folder / "station")
    what = "CPU of the station at rest, devices open"
    with at_rest(settings):
        alone = cpu_share(time_s)
    with at_rest(settings) as (_, hands):
        hands.camera.sit_down("P001")
        watched = cpu_share(time_s)
    with at_rest(with_processes(settings)):
        apart = cpu_share(time_s, child_processes())
    return [
        _bar(what, alone * 100, 3, "% of a core"),
        _bar(f"{what}, somebody moves before the camera", watched * 100, 3, "% of a core"),
        _bar(f"{what}, three of them in processes", apart * 100, 3, "% of a core"),
    ]


# --- readers ------------------------------------------------------------------------------------


def _reader(folder: Path, time_s: float) -> list[Bar]:
    with isolated_reader(folder) as reader:
        shown = show_preview(
            DeskStep.FINGERS, reader.preview, lambda frame: made_at_s(frame.sequence), time_s
        )
        overhead_ms = _capture_ms(reader.capture) - _capture_ms(StreamingReader().capture)
        restart_s = median(_restart_s(reader) for _ in range(REPEATS))
    return [
        *_preview("reader in its process", shown),
        _bar("a capture of 256x360 through a process: overhead", overhead_ms, 10, "ms"),
        _bar("a killed driver's process is replaced, device open", restart_s, 2, "s"),
        _bar("reader in its process: unplug noticed", _unplug_reader_s(), 1, "s"),
    ]


def _capture_ms(capture: Callable[..., object]) -> float:
    times_ms = []
    for _ in range(CAPTURES):
        started_s = time.perf_counter()
        capture(1.0, lambda _phase: None)
        times_ms.append((time.perf_counter() - started_s) * 1000)
    return median(times_ms)


def _restart_s(reader: IsolatedReader) -> float:
    """From the end of its process to the next capture that succeeds."""
    old = reader.supervisor.require().process_id
    os.kill(old, signal.SIGKILL)
    started_s = time.monotonic()
    _until(lambda: (link := reader.supervisor.link) is not None and link.process_id != old)
    reader.capture(1.0, lambda _phase: None)
    return time.monotonic() - started_s


def _unplug_reader_s() -> float:
    """Through a process: the slowest way."""
    reader = open_driver("fingerprint_reader", "simulated", {}, mode="simulation", isolated=True)
    reader.open()
    move = mover(reader)
    assert move is not None
    times_s = []
    for _ in range(REPEATS):
        _until(lambda: reader.status().state is DeviceState.READY)
        move(Command(DriverKind.FINGERPRINT_READER, "unplug", 0, {}))
        times_s.append(_until(lambda: reader.status().state is DeviceState.UNPLUGGED))
        move(Command(DriverKind.FINGERPRINT_READER, "plug_in", 0, {}))
    reader.close()
    return max(times_s) + DEVICE_TICK_MS / 1000


# --- the camera ---------------------------------------------------------------------------------


def _camera(time_s: float) -> tuple[list[Bar], str]:
    """The camera's bars, and what it costs where nothing was promised."""
    stream = TellingCamera()
    camera = OpenCvCamera.from_options({"source": stream.url})
    camera.open()
    resting = cpu_share(time_s)
    shown = show_preview(DeskStep.PHOTO, camera.frame, stream.sent_s, time_s)
    noticed_s = [_unplug_camera_s(camera, stream) for _ in range(REPEATS)]
    camera.close()
    stream.unplug()
    away_s, back_s = (max(times_s) for times_s in zip(*noticed_s, strict=True))
    codes_ms = _codes_ms()
    bars = [
        *_preview("camera over loopback", shown),
        _bar("camera: unplug noticed", away_s + DEVICE_TICK_MS / 1000, 1, "s"),
        _bar("camera: in use again after it is back", back_s + DEVICE_TICK_MS / 1000, 2, "s"),
    ]
    costs = (
        "Two costs have no bar of their own. Looking for codes twice a second in a moving 1280x720"
        f" picture takes {codes_ms * 0.2:.1f} % of a core. A network camera's stream of that size"
        f" at 25 a second takes {resting * 100:.1f} % while nobody looks, its server included:"
        " it is decoded all the same."
    )
    return bars, costs


def _unplug_camera_s(camera: OpenCvCamera, stream: TellingCamera) -> tuple[float, float]:
    """Seconds until it is seen as gone, and as back."""
    stream.unplug()
    away_s = _until(lambda: camera.status().state is DeviceState.UNPLUGGED)
    stream.plug_in()
    return away_s, _until(lambda: camera.status().state is DeviceState.READY)


def _codes_ms() -> float:
    """CPU time of one look at a noisy picture without a code: the costly case."""
    lot = np.random.default_rng(5)
    picture = draw_face(face_of("bench", female=False), 1280, 720)
    noisy = np.clip(picture + lot.normal(0, 4, picture.shape), 0, 255).astype(np.uint8)
    times_ms = []
    for _ in range(20):
        started_s = time.process_time()
        codes_in(noisy)
        times_ms.append((time.process_time() - started_s) * 1000)
    return median(times_ms)


def _until(condition: Callable[[], bool]) -> float:
    """Seconds until a condition holds."""
    started_s = time.monotonic()
    while not condition():
        if time.monotonic() - started_s > PATIENCE_S:
            raise TimeoutError("waited in vain")
        time.sleep(0.002)
    return time.monotonic() - started_s


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
