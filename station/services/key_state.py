"""How the keys are kept, and what is being done to them, as values for the screen."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from station.domain.audit import KeyChange
from station.store.keyring import MachineKind


class KeyWork(StrEnum):
    """What is being done."""

    READING = "reading"
    DRAWING = "drawing"
    ADOPTING = "adopting"
    ROTATING = "rotating"
    MACHINE = "machine"


@dataclass(frozen=True)
class Holder:
    """One account and its ways to open the keys."""

    name: str = field(repr=False)
    account: str
    passphrase: bool
    card: bool
    enabled: bool


@dataclass(frozen=True)
class Custody:
    """How the keys are kept. `recovery_made` is a day, YYYY-MM-DD, empty where there is none."""

    holders: tuple[Holder, ...]
    recovery_made: str
    machine: MachineKind | None
    machine_allowed: bool
    rotation_due: bool


@dataclass(frozen=True)
class KeysState:
    """`sheet_out`: the pending recovery sheet has been printed or saved. `failure`: a sentence."""

    work: KeyWork | None = None
    done: float = 0.0
    custody: Custody | None = None
    sheet_ready: bool = False
    sheet_out: bool = False
    saved_to: Path | None = None
    changed: KeyChange | None = None
    failure: str = ""
    machine_words: str = ""
