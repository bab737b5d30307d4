"""Which algorithms a byte in front of keys, signatures, seals and ciphertexts stands for.

A suite is a set of algorithms that belong together. Everything serialised begins with its suite's
id, so another one (SM2, SM3 and SM4 of GM/T 0003, 0004 and 0002, say) joins by being added to
`SUITES`; what was made under the old one goes on being readable. Values here are raw bytes, without
ids: the classes of `keys`, `data_key` and `sealing` write and check those.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from sync.errors import SealError
from sync.seal.suite_1 import Suite1


class Suite(Protocol):
    """One set of algorithms. All methods raise SealError for what does not fit or verify."""

    @property
    def id(self) -> int:
        """The byte, 1 to 255."""

    @property
    def name(self) -> str:
        """The algorithms, for people."""

    @property
    def signature_bytes(self) -> int: ...

    @property
    def seal_overhead_bytes(self) -> int: ...

    def new_signing_key(self) -> bytes: ...

    def verify_key(self, signing: bytes) -> bytes:
        """The public half of a signing key; refuses what is no key."""

    def checked_verify_key(self, verify: bytes) -> bytes: ...

    def sign(self, signing: bytes, data: bytes) -> bytes: ...

    def verify(self, verify: bytes, signature: bytes, data: bytes) -> None: ...

    def new_unsealing_key(self) -> bytes: ...

    def sealing_key(self, unsealing: bytes) -> bytes:
        """The public half of an unsealing key; refuses what is no key."""

    def checked_sealing_key(self, sealing: bytes) -> bytes: ...

    def seal(self, sealing: bytes, plaintext: bytes, info: bytes) -> bytes: ...

    def unseal(self, unsealing: bytes, sealed: bytes, info: bytes) -> bytes: ...

    def new_data_key(self) -> bytes: ...

    def checked_data_key(self, key: bytes) -> bytes: ...

    def encrypt(self, key: bytes, plaintext: bytes, aad: bytes) -> bytes: ...

    def decrypt(self, key: bytes, ciphertext: bytes, aad: bytes) -> bytes: ...

    def subkey(self, key: bytes, purpose: bytes) -> bytes:
        """A key of 32 bytes for another purpose."""


DEFAULT: Suite = Suite1()
"""What new keys are made for."""

SUITES: Mapping[int, Suite] = MappingProxyType({DEFAULT.id: DEFAULT})
"""Every suite this program knows, by id."""


def suite_of(data: bytes, what: str) -> Suite:
    """The suite whose id `data` begins with; `what` names the thing in the error.

    Raises SealError, also for a suite that a later release may know.
    """
    if not data:
        raise SealError(f"{what}: empty")
    suite = SUITES.get(data[0])
    if suite is None:
        raise SealError(f"{what}: unknown suite {data[0]}")
    return suite
