"""House rules about the source itself that no linter of the shelf knows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PACKAGES = ("station", "drivers", "matcher", "sync")
CATCH_ALL_NAMES = frozenset({"utils", "util", "helpers", "helper", "common", "manager", "misc"})
QT_IN_FORMS = frozenset({"QtCore", "QtGui"})
LONG_FILE_LINES = 300
LONG_FUNCTION_LINES = 40
# A silenced rule says why: after the code, behind a dash or in a comment of its own.
SILENCED = re.compile(
    r"# (?:noqa: [A-Z]+\d+(?:, ?[A-Z]+\d+)*|type: ignore\[[\w\-, ]+\])(?P<reason>.*)$"
)
IDENTITY_NUMBER = re.compile(r"(?<![\dA-Za-z])\d{17}[\dXx](?![\dA-Za-z])", re.ASCII)
IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
# No province has the code 00, so a number that starts with it is nobody's.
NEVER_ASSIGNED = "00"
# Printed as examples in GB 11643 and in public notices about it, hence no secret of anybody's.
PUBLISHED_EXAMPLES = frozenset(
    {
        "11010519491231002X",
        "440524188001010014",
        "13032319860911446X",
        "810000199001010019",
        "830000199001010012",
    }
)


@dataclass(frozen=True)
class Finding:
    """A broken rule and where."""

    path: str
    line: int
    rule: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}"


def python_files(root: Path, folders: tuple[str, ...] = (*PACKAGES, "tests")) -> Iterator[Path]:
    """Every Python file of the project, in a stable order."""
    for folder in folders:
        yield from sorted((root / folder).rglob("*.py"))


def catch_all_modules(root: Path) -> Iterator[Finding]:
    """A module named `utils` collects what nobody found a place for."""
    for path in python_files(root):
        if path.stem in CATCH_ALL_NAMES:
            yield Finding(_name(root, path), 1, f"a module named {path.stem}")


def silenced_without_reason(root: Path) -> Iterator[Finding]:
    """`noqa` and `type: ignore` need a reason beside them."""
    for path in python_files(root):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            found = SILENCED.search(line)
            if (
                found
                and len(found["reason"].strip(" #-:")) < 5
                and '"' not in line[: found.start()]
            ):
                yield Finding(_name(root, path), number, "a silenced rule without a reason")


def qt_in_forms(root: Path) -> Iterator[Finding]:
    """Forms make PDF and pictures: of Qt they need QtGui and what it stands on."""
    for path in python_files(root, ("station/forms",)):
        for module, line in imported_modules(path):
            parts = module.split(".")
            if parts[0] == "PySide6" and not QT_IN_FORMS.issuperset(parts[1:2]):
                yield Finding(_name(root, path), line, f"forms import {module}")


def assigned_identity_numbers(root: Path) -> Iterator[Finding]:
    """An ID number with a right check digit could be somebody's, unless its area never existed."""
    for path in python_files(root):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            for match in IDENTITY_NUMBER.finditer(line):
                if may_be_somebodys(match[0].upper()):
                    yield Finding(_name(root, path), number, "an ID number that may be somebody's")


def may_be_somebodys(number: str) -> bool:
    """Whether a well-formed number is neither impossible nor a published example."""
    nobodys = number.startswith(NEVER_ASSIGNED) or number in PUBLISHED_EXAMPLES
    return is_identity_number(number) and not nobodys


def is_identity_number(text: str) -> bool:
    """Whether the eighteenth character is the check digit of the others (GB 11643-1999)."""
    remainder = (
        sum(int(digit) * weight for digit, weight in zip(text, IDENTITY_WEIGHTS, strict=False)) % 11
    )
    return "10X98765432"[remainder] == text[17].upper()


def sizes(root: Path) -> Iterator[str]:
    """Worth a second thought, no failure: long files, long functions, the median function."""
    lengths: list[int] = []
    for path in python_files(root, PACKAGES):
        text = path.read_text(encoding="utf-8")
        if (lines := len(text.splitlines())) > LONG_FILE_LINES:
            yield f"{_name(root, path)}: {lines} lines"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                lengths.append(length)
                if length > LONG_FUNCTION_LINES:
                    yield f"{_name(root, path)}:{node.lineno}: {node.name} has {length} lines"
    if lengths:
        yield f"{len(lengths)} functions, median {sorted(lengths)[len(lengths) // 2]} lines"


def imported_modules(path: Path) -> Iterator[tuple[str, int]]:
    """Absolute imports of a file with their lines; `from PySide6 import X` counts as PySide6.X."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
            if node.module == "PySide6":
                names = [f"PySide6.{alias.name}" for alias in node.names]
            yield from ((name, node.lineno) for name in names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            constants = (arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant))
            yield from ((str(value), node.lineno) for value in constants)


def _name(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()
