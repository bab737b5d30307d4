"""The answers to a try at the keyring: open, or refused and why."""

from dataclasses import dataclass
from enum import StrEnum

from station.store.keyring.keys import Keyring
from station.store.keyring.layout import Layout


class Reason(StrEnum):
    """Why a try was refused."""

    WRONG = "wrong"
    LOCKED = "locked"
    NO_SLOT = "no_slot"


@dataclass(frozen=True)
class Refused:
    """Not opened. `wait_s` before the next try is looked at; `tries_left` until there is a wait."""

    reason: Reason
    wait_s: float = 0.0
    tries_left: int | None = None


class Unlocked:
    """An open keyring, and the right to change the file it came from. Its repr shows nothing."""

    def __init__(self, keyring: Keyring, layout: Layout) -> None:
        """`layout` is the file as it was opened, and so proven; only `KeyringFile` makes these."""
        self._keyring = keyring
        self._layout = layout

    @property
    def keyring(self) -> Keyring:
        """The keys as they are now."""
        return self._keyring

    @property
    def layout(self) -> Layout:
        """The writing of the file that these keys are of; no two writings are the same."""
        return self._layout

    def moved_on(self, keyring: Keyring, layout: Layout) -> None:
        """The file was written anew with these keys."""
        self._keyring, self._layout = keyring, layout

    def __repr__(self) -> str:
        return "Unlocked(…)"
