"""How much memory this process holds: the one place here that asks each operating system."""

from __future__ import annotations

import sys
from pathlib import Path


def resident_bytes() -> int:
    """Memory of this process that is in RAM now; 0 where the system does not say."""
    if sys.platform == "win32":
        return _working_set_bytes()
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError, ValueError):
        return 0
    return pages * _page_bytes()


def _page_bytes() -> int:
    import resource

    return resource.getpagesize()


def _working_set_bytes() -> int:
    """GetProcessMemoryInfo of psapi, PROCESS_MEMORY_COUNTERS.WorkingSetSize."""
    import ctypes
    from ctypes import wintypes

    class Counters(ctypes.Structure):
        _fields_ = (
            ("cb", wintypes.DWORD),
            ("page_faults", wintypes.DWORD),
            *(
                (name, ctypes.c_size_t)
                for name in (
                    "peak_working_set",
                    "working_set",
                    "peak_paged_pool",
                    "paged_pool",
                    "peak_nonpaged_pool",
                    "nonpaged_pool",
                    "page_file",
                    "peak_page_file",
                )
            ),
        )

    counters = Counters(cb=ctypes.sizeof(Counters))
    windll = getattr(ctypes, "windll")  # noqa: B009 - exists on Windows only
    process = wintypes.HANDLE(windll.kernel32.GetCurrentProcess())
    done = windll.psapi.GetProcessMemoryInfo(process, ctypes.byref(counters), counters.cb)
    return int(counters.working_set) if done else 0
