"""The keyring on the disk (version 2): ways to open it, and one box with everything secret.

Canonical JSON in one line, which must be exactly what this program writes. Outside the box lie a
salt and the slots; a slot names its holder by HMAC-SHA256 of the account under that salt, so the
file holds no names. The box is bound to all of the outside, so no slot can be slipped in; the
checksum only tells damage from a wrong passphrase, before anybody is asked for one.
"""

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum

from station.store.keyring.errors import KeyringClear, KeyringDamaged
from sync.errors import SealError, WireError
from sync.seal import SALT_BYTES, PassphraseCost, SealingKey, hmac_sha256
from sync.wire import Fields, JsonObject, canonical_bytes, parse_json, to_base64

VERSION = 2
MAX_SLOTS = 128
MAX_FILE_BYTES = 256 * 1024
MAX_BOX_BYTES = 8 * 1024
MAX_WRAP_BYTES = 256
MAX_MACHINE_BYTES = 2 * 1024
KEYRING_SALT_BYTES = 32
POINT_BYTES = 65


class SlotKind(StrEnum):
    """The ways to open a keyring."""

    PASSPHRASE = "passphrase"  # noqa: S105 - a kind, no passphrase
    CARD = "card"
    RECOVERY = "recovery"
    MACHINE = "machine"


class MachineKind(StrEnum):
    """What guards the secret of a machine slot."""

    TPM2 = "tpm2"
    SOFTWARE = "software"


@dataclass(frozen=True)
class PassphraseLock:
    """How a passphrase becomes the slot's key."""

    salt: bytes
    cost: PassphraseCost


@dataclass(frozen=True)
class CardLock:
    """Which card opens the slot (HMAC of its fingerprint), and the point to agree with."""

    card: str
    point: bytes


@dataclass(frozen=True)
class RecoveryLock:
    """Nothing to keep: the recovery key alone opens the slot. `made` is its day, YYYY-MM-DD."""

    made: str


@dataclass(frozen=True)
class MachineLock:
    """What the machine gave in exchange for the secret."""

    device: MachineKind
    blob: bytes = field(repr=False)


Lock = PassphraseLock | CardLock | RecoveryLock | MachineLock


@dataclass(frozen=True)
class Slot:
    """One way to open the keyring: a key pair of its own, the private half under the lock."""

    id: str
    holder: str | None
    lock: Lock
    public: SealingKey = field(repr=False)
    wrapped: bytes = field(repr=False)
    ring: bytes = field(default=b"", repr=False)

    @property
    def kind(self) -> SlotKind:
        match self.lock:
            case PassphraseLock():
                return SlotKind.PASSPHRASE
            case CardLock():
                return SlotKind.CARD
            case RecoveryLock():
                return SlotKind.RECOVERY
            case MachineLock():
                return SlotKind.MACHINE


@dataclass(frozen=True)
class Layout:
    """The whole file, nothing opened."""

    salt: bytes
    slots: tuple[Slot, ...]
    box: bytes = field(repr=False)

    def holder_tag(self, account: str) -> str:
        """How an account is called in this file."""
        return hmac_sha256(
            self.salt, b"holder\x00" + account.encode("utf-8", "surrogatepass")
        ).hex()

    def card_tag(self, fingerprint: str) -> str:
        """How a card is called in this file."""
        return hmac_sha256(self.salt, b"card\x00" + fingerprint.encode()).hex()

    def slot(self, kind: SlotKind, holder: str | None = None) -> Slot | None:
        """The slot of a kind and holder, if there is one."""
        found = (slot for slot in self.slots if slot.kind is kind and slot.holder == holder)
        return next(found, None)


def outside(salt: bytes, slots: tuple[Slot, ...]) -> bytes:
    """What the box is bound to: everything around it."""
    return canonical_bytes(_outside(salt, slots))


def layout_written(layout: Layout) -> bytes:
    """The file's bytes."""
    content = _outside(layout.salt, layout.slots) | {"box": to_base64(layout.box)}
    return canonical_bytes(content | {"checksum": _checksum(content)}) + b"\n"


