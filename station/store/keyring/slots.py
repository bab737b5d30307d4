"""Making and opening slots, and sealing the whole: a fresh ring key at every writing.

The ring key is sealed (HPKE) to every slot's public key, so slots can be added and removed and all
keys renewed without any of the other holders' secrets.
"""

from dataclasses import replace

from station.store.keyring.errors import KeyringDamaged
from station.store.keyring.keys import Keyring, keyring_read, keyring_written
from station.store.keyring.layout import MAX_BOX_BYTES, Layout, Lock, Slot, outside
from station.store.keyring.recovery import RecoveryKey
from sync.errors import SealError, WireError
from sync.seal import DataKey, UnsealingKey, key_from_secret, seal, unseal
from sync.wire import canonical_bytes, parse_json

_WRAP_LABEL = b"tdxl-slot-key-1\x00"
_RING_LABEL = b"tdxl-ring-key-1\x00"
_BOX_LABEL = b"tdxl-keyring-2\x00"


def new_slot(slot_id: str, holder: str | None, lock: Lock, key: bytes) -> Slot:
    """A slot that the 32 bytes of `key` open; without the ring until the whole is sealed."""
    private = UnsealingKey.generate()
    slot = Slot(slot_id, holder, lock, private.sealing_key, b"")
    return replace(slot, wrapped=DataKey(key).encrypt(private.to_bytes(), _wrap_aad(slot)))


def recovery_slot_key(slot_id: str, key: RecoveryKey) -> bytes:
    """The 32 bytes that open a recovery slot."""
    return key_from_secret(key.secret, b"tdxl-recovery-slot-1\x00" + slot_id.encode())


def machine_slot_key(slot_id: str, secret: bytes) -> bytes:
    """The 32 bytes that open a machine slot."""
    return key_from_secret(secret, b"tdxl-machine-slot-1\x00" + slot_id.encode())


def slot_private_key(slot: Slot, key: bytes) -> UnsealingKey | None:
    """The slot's private key, or None when `key` is not the slot's.

    Raises KeyringDamaged when the key is right and what it opened is no key.
    """
    try:
        raw = DataKey(key).decrypt(slot.wrapped, _wrap_aad(slot))
    except SealError:
        return None
    try:
        return UnsealingKey.from_bytes(raw)
    except SealError:
        raise KeyringDamaged from None


def sealed(salt: bytes, slots: tuple[Slot, ...], keyring: Keyring) -> Layout:
    """The keyring in a new box under a new ring key, for these slots and nobody else."""
    ring = DataKey.generate()
    given = tuple(
        replace(slot, ring=seal(slot.public, ring.to_bytes(), _ring_aad(slot))) for slot in slots
    )
    content = canonical_bytes(keyring_written(keyring))
    return Layout(salt, given, ring.encrypt(content, _BOX_LABEL + outside(salt, given)))


def opened(layout: Layout, slot: Slot, private: UnsealingKey) -> Keyring:
    """The keyring out of the box. Raises KeyringDamaged when box and slots do not fit together."""
    try:
        ring = DataKey.from_bytes(unseal(private, slot.ring, _ring_aad(slot)))
        content = ring.decrypt(layout.box, _BOX_LABEL + outside(layout.salt, layout.slots))
        return keyring_read(parse_json(content, MAX_BOX_BYTES))
    except (SealError, WireError):
        raise KeyringDamaged from None


def _wrap_aad(slot: Slot) -> bytes:
    return _WRAP_LABEL + f"{slot.id}:{slot.kind}".encode() + b"\x00" + slot.public.to_bytes()


def _ring_aad(slot: Slot) -> bytes:
    return _RING_LABEL + slot.id.encode()
