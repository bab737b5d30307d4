"""Keeping this process's memory to itself: no core dump ever holds a key.

Posix: the limit for core files becomes 0, for this process and its children. Linux also: the
process is not dumpable (prctl(2), PR_SET_DUMPABLE), so that neither a dump handler that ignores
the limit nor a debugger of the same account reads its memory. Elsewhere nothing is done; Windows
writes no dump unless an administrator has set it up (docs/decisions/0013-key-custody.md).
"""

import ctypes
import os
import sys

PR_SET_DUMPABLE = 4


def keep_memory_private() -> None:
    """Forbid dumps of this process; cannot be taken back. Never fails."""
    if os.name != "posix":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
