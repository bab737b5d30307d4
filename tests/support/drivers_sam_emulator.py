"""An ID-card reader that speaks bytes on a pseudo-terminal, and the hand that lays cards on it.

Written from the published frames, on its own: it shares no code with the driver it is to test.
"""

from __future__ import annotations

import os
import pty
import select
import threading
import tty
from dataclasses import dataclass
from pathlib import Path

HEADER = bytes.fromhex("AA AA AA 96 69")
FIND = bytes.fromhex("AA AA AA 96 69 00 03 20 01 22")
SELECT = bytes.fromhex("AA AA AA 96 69 00 03 20 02 21")
READ = bytes.fromhex("AA AA AA 96 69 00 03 30 01 32")
READ_FINGERS = bytes.fromhex("AA AA AA 96 69 00 03 30 10 23")
NUMBER = bytes.fromhex("AA AA AA 96 69 00 03 12 FF EE")
QUESTION_BYTES = 10

FOUND = bytes.fromhex("AA AA AA 96 69 00 08 00 00 9F 00 00 00 00 97")
NO_CARD = bytes.fromhex("AA AA AA 96 69 00 04 00 00 80 84")
SELECTED = bytes.fromhex("AA AA AA 96 69 00 0C 00 00 90 00 00 00 00 00 00 00 00 9C")
NOT_SELECTED = bytes.fromhex("AA AA AA 96 69 00 04 00 00 81 85")
READ_FAILED = bytes.fromhex("AA AA AA 96 69 00 04 00 00 41 45")
NOT_AUTHORISED = bytes.fromhex("AA AA AA 96 69 00 04 00 00 66 62")
UNKNOWN = bytes.fromhex("AA AA AA 96 69 00 04 00 00 21 25")
# 16 bytes, little endian 2 + 2 + 4 + 4 + 4: 05.03-20260301-0000001234-7
SAM_NUMBER = bytes.fromhex("0500 0300 CD253501 D2040000 07000000")
SAM_NUMBER_SHOWN = "05.03-20260301-0000001234-7"


@dataclass(frozen=True)
class Card:
    """What a card would send."""

    text: bytes
    photo: bytes
    fingers: bytes = b""


def whole(body: bytes) -> bytes:
    """A frame round status and data: length counts the check byte, which is an exclusive or."""
    counted = (len(body) + 1).to_bytes(2, "big") + body
    check = 0
    for byte in counted:
        check ^= byte
    return HEADER + counted + bytes([check])


class SamEmulator:
    """The reader. `port` is a link to the pseudo-terminal, as udev's names are."""

    def __init__(self, folder: Path) -> None:
        self.port = folder / "sam"
        self.asked: list[bytes] = []
        self.silent = False
        self.broken = False
        self.garbage = b""
        self.damaged_answers = 0
        self.piece_bytes = 4096
        self.takes_card_at_read = False
        self.read_fails = 0
        self._card: Card | None = None
        self._was_read = False
        self._master = -1
        self._slave = -1
        self._stop = threading.Event()
        self._thread = threading.Thread()
        self.plug_in()

    def plug_in(self) -> None:
        self._master, self._slave = pty.openpty()
        tty.setraw(self._master)
        tty.setraw(self._slave)
        self.port.symlink_to(os.ttyname(self._slave))
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        self.port.unlink(missing_ok=True)
        self._stop.set()
        self._thread.join()
        for end in (self._master, self._slave):
            os.close(end)

    def close(self) -> None:
        if not self._stop.is_set():
            self.unplug()

    def lay_card(self, card: Card) -> None:
        self._card, self._was_read = card, False

    def take_card(self) -> None:
        self._card, self._was_read = None, False

    def _serve(self) -> None:
        heard = b""
        while not self._stop.is_set():
            if not select.select([self._master], [], [], 0.01)[0]:
                continue
            heard += os.read(self._master, 4096)
            while len(heard) >= QUESTION_BYTES:
                question, heard = heard[:QUESTION_BYTES], heard[QUESTION_BYTES:]
                self.asked.append(question)
                if not self.silent:
                    self._say(self._answer(question))

    def _say(self, answer: bytes) -> None:
        if self.damaged_answers:
            self.damaged_answers -= 1
            answer = answer[:-1] + bytes([answer[-1] ^ 0x01])
        answer = self.garbage + answer
        for start in range(0, len(answer), self.piece_bytes):
            os.write(self._master, answer[start : start + self.piece_bytes])

    def _answer(self, question: bytes) -> bytes:
        if self.broken:
            return NOT_AUTHORISED
        if question == NUMBER:
            return whole(b"\x00\x00\x90" + SAM_NUMBER)
        if question == FIND:  # a card that was read is found again only after it was lifted
            return FOUND if self._card and not self._was_read else NO_CARD
        if question == SELECT:
            return SELECTED if self._card else NOT_SELECTED
        if question in (READ, READ_FINGERS):
            return self._read(question == READ_FINGERS)
        return UNKNOWN

    def _read(self, fingers: bool) -> bytes:
        if self.takes_card_at_read:
            self.take_card()
        if self.read_fails:
            self.read_fails -= 1
            return READ_FAILED
        card = self._card
        if card is None:
            return READ_FAILED
        self._was_read = True
        parts = [card.text, card.photo] + ([card.fingers] if fingers else [])
        lengths = b"".join(len(part).to_bytes(2, "big") for part in parts)
        return whole(b"\x00\x00\x90" + lengths + b"".join(parts))
