"""The encrypted file and its log as somebody with the key sees them, free space included."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from station.store.database import PAGE_BYTES, DatabaseKey

RESERVED_BYTES = 80  # per page: initialisation vector 16, HMAC-SHA512 64
WAL_HEADER_BYTES, FRAME_HEADER_BYTES = 32, 24


def decrypted_pages(path: Path, key: DatabaseKey) -> bytes:
    """Every page of file and log in the clear.

    Page format of SQLCipher 4: content encrypted with AES-256-CBC, vector and MAC at the end; the
    first 16 bytes of page 1 are the salt.
    """
    content = path.read_bytes()
    pages = [content[place : place + PAGE_BYTES] for place in range(0, len(content), PAGE_BYTES)]
    clear = [_decrypted(pages[0], 16, key), *(_decrypted(page, 0, key) for page in pages[1:])]
    log = path.with_name(path.name + "-wal").read_bytes()[WAL_HEADER_BYTES:]
    frame_bytes = FRAME_HEADER_BYTES + PAGE_BYTES
    for place in range(0, len(log), frame_bytes):
        page = log[place + FRAME_HEADER_BYTES : place + frame_bytes]
        clear.append(_decrypted(page, 16 if log[place : place + 4] == b"\0\0\0\1" else 0, key))
    return b"".join(clear)


def _decrypted(page: bytes, skipped: int, key: DatabaseKey) -> bytes:
    end = PAGE_BYTES - RESERVED_BYTES
    cipher = Cipher(algorithms.AES256(key.key), modes.CBC(page[end : end + 16]))
    return cipher.decryptor().update(page[skipped:end])


def pieces(content: bytes) -> list[bytes]:
    """12 bytes are unique among some megabytes and seldom cut by the end of a page."""
    return [content[2:14], content[len(content) // 2 :][:12], content[-12:]]
