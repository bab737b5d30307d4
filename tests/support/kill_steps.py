"""The end of a process before or after a chosen call: kill -9 between any two steps."""

import os
import signal
from collections.abc import Callable
from typing import Any


def dying(call: Callable[..., Any], countdown: list[int], *, after: bool) -> Callable[..., Any]:
    """The same call, and the end of this process before or after the one that counts to 0."""

    def stepped(*values: Any) -> Any:
        countdown[0] -= 1
        if not after and countdown[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        result = call(*values)
        if after and countdown[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return stepped
