"""Cards for the simulated reader of staff cards: to register, to sign in with, to mix up.

They are made anew at every start, as nothing of theirs is kept: register one, then sign in with it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from drivers.api import CardSlot
from drivers.simulated.smart_card import SimulatedCard
from sync.seal import SoftwareCardKey

PIN = "123456"
NAMES = ("卡 A", "卡 B", "卡 C")
_GUID_BYTES = 16
# A clock that the platform corrects backwards must not make them not yet valid.
_BEFORE = timedelta(days=1)


def practice_cards(now: datetime) -> Mapping[str, SimulatedCard]:
    """A few cards by name, all with the same PIN, valid from the day before `now`."""
    return {
        name: SimulatedCard(
            guid=number.to_bytes(_GUID_BYTES, "big"),
            keys={slot: SoftwareCardKey(name, now - _BEFORE) for slot in CardSlot},
            pin=PIN.encode("ascii"),
        )
        for number, name in enumerate(NAMES, 1)
    }
