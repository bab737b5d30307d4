"""`station devices` before the machine's real PC/SC service, with a card made of software."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.api import CardPresence
from drivers.smartcard.pcsc import PcscReaders, load_pyscard
from station.cli.devices import smart_card_lines
from tests.support.pcsc_card import (
    ANSWER_TO_RESET,
    READER,
    SilentChip,
    VirtualCard,
    pcsc_service,
    wait_until,
)


@pytest.fixture
def service() -> Iterator[None]:
    with pcsc_service():
        yield


def seen() -> CardPresence:
    readers = PcscReaders(load_pyscard()).presence()
    return next(reader for reader in readers if reader.reader == READER)


@pytest.mark.usefixtures("service")
def test_a_card_is_seen_while_it_lies_in_the_reader() -> None:
    assert READER in PcscReaders(load_pyscard()).names()
    assert not seen().present
    assert f"智能卡读卡器（{READER}）：没有卡" in list(smart_card_lines())

    card = VirtualCard()
    wait_until(lambda: seen().present, "the card")
    assert seen().answer_to_reset == ANSWER_TO_RESET
    assert f"智能卡读卡器（{READER}）：有卡" in list(smart_card_lines())

    card.pull_out()
    wait_until(lambda: not seen().present, "the card to be gone")
    assert f"智能卡读卡器（{READER}）：没有卡" in list(smart_card_lines())


@pytest.mark.usefixtures("service")
def test_what_only_lies_there_is_said_so() -> None:
    class TypeBCard(SilentChip):
        answer_to_reset = bytes.fromhex("3B88800100000000338181003A")

    card = VirtualCard(chip=TypeBCard())
    wait_until(lambda: seen().present, "the card")
    (line,) = [line for line in smart_card_lines() if READER in line]
    assert line.endswith("有感应卡；如果是身份证，这种读卡器只知道有卡，读不出内容")
    card.pull_out()
    wait_until(lambda: not seen().present, "the card to be gone")


def test_a_service_that_does_not_run_is_said_in_plain_words(
    repo_root: Path, tmp_path: Path
) -> None:
    settings = tmp_path / "station.toml"
    settings.write_text('[devices]\nprinter = { driver = "simulated" }\n', encoding="utf-8")
    # Where the client library looks for the service; a running one is left in peace.
    nowhere = {**os.environ, "PCSCLITE_CSOCK_NAME": str(tmp_path / "nowhere.comm")}

    done = subprocess.run(
        [sys.executable, "-m", "station", "devices", "--config", settings],
        cwd=repo_root,
        env=nowhere,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, "no configured device needs the service"
    assert done.stdout.splitlines()[-1] == (
        "智能卡读卡器：智能卡服务（pcscd）没有运行；要用智能卡时请先启动它"
    )
    assert done.stderr == ""
