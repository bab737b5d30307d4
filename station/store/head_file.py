"""The signed head of the log, kept beside the keys and not in the database.

It is rewritten after every commit, in place and without waiting for the disk: after a kill it is at
most one commit behind, after a cut of power it may be older or unreadable. Older than the log is
therefore normal and unreadable says nothing; a head the log does not reach says that the log was
cut, and another hash at the same place says that it was replaced.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path

from sync.errors import SealError, WireError
from sync.seal import SIGNATURE_BYTES, VerifyKey
from sync.wire import Fields, LogHead, canonical_bytes, parse_json
from sync.wire.fields import to_base64

RECORD_BYTES = 512
"""One sector, so that a write is there whole or not at all on the disks we know."""


@dataclass(frozen=True)
class SignedHead:
    """A head with the station's signature over `LogHead.signed_bytes`."""

    head: LogHead
    signature: bytes = field(repr=False)

    def is_from(self, key: VerifyKey) -> bool:
        """Whether the owner of `key` signed it."""
        try:
            key.verify(self.signature, self.head.signed_bytes())
        except SealError:
            return False
        return True


class HeadFile:
    """The file while the station runs: one descriptor, one write a commit."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None
        self.failing = False
        """Whether the last write did not reach the file; the log itself does not wait for it."""

    def write(self, signed: SignedHead) -> None:
        """Replace what the file says. A disk that refuses leaves the older head, which is legal."""
        record = canonical_bytes(
            {"head": signed.head.to_json(), "signature": to_base64(signed.signature)}
        )
        if len(record) >= RECORD_BYTES:
            raise ValueError("a head record fits into one sector")
        try:
            if self._descriptor is None:
                self._descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600)
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            os.write(self._descriptor, record.ljust(RECORD_BYTES, b"\n"))
            self.failing = False
        except OSError:
            self.failing = True

    def close(self) -> None:
        """Bring it to the disk and let go of the file."""
        if self._descriptor is None:
            return
        try:
            os.fsync(self._descriptor)
        except OSError:
            self.failing = True
        os.close(self._descriptor)
        self._descriptor = None


def read_head(path: Path) -> SignedHead | None:
    """What the file says; None when it is missing, torn or unreadable, which proves nothing."""
    try:
        with path.open("rb") as file:
            content = file.read(RECORD_BYTES + 1)
        fields = Fields(parse_json(content.rstrip(b"\n"), RECORD_BYTES), "head_file")
        signed = SignedHead(
            LogHead.from_json(fields.raw("head")), fields.blob("signature", SIGNATURE_BYTES)
        )
        fields.done()
    except (OSError, WireError):
        return None
    return signed
