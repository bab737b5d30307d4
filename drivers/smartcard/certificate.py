"""Certificates as PIV cards hold them: unpacked, and asked for nothing but the kind of their key.

Whether a certificate is valid, and whose it is, is for the cryptography library to say, elsewhere.
"""

from __future__ import annotations

import zlib

from drivers.api import CardAlgorithm, CardRefusal
from drivers.smartcard.refusal import CardNonsense, CardRefuses
from drivers.smartcard.tlv import fields, one, read_tlvs

MAX_CERTIFICATE_BYTES = 8 * 1024
# SP 800-73-4 part 1, table 10 and appendix A: data objects of a certificate's container.
CERTIFICATE, CERT_INFO = 0x70, 0x71
GZIP = 0x01
GZIP_WINDOW_BITS = 31

# DER tags (X.690) and the object identifiers of RFC 3279 and RFC 5480, encoded.
SEQUENCE, OBJECT_ID, BIT_STRING, VERSION = 0x30, 0x06, 0x03, 0xA0
RSA_ENCRYPTION = bytes.fromhex("2A864886F70D010101")
EC_PUBLIC_KEY = bytes.fromhex("2A8648CE3D0201")
PRIME256V1 = bytes.fromhex("2A8648CE3D030107")
RSA_2048_MODULUS_BYTES = 256
# RFC 5280, 4.1: serial number, signature, issuer, validity and subject come before the key.
FIELDS_BEFORE_KEY = 5


def unpack_certificate(container: bytes) -> bytes:
    """The certificate in DER. Raises CardNonsense, also for one too large when unpacked."""
    known = fields(container)
    packed, info = known.get(CERTIFICATE, b""), known.get(CERT_INFO, b"\x00")
    if not packed or len(info) != 1 or info[0] not in (0, GZIP):
        raise CardNonsense("certificate: container")
    certificate = _gunzipped(packed) if info[0] == GZIP else packed
    if len(certificate) > MAX_CERTIFICATE_BYTES:
        raise CardNonsense("certificate: too large")
    return certificate


def key_algorithm(certificate: bytes) -> CardAlgorithm:
    """What kind of key is certified (RFC 5280, 4.1.2.7).

    Raises CardRefuses NO_KEY for a kind that is not used here, CardNonsense for what is no DER.
    """
    algorithm, key = _public_key_info(certificate)
    identifiers = [part.value for part in read_tlvs(algorithm) if part.tag == OBJECT_ID]
    if identifiers == [EC_PUBLIC_KEY, PRIME256V1]:
        return CardAlgorithm.ECC_P256
    if identifiers == [RSA_ENCRYPTION] and _rsa_bytes(key) == RSA_2048_MODULUS_BYTES:
        return CardAlgorithm.RSA_2048
    raise CardRefuses(CardRefusal.NO_KEY)


def _public_key_info(certificate: bytes) -> tuple[bytes, bytes]:
    signed = next(read_tlvs(one(certificate, SEQUENCE)), None)
    if signed is None or signed.tag != SEQUENCE:
        raise CardNonsense("certificate: no body")
    parts = [part for part in read_tlvs(signed.value) if part.tag != VERSION]
    if len(parts) <= FIELDS_BEFORE_KEY or parts[FIELDS_BEFORE_KEY].tag != SEQUENCE:
        raise CardNonsense("certificate: no key")
    halves = list(read_tlvs(parts[FIELDS_BEFORE_KEY].value))
    if [half.tag for half in halves] != [SEQUENCE, BIT_STRING]:
        raise CardNonsense("certificate: key")
    return halves[0].value, halves[1].value


def _rsa_bytes(key: bytes) -> int:
    numbers = list(read_tlvs(one(key[1:], SEQUENCE)))
    if not numbers:
        raise CardNonsense("certificate: RSA key")
    return len(numbers[0].value.lstrip(b"\x00"))


def _gunzipped(packed: bytes) -> bytes:
    unpacker = zlib.decompressobj(GZIP_WINDOW_BITS)
    try:
        data = unpacker.decompress(packed, MAX_CERTIFICATE_BYTES + 1)
    except zlib.error as error:
        raise CardNonsense("certificate: gzip") from error
    if len(data) <= MAX_CERTIFICATE_BYTES and not unpacker.eof:
        raise CardNonsense("certificate: gzip cut short")
    return data
