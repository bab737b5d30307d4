"""One question to the SAM, one answer: repeated when bytes were lost, never mistaken for another.

The protocol numbers nothing. What is left over from an earlier answer is therefore thrown away
before a question is asked, and an answer nobody waited for any more is let pass first.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from drivers.document_reader.sam_serial.frames import (
    Command,
    Damage,
    FrameReader,
    Reply,
    Status,
    command_frame,
)
from drivers.errors import DeviceFault
from drivers.transport.byte_line import ByteLine

ATTEMPTS = 3
# A full reply takes 0.2 s on the usual line, 2.5 s on the slowest; reading the card before it 1 s.
ANSWER_S = {Command.READ_CARD: 4.0, Command.READ_CARD_WITH_FINGERS: 4.0}
SHORT_ANSWER_S = 1.0
_MISHEARD = (Status.CHECK_WRONG, Status.LENGTH_WRONG)
_BROKEN_SAM = {
    Status.SELF_TEST_FAILED: "SAM self-test failed",
    Status.NOT_AUTHORISED: "SAM is not authorised",
}


def never() -> bool:
    """Nothing stops the question."""
    return False


class Conversation:
    """Asks over one open line."""

    def __init__(
        self, device: str, line: ByteLine, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._device = device
        self._line = line
        self._monotonic = monotonic
        self._owed_until = 0.0

    def ask(self, command: Command, stopped: Callable[[], bool] = never) -> Reply | None:
        """The answer to a command; None when `stopped` said so before it came.

        Raises DeviceUnplugged, and DeviceFault when three attempts bring no sound answer or the
        SAM says that it is broken.
        """
        trouble = ""
        for _ in range(ATTEMPTS):
            if stopped():
                return None
            self._let_pass_what_is_owed()
            self._line.discard_input()
            self._line.send(command_frame(command))
            answer = self._answer(ANSWER_S.get(command, SHORT_ANSWER_S), stopped)
            match answer:
                case Reply(status=status) if status in _BROKEN_SAM:
                    raise DeviceFault(self._device, _BROKEN_SAM[Status(status)])
                case Reply(status=status) if status not in _MISHEARD:
                    return answer
                case Reply() | Damage():
                    trouble = "answers are damaged"
                case None:
                    trouble = "does not answer"
        if stopped():
            return None
        raise DeviceFault(self._device, trouble)

    def _answer(self, timeout_s: float, stopped: Callable[[], bool]) -> Reply | Damage | None:
        """The first sound frame; else damage, if any came; else None."""
        frames = FrameReader()
        end = self._monotonic() + timeout_s
        damage: Damage | None = None
        while self._monotonic() < end:
            if stopped():
                self._owed_until = end
                return None
            for item in frames.feed(self._line.receive()):
                if isinstance(item, Reply):
                    return item
                damage = item
        return damage

    def _let_pass_what_is_owed(self) -> None:
        frames = FrameReader()
        while self._monotonic() < self._owed_until:
            if any(isinstance(item, Reply) for item in frames.feed(self._line.receive())):
                break
        self._owed_until = 0.0
