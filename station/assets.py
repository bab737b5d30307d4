"""Finds the files of `resources/`, in a source checkout and in the installed application."""

import sys
from pathlib import Path


class AssetMissing(Exception):
    """A file that belongs to the program is not there: the installation is incomplete."""

    def __init__(self, name: str) -> None:
        super().__init__(f"resource {name!r} is missing from this installation")
        self.name = name


def resources_folder() -> Path:
    """The `resources` folder: the frozen application's, the wheel's or the checkout's.

    Raises:
        AssetMissing: there is no such folder.
    """
    for folder in _places():
        if folder.is_dir():
            return folder
    raise AssetMissing("resources")


def asset(name: str) -> Path:
    """Path of one resource, e.g. `asset("fonts/NotoSansCJK-Regular.ttc")`.

    Raises:
        AssetMissing: the installation does not have it.
    """
    path = resources_folder() / name
    if not path.exists():
        raise AssetMissing(name)
    return path


def _places() -> list[Path]:
    # In a checkout and in an installed wheel alike `resources` lies beside the packages.
    beside_the_packages = Path(__file__).resolve().parent.parent / "resources"
    frozen = getattr(sys, "_MEIPASS", None)  # set by the frozen application's loader
    return [Path(frozen) / "resources", beside_the_packages] if frozen else [beside_the_packages]
