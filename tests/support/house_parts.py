"""Runs the parts of `./dev prove` and `./dev bench`: modules `part_NAME` of one package.

A part has `main(argv) -> int` and a first docstring line that says what it shows.
"""

from __future__ import annotations

import pkgutil
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from types import ModuleType

PREFIX = "part_"


def part_names(package: ModuleType) -> tuple[str, ...]:
    """Names of the parts of a package, sorted."""
    modules = (module.name for module in pkgutil.iter_modules(package.__path__))
    return tuple(sorted(name.removeprefix(PREFIX) for name in modules if name.startswith(PREFIX)))


def run_parts(
    package: ModuleType,
    argv: Sequence[str],
    *,
    now_s: Callable[[], float] = time.monotonic,
) -> int:
    """Run the part named first in `argv` with the rest, or every part; 0 when all succeeded.

    Ends in one summary line. An unknown part is an error of use: 2.
    """
    known = part_names(package)
    wanted = tuple(argv[:1]) or known
    title = package.__name__.rpartition(".")[2]
    if not known or not set(wanted) <= set(known):
        listed = ", ".join(known) or "none yet"
        print(f"{title}: no part {' '.join(wanted) or 'to run'}; there are: {listed}")
        return 2
    started_s = now_s()
    statuses = {name: _run(package, name, argv[1:]) for name in wanted}
    failed = [name for name, status in statuses.items() if status]
    verdict = f"failed: {', '.join(failed)}" if failed else "all succeeded"
    print(f"{title}: {len(wanted)} parts in {now_s() - started_s:.0f} s, {verdict}")
    return 1 if failed else 0


def _run(package: ModuleType, name: str, argv: Sequence[str]) -> int:
    part = import_module(f"{package.__name__}.{PREFIX}{name}")
    print(f"== {name}: {(part.__doc__ or '').partition(chr(10))[0]}", flush=True)
    return int(part.main(list(argv)))
