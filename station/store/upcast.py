"""Events of earlier versions, read as the present version means them. The stored bytes stay.

One step a version and type; a reader of facts sees present versions only, while hashes, exports
and the platform always see the event as it was written.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from station.domain.facts import PressCaptured
from sync.wire import PREVIOUS_PRESS, Event, Value

Data = Mapping[str, Value]

NOT_CHAINED = ""
"""`previous_press` of a press that was stored before presses were chained (version 1)."""


def _press_1_to_2(data: Data) -> Data:
    return {**data, PREVIOUS_PRESS: NOT_CHAINED}


STEPS: Mapping[tuple[str, int], Callable[[Data], Data]] = MappingProxyType(
    {(PressCaptured.TYPE, 1): _press_1_to_2}
)


def present_version(type_: str) -> int:
    """The version in which events of this type are written now."""
    return 1 + sum(known == type_ for known, _ in STEPS)


def upcast(event: Event) -> Event:
    """The event in its present version; itself when it is that already, or of a later one."""
    while (step := STEPS.get((event.type, event.version))) is not None:
        event = replace(event, version=event.version + 1, data=step(event.data))
    return event
