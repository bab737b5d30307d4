"""`station driver-check KIND:NAME`: make the checks of the driver contract on one device.

What it prints can be sent to whoever wrote the driver: makes, models, versions and times, nothing
of a person. Fingers and cards that are used for it are read and forgotten.
"""

import argparse
import platform
import sys
from collections.abc import Mapping
from typing import Any

from drivers.api import DeviceFacts, DeviceState, DriverKind, ReaderFacts
from drivers.conformance import CheckOutcome, CheckResult, Request, bench_of, run_checks
from drivers.errors import DeviceError, OptionInvalid
from drivers.host.isolated import IsolatedDevice
from drivers.registry import open_driver
from station.cli.devices import KINDS, refused_words, told
from station.settings import Mode, Scalar

EXIT_KEPT, EXIT_BROKEN, EXIT_REFUSED = 0, 1, 2

TITLES: Mapping[str, str] = {
    "reader_states_its_facts": "说明自己的型号、分辨率和尺寸",
    "reader_captures_a_press": "按一次得到一幅图像",
    "reader_times_out": "没有手指时按时结束",
    "reader_cancels_from_another_thread": "采集可以随时取消",
    "reader_senses_lift": "知道手指是否抬起",
    "reader_previews": "实时图像显示有无手指",
    "reader_survives_unplugging": "采集时拔线，插回后继续使用",
    "reader_notices_the_plug_at_rest": "空闲时拔线也能发现",
    "reader_closes": "关闭后可以重新打开",
    "camera_gives_pictures": "给出彩色图像",
    "camera_pictures_move_on": "图像不断更新",
    "camera_survives_unplugging": "拔线再插回后继续使用",
    "camera_closes": "关闭后可以重新打开",
    "document_reader_reads_a_card": "读出一张身份证",
    "document_reader_times_out": "没有证件时按时结束",
    "document_reader_cancels": "读卡可以随时取消",
    "document_reader_survives_unplugging": "读卡时拔线，插回后继续使用",
    "document_reader_closes": "关闭后可以重新打开",
    "printer_prints": "打印一页并得知结果",
    "printer_takes_back": "等纸的任务可以撤回，加纸后不再打印",
    "printer_refuses_what_is_no_pdf": "拒绝不是 PDF 的内容",
    "printer_refuses_another_size": "拒绝不是 A4 的页面",
    "printer_does_not_guess": "不认识的任务不说已打印",
    "smart_card_comes_and_goes": "插卡、拔卡都能发现",
    "smart_card_times_out": "没有卡时按时结束",
    "smart_card_cancels": "等卡可以随时取消",
    "smart_card_says_who_it_is": "读出卡的标识和证书",
    "smart_card_signs_with_its_pin": "输入 PIN 后卡能签名",
    "smart_card_counts_wrong_pins": "PIN 输错时说明还能试几次",
    "smart_card_survives_unplugging": "等卡时拔线，插回后继续使用",
    "smart_card_closes": "关闭后可以重新打开",
}
MARKS: Mapping[CheckOutcome, str] = {
    CheckOutcome.KEPT: "通过",
    CheckOutcome.BROKEN: "不通过",
    CheckOutcome.SKIPPED: "没有做",
    CheckOutcome.TROUBLE: "做不了",
}
LACKING: Mapping[str, str] = {
    "a finger on the glass": "要有人按手指：加 --interactive 再运行",
    "an ID card on the reader": "要有人放身份证：加 --interactive 再运行",
    "a PIV card": "要有人插拔 PIV 卡：加 --interactive 再运行",
    "a PIN to try": "不拿真卡的 PIN 做检查",
    "a plug to pull": "要有人拔插连线：加 --interactive 再运行",
    "leave to print a sheet": "会打印一页纸：加 --interactive 再运行",
    "a printer that can be made to wait": "要有人取走纸再放回：加 --interactive 再运行",
    "a reader that senses the lift": "这种采集仪不感应手指抬起",
}
REQUESTS: Mapping[Request, str] = {
    Request.PRESS: "请把手指按在采集仪上，按住不放",
    Request.LIFT: "请把手指抬起",
    Request.LAY_CARD: "请把身份证放在阅读器上",
    Request.TAKE_CARD: "请把身份证拿走",
    Request.INSERT_CARD: "请把 PIV 卡插入读卡器",
    Request.PULL_CARD: "请把 PIV 卡拔出",
    Request.UNPLUG: "请拔下设备的连线",
    Request.PLUG_IN: "请把连线插回，等设备的灯亮起",
    Request.PAPER_OUT: "请取走打印机里的纸",
    Request.REFILL: "请把纸放回打印机；此时不应再有纸出来",
}
WHERE_OPTIONS = "写法是 --option 名称=值，有哪些选项见 docs/drivers.md。"
WHERE_NAMES = "有哪些驱动：station devices --drivers"
BROKEN_ADVICE = "驱动没有遵守约定，请把这份报告发给驱动的作者"


