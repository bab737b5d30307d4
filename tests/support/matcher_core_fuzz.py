"""Presses random and extreme templates, then damaged arguments, upon the native core.

    python -m tests.support.matcher_core_fuzz [--rounds N]

Knows no function of the core by name: it listens to the calls that verification and identification
make, and repeats them with one argument spoilt. A call returns or refuses by `TypeError`,
`ValueError` or `IndexError`; a sanitizer ends the process on anything worse.
`./dev check --sanitize` runs it.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from importlib.machinery import ExtensionFileLoader, PathFinder
from importlib.util import module_from_spec, spec_from_file_location
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matcher import Template

NATIVE = "matcher._core._native"
COUNTS = (0, 1, 2, 3, 40, 255)
LARGEST_PX = 16_383.0
_KEPT_CALLS = 40


@dataclass
class Listener:
    """Passes calls on to the native module and keeps the arguments of some."""

    calls: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    functions: dict[str, Callable[..., Any]] = field(default_factory=dict)
    methods: list[tuple[type, str, Any]] = field(default_factory=list)

    def wrapped(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        self.functions[name] = function
        kept = self.calls.setdefault(name, [])

        def call(*arguments: Any) -> Any:
            if len(kept) < _KEPT_CALLS:
                kept.append(arguments)
            return function(*arguments)

        return call

    def listen_to(self, native: ModuleType) -> ModuleType:
        """A module that answers as the native one does, with every call heard."""
        heard = ModuleType(native.__name__)
        for name, value in vars(native).items():
            setattr(heard, name, value)
            if isinstance(value, type):
                self._listen_to_methods(value)
            elif callable(value) and not name.startswith("_"):
                setattr(heard, name, self.wrapped(name, value))
        return heard

    def _listen_to_methods(self, of: type) -> None:
        for name, value in list(vars(of).items()):
            if callable(value) and not name.startswith("_"):
                self.methods.append((of, name, value))
                setattr(of, name, self.wrapped(f"{of.__name__}.{name}", value))

    def stop(self) -> None:
        """Give the native types their own methods back, or they would never be freed."""
        for of, name, value in self.methods:
            setattr(of, name, value)
        for kept in self.calls.values():
            kept.clear()


def native_file() -> Path | None:
    """The built module, found without importing the package that uses it."""
    package = PathFinder.find_spec("matcher")
    places = [] if package is None else list(package.submodule_search_locations or ())
    files = [file for place in places for file in sorted(Path(place).glob("_core/_native*.so"))]
    return files[0] if files else None


def listen(file: Path) -> Listener:
    """Put a listener between the package and its native module. Before `matcher` is imported."""
    spec = spec_from_file_location(NATIVE, file, loader=ExtensionFileLoader(NATIVE, str(file)))
    assert spec is not None
    assert spec.loader is not None
    native = module_from_spec(spec)
    spec.loader.exec_module(native)
    listener = Listener()
    sys.modules[NATIVE] = listener.listen_to(native)
    return listener


def main(argv: Sequence[str]) -> int:
    """Run everything; 0 when nothing but a result or a refusal came back."""
    parser = argparse.ArgumentParser(prog="matcher_core_fuzz")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(argv)
    file = native_file()
    if file is None:
        print("sanitize: the native module is not built")
        return 2
    listener = listen(file)
    compared = sum(compare_all(seed) for seed in range(options.rounds))
    outcomes = spoil_all(listener)
    listener.stop()
    told = ", ".join(f"{name} {count}" for name, count in sorted(outcomes.items()))
    print(
        f"sanitize: {compared} comparisons of extreme templates, {outcomes.total()} spoilt calls of"
        f" {', '.join(sorted(listener.functions))}: {told}"
    )
    return 0 if compared and outcomes["refused"] else 1


def compare_all(seed: int) -> int:
    """Every extreme template with every other, one to one and one to many."""
    from matcher import Gallery, verify

    templates = list(extreme_templates(seed))
    for probe, reference in product(templates, repeat=2):
        assert np.isfinite(verify(probe, reference).score)
    gallery: Gallery[int] = Gallery()
    for key, template in enumerate(templates):
        gallery.add(key, template)
    for key, probe in enumerate(templates):
        gallery.search(probe, 1.0, threads=2)
        gallery.search(probe, 40.0)
        gallery.remove(key)
    return len(templates) ** 2


def extreme_templates(seed: int) -> Iterator[Template]:
    """Templates of every odd count, size and value that a `Template` admits up to 14 bits."""
    from tests.support.matcher_cases import finger
    from tests.support.matcher_records import with_field

    for count in COUNTS:
        template = finger(seed * 100 + count, count)
        n = len(template)
        heap = np.full(n, 100, np.float32)
        yield template
        yield with_field(template, seed)
        yield replace(template, x=heap, y=heap, angle_rad=np.zeros(n, np.float32))
        yield replace(template, quality=np.zeros(n, np.uint8), kind=np.full(n, 255, np.uint8))
        yield with_field(
            replace(
                template,
                width=16_384,
                height=16_384,
                x=template.x * np.float32(LARGEST_PX / 256),
                y=np.full(n, LARGEST_PX, np.float32),
                angle_rad=template.angle_rad * np.float32(1e6),
                quality=np.full(n, 255, np.uint8),
            ),
            cell_px=255,
        )
        yield replace(template, x=-template.x, y=template.y * 0, resolution_ppi=250.0)
    yield with_field(replace(finger(1, 5), width=1, height=1), cell_px=1)


def spoil_all(listener: Listener) -> Counter[str]:
    """Every kept call with every argument spoilt in every way."""
    outcomes: Counter[str] = Counter()
    for name, calls in listener.calls.items():
        for arguments in calls:
            for place, argument in enumerate(arguments):
                for other in spoilt(argument):
                    changed = (*arguments[:place], other, *arguments[place + 1 :])
                    outcomes[_outcome(listener.functions[name], changed)] += 1
            outcomes[_outcome(listener.functions[name], arguments[:-1])] += 1
    return outcomes


def _outcome(function: Callable[..., Any], arguments: tuple[Any, ...]) -> str:
    try:
        function(*arguments)
    except (TypeError, ValueError, IndexError):
        return "refused"
    return "answered"


def spoilt(argument: object) -> Iterator[object]:
    """Other types, shapes and lengths; other numbers where there is one number."""
    yield None
    yield "text"
    if isinstance(argument, np.ndarray):
        yield from _spoilt_array(argument)
    elif isinstance(argument, int):
        yield from (-1, 0, 1, 255, 1 << 31, 1 << 63, 1.5)
    else:
        yield object()


def _spoilt_array(array: np.ndarray[Any, Any]) -> Iterator[object]:
    yield array[:0]
    yield array[:-1]
    yield np.concatenate([array, array])
    yield np.repeat(array, 2, axis=0)[::2]
    yield array.astype(np.complex128)
    yield array.astype(np.int64)
    yield array[np.newaxis]
    yield array.reshape(-1)
    yield np.zeros((0, 3), array.dtype)
    yield np.zeros((3, 0), array.dtype)
    yield array.tolist()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
