"""Whether the presses in a sealed confirmation are all that were kept, each in its place.

Every press event names the hash of the same person's press before it and refers to its image and
template by an HMAC. The copy carries the events and the key of the HMAC, so that whoever opens it
needs nothing else to see a press exchanged, left out or reordered.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from enum import StrEnum

from sync.errors import WireError
from sync.seal import hmac_sha256
from sync.wire import (
    GENESIS_HASH,
    PREVIOUS_PRESS,
    ConfirmationBundle,
    Event,
    EventType,
    PressImage,
    event_hash,
)

IMPRESSION, RECORD = "payload.impression", "payload.record"


class PressFault(StrEnum):
    """The first thing that does not fit."""

    NOT_CHAINED = "not_chained"
    """There are images and no events: a copy of version 1."""
    BAD_EVENT = "bad_event"
    """A line is no event, of another person, or of a kind that does not belong here."""
    UNLINKED = "unlinked"
    """A press does not name the press before it."""
    LEFT_OUT = "left_out"
    """A kept press has no image here, or an image has no kept press."""
    EXCHANGED = "exchanged"
    """An image or a template is not the one its event refers to."""


def press_events(bundle: ConfirmationBundle) -> tuple[Event, ...]:
    """The events in the copy, oldest first. Raises WireError."""
    return tuple(map(Event.from_bytes, bundle.press_log.splitlines()))


def check_presses(bundle: ConfirmationBundle) -> PressFault | None:
    """What is wrong with the presses of a confirmation, or None."""
    if not bundle.press_log:
        return PressFault.NOT_CHAINED if bundle.images else None
    try:
        events = press_events(bundle)
    except WireError:
        return PressFault.BAD_EVENT
    kept: dict[object, list[Event]] = {}
    before = GENESIS_HASH
    for event in events:
        if event.subject != bundle.subject:
            return PressFault.BAD_EVENT
        position = event.data.get("position")
        match event.type:
            case EventType.PRESS_CAPTURED:
                if event.version > 1 and event.data.get(PREVIOUS_PRESS) != before:
                    return PressFault.UNLINKED
                before = event_hash(event)
                kept.setdefault(position, []).append(event)
            case EventType.FINGER_RESTARTED | EventType.FINGER_EXCEPTED:
                kept.pop(position, None)
            case _:
                return PressFault.BAD_EVENT
    return _fault_of_images(bundle, kept)


def _fault_of_images(
    bundle: ConfirmationBundle, kept: Mapping[object, list[Event]]
) -> PressFault | None:
    shown: dict[object, list[PressImage]] = {}
    for image in bundle.images:
        shown.setdefault(image.finger_position, []).append(image)
    for position in kept.keys() | shown.keys():
        events, images = kept.get(position, []), shown.get(position, [])
        if [event.id for event in events] != [image.event for image in images]:
            return PressFault.LEFT_OUT
        pairs = zip(events, images, strict=True)
        if not all(_is_this(bundle.reference_key, event, image) for event, image in pairs):
            return PressFault.EXCHANGED
    return None


def _is_this(key: bytes, event: Event, image: PressImage) -> bool:
    told = (event.data.get("press"), event.data.get("quality"))
    return (
        told == (image.press, image.quality)
        and _refers_to(key, event, IMPRESSION, image.png)
        and _refers_to(key, event, RECORD, image.record)
    )


def _refers_to(key: bytes, event: Event, name: str, content: bytes) -> bool:
    reference = event.data.get(name)
    expected = hmac_sha256(key, content).hex()
    return isinstance(reference, str) and hmac.compare_digest(reference, expected)
