"""One locked keyring on the disk: opened by any of its slots, changed whole or not at all."""

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from station.store.clock import Clock, StationClock, this_boot
from station.store.keyring.attempts import FREE_TRIES, UNKNOWN, Attempts, wait_s
from station.store.keyring.disk import keyring_bytes, mark_of, write_keyring
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
from station.store.keyring.machine import Machine
from station.store.keyring.passphrases import (
    LANES,
    MAX_PASSPHRASE,
    MEMORY_KIB,
    MIN_PASSPHRASE,
    passphrase_key,
)
from station.store.keyring.recovery import RecoveryKey
from station.store.keyring.slots import (
    machine_slot_key,
    new_slot,
    opened,
    recovery_slot_key,
    sealed,
    slot_private_key,
)
from station.store.keyring.unlocked import Reason, Refused, Unlocked
from sync.seal import (
    SALT_BYTES,
    CardCertificate,
    PassphraseCost,
    agree_with_card,
    key_from_card,
    random_id,
)

_CARD_PURPOSE = b"keyring\x00"
_USUAL_COST = PassphraseCost(2, LANES, MEMORY_KIB)
_SECRET_BYTES = 32

Slots = tuple[Slot, ...]


class KeyringFile:
    """One keyring on the disk and the count of tries beside it; holds no secrets.

    May be used from several threads. Opening reads the file as it lies there; changing takes an
    `Unlocked` of this file and renews the ring key, so that what somebody knew of the old one
    opens nothing that is written from then on.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        """Use `read` or `create`."""
        self.path = path
        self._clock = clock
        self._attempts = Attempts(attempts_path(path), clock)
        self._guard = threading.RLock()

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
        if path.exists():
            raise KeyringExists
        return cls._written(path, keyring, recovery, clock)

    @classmethod
    def replace(
        cls, path: Path, keyring: Keyring, recovery: RecoveryKey, clock: Clock | None = None
    ) -> Unlocked:
        """As `create`, in place of what lies there: after a restore, with keys from an escrow."""
        return cls._written(path, keyring, recovery, clock)

    @classmethod
    def _written(
        cls, path: Path, keyring: Keyring, recovery: RecoveryKey, clock: Clock | None
    ) -> Unlocked:
        file = cls(path, clock or StationClock(this_boot()))
        slot = file._recovery_slot(recovery)
        layout = sealed(secrets.token_bytes(KEYRING_SALT_BYTES), (slot,), keyring)
        return Unlocked(keyring, write_keyring(path, layout_written(layout)))

    # Opening

    def unlock_with_passphrase(self, account: str, passphrase: str) -> Unlocked | Refused:
        """Open by an operator's passphrase; takes about half a second, on any thread.

        The try is counted on the disk before it is answered.

        Raises:
            KeyringDamaged, KeyringMissing, KeyringExposed: the file changed since it was read.
            KeyringUnwritable: the try could not be counted, so it was not made.
        """
        content = keyring_bytes(self.path)
        layout = layout_read(content)
        slot = layout.slot(SlotKind.PASSPHRASE, layout.holder_tag(account))
        key = self._counted(layout, slot, passphrase)
        if isinstance(key, Refused):
            return key
        assert slot is not None
        return _open(layout, slot, key, mark_of(content))

    def verify_passphrase(self, account: str, passphrase: str) -> Refused | None:
        """Whether a passphrase is an operator's (None), counted as any other try.

        For signing in while the keyring is open: the slot is the only verifier there is. Raises
        as `unlock_with_passphrase`.
        """
        answer = self.unlock_with_passphrase(account, passphrase)
        return answer if isinstance(answer, Refused) else None

    def unlock_with_recovery(self, key: RecoveryKey) -> Unlocked | Refused:
        """Open by the recovery key. Not counted: 256 bits are not guessed."""
        content = keyring_bytes(self.path)
        layout = layout_read(content)
        slot = layout.slot(SlotKind.RECOVERY)
        if slot is None:
            return Refused(Reason.NO_SLOT)
        return _open(layout, slot, recovery_slot_key(slot.id, key), mark_of(content))

    def card_point(self, fingerprint: str) -> bytes | None:
        """The point that the card with this fingerprint has to agree with, if it opens anything."""
        slot = _card_slot(self._layout(), fingerprint)
        return slot.lock.point if slot and isinstance(slot.lock, CardLock) else None

    def unlock_with_card(self, certificate: CardCertificate, shared: bytes) -> Unlocked | Refused:
        """Open by what the card agreed on with `card_point`; the card counts wrong PINs itself.

        Raises SealError for values of the wrong length.
        """
        content = keyring_bytes(self.path)
        layout = layout_read(content)
        slot = _card_slot(layout, certificate.fingerprint)
        if slot is None or not isinstance(slot.lock, CardLock):
            return Refused(Reason.NO_SLOT)
        purpose = _CARD_PURPOSE + slot.id.encode()
        key = key_from_card(certificate, purpose, slot.lock.point, shared)
        return _open(layout, slot, key, mark_of(content))

    def unlock_with_machine(self, machine: Machine) -> Unlocked | Refused:
        """Open by what this machine keeps. Raises MachineRefused."""
        content = keyring_bytes(self.path)
        layout = layout_read(content)
        slot = layout.slot(SlotKind.MACHINE)
        if slot is None or not isinstance(slot.lock, MachineLock):
            return Refused(Reason.NO_SLOT)
        if slot.lock.device is not machine.kind:
            return Refused(Reason.NO_SLOT)
        key = machine_slot_key(slot.id, machine.unseal(slot.lock.blob))
        return _open(layout, slot, key, mark_of(content))

    # What lies there, without opening it

    def locks(self, account: str | None = None) -> tuple[Slot, ...]:
        """All ways to open the file, or those of one account."""
        layout = self._layout()
        if account is None:
            return layout.slots
        tag = layout.holder_tag(account)
        return tuple(slot for slot in layout.slots if slot.holder == tag)

    def has(self, account: str, kind: SlotKind) -> bool:
        """Whether an account has a passphrase, or a card, here."""
        return any(slot.kind is kind for slot in self.locks(account))

    def wait_left_s(self, account: str) -> float:
        """How long an account has to wait before its next try is looked at."""
        layout = self._layout()
        tag = layout.holder_tag(account)
        holders = _holders(layout)
        with self._guard, _writing():
            return self._attempts.wait_left_s(tag if tag in holders else UNKNOWN, holders)

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
        with self._guard, _writing():
            self._attempts.forgive(layout.holder_tag(account), _holders(layout))

    def set_card(self, unlocked: Unlocked, account: str, certificate: CardCertificate) -> None:
        """Let an account's card open the keyring, in place of the one it had.

        Raises SealError for a card whose key only signs; else as `set_passphrase`.
        """
        slot_id = random_id()
        agreement = agree_with_card(certificate, _CARD_PURPOSE + slot_id.encode())

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
        """The open keyring sealed to the recovery key; see `open_escrow`."""
        slot = self._layout().slot(SlotKind.RECOVERY)
        if slot is None:
            raise KeyringDamaged
        return escrow_written(unlocked.keyring, slot)

    def _change(
        self,
        unlocked: Unlocked,
        edit: Callable[[Layout], Slots],
        change: Callable[[Keyring], Keyring] = lambda keyring: keyring,
    ) -> Layout:
        with self._guard:
            content = keyring_bytes(self.path)
            if mark_of(content) != unlocked.mark:
                raise KeyringChanged
            before = layout_read(content)
            slots = edit(before)
            if len(slots) > MAX_SLOTS:
                raise TooManySlots
            keyring = change(unlocked.keyring)
            after = sealed(before.salt, slots, keyring)
            unlocked.moved_on(keyring, write_keyring(self.path, layout_written(after)))
            return after

    def _counted(self, layout: Layout, slot: Slot | None, passphrase: str) -> bytes | Refused:
        """The slot's key when the passphrase is right. Somebody unknown costs the same time."""
        holders = _holders(layout)
        holder = slot.holder if slot is not None and slot.holder is not None else UNKNOWN
        with self._guard, _writing():
            left_s = self._attempts.wait_left_s(holder, holders)
            if left_s:
                return Refused(Reason.LOCKED, left_s, 0)
            failures = self._attempts.begin(holder, holders)
        lock = slot.lock if slot is not None else _some_lock(layout)
        assert isinstance(lock, PassphraseLock)
        key = passphrase_key(passphrase[: MAX_PASSPHRASE + 1], lock.salt, lock.cost)
        if slot is None or slot_private_key(slot, key) is None:
            return Refused(Reason.WRONG, wait_s(failures), max(0, FREE_TRIES - failures))
        with self._guard, _writing():
            self._attempts.forgive(holder, holders)
        return key

    def _recovery_slot(self, key: RecoveryKey) -> Slot:
        slot_id, made = random_id(), self._clock().at[:10]
        return new_slot(slot_id, None, RecoveryLock(made), recovery_slot_key(slot_id, key))

    def _layout(self) -> Layout:
        return layout_read(keyring_bytes(self.path))


