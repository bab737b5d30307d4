"""Proof of the whole story with real impressions; the tests play it with synthetic ones.

The public images have no clear terms and never travel with the project: where they do not lie
beside the checkout, nothing is played, and the summary says so.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.support.demo_story import check_story

ROOT = Path(__file__).resolve().parents[2]
FINGERS = ROOT.parent / "shared" / "data" / "fingerprints" / "FVC2002_DB1_B"
LIMIT_S = 480


def main(argv: Sequence[str]) -> int:
    """0 when the story came to its end and left what it should, or there is nothing to play."""
    parser = argparse.ArgumentParser(prog="prove demo")
    parser.add_argument("--fingers", type=Path, default=FINGERS)
    folder = parser.parse_args(argv).fingers
    if not folder.is_dir():
        print(f"demo: not played, {folder} is not there")
        return 0
    began_s = time.monotonic()
    with tempfile.TemporaryDirectory() as output:
        said = _play(folder, Path(output))
        check_story(Path(output), said)
    print(f"demo: played with {folder.name} to its end, {time.monotonic() - began_s:.0f} s")
    return 0


def _play(folder: Path, output: Path) -> str:
    demo = (sys.executable, "-m", "station", "demo", "--story", "--output", str(output))
    done = subprocess.run(
        [*demo, "--fingers", str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        timeout=LIMIT_S,
        check=True,
    )
    return done.stdout
