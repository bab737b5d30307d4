"""A locked keyring on the disk: opened by any of its slots, every try at a passphrase counted."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from station.store.clock import Clock
from station.store.keyring.attempts import FREE_TRIES, UNKNOWN, Attempts, wait_s
from station.store.keyring.disk import alone_in, keyring_bytes
from station.store.keyring.errors import KeyringUnwritable
from station.store.keyring.layout import (
    CardLock,
    Layout,
    MachineLock,
    PassphraseLock,
    Slot,
    SlotKind,
    layout_read,
)
from station.store.keyring.machine import Machine
from station.store.keyring.passphrases import (
    LANES,
    MAX_PASSPHRASE,
    MEMORY_KIB,
    passphrase_key,
)
from station.store.keyring.recovery import RecoveryKey
from station.store.keyring.slots import (
    machine_slot_key,
    opened,
    recovery_slot_key,
    slot_private_key,
)
from station.store.keyring.unlocked import Reason, Refused, Unlocked
from sync.seal import (
    SALT_BYTES,
    CardCertificate,
    PassphraseCost,
    UnsealingKey,
    key_from_card,
)

_USUAL_COST = PassphraseCost(2, LANES, MEMORY_KIB)
CARD_PURPOSE = b"keyring\x00"


class LockedKeyring:
    """One keyring on the disk and the count of tries beside it; holds no secrets.

    May be used from several threads. Every opening reads the file as it lies there now.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        """`clock` counts the waits after wrong passphrases."""
        self.path = path
        self.clock = clock
        self.attempts = Attempts(attempts_path(path), clock)

    def unlock_with_passphrase(self, account: str, passphrase: str) -> Unlocked | Refused:
        """Open by an operator's passphrase; takes about half a second, on any thread.

        The try is counted on the disk before it is answered.

        Raises:
            KeyringDamaged, KeyringMissing, KeyringExposed: the file changed since it was read.
            KeyringUnwritable: the try could not be counted, so it was not made.
        """
        layout = self.layout()
        found = self._try_passphrase(layout, account, passphrase)
        if isinstance(found, Refused):
            return found
        slot, private = found
        return Unlocked(opened(layout, slot, private), layout)

    def verify_passphrase(self, account: str, passphrase: str) -> Refused | None:
        """Whether a passphrase is an operator's (None), counted as any other try.

        For signing in while the keyring is open: the slot is the only verifier there is. Raises
        as `unlock_with_passphrase`.
        """
        found = self._try_passphrase(self.layout(), account, passphrase)
        return found if isinstance(found, Refused) else None

    def unlock_with_recovery(self, key: RecoveryKey) -> Unlocked | Refused:
        """Open by the recovery key. Not counted: 256 bits are not guessed."""
        layout = self.layout()
        slot = layout.slot(SlotKind.RECOVERY)
        if slot is None:
            return Refused(Reason.NO_SLOT)
        return _open(layout, slot, recovery_slot_key(slot.id, key))

    def card_point(self, fingerprint: str) -> bytes | None:
        """The point that the card with this fingerprint has to agree with, if it opens anything."""
        slot = _card_slot(self.layout(), fingerprint)
        return slot.lock.point if slot and isinstance(slot.lock, CardLock) else None

    def unlock_with_card(self, certificate: CardCertificate, shared: bytes) -> Unlocked | Refused:
        """Open by what the card agreed on with `card_point`; the card counts wrong PINs itself.

        Raises SealError for values of the wrong length.
        """
        layout = self.layout()
        slot = _card_slot(layout, certificate.fingerprint)
        if slot is None or not isinstance(slot.lock, CardLock):
            return Refused(Reason.NO_SLOT)
        purpose = CARD_PURPOSE + slot.id.encode()
        key = key_from_card(certificate, purpose, slot.lock.point, shared)
        return _open(layout, slot, key)

    def unlock_with_machine(self, machine: Machine) -> Unlocked | Refused:
        """Open by what this machine keeps. Raises MachineRefused."""
        layout = self.layout()
        slot = layout.slot(SlotKind.MACHINE)
        if slot is None or not isinstance(slot.lock, MachineLock):
            return Refused(Reason.NO_SLOT)
        if slot.lock.device is not machine.kind:
            return Refused(Reason.NO_SLOT)
        key = machine_slot_key(slot.id, machine.unseal(slot.lock.blob))
        return _open(layout, slot, key)

    def locks(self, account: str | None = None) -> tuple[Slot, ...]:
        """All ways to open the file, or those of one account."""
        layout = self.layout()
        if account is None:
            return layout.slots
        tag = layout.holder_tag(account)
        return tuple(slot for slot in layout.slots if slot.holder == tag)

    def has(self, account: str, kind: SlotKind) -> bool:
        """Whether an account has a passphrase, or a card, here."""
        return any(slot.kind is kind for slot in self.locks(account))

    def wait_left_s(self, account: str) -> float:
        """How long an account has to wait before its next try is looked at."""
        layout = self.layout()
        tag = layout.holder_tag(account)
        holders = holders_of(layout)
        with self._alone():
            return self.attempts.wait_left_s(tag if tag in holders else UNKNOWN, holders)

    def _try_passphrase(
        self, layout: Layout, account: str, passphrase: str
    ) -> tuple[Slot, UnsealingKey] | Refused:
        """The account's slot with its key; somebody unknown is refused after the same time."""
        slot = layout.slot(SlotKind.PASSPHRASE, layout.holder_tag(account))
        holders = holders_of(layout)
        holder = slot.holder if slot is not None and slot.holder is not None else UNKNOWN
        with self._alone():
            left_s = self.attempts.wait_left_s(holder, holders)
            if left_s:
                return Refused(Reason.LOCKED, left_s, 0)
            failures = self.attempts.begin(holder, holders)
        lock = slot.lock if slot is not None else _some_lock(layout)
        assert isinstance(lock, PassphraseLock)
        key = passphrase_key(passphrase[: MAX_PASSPHRASE + 1], lock.salt, lock.cost)
        private = slot_private_key(slot, key) if slot is not None else None
        if slot is None or private is None:
            return Refused(Reason.WRONG, wait_s(failures), max(0, FREE_TRIES - failures))
        with self._alone():
            self.attempts.forgive(holder, holders)
        return slot, private

    def layout(self) -> Layout:
        """What lies there now. Raises as `KeyringFile.read`."""
        return layout_read(keyring_bytes(self.path))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """A count that cannot be written or read is a folder that does not work."""
        try:
            with alone_in(self.path.parent):
                yield
        except OSError as error:
            raise KeyringUnwritable(error.strerror or "") from error


def attempts_path(keyring: Path) -> Path:
    """Where the tries at a keyring are counted."""
    return keyring.with_name(f"{keyring.stem}.attempts.json")


def _open(layout: Layout, slot: Slot, key: bytes) -> Unlocked | Refused:
    private = slot_private_key(slot, key)
    if private is None:
        return Refused(Reason.WRONG)
    return Unlocked(opened(layout, slot, private), layout)


def _card_slot(layout: Layout, fingerprint: str) -> Slot | None:
    tag = layout.card_tag(fingerprint)
    found = (one for one in layout.slots if isinstance(one.lock, CardLock) and one.lock.card == tag)
    return next(found, None)


def holders_of(layout: Layout) -> frozenset[str]:
    """The tags of everybody who has a slot."""
    return frozenset(slot.holder for slot in layout.slots if slot.holder is not None)


def _some_lock(layout: Layout) -> PassphraseLock:
    """What a try under an unknown account costs: as much as any other."""
    locks = (slot.lock for slot in layout.slots if isinstance(slot.lock, PassphraseLock))
    return next(locks, PassphraseLock(bytes(SALT_BYTES), _USUAL_COST))
