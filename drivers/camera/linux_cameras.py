"""The cameras of a Linux machine by names that stay: what udev and the kernel call them.

`/dev/video0` may be another camera after the next start; the links of `/dev/v4l/by-id` hold make,
model and serial number, and `/sys/class/video4linux/*/name` the name a person reads on the box.
Only files are read, so the module loads on every system; elsewhere there is nothing to list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

# The first node of a camera gives pictures; further ones (index1 ...) give metadata.
BY_ID_SUFFIX = "-video-index0"
MAX_NAME_LENGTH = 120
_NODE = re.compile(r"video(\d{1,4})")


@dataclass(frozen=True)
class LinuxCamera:
    """One camera that is plugged in; `by_id` and `serial` are empty where udev knows none."""

    node: Path
    name: str
    by_id: str = ""
    serial: str = ""

    def is_called(self, wanted: str) -> bool:
        """Whether settings mean this camera: by node, by its link's name, or by its own name."""
        links = (self.by_id, self.by_id.removesuffix(BY_ID_SUFFIX)) if self.by_id else ()
        return wanted in (str(self.node), self.name, *links)


def linux_cameras(root: Path = Path("/")) -> tuple[LinuxCamera, ...]:
    """All cameras that give pictures, in the order of their nodes; `root` is for tests."""
    classes = root / "sys/class/video4linux"
    nodes = sorted(
        (int(match[1]), entry)
        for entry in (classes.iterdir() if classes.is_dir() else ())
        if (match := _NODE.fullmatch(entry.name))
    )
    links = _links(root / "dev/v4l/by-id")
    return tuple(
        _camera(root, entry, links) for _, entry in nodes if _word(entry / "index") in ("", "0")
    )


def _camera(root: Path, entry: Path, links: dict[str, str]) -> LinuxCamera:
    serial = _word(entry / "device/../serial")
    name = _word(entry / "name") or entry.name
    return LinuxCamera(root / "dev" / entry.name, name, links.get(entry.name, ""), serial)


def _links(folder: Path) -> dict[str, str]:
    """The name of the link to each node."""
    found = sorted(folder.glob(f"*{BY_ID_SUFFIX}")) if folder.is_dir() else []
    return {link.readlink().name: link.name for link in found if link.is_symlink()}


def _word(path: Path) -> str:
    """One printable line of a kernel file; empty where there is none."""
    try:
        with path.open("rb") as file:
            line = file.read(MAX_NAME_LENGTH).partition(b"\n")[0]
    except OSError:  # pulled while it was read, or not told
        return ""
    return "".join(c for c in line.decode("utf-8", "replace") if c.isprintable()).strip()
