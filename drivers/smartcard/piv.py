"""The PIV card application (NIST SP 800-73-4, part 2): read, verify the PIN, sign, agree on a key.

Nothing here writes to a card. One conversation is one selection of the application; whoever holds
it sees to it that no other program speaks to the card meanwhile.
"""

from __future__ import annotations

import hashlib

from drivers.api import (
    CardAlgorithm,
    CardRefusal,
    CardSecret,
    CardSignature,
    CardSlot,
    Pin,
    PivCard,
)
from drivers.api.smart_card import P256_POINT_BYTES
from drivers.smartcard.apdu import Answer, CommandApdu, Exchange, ask, parse_answer
from drivers.smartcard.certificate import key_algorithm, unpack_certificate
from drivers.smartcard.refusal import CardNonsense, CardRefuses
from drivers.smartcard.tlv import fields, one, tlv

# Part 1, 2.2: the application's identifier without its version, which selects any.
APPLICATION = bytes.fromhex("A00000030800001000")
SELECT, VERIFY, GENERAL_AUTHENTICATE, GET_DATA = 0xA4, 0x20, 0x87, 0xCB
APPLICATION_TEMPLATE = 0x61
ALL = 256

# Part 2, 3.1.2: GET DATA names the object in 5C and answers it in 53. Part 1, table 3: the names.
NAME, CONTENT = 0x5C, 0x53
CHUID = bytes.fromhex("5FC102")
CERTIFICATES = {
    CardSlot.AUTHENTICATION: bytes.fromhex("5FC105"),
    CardSlot.KEY_MANAGEMENT: bytes.fromhex("5FC10B"),
    CardSlot.CARD_AUTHENTICATION: bytes.fromhex("5FC101"),
}
GUID, GUID_BYTES = 0x34, 16  # part 1, table 9

# Part 1, table 4b: the PIN of this application.
APPLICATION_PIN = 0x80
# Part 2, 3.2.4, table 7: the dynamic authentication template and what it holds.
TEMPLATE, RESPONSE, CHALLENGE, EXPONENTIATION = 0x7C, 0x82, 0x81, 0x85
SHARED_BYTES = 32
RSA_BYTES = 256
MAX_ECDSA_BYTES = 72
# RFC 8017, 9.2, note 1: SHA-256 named in DER, the digest to follow.
SHA256_INFO = bytes.fromhex("3031300D060960864801650304020105000420")

# Part 2, table 4 and the status words of each command.
NOT_FOUND, BLOCKED, NOT_ALLOWED = 0x6A82, 0x6983, 0x6982
BAD_DATA, BAD_PARAMETERS, NO_REFERENCE = 0x6A80, 0x6A86, 0x6A88
WRONG_PIN, WRONG_PIN_MASK = 0x63C0, 0xFFF0


