"""Each import contract is broken once on purpose, in a copy of the tree, and must say so."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house.source_rules import PACKAGES

# contract, the module that breaks it, and how
BREACHES = [
    ("libraries-independent", "drivers/errors.py", "import matcher"),
    ("libraries-independent", "matcher/minutia.py", "import sync.wire"),
    ("libraries-independent", "sync/errors.py", "import drivers.api"),
    ("libraries-independent", "sync/hub/errors.py", "import drivers.api"),
    ("libraries-below-station", "drivers/errors.py", "import station.domain"),
    ("libraries-below-station", "matcher/minutia.py", "import PySide6.QtCore"),
    ("libraries-below-station", "sync/hub/errors.py", "import station.settings"),
    ("station-layers", "station/domain/people.py", "import station.workflow.inputs"),
    ("station-layers", "station/workflow/inputs.py", "import station.store"),
    ("station-layers", "station/services/places.py", "import station.ui.theme"),
    ("station-layers", "station/settings.py", "import station.store"),
    ("station-layers", "station/extra_room.py", ""),
    ("qt-places", "station/services/places.py", "import PySide6.QtCore"),
    ("qt-places", "station/store/errors.py", "from PySide6.QtCore import QObject"),
    ("pure-core", "station/domain/people.py", "import time"),
    ("pure-core", "station/domain/people.py", "import pathlib"),
    ("pure-core", "station/workflow/inputs.py", "from sqlcipher3 import dbapi2"),
    ("pure-core", "station/workflow/inputs.py", "import drivers.api"),
    ("one-door-for-cryptography", "station/store/errors.py", "import cryptography"),
    ("one-door-for-cryptography", "sync/errors.py", "from cryptography import x509"),
    ("database-places", "station/services/places.py", "import sqlcipher3"),
    ("database-places", "sync/errors.py", "import sqlcipher3"),
    ("native-core", "station/services/places.py", "import matcher._core"),
    ("native-core", "matcher/minutia.py", "import matcher._core"),
    ("hub-is-an-application", "station/services/places.py", "import sync.hub.errors"),
    ("hub-is-an-application", "sync/errors.py", "import sync.hub.errors"),
    ("matcher-without-scikit-image", "matcher/minutia.py", "import skimage"),
]

# The environment finds the checkout's packages through a hook of its own; here the copy must win.
LINT_HERE = """
import sys
sys.meta_path[:] = [f for f in sys.meta_path if "InplaceFinder" not in type(f).__name__]
from importlinter.cli import lint_imports_command
lint_imports_command(sys.argv[1:])
"""


@pytest.fixture
def tree(repo_root: Path, tmp_path: Path) -> Path:
    shutil.copy(repo_root / "pyproject.toml", tmp_path)
    for package in PACKAGES:
        for source in (repo_root / package).rglob("*.py"):
            target = tmp_path / source.relative_to(repo_root)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
    return tmp_path


def lint_imports(tree: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    chosen = [argument for contract in contracts for argument in ("--contract", contract)]
    return subprocess.run(
        [sys.executable, "-c", LINT_HERE, "--no-logo", "--no-cache", *chosen],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_tree_as_it_is_keeps_every_contract(tree: Path) -> None:
    done = lint_imports(tree)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("contract", "path", "line"), BREACHES)
def test_a_breach_is_seen(tree: Path, contract: str, path: str, line: str) -> None:
    module = tree / path
    before = module.read_text(encoding="utf-8") if module.exists() else ""
    module.write_text(f"{before}\n\n{line}\n", encoding="utf-8")

    done = lint_imports(tree, contract)

    assert done.returncode == 1, done.stdout + done.stderr
    assert "BROKEN" in done.stdout


def test_no_contract_goes_unbroken(repo_root: Path) -> None:
    config = tomllib.loads((repo_root / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = {contract["id"] for contract in config["tool"]["importlinter"]["contracts"]}
    assert contracts == {contract for contract, _, _ in BREACHES}
