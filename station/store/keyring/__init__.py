"""The station's keys in one versioned file, apart from the data they protect.

Every way to open it (an operator's passphrase, a staff card, the recovery key, the machine) is a
slot of its own; everything secret lies in one box. See docs/decisions/0013-key-custody.md.
"""

from station.store.keyring.attempts import FREE_TRIES
from station.store.keyring.errors import (
    KeyringChanged,
    KeyringClear,
    KeyringDamaged,
    KeyringExists,
    KeyringExposed,
    KeyringMissing,
    KeyringProtected,
    KeyringUnwritable,
    SlotRefused,
    TooManySlots,
)
from station.store.keyring.escrow import MAX_ESCROW_BYTES, open_escrow
from station.store.keyring.file import KeyringFile
from station.store.keyring.keys import Keyring, Platform
from station.store.keyring.layout import (
    CardLock,
    Lock,
    MachineKind,
    MachineLock,
    PassphraseLock,
    RecoveryLock,
    Slot,
    SlotKind,
)
from station.store.keyring.locked import attempts_path
from station.store.keyring.machine import (
    Machine,
    MachineRefused,
    SoftwareMachine,
    system_identity,
)
from station.store.keyring.passphrases import MAX_PASSPHRASE, MIN_PASSPHRASE, measured_cost
from station.store.keyring.recovery import Mistyped, RecoveryKey
from station.store.keyring.tpm import NoTpm, Tpm, find_tpm
from station.store.keyring.unlocked import Reason, Refused, Unlocked
from station.store.keyring.version1 import protect
from sync.seal import PassphraseCost

__all__ = [
    "FREE_TRIES",
    "MAX_ESCROW_BYTES",
    "MAX_PASSPHRASE",
    "MIN_PASSPHRASE",
    "CardLock",
    "Keyring",
    "KeyringChanged",
    "KeyringClear",
    "KeyringDamaged",
    "KeyringExists",
    "KeyringExposed",
    "KeyringFile",
    "KeyringMissing",
    "KeyringProtected",
    "KeyringUnwritable",
    "Lock",
    "Machine",
    "MachineKind",
    "MachineLock",
    "MachineRefused",
    "Mistyped",
    "NoTpm",
    "PassphraseCost",
    "PassphraseLock",
    "Platform",
    "Reason",
    "RecoveryKey",
    "RecoveryLock",
    "Refused",
    "Slot",
    "SlotKind",
    "SlotRefused",
    "SoftwareMachine",
    "TooManySlots",
    "Tpm",
    "Unlocked",
    "attempts_path",
    "find_tpm",
    "measured_cost",
    "open_escrow",
    "protect",
    "system_identity",
]
