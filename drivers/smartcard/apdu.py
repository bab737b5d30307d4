"""Commands to a card and its answers (ISO/IEC 7816-4:2013, 5.1 and 5.3; 7816-3:2006, 12).

Commands are sent with short lengths, long data by command chaining (7816-4, 5.3.3), which every
PIV card takes (SP 800-73-4 part 2, 2.4.2); answers are fetched on with GET RESPONSE (5.3.4).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from drivers.smartcard.refusal import CardNonsense

HEADER_BYTES = 4
SHORT_DATA_BYTES = 255
MAX_COMMAND_BYTES = 4096
# Certificates of PIV cards are at most 1856 bytes (SP 800-73-4 part 1, table 8), others a few more.
MAX_ANSWER_BYTES = 16 * 1024
# As much as one answer can hold with extended length and its status word.
MAX_PART_BYTES = 65536 + 2
CHAINED = 0x10
GET_RESPONSE = 0xC0
SUCCESS = 0x9000

Exchange = Callable[[bytes | bytearray], bytes]


@dataclass(frozen=True)
class CommandApdu:
    """A command. `expected` is Le: None for no answer wanted, 256 for as much as there is."""

    instruction: int
    p1: int
    p2: int
    data: bytes = field(default=b"", repr=False)
    expected: int | None = None
    interindustry_class: int = 0x00

    def __post_init__(self) -> None:
        head = (self.interindustry_class, self.instruction, self.p1, self.p2)
        if not all(0 <= byte <= 255 for byte in head):
            raise ValueError("a command's header is four bytes")
        if len(self.data) > MAX_COMMAND_BYTES:
            raise ValueError("a command holds at most 4096 bytes")
        if self.expected is not None and not 1 <= self.expected <= 256:
            raise ValueError("a short answer is 1 to 256 bytes")

    def parts(self) -> Iterator[bytes]:
        """What is sent, one after the other: a chain if the data need more than one."""
        pieces = [
            self.data[start : start + SHORT_DATA_BYTES]
            for start in range(0, len(self.data), SHORT_DATA_BYTES)
        ] or [b""]
        for piece in pieces[:-1]:
            yield self._head(self.interindustry_class | CHAINED) + bytes([len(piece)]) + piece
        length = bytes([len(pieces[-1])]) if pieces[-1] else b""
        yield self._head(self.interindustry_class) + length + pieces[-1] + self._le()

    def _head(self, class_byte: int) -> bytes:
        return bytes([class_byte, self.instruction, self.p1, self.p2])

    def _le(self) -> bytes:
        return b"" if self.expected is None else bytes([self.expected % 256])


def for_t0(sent: bytes | bytearray) -> bytes | bytearray:
    """A short command as protocol T=0 takes it (ISO/IEC 7816-3:2006, 12.2).

    Its header always has five bytes, and none follows the data: the card says how much it answers.
    What needs no change is returned itself, so that whoever made it can overwrite it.
    """
    if len(sent) == HEADER_BYTES:
        return sent + b"\x00"
    with_data = HEADER_BYTES + 1 + sent[HEADER_BYTES]
    return sent[:-1] if len(sent) == with_data + 1 and with_data > HEADER_BYTES + 1 else sent


@dataclass(frozen=True)
class Answer:
    """What a card answered: data and status word."""

    data: bytes = field(repr=False)
    status: int

    @property
    def good(self) -> bool:
        """Whether the command was carried out without remark."""
        return self.status == SUCCESS


def parse_answer(raw: bytes) -> Answer:
    """Raises CardNonsense unless the bytes end with a status word (6xxx or 9xxx)."""
    if not 2 <= len(raw) <= MAX_PART_BYTES or raw[-2] & 0xF0 not in (0x60, 0x90):
        raise CardNonsense("answer: status word")
    return Answer(raw[:-2], int.from_bytes(raw[-2:], "big"))


def ask(exchange: Exchange, command: CommandApdu) -> Answer:
    """Send a command and fetch the whole answer. Raises CardNonsense, and what `exchange` raises.

    Handles the three ways in which a card wants to be asked on: 6Cxx (ask again with this length),
    61xx (fetch so much more), and chains of data.
    """
    *chain, last = command.parts()
    for part in chain:
        answer = parse_answer(exchange(part))
        if not answer.good:
            return answer
    answer = parse_answer(exchange(last))
    if answer.status >> 8 == 0x6C and command.expected is not None:
        answer = parse_answer(exchange(last[:-1] + bytes([answer.status & 0xFF])))
    return _fetched(exchange, answer)


def _fetched(exchange: Exchange, answer: Answer) -> Answer:
    data = answer.data
    while answer.status >> 8 == 0x61:
        more = CommandApdu(GET_RESPONSE, 0, 0, expected=(answer.status & 0xFF) or 256)
        answer = parse_answer(exchange(next(more.parts())))
        # A card that always has more and never sends any would be asked for ever.
        if not answer.data and not answer.good:
            break
        data += answer.data
        if len(data) > MAX_ANSWER_BYTES:
            raise CardNonsense("answer: too long")
    return Answer(data, answer.status)
