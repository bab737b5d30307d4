"""A driver's own process crashes without leaving anybody's finger behind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SERVED = """
import ctypes, sys
from drivers.host.__main__ import main
status = main(["fingerprint_reader:simulated"])
print(status, ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), file=sys.stderr)  # PR_GET_DUMPABLE
"""


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
def test_a_driver_is_served_in_a_process_that_is_never_dumped(repo_root: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", SERVED],
        env={**os.environ, "PYTHONPATH": str(repo_root)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stderr.split()[-2:] == ["0", "0"], ended.stderr