def option(text: str) -> tuple[str, Scalar]:
    """An option of the driver out of `key=value`; numbers and true/false are recognised."""
    key, equals, value = text.partition("=")
    if not (key.isidentifier() and equals):
        raise argparse.ArgumentTypeError("write it as key=value")
    if value in ("true", "false"):
        return key, value == "true"
    for kind in (int, float):
        try:
            return key, kind(value)
        except ValueError:
            continue
    return key, value


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `station driver-check`."""
    parser.add_argument("name", help="kind and name, e.g. fingerprint_reader:libfprint")
    parser.add_argument(
        "--option",
        type=option,
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="of the driver",
    )
    parser.add_argument(
        "--interactive", action="store_true", help="ask for fingers, cards and plugs to be moved"
    )
    parser.add_argument(
        "--isolated", action="store_true", help="run the driver in a process of its own"
    )


def run(arguments: argparse.Namespace) -> int:
    """0 when every check made was passed, 1 when one was not, 2 when none could begin."""
    kind, _, name = arguments.name.partition(":")
    if kind not in list(DriverKind):
        return _refuse(f"请写成 种类:名称，种类是 {'、'.join(DriverKind)} 之一。")
    try:
        driver = open_driver(
            kind,
            name,
            dict(arguments.option),
            mode=Mode.SIMULATION.value,
            isolated=True if arguments.isolated else None,
        )
    except OptionInvalid as error:
        return _refuse(f"驱动选项不对（{error.detail}）。{WHERE_OPTIONS}")
    except DeviceError as error:
        return _refuse(f"驱动 {name} 不能用（{error.detail}）。{WHERE_NAMES}")
    return check(DriverKind(kind), name, driver, interactive=arguments.interactive)


def check(kind: DriverKind, name: str, driver: Any, *, interactive: bool) -> int:
    """Print the report on a driver that is not open yet; returns the exit status."""
    if not _print_head(kind, name, driver):
        getattr(driver, "close", lambda: None)()  # it may have a process of its own all the same
        return EXIT_BROKEN
    results = []
    try:
        for result in run_checks(bench_of(kind, driver, _ask if interactive else None)):
            results.append(result)
            print(line(result), flush=True)
    except EOFError:
        return _refuse("没有人回答。--interactive 要在终端里运行。")
    counts = {mark: sum(r.outcome is outcome for r in results) for outcome, mark in MARKS.items()}
    print("，".join(f"{mark} {count} 项" for mark, count in counts.items()))
    if isinstance(driver, IsolatedDevice):
        print(f"驱动进程重新启动 {driver.supervisor.restarts} 次")
    bad = (CheckOutcome.BROKEN, CheckOutcome.TROUBLE)
    return EXIT_BROKEN if any(result.outcome in bad for result in results) else EXIT_KEPT


def line(result: CheckResult) -> str:
    """One check in one line: what, whether, how long, and what to do."""
    said = f"[{MARKS[result.outcome]}] {TITLES[result.name]}（{result.took_ms} 毫秒）"
    match result.outcome:
        case CheckOutcome.BROKEN:
            return f"{said}：{result.reason}。{BROKEN_ADVICE}"
        case CheckOutcome.SKIPPED:
            return f"{said}：{LACKING[result.reason]}"
        case CheckOutcome.TROUBLE:
            assert result.error is not None
            words = refused_words(result.error)
            return f"{said}：{words}（{type(result.error).__name__} {result.reason}）"
        case CheckOutcome.KEPT:
            return said


def _print_head(kind: DriverKind, name: str, driver: Any) -> bool:
    print(f"{KINDS[kind]} 驱动 {name}{'【模拟设备】' if driver.simulated else ''}")
    print(f"{platform.system()} {platform.release()}，Python {platform.python_version()}")
    if kind is DriverKind.PRINTER:  # a queue is asked, not held
        status = driver.status()
        works = status.state in (DeviceState.READY, DeviceState.BUSY)
        if not works:
            print(f"用不了：{told(status)[0]}（{status.detail or status.state}）")
        return works
    try:
        facts = driver.open()
    except DeviceError as error:
        print(f"打不开：{refused_words(error)}（{error.detail}）")
        return False
    for words in described(facts):
        print(words)
    return True


def described(facts: DeviceFacts | ReaderFacts) -> list[str]:
    """What the device says of itself, line by line."""
    device = facts.device if isinstance(facts, ReaderFacts) else facts
    lines = [
        f"厂商 {device.make}，型号 {device.model}",
        f"序列号 {device.serial or '无'}，固件 {device.firmware or '无'}",
    ]
    if isinstance(facts, ReaderFacts):
        size = f"{facts.width_px}×{facts.height_px} 像素，{facts.resolution_ppi:g} ppi"
        able = {"感应抬起": facts.senses_lift, "实时图像": facts.previews}
        lines.append(
            "，".join((size, *(f"{what}{'有' if has else '无'}" for what, has in able.items())))
        )
    return lines


def _ask(request: Request) -> None:
    input(f"    {REQUESTS[request]}，好了按回车：")


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return EXIT_REFUSED
