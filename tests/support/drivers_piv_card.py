"""A PIV card made of software for the tests, written after NIST SP 800-73-4 and nothing else.

It shares no code with the driver, and OpenSC's tools take it for a PIV card before any test of the
driver believes it.
"""

from __future__ import annotations

import datetime
import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa, utils
from cryptography.x509.oid import NameOID

from drivers.api import CardSlot
from drivers.simulated.smart_card import SimulatedCard
from sync.seal import SoftwareCardKey

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

RIGHT_PIN, OTHER_PIN = b"123456", b"654321"
TRIES = 3
APPLICATION = bytes.fromhex("A000000308000010000100")
SHORTEST_APPLICATION = bytes.fromhex("A000000308")
# As of a card with contacts, T=0 and T=1, five historical bytes; the check byte is to come.
ANSWER_TO_RESET = bytes.fromhex("3B8580015444584C31")
CERTIFICATE_NAMES = {0x9A: "5FC105", 0x9D: "5FC10B", 0x9E: "5FC101"}
NEEDS_PIN = frozenset({0x9A, 0x9D})
GUID = bytes.fromhex("00112233445566778899AABBCCDDEEFF")
GOOD, NOT_FOUND, NOT_ALLOWED, BLOCKED = 0x9000, 0x6A82, 0x6982, 0x6983
BAD_DATA, BAD_PARAMETERS, UNKNOWN = 0x6A80, 0x6A86, 0x6D00


def with_check_byte(answer: bytes) -> bytes:
    check = 0
    for byte in answer[1:]:
        check ^= byte
    return answer + bytes([check])


def block(tag: str, value: bytes) -> bytes:
    size = len(value)
    if size < 128:
        head = bytes([size])
    elif size < 256:
        head = bytes([0x81, size])
    else:
        head = bytes([0x82, size >> 8, size & 255])
    return bytes.fromhex(tag) + head + value


