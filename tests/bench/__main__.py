"""`python -m tests.bench [PART [ARGUMENT...]]`."""

from __future__ import annotations

import sys

import tests.bench
from tests.support.house_parts import run_parts

if __name__ == "__main__":
    sys.exit(run_parts(tests.bench, sys.argv[1:]))
