"""Cards for the simulated reader of staff cards: to register, to sign in with, to mix up.

Their keys lie in the clear in a file of the practising station, so that a card registered today
still signs in tomorrow. They guard nothing: a live station opens no simulated reader.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from drivers.api import CardSlot
from drivers.simulated.smart_card import SimulatedCard
from station.store.durable_files import write_new
from sync.errors import SealError
from sync.seal import SoftwareCardKey

PIN = "123456"
NAMES = ("卡 A", "卡 B", "卡 C")
MAX_BYTES = 64 * 1024
_GUID_BYTES = 16
# A clock that the platform corrects backwards must not make them not yet valid.
_BEFORE = timedelta(days=1)
Keys = Mapping[CardSlot, SoftwareCardKey]


def practice_cards(now: datetime, kept: Path) -> Mapping[str, SimulatedCard]:
    """A few cards by name, all with the same PIN: those of `kept`, else new ones, kept there.

    New ones are valid from the day before `now`. A file that cannot be read or written costs the
    cards of yesterday, and nothing else.
    """
    keys = _read(kept)
    if keys is None:
        keys = {name: _fresh(name, now) for name in NAMES}
        with suppress(OSError):  # nobody may have set a station up here yet
            write_new(kept, _written(keys))
    return {
        name: SimulatedCard(number.to_bytes(_GUID_BYTES, "big"), keys[name], PIN.encode("ascii"))
        for number, name in enumerate(NAMES, 1)
    }


def _fresh(name: str, now: datetime) -> Keys:
    return {slot: SoftwareCardKey(name, now - _BEFORE) for slot in CardSlot}


def _written(keys: Mapping[str, Keys]) -> bytes:
    pems = {
        name: {slot.name: key.to_pem().decode("ascii") for slot, key in held.items()}
        for name, held in keys.items()
    }
    return json.dumps(pems, ensure_ascii=False, indent=1).encode()


def _read(kept: Path) -> Mapping[str, Keys] | None:
    try:
        if kept.stat().st_size > MAX_BYTES:
            return None
        pems = json.loads(kept.read_bytes())
        return {
            name: {
                slot: SoftwareCardKey.from_pem(pems[name][slot.name].encode("ascii"))
                for slot in CardSlot
            }
            for name in NAMES
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError, SealError):
        return None
