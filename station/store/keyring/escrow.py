"""The keyring sealed to the recovery key: it travels with backups, so that the safe's sheet and a
backup are enough when the machine and its keyring are gone.
"""

from station.store.keyring.errors import KeyringDamaged
from station.store.keyring.keys import Keyring, keyring_read, keyring_written
from station.store.keyring.layout import MAX_BOX_BYTES, MAX_WRAP_BYTES, RecoveryLock, Slot
from station.store.keyring.recovery import RecoveryKey
from station.store.keyring.slots import recovery_slot_key, slot_private_key
from sync.errors import SealError, WireError
from sync.seal import SealingKey, seal, unseal
from sync.wire import Fields, canonical_bytes, parse_json, to_base64

MAX_ESCROW_BYTES = 32 * 1024
_LABEL = b"tdxl-escrow-1\x00"


def escrow_written(keyring: Keyring, recovery: Slot) -> bytes:
    """The keyring for whoever holds this recovery slot's key."""
    assert isinstance(recovery.lock, RecoveryLock)
    content = canonical_bytes(keyring_written(keyring))
    sealed = seal(recovery.public, content, _aad(recovery.id, recovery.lock.made))
    return canonical_bytes(
        {
            "version": 1,
            "slot": recovery.id,
            "made": recovery.lock.made,
            "public": to_base64(recovery.public.to_bytes()),
            "wrapped": to_base64(recovery.wrapped),
            "sealed": to_base64(sealed),
        }
    )


def open_escrow(escrow: bytes, key: RecoveryKey) -> Keyring | None:
    """The keyring, or None when it was sealed to another recovery key.

    Raises KeyringDamaged.
    """
    try:
        fields = Fields(parse_json(escrow, MAX_ESCROW_BYTES), "escrow")
        fields.integer("version", 1, 1)
        made = fields.text("made", 10, min_chars=10)
        slot = Slot(
            id=fields.hex_id("slot"),
            holder=None,
            lock=RecoveryLock(made),
            public=SealingKey.from_bytes(fields.blob("public", 64)),
            wrapped=fields.blob("wrapped", MAX_WRAP_BYTES),
        )
        sealed = fields.blob("sealed", MAX_BOX_BYTES)
        fields.done()
        private = slot_private_key(slot, recovery_slot_key(slot.id, key))
        if private is None:
            return None
        content = unseal(private, sealed, _aad(slot.id, made))
        return keyring_read(parse_json(content, MAX_BOX_BYTES))
    except (WireError, SealError, ValueError):
        raise KeyringDamaged from None


def _aad(slot_id: str, made: str) -> bytes:
    return _LABEL + f"{slot_id}:{made}".encode()
