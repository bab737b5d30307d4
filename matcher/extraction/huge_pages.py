"""Ask the kernel to keep large working memory in huge pages, as a hint that may change nothing.

The network goes through some 100 MB again and again; in pages of 4 KB a good share of its time is
spent on finding them. Where the system leaves the choice to programs (`madvise` in
`/sys/kernel/mm/transparent_hugepage/enabled`, as most do), they have to ask: see madvise(2).
"""

import ctypes
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

LEAST_BYTES = 16 << 20
"""Of a mapping that is asked for: the run time's working memory comes in larger ones."""
_MAPS = Path("/proc/self/maps")
_HUGE_PAGES, _COLLAPSE = 14, 25  # MADV_HUGEPAGE; MADV_COLLAPSE, at once, since Linux 6.1
_FIELDS = 6


def ask_for_huge_pages() -> None:
    """Ask for all large memory that this process has by now and that is no file's."""
    if sys.platform != "linux" or not _MAPS.exists():
        return
    libc = ctypes.CDLL(None)
    for start, length in large_mappings(_MAPS.read_text("utf-8", "replace").splitlines()):
        place, size = ctypes.c_void_p(start), ctypes.c_size_t(length)
        for advice in (_HUGE_PAGES, _COLLAPSE):
            libc.madvise(place, size, advice)  # refused where the kernel knows no such advice


def large_mappings(lines: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Start and length of private, writable memory without file, from lines of `/proc/PID/maps`."""
    for line in lines:
        place, rights, _, _, inode, *name = line.split(None, _FIELDS - 1)
        start, end = (int(part, 16) for part in place.split("-"))
        is_memory = rights == "rw-p" and inode == "0" and name in ([], ["[heap]"])
        if is_memory and end - start >= LEAST_BYTES:
            yield start, end - start
