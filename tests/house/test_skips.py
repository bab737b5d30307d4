"""A skip needs leave: the list is strict, and a skip without leave fails the run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.house_skips import ALLOWED_SKIPS, Allowance, AllowanceUnreadable, read_allowances

SAMPLE = """
import pytest

def test_runs():
    pass

def test_left_out():
    pytest.skip("no such device here")
"""
RUN = """
import sys, pytest
from tests.support.house_skips import SkipWatch, read_allowances
watch = SkipWatch(read_allowances(sys.argv[2]), shared_data_present=sys.argv[3] == "here")
sys.exit(pytest.main([sys.argv[1], "-p", "no:cacheprovider", "-c", "/dev/null"], plugins=[watch]))
"""


def run_sample(
    repo_root: Path, folder: Path, allowances: str, shared: str, text: str = SAMPLE
) -> subprocess.CompletedProcess[str]:
    sample = folder / "test_sample.py"
    sample.write_text(text, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-c", RUN, str(sample), allowances, shared],
        cwd=repo_root,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_skip_without_leave_fails_the_run_and_is_named(repo_root: Path, tmp_path: Path) -> None:
    done = run_sample(repo_root, tmp_path, "", "here")
    assert done.returncode == 1
    assert "test_left_out: Skipped: no such device here" in done.stdout
    assert "1 passed, 1 skipped" in done.stdout.splitlines()[-1]


def test_a_module_skipped_whole_fails_the_run(repo_root: Path, tmp_path: Path) -> None:
    text = 'import pytest\npytest.importorskip("no_such_module_anywhere")\n'
    assert run_sample(repo_root, tmp_path, "", "here", text).returncode == 1


def test_an_expected_failure_needs_leave_too(repo_root: Path, tmp_path: Path) -> None:
    text = "import pytest\n\n@pytest.mark.xfail\ndef test_wrong():\n    assert False\n"
    assert run_sample(repo_root, tmp_path, "", "here", text).returncode == 1


@pytest.mark.parametrize(
    ("condition", "shared", "status"),
    [
        ("always", "here", 0),
        ("always", "absent", 0),
        ("no-shared-data", "absent", 0),
        ("no-shared-data", "here", 1),
    ],
)
def test_leave_holds_under_its_condition(
    repo_root: Path, tmp_path: Path, condition: str, shared: str, status: int
) -> None:
    allowances = f"*test_left_out | {condition} | has no device"
    assert run_sample(repo_root, tmp_path, allowances, shared).returncode == status


def test_leave_for_a_test_holds_for_each_of_its_parameters(repo_root: Path, tmp_path: Path) -> None:
    text = """
import pytest

@pytest.mark.parametrize("sample", ["ISO/IEC 19794-2", "[ANSI] 378"])
def test_left_out(sample):
    pytest.skip("no such sample here")
"""
    allowances = "*::test_left_out | always | has no samples"
    assert run_sample(repo_root, tmp_path, allowances, "here", text).returncode == 0
    assert run_sample(repo_root, tmp_path, "*::test_left | always | no", "here", text).returncode


@pytest.mark.parametrize(
    "line", ["tests/a.py::test_b", "tests/a.py::test_b | always |", "a | sometimes | why not"]
)
def test_leave_without_condition_or_reason_is_refused(line: str) -> None:
    with pytest.raises(AllowanceUnreadable):
        read_allowances(line)


def test_the_list_of_the_house_can_be_read() -> None:
    allowances = read_allowances(ALLOWED_SKIPS.read_text(encoding="utf-8"))
    assert all(isinstance(allowance, Allowance) for allowance in allowances)
