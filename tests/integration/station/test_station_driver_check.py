"""`station driver-check`: its report and its exit status."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from drivers import conformance as kit
from drivers.api import DeviceFacts, DriverKind
from drivers.errors import DeviceFault
from drivers.simulated.camera import CameraHand, SimulatedCamera
from station.__main__ import main
from station.cli.driver_check import LACKING, MARKS, REQUESTS, TITLES, check, line, option


def test_a_simulated_device_passes_every_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["driver-check", "document_reader:simulated", "--option", "reading_ms=0"]) == 0
    said = capsys.readouterr().out
    assert said.count("[通过]") == len(kit.DOCUMENT_READER_CHECKS)
    assert "【模拟设备】" in said
    assert "厂商 Simulated" in said


def test_a_device_in_its_own_process_passes_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["driver-check", "camera:simulated", "--isolated"]) == 0
    assert "驱动进程重新启动 0 次" in capsys.readouterr().out


def test_a_sheet_is_spent_only_when_somebody_is_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["driver-check", "printer:pdf_folder", "--option", f"folder={tmp_path}"]
    assert main(arguments) == 0
    assert list(tmp_path.iterdir()) == []
    assert "[没有做] 打印一页并得知结果" in capsys.readouterr().out
    assert main([*arguments, "--interactive"]) == 0
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["scanner:acme"], "种类"),
        (["camera:nobodys"], "nobodys"),
        (["document_reader:simulated", "--option", "reading_ms=soon"], "reading_ms"),
    ],
)
def test_what_cannot_begin_is_refused_in_one_sentence(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["driver-check", *arguments]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert said in error


def test_a_broken_promise_is_named_with_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    class Slow(SimulatedCamera):
        def open(self) -> DeviceFacts:
            facts = super().open()
            return DeviceFacts(facts.driver, facts.make, "Slow", "", "", simulated=False)

    assert check(DriverKind.CAMERA, "slow", Slow(CameraHand()), interactive=False) == 1
    said = capsys.readouterr().out
    assert "[不通过] 给出彩色图像" in said
    assert "facts say honestly if simulated" in said
    assert "请把这份报告发给驱动的作者" in said


def test_a_device_that_cannot_be_opened_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    hand = CameraHand()
    hand.unplug()
    assert check(DriverKind.CAMERA, "simulated", SimulatedCamera(hand), interactive=False) == 1
    said = capsys.readouterr().out
    assert said.splitlines()[-1] == "打不开：没有接上，请检查连线（cable）"


def test_a_device_that_cannot_be_opened_leaves_no_process_behind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key, folder = "fingerprint_reader:image_folder", tmp_path / "nowhere"
    before = set(threading.enumerate())
    assert main(["driver-check", key, "--isolated", "--option", f"folder={folder}"]) == 1
    assert set(threading.enumerate()) <= before, "each process has a thread that listens to it"
    assert "文件夹不存在" in capsys.readouterr().out


def test_a_queue_that_is_not_there_is_told_before_any_check(
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = ["driver-check", "printer:pdf_folder", "--option", "folder=/nowhere/at/all"]
    assert main(arguments) == 1
    said = capsys.readouterr().out
    assert said.splitlines()[-1].startswith("用不了：文件夹不存在")
    assert "[通过]" not in said


def test_a_device_that_fails_on_the_way_says_nothing_of_its_driver() -> None:
    error = DeviceFault("test", "sensor")
    outcome = kit.CheckOutcome.TROUBLE
    said = line(kit.CheckResult("reader_times_out", outcome, "sensor", 5, error))
    assert (
        said
        == "[做不了] 没有手指时按时结束（5 毫秒）：故障，请关掉再打开一次（DeviceFault sensor）"
    )


def test_a_person_is_asked_to_move_a_real_device(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hand = CameraHand()
    asked: list[str] = []
    levers: Mapping[str, Any] = {
        REQUESTS[kit.Request.UNPLUG]: hand.unplug,
        REQUESTS[kit.Request.PLUG_IN]: hand.plug_in,
    }

    def answer(prompt: str) -> str:
        asked.append(prompt)
        next(move for words, move in levers.items() if words in prompt)()
        return ""

    monkeypatch.setattr("builtins.input", answer)
    camera = SimulatedCamera(hand)
    monkeypatch.setattr(SimulatedCamera, "simulated", False)
    monkeypatch.setattr(
        "drivers.simulated.camera.FACTS", DeviceFacts("a", "b", "c", "", "", simulated=False)
    )
    assert check(DriverKind.CAMERA, "real", camera, interactive=True) == 0
    assert len(asked) == 2
    assert "[通过] 拔线再插回后继续使用" in capsys.readouterr().out


def test_nobody_there_to_be_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def nobody(_prompt: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", nobody)
    monkeypatch.setattr(SimulatedCamera, "simulated", False)
    monkeypatch.setattr(
        "drivers.simulated.camera.FACTS", DeviceFacts("a", "b", "c", "", "", simulated=False)
    )
    camera = SimulatedCamera(CameraHand())
    assert check(DriverKind.CAMERA, "real", camera, interactive=True) == 2
    assert "终端" in capsys.readouterr().err


def test_everything_has_words() -> None:
    checks = (
        *kit.READER_CHECKS,
        *kit.CAMERA_CHECKS,
        *kit.DOCUMENT_READER_CHECKS,
        *kit.PRINTER_CHECKS,
        *kit.SMART_CARD_CHECKS,
    )
    assert set(TITLES) == {check.__name__ for check in checks}
    assert set(MARKS) == set(kit.CheckOutcome)
    assert set(REQUESTS) == set(kit.Request)
    assert all(LACKING.values())


def test_options_are_taken_for_what_they_look_like() -> None:
    texts = ("a=1", "a=1.5", "a=true", "a=/dev/x", "a=")
    assert [option(text)[1] for text in texts] == [1, 1.5, True, "/dev/x", ""]