def layout_read(content: bytes) -> Layout:
    """The file out of its bytes. Raises KeyringDamaged; KeyringClear for version 1."""
    try:
        value = parse_json(content, MAX_FILE_BYTES)
        if isinstance(value, dict) and value.get("version") == 1 and "custody" in value:
            raise KeyringClear
        layout = _layout(Fields(value, "keyring"))
        if layout_written(layout) != content:
            raise KeyringDamaged
    except (WireError, SealError, ValueError):
        # No cause is chained: a parser's message may quote what it read.
        raise KeyringDamaged from None
    return layout


def _checksum(content: JsonObject) -> str:
    return hashlib.sha256(canonical_bytes(content)).hexdigest()


def _layout(fields: Fields) -> Layout:
    fields.integer("version", VERSION, VERSION)
    fields.digest("checksum")  # compared by writing the whole again
    layout = Layout(
        salt=_exactly(fields, "salt", KEYRING_SALT_BYTES),
        slots=tuple(_slot(Fields(item, "slot")) for item in fields.items("slots", MAX_SLOTS)),
        box=fields.blob("box", MAX_BOX_BYTES),
    )
    fields.done()
    return layout


def _slot(fields: Fields) -> Slot:
    slot = Slot(
        id=fields.hex_id("id"),
        holder=fields.optional("holder", fields.digest),
        lock=_lock(fields.choice("kind", SlotKind), Fields(fields.raw("lock"), "slot.lock")),
        public=SealingKey.from_bytes(fields.blob("public", 64)),
        wrapped=fields.blob("wrapped", MAX_WRAP_BYTES),
        ring=fields.blob("ring", MAX_WRAP_BYTES),
    )
    fields.done()
    return slot


def _lock(kind: SlotKind, fields: Fields) -> Lock:
    lock: Lock
    match kind:
        case SlotKind.PASSPHRASE:
            salt, names = _exactly(fields, "salt", SALT_BYTES), ("iterations", "lanes", "kib")
            cost = PassphraseCost(*(fields.integer(name, 1, 2**30) for name in names))
            lock = PassphraseLock(salt, cost)
        case SlotKind.CARD:
            lock = CardLock(fields.digest("card"), _exactly(fields, "point", POINT_BYTES))
        case SlotKind.RECOVERY:
            lock = RecoveryLock(fields.text("made", 10, min_chars=10))
        case SlotKind.MACHINE:
            device = fields.choice("device", MachineKind)
            lock = MachineLock(device, fields.blob("blob", MAX_MACHINE_BYTES))
    fields.done()
    return lock


def _exactly(fields: Fields, name: str, length: int) -> bytes:
    data = fields.blob(name, length)
    if len(data) != length:
        raise fields.error(name, "wrong length")
    return data


def _outside(salt: bytes, slots: tuple[Slot, ...]) -> JsonObject:
    return {
        "version": VERSION,
        "salt": to_base64(salt),
        "slots": [_slot_written(slot) for slot in slots],
    }


def _slot_written(slot: Slot) -> JsonObject:
    return {
        "id": slot.id,
        "kind": slot.kind.value,
        "holder": slot.holder,
        "lock": _lock_written(slot.lock),
        "public": to_base64(slot.public.to_bytes()),
        "wrapped": to_base64(slot.wrapped),
        "ring": to_base64(slot.ring),
    }


def _lock_written(lock: Lock) -> JsonObject:
    match lock:
        case PassphraseLock(salt, cost):
            return {
                "salt": to_base64(salt),
                "iterations": cost.iterations,
                "lanes": cost.lanes,
                "kib": cost.memory_kib,
            }
        case CardLock(card, point):
            return {"card": card, "point": to_base64(point)}
        case RecoveryLock(made):
            return {"made": made}
        case MachineLock(device, blob):
            return {"device": device.value, "blob": to_base64(blob)}