def attempts_path(keyring: Path) -> Path:
    """Where the tries at a keyring are counted."""
    return keyring.with_name(f"{keyring.stem}.attempts.json")


@contextmanager
def _writing() -> Iterator[None]:
    """A count that cannot be written or read is a folder that does not work."""
    try:
        yield
    except OSError as error:
        raise KeyringUnwritable(error.strerror or "") from error


def _open(layout: Layout, slot: Slot, key: bytes, mark: str) -> Unlocked | Refused:
    private = slot_private_key(slot, key)
    if private is None:
        return Refused(Reason.WRONG)
    return Unlocked(opened(layout, slot, private), mark)


def _card_slot(layout: Layout, fingerprint: str) -> Slot | None:
    tag = layout.card_tag(fingerprint)
    found = (one for one in layout.slots if isinstance(one.lock, CardLock) and one.lock.card == tag)
    return next(found, None)


def _holders(layout: Layout) -> frozenset[str]:
    return frozenset(slot.holder for slot in layout.slots if slot.holder is not None)


def _without(layout: Layout, holder: str | None, kind: SlotKind) -> Slots:
    return tuple(slot for slot in layout.slots if (slot.holder, slot.kind) != (holder, kind))


def _some_lock(layout: Layout) -> PassphraseLock:
    """What a try under an unknown account costs: as much as any other."""
    locks = (slot.lock for slot in layout.slots if isinstance(slot.lock, PassphraseLock))
    return next(locks, PassphraseLock(bytes(SALT_BYTES), _USUAL_COST))


def _due(keyring: Keyring) -> Keyring:
    return replace(keyring, rotation_due=True)
