"""`python -m tests.prove [PART [ARGUMENT...]]`."""

from __future__ import annotations

import sys

import tests.prove
from tests.support.house_parts import run_parts

if __name__ == "__main__":
    sys.exit(run_parts(tests.prove, sys.argv[1:]))
