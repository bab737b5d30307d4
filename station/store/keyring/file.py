"""The keyring as it is changed: whole or not at all, with a new ring key every time."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from station.store.clock import Clock, StationClock, this_boot
from station.store.errors import StoreError
from station.store.keyring.disk import alone_in, keyring_bytes, write_keyring
from station.store.keyring.errors import (
    KeyringChanged,
    KeyringDamaged,
    KeyringExists,
    KeyringUnwritable,
    TooManySlots,
)
from station.store.keyring.escrow import escrow_written
from station.store.keyring.keys import Keyring
from station.store.keyring.layout import (
    KEYRING_SALT_BYTES,
    MAX_SLOTS,
    CardLock,
    Layout,
    MachineLock,
    PassphraseLock,
    RecoveryLock,
    Slot,
    SlotKind,
    layout_read,
    layout_written,
)
from station.store.keyring.locked import (
    CARD_PURPOSE,
    LockedKeyring,
    holders_of,
)
from station.store.keyring.machine import Machine
from station.store.keyring.passphrases import (
    MAX_PASSPHRASE,
    MIN_PASSPHRASE,
    passphrase_key,
)
from station.store.keyring.recovery import RecoveryKey
from station.store.keyring.slots import (
    machine_slot_key,
    new_slot,
    recovery_slot_key,
    sealed,
)
from station.store.keyring.unlocked import Unlocked
from sync.seal import (
    SALT_BYTES,
    CardCertificate,
    PassphraseCost,
    agree_with_card,
    random_id,
)

_SECRET_BYTES = 32

Slots = tuple[Slot, ...]


class KeyringFile(LockedKeyring):
    """One keyring on the disk and the count of tries beside it; holds no secrets.

    May be used from several threads. Opening reads the file as it lies there; changing takes an
    `Unlocked` of this file and renews the ring key, so that what somebody knew of the old one
    opens nothing that is written from then on.
    """

    @classmethod
    def read(cls, path: Path, clock: Clock | None = None) -> "KeyringFile":
        """The keyring that lies at `path`; `clock` counts the waits after wrong passphrases.

        Raises:
            KeyringMissing, KeyringDamaged, KeyringExposed, KeyringClear: see there.
            OSError: it cannot be read.
        """
        layout_read(keyring_bytes(path))
        return cls(path, clock or StationClock(this_boot()))

    @classmethod
    def create(
        cls, path: Path, keyring: Keyring, recovery: RecoveryKey, clock: Clock | None = None
    ) -> Unlocked:
        """Write the first keyring, which the recovery key opens and nothing else yet.

        Raises:
            KeyringExists: one lies there already; it is not touched.
            KeyringUnwritable: nothing was written.
        """
        return cls._written(path, keyring, recovery, clock, over=False)

    @classmethod
    def replace(
        cls, path: Path, keyring: Keyring, recovery: RecoveryKey, clock: Clock | None = None
    ) -> Unlocked:
        """As `create`, in place of what lies there: after a restore, with keys from an escrow."""
        return cls._written(path, keyring, recovery, clock, over=True)

    @classmethod
    def _written(
        cls, path: Path, keyring: Keyring, recovery: RecoveryKey, clock: Clock | None, over: bool
    ) -> Unlocked:
        file = cls(path, clock or StationClock(this_boot()))
        slot = file._recovery_slot(recovery)
        layout = sealed(secrets.token_bytes(KEYRING_SALT_BYTES), (slot,), keyring)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with alone_in(path.parent):
                if not over and path.exists():
                    raise KeyringExists
                write_keyring(path, layout_written(layout))
        except OSError as error:
            raise KeyringUnwritable(error.strerror or "") from error
        return Unlocked(keyring, layout)

    # Changing: each is on the disk when it returns, or nothing changed

    def set_passphrase(
        self, unlocked: Unlocked, account: str, passphrase: str, cost: PassphraseCost
    ) -> None:
        """Give an account its passphrase, in place of the one it had; its count begins anew.

        Raises:
            ValueError: the passphrase is shorter than 8 or longer than 200 characters.
            KeyringChanged, KeyringUnwritable, TooManySlots: nothing was changed.
        """
        if not MIN_PASSPHRASE <= len(passphrase) <= MAX_PASSPHRASE:
            raise ValueError("a passphrase has 8 to 200 characters")
        salt = secrets.token_bytes(SALT_BYTES)
        key = passphrase_key(passphrase, salt, cost)

        def edit(layout: Layout) -> Slots:
            tag = layout.holder_tag(account)
            slot = new_slot(random_id(), tag, PassphraseLock(salt, cost), key)
            return (*_without(layout, tag, SlotKind.PASSPHRASE), slot)

        layout = self._change(unlocked, edit)
        with self._alone():
            self.attempts.forgive(layout.holder_tag(account), holders_of(layout))

    def set_card(self, unlocked: Unlocked, account: str, certificate: CardCertificate) -> None:
        """Let an account's card open the keyring, in place of the one it had.

        Raises SealError for a card whose key only signs; else as `set_passphrase`.
        """
        slot_id = random_id()
        agreement = agree_with_card(certificate, CARD_PURPOSE + slot_id.encode())

        def edit(layout: Layout) -> Slots:
            tag = layout.holder_tag(account)
            lock = CardLock(layout.card_tag(certificate.fingerprint), agreement.point)
            slot = new_slot(slot_id, tag, lock, agreement.key)
            return (*_without(layout, tag, SlotKind.CARD), slot)

        self._change(unlocked, edit)

    def remove_card(self, unlocked: Unlocked, account: str) -> None:
        """Let an account's card open nothing any more; its passphrase stays."""
        self._change(
            unlocked,
            lambda layout: _without(layout, layout.holder_tag(account), SlotKind.CARD),
            _due,
        )

    def set_machine(self, unlocked: Unlocked, machine: Machine) -> None:
        """Let this machine open the keyring without anybody. Raises MachineRefused too."""
        secret, slot_id = secrets.token_bytes(_SECRET_BYTES), random_id()
        lock = MachineLock(machine.kind, machine.seal(secret))
        slot = new_slot(slot_id, None, lock, machine_slot_key(slot_id, secret))
        self._change(
            unlocked,
            lambda layout: (*_without(layout, None, SlotKind.MACHINE), slot),
        )

    def remove_machine(self, unlocked: Unlocked) -> None:
        """Let the machine open nothing any more by itself."""
        self._change(
            unlocked,
            lambda layout: _without(layout, None, SlotKind.MACHINE),
            _due,
        )

    def remove(self, unlocked: Unlocked, account: str) -> None:
        """Take every way to open the keyring from an account.

        Whoever kept a copy of the file has the database's key out of it until the database is
        rotated: `rotation_due` says so from now on.
        """

        def edit(layout: Layout) -> Slots:
            tag = layout.holder_tag(account)
            return tuple(slot for slot in layout.slots if slot.holder != tag)

        self._change(unlocked, edit, _due)

    def renew_recovery(self, unlocked: Unlocked, key: RecoveryKey | None = None) -> RecoveryKey:
        """Replace the recovery key by a fresh one (or `key`) and return it.

        Escrows that were made before still open with the old one only.
        """
        fresh = key or RecoveryKey.random()
        slot = self._recovery_slot(fresh)
        self._change(
            unlocked,
            lambda layout: (slot, *_without(layout, None, SlotKind.RECOVERY)),
        )
        return fresh

    def renew_ring(self, unlocked: Unlocked) -> None:
        """Renew the key that all slots share; every change does so, too."""
        self._change(unlocked, lambda layout: layout.slots)

    def update(self, unlocked: Unlocked, keyring: Keyring) -> None:
        """Put other keys into the file, for the same slots."""
        self.revise(unlocked, lambda _: keyring)

    def revise(self, unlocked: Unlocked, change: Callable[[Keyring], Keyring]) -> None:
        """Change the keys as they are at the moment of writing; other threads change them, too."""
        self._change(unlocked, lambda layout: layout.slots, change)

    def escrow(self, unlocked: Unlocked) -> bytes:
        """The open keyring sealed to the recovery key; see `open_escrow`.

        Raises KeyringChanged: the recovery slot on the disk is not the one that was proven when
        the keyring was opened. Somebody may have put a key of their own there.
        """
        slot = unlocked.layout.slot(SlotKind.RECOVERY)
        if slot is None:
            raise KeyringDamaged
        if _bare(self.layout().slot(SlotKind.RECOVERY)) != _bare(slot):
            raise KeyringChanged
        return escrow_written(unlocked.keyring, slot)

    def _change(
        self,
        unlocked: Unlocked,
        edit: Callable[[Layout], Slots],
        change: Callable[[Keyring], Keyring] = lambda keyring: keyring,
    ) -> Layout:
        with self._alone():
            before = self.layout()
            if before != unlocked.layout:
                raise KeyringChanged
            slots = edit(before)
            if len(slots) > MAX_SLOTS:
                raise TooManySlots
            keyring = change(unlocked.keyring)
            after = sealed(before.salt, slots, keyring)
            written = layout_written(after)
            try:
                write_keyring(self.path, written)
            finally:
                # A disk may fail after the file was replaced; then these are its keys all the same.
                if _lies_there(self.path, written):
                    unlocked.moved_on(keyring, after)
            return after

    def _recovery_slot(self, key: RecoveryKey) -> Slot:
        slot_id, made = random_id(), self.clock().at[:10]
        return new_slot(slot_id, None, RecoveryLock(made), recovery_slot_key(slot_id, key))


def _without(layout: Layout, holder: str | None, kind: SlotKind) -> Slots:
    return tuple(slot for slot in layout.slots if (slot.holder, slot.kind) != (holder, kind))


def _bare(slot: Slot | None) -> Slot | None:
    """The slot without the ring, which every writing of the file renews."""
    return slot and replace(slot, ring=b"")


def _lies_there(path: Path, content: bytes) -> bool:
    try:
        return keyring_bytes(path) == content
    except (StoreError, OSError):
        return False


def _due(keyring: Keyring) -> Keyring:
    return replace(keyring, rotation_due=True)
