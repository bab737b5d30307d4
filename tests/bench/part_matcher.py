"""Error rates and times of the matcher over every public set beside the checkout."""

from __future__ import annotations

from pathlib import Path

from matcher.evaluation import bench
from tests.support.population import Population

ROOT = Path(__file__).resolve().parents[2]
SETS = ROOT.parent / "shared" / "data" / "fingerprints"
RECORD = ROOT / "docs" / "benchmarks.md"
PICTURES = RECORD.parent / "pictures"
CACHE = ROOT / "build" / "matcher-bench"

SEED, PEOPLE = 20_260, 1_500
"""Of the roster that is searched."""


def main(argv: list[str]) -> int:
    """Measure the sets of a folder, or those of SETS and write the figures to RECORD."""
    roster = Population(SEED, PEOPLE)
    if argv and not argv[0].startswith("-"):
        return bench.main(["--command", "./dev bench matcher FOLDER", *argv], roster.template)
    if not SETS.is_dir():
        print(f"no folder {SETS}; give the folder that holds the sets")
        return 2
    kept = ["--cache", str(CACHE), "--write", str(RECORD), "--pictures", str(PICTURES)]
    return bench.main([str(SETS), *kept, *argv], roster.template)
