"""House rules about what is delivered: the lock, the resources, the files in version control."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.house.source_rules import PACKAGES, Finding, imported_modules, python_files

LOCK = "requirements.lock"
PINNED = re.compile(r"^[a-z0-9][a-z0-9.\-_]*==\S+( ;.*)? \\$")
NEEDS_LICENCE = ("models", "fonts")
LICENCE_NAMES = re.compile(r"licen[cs]e|ofl|copying", re.IGNORECASE)
NOT_MATERIAL = frozenset({".py", ".md", ".txt"})
LARGEST_FILE_BYTES = 30_000_000
EVALUATION_IMAGE = re.compile(r"^\d{1,3}_\d{1,2}\.(png|tif|tiff|bmp)$", re.IGNORECASE)


def unpinned_requirements(root: Path) -> Iterator[Finding]:
    """Every package of the lock has one version and at least one SHA-256."""
    lines = (root / LOCK).read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, start=1):
        if line.startswith((" ", "#")) or not line:
            continue
        following = lines[number] if number < len(lines) else ""
        if not PINNED.match(line) or not following.strip().startswith("--hash=sha256:"):
            yield Finding(LOCK, number, f"not pinned with a hash: {line}")


def hosts_in_lock(root: Path) -> Iterator[Finding]:
    """Where packages come from is the machine's business."""
    for number, line in enumerate((root / LOCK).read_text(encoding="utf-8").splitlines(), start=1):
        if "://" in line or line.startswith("--"):
            yield Finding(LOCK, number, "names a registry or an option of the installer")


def material_without_licence(root: Path) -> Iterator[Finding]:
    """What others made lies beside the licence it came under."""
    for kind in NEEDS_LICENCE:
        for folder in (root / "resources" / kind, *(root / "resources" / kind).rglob("*/")):
            files = [path for path in folder.glob("*") if path.is_file()]
            material = [path for path in files if path.suffix not in NOT_MATERIAL]
            if material and not any(LICENCE_NAMES.search(path.name) for path in files):
                yield Finding(folder.relative_to(root).as_posix(), 1, "no licence beside the files")


def unfit_for_version_control(root: Path) -> Iterator[Finding]:
    """No huge file, and none of the evaluation images, whose terms nobody knows."""
    for name in _tracked(root):
        path = root / name
        if EVALUATION_IMAGE.match(path.name):
            yield Finding(name, 1, "looks like an image of a public evaluation set")
        if path.is_file() and path.stat().st_size > LARGEST_FILE_BYTES:
            yield Finding(name, 1, f"larger than {LARGEST_FILE_BYTES} bytes")


def undeclared_imports(root: Path) -> Iterator[Finding]:
    """What is imported is in pyproject.toml by name, not by luck of another's needs."""
    owners = packages_distributions()
    for folders, extras in ((PACKAGES, ("hub", "bench")), (("tests",), ("hub", "bench", "dev"))):
        declared = declared_distributions(root, extras)
        for name, (path, line) in _third_party(root, folders).items():
            if not any(_normal(owner) in declared for owner in owners.get(name, ())):
                yield Finding(path, line, f"imports {name}, which pyproject.toml does not declare")


def unused_dependencies(root: Path) -> Iterator[Finding]:
    """A dependency that nothing imports is only another way to be attacked."""
    used = {
        _normal(owner)
        for name in _third_party(root, PACKAGES)
        for owner in packages_distributions().get(name, ())
    }
    for distribution in sorted(declared_distributions(root, ("hub",)) - used):
        yield Finding("pyproject.toml", 1, f"declares {distribution}, which nothing imports")


def declared_distributions(
    root: Path, extras: tuple[str, ...] = ("hub", "bench")
) -> frozenset[str]:
    """Normalised names of what the product may import."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = list(project["dependencies"])
    for extra in extras:
        wanted += project["optional-dependencies"][extra]
    return frozenset(_normal(re.split(r"[<>=!~\[; ]", text)[0]) for text in wanted)


def _third_party(root: Path, folders: tuple[str, ...]) -> dict[str, tuple[str, int]]:
    own = {*PACKAGES, "tests"}
    found: dict[str, tuple[str, int]] = {}
    for path in python_files(root, folders):
        for module, line in imported_modules(path):
            name = module.split(".")[0]
            if name not in sys.stdlib_module_names and name not in own:
                found.setdefault(name, (path.relative_to(root).as_posix(), line))
    return found


def _normal(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def _tracked(root: Path) -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=root, capture_output=True, check=False
    ).stdout
    return [name for name in listed.decode("utf-8").split("\0") if name]
