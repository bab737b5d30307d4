"""Pages of an encrypted database file, opened one by one: for files that SQLite will not read.

SQLCipher 4 (zetetic.net/sqlcipher/design): each page of 4096 bytes is AES-256-CBC, then 80
reserved bytes: the initialisation vector (16) and HMAC-SHA512 over ciphertext, vector and page
number (little-endian u32). The MAC key is PBKDF2-HMAC-SHA512 of the raw key with the salt XOR
0x3a, 2 rounds. The first 16 bytes of page 1 are the salt in place of SQLite's magic.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PAGE_BYTES = 4096
USABLE_BYTES = PAGE_BYTES - 80
_SALT_BYTES = 16
_VECTOR_BYTES = 16
_MAC_BYTES = 64
_MASK = 0x3A
_MAGIC = b"SQLite format 3\x00"


@dataclass(frozen=True)
class OpenedPage:
    """`content` is USABLE_BYTES long. Unless `proven`, some of it is not what was written."""

    content: bytes = field(repr=False)
    proven: bool


class PageKey:
    """Opens the pages of one file."""

    def __init__(self, key: bytes, salt: bytes) -> None:
        """`key` is the file's raw key (32 bytes), `salt` the 16 bytes of its page MACs."""
        if len(key) != 32 or len(salt) != _SALT_BYTES:
            raise ValueError("a database key is 32 bytes and its salt 16")
        self._cipher = algorithms.AES(key)
        masked = bytes(octet ^ _MASK for octet in salt)
        self._mac_key = hashlib.pbkdf2_hmac("sha512", key, masked, 2, 32)

    def proves(self, number: int, page: bytes) -> bool:
        """Whether `page` (PAGE_BYTES) is what was written as page `number`, counted from 1."""
        start = _SALT_BYTES if number == 1 else 0
        message = page[start:-_MAC_BYTES] + number.to_bytes(4, "little")
        return hmac.compare_digest(
            hmac.digest(self._mac_key, message, "sha512"), page[-_MAC_BYTES:]
        )

    def open(self, number: int, page: bytes) -> OpenedPage:
        """Decrypt a page whether its MAC holds or not.

        CBC spoils 16 bytes and one bit of the next 16 for a bit that was changed: the rest of a
        page that is not proven may still be proved by other means.
        """
        start = _SALT_BYTES if number == 1 else 0
        vector = page[USABLE_BYTES : USABLE_BYTES + _VECTOR_BYTES]
        opener = Cipher(self._cipher, modes.CBC(vector)).decryptor()
        content = opener.update(page[start:USABLE_BYTES]) + opener.finalize()
        return OpenedPage(_MAGIC[:start] + content, self.proves(number, page))

    def __repr__(self) -> str:
        return "PageKey(…)"
