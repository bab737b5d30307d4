"""`station demo`: platform and station with fictional people, played or left to the visitor.

Without a display the same program runs offscreen and a story works it with keys, mouse and the
simulated hands; the pictures it leaves tell what happened. With a display a window opens and the
developer panel beside it moves the hands.
"""

import argparse
import os
import signal
import sys
import tempfile
from pathlib import Path

from drivers.errors import DeviceError
from drivers.registry import open_driver
from station.cli.demo_data import EXAM_SESSION_ID, OPERATORS, UNIT_CODE, Scene, write_people
from station.cli.demo_processes import Processes, ProgramFailed
from station.services.demo_people import DEMO_PASSPHRASE

TERMINATED = 143
DEFAULT_OUTPUT = Path("demo-output")
RECOVERY_SHEET = "recovery-sheet.pdf"
WELCOME = f"""演示已打开，所有人的口令都是 {DEMO_PASSPHRASE}。
打开本机和登录用工号：确认 desk01 desk02，审核 review01，入场 gate01，主考 chief01，
管理 sysadmin01（系统）secadmin01（安全）auditor01（审计）。恢复密钥页在演示的输出目录里。
确认：注册 ID 2026001A1B2C 到 2026040A1B2C，旁边的面板里选同一个人（P001 到 P040）放身份证、按手指。
审核通过以后，用入场人员登录：准考证 26T000001 到 26T000040。
关闭窗口即结束。"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `station demo`."""
    parser.add_argument("--fingers", type=Path, help="folder of <finger>_<impression>.png to play")
    parser.add_argument("--dpi", type=float, default=500.0, help="resolution of that folder")
    parser.add_argument("--output", type=Path, default=DEFAULT_OUTPUT, help="where pictures go")
    parser.add_argument("--language", choices=["zh_CN", "en"], default="zh_CN")
    parser.add_argument("--size", default="1366x768", help="size of the screen, e.g. 1920x1080")
    parser.add_argument("--story", action="store_true", help="play the story even with a display")


def run(arguments: argparse.Namespace) -> int:
    """0 when the whole story was played, or the window was closed."""
    if arguments.fingers is not None and not arguments.fingers.is_dir():
        print(f"找不到指纹图像文件夹 {arguments.fingers}，请检查路径。", file=sys.stderr)
        return 2
    if arguments.fingers is not None and not _can_be_played(arguments.fingers, arguments.dpi):
        print(
            f"文件夹 {arguments.fingers} 里没有能用的指纹图像："
            f"应为 <手指>_<次数>.png、.tif 或 .bmp，分辨率 {arguments.dpi:g}，请检查文件和 --dpi。",
            file=sys.stderr,
        )
        return 2
    # Being asked to end must end the programs of the demo too, not only this one.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    with tempfile.TemporaryDirectory(prefix="station-demo-") as folder:
        scene = Scene(
            Path(folder),
            arguments.output.resolve(),
            arguments.fingers,
            arguments.dpi,
            story=not _has_visitor(arguments),
        )
        processes = Processes()
        try:
            return _play(arguments, scene, processes)
        except ProgramFailed as failed:
            print(failed, file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            return 130
        finally:
            processes.end()


def _can_be_played(folder: Path, resolution_ppi: float) -> bool:
    options = {"folder": str(folder), "resolution_ppi": resolution_ppi}
    try:
        reader = open_driver("fingerprint_reader", "image_folder", options, mode="simulation")
        reader.open()
    except DeviceError:
        return False
    reader.close()
    return True


def _play(arguments: argparse.Namespace, scene: Scene, processes: Processes) -> int:
    _empty(scene.output)
    prepare(scene, processes)
    station = ["-m", "station", "run", "--config", str(scene.settings), "--window"]
    station += ["--language", arguments.language, "--size", arguments.size]
    if not scene.story:
        print(WELCOME)
        return _with_visitor(scene, processes, station)
    story = ["--story-output", str(scene.output)]
    processes.run([*station, "--story", "desk", *story], offscreen=True)
    print(_make_package(scene, processes))
    processes.run([*station, "--story", "gate", *story], offscreen=True)
    _summarise(scene, processes)
    return 0


def _has_visitor(arguments: argparse.Namespace) -> bool:
    """Whether somebody can see a window and does not want the story played instead."""
    display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return (bool(display) or sys.platform == "win32") and not arguments.story


def prepare(scene: Scene, processes: Processes) -> None:
    """A platform with people and an exam, and a station that has joined it."""
    hub = str(scene.hub)
    processes.run(["-m", "sync.hub", "init", hub, "--demo"], quiet=True)
    people = write_people(scene)
    processes.run(["-m", "sync.hub", "load", hub, str(people)], quiet=True)
    # The platform has them now; nobody lies about in the clear while the demo runs.
    for loaded in (people, *scene.folder.glob("P*.jpg")):
        loaded.unlink()
    code = processes.run(["-m", "sync.hub", "code", hub, "--unit", UNIT_CODE], quiet=True).strip()
    port = processes.serve_hub(scene.hub, scene.folder / "port")
    scene.write_settings(port)
    operators = scene.folder / "operators.json"
    operators.write_text(OPERATORS, encoding="utf-8")
    command = ["-m", "station", "init", "--config", str(scene.settings), "--code", code]
    scene.output.mkdir(parents=True, exist_ok=True)
    sheet = scene.output / RECOVERY_SHEET
    sheet.unlink(missing_ok=True)
    command += ["--operators", str(operators), "--recovery-sheet", str(sheet)]
    processes.run(command, quiet=True)
    operators.unlink()


def _make_package(scene: Scene, processes: Processes) -> str:
    """The organiser's act between the two days: the site package from the approved people."""
    command = ["-m", "sync.hub", "vault", "build-package", str(scene.hub)]
    return processes.run([*command, "--session", EXAM_SESSION_ID], quiet=True).strip()


def _with_visitor(scene: Scene, processes: Processes, station: list[str]) -> int:
    """Run the window; the organiser keeps making packages so that approved people can be tried."""
    window = processes.start([*station, "--panel"])
    while not processes.ended(window, within_s=5.0):
        _make_package(scene, processes)
    return window.returncode


def _empty(output: Path) -> None:
    """Clear pictures of an earlier demo; anything else in the folder stays."""
    output.mkdir(parents=True, exist_ok=True)
    for old in (*output.glob("[0-9][0-9]-*.png"), *output.glob("*.pdf"), output / "summary.txt"):
        old.unlink(missing_ok=True)


def _summarise(scene: Scene, processes: Processes) -> None:
    report = processes.run(["-m", "sync.hub", "report", str(scene.hub)], quiet=True)
    summary = scene.output / "summary.txt"
    with summary.open("a", encoding="utf-8") as file:
        file.write(f"\n平台收到的记录：\n{report}")
    print(summary.read_text(encoding="utf-8"))
    pictures = len(list(scene.output.glob("[0-9][0-9]-*.png")))
    print(f"演示完成：{pictures} 张画面、审查表 PDF 和小结在 {scene.output}")
