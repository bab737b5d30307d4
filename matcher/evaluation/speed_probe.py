"""One measurement in a process of its own: `python -m matcher.evaluation.speed_probe WHAT ...`.

`extract MODEL IMAGE COUNT` prints what extracting takes; `verify` compares two records, a line of
hexadecimal digits each on its input, and prints the score, for a clock that runs outside. What is
imported here is what a process of the product imports for the same work.
"""

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from matcher import Extractor, decode_image, from_record, verify


def extraction(model: Path, image_file: Path, count: int) -> dict[str, float]:
    """Median wall and processor milliseconds, and the largest resident size in MB."""
    extractor = Extractor(model)
    image = decode_image(image_file.read_bytes())
    extractor.extract(image, 500)
    wall_ms, cpu_ms = [], []
    for _ in range(count):
        wall, cpu = time.perf_counter(), time.process_time()
        extractor.extract(image, 500)
        wall_ms.append((time.perf_counter() - wall) * 1e3)
        cpu_ms.append((time.process_time() - cpu) * 1e3)
    return {
        "wall_ms": median(wall_ms),
        "cpu_ms": median(cpu_ms),
        "resident_mb": largest_resident_mb(),
    }


def largest_resident_mb() -> float:
    """Of this process alone: `getrusage` also counts what its parent held when it forked."""
    status = Path("/proc/self/status").read_text("ascii")
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return int(kilobytes) / 1024


def first_score(lines: Sequence[str]) -> float:
    """Score of the first views of two records."""
    ours, theirs = (from_record(bytes.fromhex(line)).views[0].template for line in lines)
    return verify(ours, theirs).score


def main(arguments: list[str]) -> int:
    """Print one figure as JSON."""
    match arguments:
        case ["extract", model, image, count]:
            print(json.dumps(extraction(Path(model), Path(image), int(count))))
        case ["verify"]:
            print(json.dumps(first_score(sys.stdin.read().split())))
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