class PivApplication:
    """A card whose PIV application answers. Every method raises CardRefuses."""

    def __init__(self, exchange: Exchange) -> None:
        """Selects the application (part 2, 3.1.1); NOT_PIV without one."""
        self._exchange = exchange
        selected = ask(exchange, CommandApdu(SELECT, 0x04, 0x00, APPLICATION, ALL))
        if not selected.good or APPLICATION_TEMPLATE not in fields(selected.data):
            raise CardRefuses(CardRefusal.NOT_PIV)

    def card(self) -> PivCard:
        """Identity and those certificates that are there."""
        certificates = {slot: found for slot in CardSlot if (found := self._certificate(slot))}
        return PivCard(self._guid(), certificates)

    def tries(self) -> int | None:
        """How many wrong PINs are left (part 2, 3.2.1: VERIFY without data).

        None: the card does not count now, because some program has its PIN verified.
        """
        answer = ask(self._exchange, CommandApdu(VERIFY, 0x00, APPLICATION_PIN))
        if answer.good:
            return None
        if answer.status == BLOCKED:
            return 0
        if answer.status & WRONG_PIN_MASK != WRONG_PIN:
            raise CardNonsense("PIN counter")
        return answer.status & ~WRONG_PIN_MASK

    def verify(self, pin: Pin) -> None:
        """WRONG_PIN or PIN_BLOCKED with the tries left, unless it is right (part 2, 3.2.1)."""
        digits = pin.padded()
        command = bytearray((0x00, VERIFY, 0x00, APPLICATION_PIN, len(digits))) + digits
        try:
            answer = parse_answer(self._exchange(command))
        finally:
            digits[:] = bytes(len(digits))
            command[:] = bytes(len(command))
        if answer.good:
            return
        if answer.status in (BLOCKED, WRONG_PIN):
            raise CardRefuses(CardRefusal.PIN_BLOCKED, 0)
        if answer.status & WRONG_PIN_MASK == WRONG_PIN:
            raise CardRefuses(CardRefusal.WRONG_PIN, answer.status & ~WRONG_PIN_MASK)
        raise CardNonsense("PIN verification")

    def sign(self, slot: CardSlot, message: bytes, pin: Pin | None) -> CardSignature:
        """A signature over SHA-256 of the message by the slot's key (part 2, appendix A.4)."""
        certificate = self._required_certificate(slot)
        algorithm = key_algorithm(certificate)
        digest = hashlib.sha256(message).digest()
        if algorithm is CardAlgorithm.RSA_2048:
            digest = _padded_for_rsa(digest)
        if pin is not None:
            self.verify(pin)
        signature = self._authenticate(slot, algorithm, CHALLENGE, digest)
        rsa = algorithm is CardAlgorithm.RSA_2048
        if len(signature) > MAX_ECDSA_BYTES if not rsa else len(signature) != RSA_BYTES:
            raise CardNonsense("signature: length")
        return CardSignature(algorithm, signature, certificate)

    def agree(self, slot: CardSlot, point: bytes, pin: Pin | None) -> CardSecret:
        """ECDH with `point` (part 2, appendix A.5.2); NO_KEY unless the slot's key is P-256."""
        if len(point) != P256_POINT_BYTES or point[0] != 0x04:
            raise ValueError("a point is 65 bytes, uncompressed")
        certificate = self._required_certificate(slot)
        if key_algorithm(certificate) is not CardAlgorithm.ECC_P256:
            raise CardRefuses(CardRefusal.NO_KEY)
        if pin is not None:
            self.verify(pin)
        shared = self._authenticate(slot, CardAlgorithm.ECC_P256, EXPONENTIATION, point)
        if len(shared) != SHARED_BYTES:
            raise CardNonsense("shared secret: length")
        return CardSecret(shared, certificate)

    def _guid(self) -> bytes:
        holder = self._object(CHUID)
        guid = fields(holder).get(GUID, b"") if holder else b""
        if len(guid) not in (0, GUID_BYTES):
            raise CardNonsense("card identity")
        return guid

    def _required_certificate(self, slot: CardSlot) -> bytes:
        certificate = self._certificate(slot)
        if certificate is None:
            raise CardRefuses(CardRefusal.NO_KEY)
        return certificate

    def _certificate(self, slot: CardSlot) -> bytes | None:
        container = self._object(CERTIFICATES[slot])
        return unpack_certificate(container) if container else None

    def _object(self, name: bytes) -> bytes | None:
        command = CommandApdu(GET_DATA, 0x3F, 0xFF, tlv(NAME, name), ALL)
        answer = ask(self._exchange, command)
        if answer.status == NOT_FOUND:
            return None
        _require_good(answer)
        return one(answer.data, CONTENT)

    def _authenticate(
        self, slot: CardSlot, algorithm: CardAlgorithm, question: int, data: bytes
    ) -> bytes:
        asked = tlv(TEMPLATE, tlv(RESPONSE, b"") + tlv(question, data))
        command = CommandApdu(GENERAL_AUTHENTICATE, algorithm.value, slot.value, asked, ALL)
        answer = ask(self._exchange, command)
        _require_good(answer)
        response = fields(one(answer.data, TEMPLATE)).get(RESPONSE)
        if not response:
            raise CardNonsense("authentication: no response")
        return response


def _require_good(answer: Answer) -> None:
    if answer.good:
        return
    if answer.status == NOT_ALLOWED:
        raise CardRefuses(CardRefusal.PIN_NEEDED)
    if answer.status in (BAD_DATA, BAD_PARAMETERS, NO_REFERENCE, NOT_FOUND):
        raise CardRefuses(CardRefusal.NO_KEY)
    raise CardNonsense(f"status {answer.status:04X}")


def _padded_for_rsa(digest: bytes) -> bytes:
    """EMSA-PKCS1-v1_5 (RFC 8017, 9.2), which the card leaves to its host (SP 800-73-4)."""
    info = SHA256_INFO + digest
    return b"\x00\x01" + b"\xff" * (RSA_BYTES - len(info) - 3) + b"\x00" + info
