"""Which memory the kernel is asked to keep in huge pages."""

from pathlib import Path

import numpy as np

from matcher.extraction.huge_pages import LEAST_BYTES, ask_for_huge_pages, large_mappings

MAPS = """\
55d0c0000000-55d0c4000000 rw-p 00000000 00:00 0                          [heap]
7f0000000000-7f0002000000 rw-p 00000000 00:00 0
7f0010000000-7f0010fff000 rw-p 00000000 00:00 0
7f0020000000-7f0024000000 r--p 00000000 00:00 0
7f0030000000-7f0034000000 rw-s 00000000 00:01 77                         /dev/shm/frames
7f0040000000-7f0044000000 rw-p 00000000 fe:00 1234                       /opt/a file (deleted)
7ffd00000000-7ffd04000000 rw-p 00000000 00:00 0                          [stack]
"""


def test_only_large_private_memory_without_a_file_is_asked_for() -> None:
    found = list(large_mappings(MAPS.splitlines()))
    assert found == [(0x55D0C0000000, 64 << 20), (0x7F0000000000, 32 << 20)]


def test_asking_keeps_what_the_memory_holds() -> None:
    held = np.arange(LEAST_BYTES, dtype=np.uint32)  # four times the least
    ask_for_huge_pages()
    lines = Path("/proc/self/maps").read_text("utf-8", "replace").splitlines()
    middle = held.ctypes.data + held.nbytes // 2
    assert any(start <= middle < start + length for start, length in large_mappings(lines))
    assert np.array_equal(held, np.arange(LEAST_BYTES, dtype=np.uint32))
