"""Error rates and times of the matcher over every public set beside the checkout."""

from __future__ import annotations

from pathlib import Path

from matcher.evaluation import bench

ROOT = Path(__file__).resolve().parents[2]
SETS = ROOT.parent / "shared" / "data" / "fingerprints"
RECORD = ROOT / "docs" / "benchmarks.md"
PICTURES = RECORD.parent / "pictures"
CACHE = ROOT / "build" / "matcher-bench"


def main(argv: list[str]) -> int:
    """Measure the sets of a folder, or those of SETS and write the figures to RECORD."""
    if argv and not argv[0].startswith("-"):
        return bench.main(["--command", "./dev bench matcher FOLDER", *argv])
    if not SETS.is_dir():
        print(f"no folder {SETS}; give the folder that holds the sets")
        return 2
    kept = ["--cache", str(CACHE), "--write", str(RECORD), "--pictures", str(PICTURES)]
    return bench.main([str(SETS), *kept, *argv])
