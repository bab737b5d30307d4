"""The presses of a sealed copy prove themselves: exchanged, left out or reordered is seen."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from sync.press_chain import IMPRESSION, RECORD, PressFault, check_presses
from sync.seal import DataKey
from sync.wire import (
    GENESIS_HASH,
    PREVIOUS_PRESS,
    ClockReading,
    ConfirmationBundle,
    Event,
    PressImage,
    Value,
    event_hash,
)
from tests.support.sync_people import press_png

SUBJECT = "ab" * 16
KEY = DataKey.generate()


def event(number: int, type_: str, data: dict[str, Value], version: int = 2) -> Event:
    return Event(
        id=f"{number:032x}",
        station="station-1",
        incarnation=1,
        seq=number,
        prev_hash=GENESIS_HASH,
        type=type_,
        version=version,
        at="2026-03-01T08:00:00.000Z",
        clock=ClockReading("station", 0, None),
        boot="boot-1",
        monotonic_ms=number,
        actor="desk01",
        subject=SUBJECT,
        data=data,
    )


def picture(number: int) -> bytes:
    return press_png(grey=number)


def template(number: int) -> bytes:
    return f"template {number}".encode()


def made(*presses: tuple[int, int], restart: int | None = None) -> ConfirmationBundle:
    """A copy with these (finger, press); `restart` lets that finger begin anew after all."""
    before, events, images = GENESIS_HASH, list[Event](), list[PressImage]()
    for number, (finger, press) in enumerate(presses, 1):
        data: dict[str, Value] = {
            "position": finger,
            "press": press,
            "quality": 60 + number,
            PREVIOUS_PRESS: before,
            IMPRESSION: KEY.reference(picture(number)),
            RECORD: KEY.reference(template(number)),
        }
        events.append(event(number, "press_captured", data))
        before = event_hash(events[-1])
        images.append(
            PressImage(finger, press, picture(number), 60 + number, events[-1].id, template(number))
        )
    if restart is not None:
        events.append(event(99, "finger_restarted", {"position": restart}))
        images = [image for image in images if image.finger_position != restart]
    return ConfirmationBundle(
        subject=SUBJECT,
        applicant_digest="0" * 64,
        record=b"FMR",
        photo=b"",
        form=b"",
        images=tuple(images),
        simulated=True,
        press_log=b"\n".join(one.canonical() for one in events),
        reference_key=KEY.reference_key(),
    )


WHOLE = made((7, 1), (7, 2), (2, 1), (2, 2))


def lines(bundle: ConfirmationBundle, *places: int) -> bytes:
    told = bundle.press_log.splitlines()
    return b"\n".join(told[place] for place in places)


def test_a_whole_copy_proves_itself_after_its_journey() -> None:
    assert check_presses(WHOLE) is None
    travelled = ConfirmationBundle.from_bytes(WHOLE.to_bytes())
    assert travelled == WHOLE
    assert check_presses(travelled) is None


def test_fingers_may_come_in_the_order_of_the_plan() -> None:
    first, second, third, fourth = WHOLE.images
    assert check_presses(replace(WHOLE, images=(third, fourth, first, second))) is None


def test_the_presses_of_a_restarted_finger_stay_in_the_chain_without_images() -> None:
    assert check_presses(made((7, 1), (2, 1), restart=7)) is None


def test_an_exception_leaves_no_images_either() -> None:
    told = made((7, 1), (2, 1), restart=7)
    excepted = told.press_log.replace(b"finger_restarted", b"finger_excepted")
    assert check_presses(replace(told, press_log=excepted)) is None


def test_nobody_with_fingers_of_an_earlier_year_needs_a_chain() -> None:
    assert check_presses(replace(WHOLE, images=(), press_log=b"")) is None


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda b: {"press_log": b""}, PressFault.NOT_CHAINED),
        (lambda b: {"press_log": b"{}"}, PressFault.BAD_EVENT),
        (lambda b: {"subject": "cd" * 16}, PressFault.BAD_EVENT),
        (
            lambda b: {"press_log": b.press_log.replace(b"press_captured", b"gate_admitted")},
            PressFault.BAD_EVENT,
        ),
        (lambda b: {"press_log": lines(b, 0, 1, 3)}, PressFault.UNLINKED),
        (lambda b: {"press_log": lines(b, 1, 2, 3)}, PressFault.UNLINKED),
        (lambda b: {"press_log": lines(b, 1, 0, 2, 3)}, PressFault.UNLINKED),
        (lambda b: {"press_log": lines(b, 0, 1, 1, 2, 3)}, PressFault.UNLINKED),
        (
            lambda b: {"press_log": b.press_log.replace(b'"quality":61', b'"quality":91')},
            PressFault.UNLINKED,
        ),
        (lambda b: {"press_log": lines(b, 0, 1, 2)}, PressFault.LEFT_OUT),
        (lambda b: {"images": b.images[:-1]}, PressFault.LEFT_OUT),
        (lambda b: {"images": b.images[1:]}, PressFault.LEFT_OUT),
        (lambda b: {"images": (*b.images, b.images[0])}, PressFault.LEFT_OUT),
        (
            lambda b: {"images": (b.images[1], b.images[0], *b.images[2:])},
            PressFault.LEFT_OUT,
        ),
        (
            lambda b: {"images": (replace(b.images[0], png=picture(9)), *b.images[1:])},
            PressFault.EXCHANGED,
        ),
        (
            lambda b: {"images": (replace(b.images[0], record=b"another"), *b.images[1:])},
            PressFault.EXCHANGED,
        ),
        (
            lambda b: {"images": (replace(b.images[0], quality=99), *b.images[1:])},
            PressFault.EXCHANGED,
        ),
        (lambda b: {"reference_key": bytes(32)}, PressFault.EXCHANGED),
    ],
)
def test_whatever_was_done_to_the_presses_is_seen(
    change: Callable[[ConfirmationBundle], dict[str, object]], fault: PressFault
) -> None:
    changed = replace(WHOLE, **change(WHOLE))  # type: ignore[arg-type]  # fields by name
    assert check_presses(changed) is fault
