"""The driver written out in docs/drivers.md, installed as somebody else would install it."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers import conformance as kit
from drivers.api import DriverKind
from drivers.host.isolated import IsolatedReader
from drivers.registry import Registry, installed_entry_points
from station.__main__ import main
from tests.support.drivers_faulty import install

BLOCK = re.compile(r"```(python|toml)\n(.*?)```", re.S)


@pytest.fixture
def package(tmp_path: Path, repo_root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that holds the driver and its announcement as pip would leave them."""
    blocks = BLOCK.findall((repo_root / "docs" / "drivers.md").read_text(encoding="utf-8"))
    code, tests = (text for language, text in blocks if language == "python")
    announced = next(text for language, text in blocks if "entry-points" in text)
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "acme_reader.py").write_text(code, encoding="utf-8")
    (folder / "test_acme_reader.py").write_text(tests, encoding="utf-8")
    for group, points in tomllib.loads(announced)["project"]["entry-points"].items():
        for name, target in points.items():
            install(folder, name, target, group)
    monkeypatch.syspath_prepend(str(folder))
    return folder


@pytest.fixture
def bench(package: Path, tmp_path: Path) -> Iterator[kit.ReaderBench]:
    """The station's view: the driver by its name, in its own process."""
    folder, away = tmp_path / "spool", tmp_path / "away"
    folder.mkdir()
    registry = Registry(installed_entry_points())
    reader = registry.open_driver(
        DriverKind.FINGERPRINT_READER, "acme", {"folder": str(folder)}, mode="live"
    )
    assert isinstance(reader, IsolatedReader)
    glass = folder / "finger.raw"
    yield kit.ReaderBench(
        reader,
        press=lambda: glass.write_bytes(bytes([40, 220] * (256 * 180))),
        lift=lambda: glass.unlink(missing_ok=True),
        cable=kit.Cable(lambda: folder.rename(away), lambda: away.rename(folder)),
    )
    reader.close()


def test_the_driver_of_the_page_keeps_the_contract(bench: kit.ReaderBench) -> None:
    results = {result.name: result for result in kit.run_checks(bench)}
    assert len(results) == len(kit.READER_CHECKS)
    wrong = [r for r in results.values() if r.outcome is not kit.CheckOutcome.KEPT]
    assert wrong == []
    assert "acme_reader" not in sys.modules


def test_the_tests_of_the_page_pass(package: Path, repo_root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_acme_reader.py"],
        cwd=package,
        env={"PYTHONPATH": f"{package}:{repo_root}", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert f"{len(kit.READER_CHECKS)} passed" in done.stdout


def test_the_admin_checks_it_by_name(
    package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "spool"
    folder.mkdir()
    arguments = ["driver-check", "fingerprint_reader:acme", "--option"]
    assert main([*arguments, f"folder={folder}"]) == 0
    said = capsys.readouterr().out
    assert "厂商 ACME，型号 Spool" in said
    assert "[没有做] 按一次得到一幅图像" in said
    assert "--interactive" in said
    assert str(tmp_path) not in said
    assert main([*arguments, f"folder={tmp_path / 'nowhere'}"]) == 1
    assert "没有找到" in capsys.readouterr().out
