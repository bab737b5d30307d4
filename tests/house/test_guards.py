"""The house rules hold here, and each of them sees what it is there to see."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.registry import BUILT_IN, BUILT_IN_ISOLATED, ENTRY_POINT_GROUP, ISOLATED_GROUP
from tests.house import delivery_rules, guards, source_rules
from tests.house.source_rules import Finding

# Right check digit, province 11, and the date 1900-01-01: put together here so that no source
# file holds it.
SOMEBODYS = "11" + "0101190001010" + "01"
HASH = "    --hash=sha256:" + 64 * "0"


def with_check_digit(first_seventeen: str) -> str:
    return next(
        first_seventeen + digit
        for digit in "0123456789X"
        if source_rules.is_identity_number(first_seventeen + digit)
    )


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_the_checkout_holds_every_rule(repo_root: Path) -> None:
    assert [str(finding) for finding in guards.findings(repo_root)] == []


@pytest.mark.parametrize(
    ("rule", "name", "text"),
    [
        (source_rules.catch_all_modules, "station/utils.py", ""),
        (source_rules.silenced_without_reason, "sync/a.py", "import os  # no" + "qa: F401\n"),
        (
            source_rules.silenced_without_reason,
            "sync/a.py",
            "x: int = y  # type: ig" + "nore[assignment]\n",
        ),
        (source_rules.qt_in_forms, "station/forms/a.py", "from PySide6 import QtWidgets\n"),
        (source_rules.qt_in_forms, "station/forms/a.py", "import PySide6.QtPrintSupport\n"),
        (
            source_rules.assigned_identity_numbers,
            "tests/a.py",
            f'NUMBER = "{with_check_digit(SOMEBODYS)}"\n',
        ),
        (delivery_rules.unpinned_requirements, "requirements.lock", f"numpy>=2 \\\n{HASH}\n"),
        (delivery_rules.unpinned_requirements, "requirements.lock", "numpy==2.4.6\n"),
        (delivery_rules.hosts_in_lock, "requirements.lock", "--index-url https://example.org\n"),
        (delivery_rules.material_without_licence, "resources/models/a.onnx", "x"),
        (delivery_rules.material_without_licence, "resources/fonts/sub/a.otf", "x"),
    ],
)
def test_a_breach_is_seen(
    tmp_path: Path, rule: Callable[[Path], Iterator[Finding]], name: str, text: str
) -> None:
    write(tmp_path, name, text)
    assert len(list(rule(tmp_path))) == 1


@pytest.mark.parametrize(
    ("rule", "name", "text"),
    [
        (source_rules.silenced_without_reason, "sync/a.py", "a()  # no" + "qa: B018 - the point\n"),
        (source_rules.qt_in_forms, "station/forms/a.py", "from PySide6.QtGui import QPainter\n"),
        (source_rules.assigned_identity_numbers, "tests/a.py", '"00123419900101002X"\n'),
        (source_rules.assigned_identity_numbers, "tests/a.py", '"11010519491231002X"\n'),
        (delivery_rules.unpinned_requirements, "requirements.lock", f"numpy==2.4.6 \\\n{HASH}\n"),
    ],
)
def test_what_is_right_passes(
    tmp_path: Path, rule: Callable[[Path], Iterator[Finding]], name: str, text: str
) -> None:
    write(tmp_path, name, text)
    assert list(rule(tmp_path)) == []


def test_a_licence_beside_the_model_is_enough(tmp_path: Path) -> None:
    write(tmp_path, "resources/models/a.onnx", "x")
    write(tmp_path, "resources/models/LICENCE.txt", "MIT")
    assert list(delivery_rules.material_without_licence(tmp_path)) == []


def test_imports_and_dependencies_are_compared_both_ways(tmp_path: Path) -> None:
    write(
        tmp_path,
        "pyproject.toml",
        '[project]\ndependencies = ["requests>=2", "segno"]\n'
        "[project.optional-dependencies]\nhub = []\nbench = []\ndev = []\n",
    )
    write(
        tmp_path, "sync/a.py", "import requests.adapters\nimport json\nimport_module('numpy.fft')\n"
    )

    undeclared = [finding.rule for finding in delivery_rules.undeclared_imports(tmp_path)]
    unused = [finding.rule for finding in delivery_rules.unused_dependencies(tmp_path)]

    assert undeclared == ["imports numpy, which pyproject.toml does not declare"]
    assert unused == ["declares segno, which nothing imports"]


def test_drivers_are_announced_as_they_are_built_in(repo_root: Path) -> None:
    project = tomllib.loads((repo_root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    announced = project["entry-points"]
    assert announced[ENTRY_POINT_GROUP] == dict(BUILT_IN)
    assert announced.get(ISOLATED_GROUP, {}) == dict(BUILT_IN_ISOLATED)