def certificate_for(key: Key, name: str = "Operator O001 (fictional)") -> bytes:
    """A certificate signed by the key itself, DER."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(20260301)
        .not_valid_before(datetime.datetime(2026, 1, 1))
        .not_valid_after(datetime.datetime(2046, 1, 1))
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.DER)
    )


def p256_key(number: int) -> ec.EllipticCurvePrivateKey:
    """Always the same key for the same number: keys of fictional people guard nothing."""
    return ec.derive_private_key(20260301 + number, ec.SECP256R1())


def p256_keys(first: int) -> dict[int, Key]:
    """What a card holds in the slots 9A, 9D and 9E."""
    return {0x9A: p256_key(first), 0x9D: p256_key(first + 1), 0x9E: p256_key(first + 2)}


def simulated_card(person: str = "O001") -> SimulatedCard:
    """A card for the simulated reader, with the keys that the station would give it."""
    now = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)
    keys = {slot: SoftwareCardKey(person, now) for slot in CardSlot}
    return SimulatedCard(GUID, keys, RIGHT_PIN)


@dataclass
class PivChip:
    """The card's inside. `before_challenge` is called with every GENERAL AUTHENTICATE."""

    keys: Mapping[int, Key]
    pin: bytes = RIGHT_PIN
    tries_left: int = TRIES
    packed: bool = False
    before_challenge: Callable[[], None] | None = None
    pull_at_challenge: bool = False
    answer_to_reset: bytes = with_check_byte(ANSWER_TO_RESET)
    heard: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.certificates = {slot: certificate_for(key) for slot, key in self.keys.items()}
        self._objects = self._made_objects()
        self.reset()

    def reset(self) -> None:
        self._selected = self._verified = False
        self._chained = b""
        self._waiting = b""

    @property
    def verified(self) -> bool:
        return self._verified

    def answer(self, command: bytes) -> bytes | None:
        class_byte, instruction, p1, p2 = command[:4]
        self.heard.append(instruction)
        if instruction == 0xC0:
            return self._next_part(command[4] or 256)
        data, expected = self._body(command)
        if class_byte & 0x10:
            self._chained += data
            return bytes.fromhex("9000")
        data, self._chained = self._chained + data, b""
        if instruction == 0x87 and self.pull_at_challenge:
            return None
        content, status = self._act(instruction, p1, p2, data)
        if status != GOOD:
            return status.to_bytes(2, "big")
        self._waiting = content
        return self._next_part(expected)

    def _body(self, command: bytes) -> tuple[bytes, int]:
        body = command[4:]
        if len(body) <= 1:
            return b"", (body[0] or 256) if body else 256
        if body[0] == 0 and len(body) >= 3:  # extended lengths
            count = int.from_bytes(body[1:3], "big")
            if len(body) == 3:
                return b"", min(count or 65536, 256)
            return body[3 : 3 + count], 256
        data, rest = body[1 : 1 + body[0]], body[1 + body[0] :]
        return data, (rest[0] or 256) if rest else 256

    def _next_part(self, expected: int) -> bytes:
        part, self._waiting = self._waiting[:expected], self._waiting[expected:]
        if not self._waiting:
            return part + b"\x90\x00"
        return part + bytes([0x61, min(len(self._waiting), 255)])

    def _act(self, instruction: int, p1: int, p2: int, data: bytes) -> tuple[bytes, int]:
        if instruction == 0xA4:
            return self._select(data)
        if not self._selected:
            return b"", UNKNOWN
        match instruction:
            case 0xCB:
                return self._get_data(data)
            case 0x20:
                return b"", self._verify(p2, data)
            case 0x87:
                return self._authenticate(p1, p2, data)
            case _:
                return b"", UNKNOWN

    def _select(self, name: bytes) -> tuple[bytes, int]:
        if len(name) < len(SHORTEST_APPLICATION) or not APPLICATION.startswith(name):
            return b"", NOT_FOUND
        self._selected = True
        inside = block("4F", APPLICATION[5:]) + block("79", block("4F", APPLICATION[:5]))
        return block("61", inside), GOOD

    def _get_data(self, asked: bytes) -> tuple[bytes, int]:
        found = self._objects.get(asked[2:].hex().upper())
        return (b"", NOT_FOUND) if found is None else (found, GOOD)

    def _verify(self, reference: int, given: bytes) -> int:
        if reference != 0x80:
            return 0x6A88
        if not given:
            if self._verified:
                return GOOD
            return 0x63C0 | self.tries_left if self.tries_left else BLOCKED
        if not self.tries_left:
            return BLOCKED
        if given != self.pin.ljust(8, b"\xff"):
            self._verified = False
            self.tries_left -= 1
            return 0x63C0 | self.tries_left if self.tries_left else BLOCKED
        self._verified, self.tries_left = True, TRIES
        return GOOD

    def _authenticate(self, algorithm: int, slot: int, data: bytes) -> tuple[bytes, int]:
        if self.before_challenge is not None:
            self.before_challenge()
        key = self.keys.get(slot)
        if key is None or algorithm != _algorithm(key):
            return b"", BAD_PARAMETERS
        if slot in NEEDS_PIN and not self._verified:
            return b"", NOT_ALLOWED
        question = _question(data)
        if question is None:
            return b"", BAD_DATA
        made = _made(key, *question)
        if made is None:
            return b"", BAD_DATA
        return block("7C", block("82", made)), GOOD

    def _made_objects(self) -> dict[str, bytes]:
        holder = (
            block("30", bytes(25))
            + block("34", GUID)
            + block("35", b"20460101")
            + block("3E", b"")
            + block("FE", b"")
        )
        discovery = block("4F", APPLICATION) + block("5F2F", bytes.fromhex("4000"))
        made = {"5FC102": block("53", holder), "7E": block("7E", discovery)}
        for slot, certificate in self.certificates.items():
            inside = gzip.compress(certificate) if self.packed else certificate
            info = block("71", bytes([self.packed])) + block("FE", b"")
            made[CERTIFICATE_NAMES[slot]] = block("53", block("70", inside) + info)
        return made


def _algorithm(key: Key) -> int:
    return 0x07 if isinstance(key, rsa.RSAPrivateKey) else 0x11


def _question(data: bytes) -> tuple[int, bytes] | None:
    """Tag and value of what the template 7C asks beside its empty 82."""
    if data[:1] != b"\x7c":
        return None
    inside = data[_head(data) :]
    while inside:
        start = _head(inside)
        size = inside[1] if inside[1] < 128 else int.from_bytes(inside[2:start], "big")
        if inside[0] in (0x81, 0x85):
            return inside[0], inside[start : start + size]
        inside = inside[start + size :]
    return None


def _head(data: bytes) -> int:
    return 2 if data[1] < 128 else 2 + (data[1] & 0x7F)


def _made(key: Key, tag: int, value: bytes) -> bytes | None:
    if isinstance(key, rsa.RSAPrivateKey):
        return _raw_rsa(key, value) if tag == 0x81 and len(value) == 256 else None
    if tag == 0x81:
        # A card signs what it is given as a digest; shorter ones are numbers of leading zeros.
        return key.sign(value.rjust(32, b"\0"), ec.ECDSA(utils.Prehashed(hashes.SHA256())))
    other = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), value)
    return key.exchange(ec.ECDH(), other)


def _raw_rsa(key: rsa.RSAPrivateKey, padded: bytes) -> bytes:
    """What a card does: the bare operation, its host having padded."""
    numbers = key.private_numbers()
    made = pow(int.from_bytes(padded, "big"), numbers.d, numbers.public_numbers.n)
    return made.to_bytes(256, "big")
