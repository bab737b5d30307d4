"""How this machine may open the keyring by itself: only by policy, and by what its slot is for."""

from station.settings import Settings
from station.store.keyring import (
    KeyringFile,
    Machine,
    MachineKind,
    MachineLock,
    MachineRefused,
    NoTpm,
    SoftwareMachine,
    Tpm,
    find_tpm,
    system_identity,
)


def machine_for(file: KeyringFile, settings: Settings) -> Machine | None:
    """The machine to open the keyring with, or None: somebody has to.

    Takes a moment where there is a TPM. Raises StoreError or OSError.
    """
    if not settings.unattended_restart:
        return None
    locks = [slot.lock for slot in file.locks() if isinstance(slot.lock, MachineLock)]
    if not locks:
        return None
    try:
        return _machine(locks[0].device)
    except MachineRefused:
        return None  # the screen asks for a person, as it does where no machine is set


def best_machine() -> Machine:
    """What can keep a secret here best. Raises MachineRefused where nothing can."""
    found = find_tpm()
    return found if isinstance(found, Tpm) else SoftwareMachine(system_identity())


def _machine(kind: MachineKind) -> Machine | None:
    if kind is MachineKind.SOFTWARE:
        return SoftwareMachine(system_identity())
    found = find_tpm()
    return None if isinstance(found, NoTpm) else found
