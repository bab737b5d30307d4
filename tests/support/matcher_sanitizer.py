"""Builds the native core with AddressSanitizer and UBSan and runs a fuzz and its contract tests.

    python -m tests.support.matcher_sanitizer

The build and a copy of what the tests need lie in a temporary folder; the installed module is not
touched. Ends with the first step that fails, with its status. Needs gcc on Linux.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SANITIZERS = "address,undefined,float-divide-by-zero,float-cast-overflow"
FLAGS = f"-fsanitize={SANITIZERS} -fno-sanitize-recover=all -fno-omit-frame-pointer -g"
# Python and NumPy keep what they have until the end, so leaks say nothing.
ASAN_OPTIONS = "detect_leaks=0:abort_on_error=0:exitcode=99"
UBSAN_OPTIONS = "print_stacktrace=1:halt_on_error=1"
# Qt has no part in this, and its plug-in with its options stays away.
PYTEST_INI = """\
[pytest]
addopts = -q --import-mode=importlib -p no:pytest-qt -p no:cacheprovider
pythonpath = .
filterwarnings = error
markers = slow
"""
CONTRACT = "tests/contract"


def main() -> int:
    """Build, fuzz, test; 0 when nothing was found."""
    with tempfile.TemporaryDirectory(prefix="sanitize-") as name:
        folder = Path(name)
        copy_sources(folder)
        environment = os.environ | {
            "ASAN_OPTIONS": ASAN_OPTIONS,
            "UBSAN_OPTIONS": UBSAN_OPTIONS,
            "PYTHONMALLOC": "malloc",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": str(folder),
        }
        status = built(folder)
        environment["LD_PRELOAD"] = " ".join(map(runtime, ("libasan.so", "libstdc++.so")))
        for module in (["tests.support.matcher_core_fuzz"], ["pytest", CONTRACT]):
            if status == 0:
                step = [sys.executable, "-m", *module]
                status = subprocess.run(step, cwd=folder, env=environment, check=False).returncode
    print("sanitize: nothing found" if status == 0 else f"sanitize: failed ({status})")
    return status


def copy_sources(folder: Path) -> None:
    """The package without its built module, and the tests that concern it."""
    unwanted = shutil.ignore_patterns("*.so", "__pycache__")
    shutil.copytree(ROOT / "matcher", folder / "matcher", ignore=unwanted)
    shutil.copytree(ROOT / "tests" / "support", folder / "tests" / "support", ignore=unwanted)
    (folder / CONTRACT).mkdir()
    suites = (str(path.relative_to(ROOT)) for path in (ROOT / CONTRACT).glob("*.py"))
    for file in (*suites, "tests/conftest.py", "tests/allowed_skips.txt"):
        shutil.copy(ROOT / file, folder / file)
    (folder / "pytest.ini").write_text(PYTEST_INI)


def built(folder: Path) -> int:
    """Compile the copy and put the module where the package looks for it."""
    steps: Sequence[Sequence[str]] = (
        [
            *("cmake", "-S", str(folder / "matcher" / "_core"), "-B", str(folder / "build")),
            "-DCMAKE_BUILD_TYPE=Debug",
            f"-DPython_EXECUTABLE={sys.executable}",
            f"-Dnanobind_DIR={told(sys.executable, '-m', 'nanobind', '--cmake_dir')}",
            f"-DCMAKE_CXX_FLAGS={FLAGS}",
            f"-DCMAKE_MODULE_LINKER_FLAGS={FLAGS}",
        ],
        ["cmake", "--build", str(folder / "build"), "--parallel", "2"],
        ["cmake", "--install", str(folder / "build"), "--prefix", str(folder)],
    )
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True, check=False)
        if done.returncode:
            print(done.stdout, done.stderr, sep="\n", file=sys.stderr)
            return done.returncode
    return 0


def runtime(library: str) -> str:
    """A library of the compiler, which must come first in a process that is not sanitized."""
    return told("gcc", f"-print-file-name={library}")


def told(*command: str) -> str:
    """What a command prints."""
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
