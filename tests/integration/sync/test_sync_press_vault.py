"""The platform opens a sealed copy only if its presses are those that the station's log told of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from sync.batch import Batch
from sync.hub.directory import open_vault
from sync.hub.exams import Seat, store_seat, store_session
from sync.hub.vault import Built, build_packages
from sync.press_chain import IMPRESSION, RECORD
from sync.seal import DataKey, SealingKey, seal
from sync.wire import (
    GENESIS_HASH,
    PREVIOUS_PRESS,
    ConfirmationBundle,
    Event,
    PressImage,
    confirmation_aad,
    event_hash,
    sha256_hex,
)
from tests.support.sync_hub import JoinedStation, RunningPlatform
from tests.support.sync_outbox import item
from tests.support.sync_people import applicant, event, exam_session, press_png

PERSON = applicant(1)
KEY = DataKey.generate()
TAKEN = Built(stations=1, candidates=1, not_in_roll=0, unreadable=0)
LEFT_OUT = Built(stations=1, candidates=0, not_in_roll=0, unreadable=1)
Change = Callable[[ConfirmationBundle], ConfirmationBundle]


def picture(number: int) -> bytes:
    return press_png(grey=number)


def template(number: int) -> bytes:
    return f"template {number}".encode()


def press(station: JoinedStation, number: int, before: Event | None) -> Event:
    """The `number`-th press of one finger, chained in the log and to the press before it."""
    hash_before = event_hash(before) if before else GENESIS_HASH
    made = event(
        number,
        station=station.identity.station_id,
        prev_hash=hash_before,
        subject=PERSON.subject,
        data={
            "position": 7,
            "press": number,
            "quality": 60 + number,
            PREVIOUS_PRESS: hash_before,
            IMPRESSION: KEY.reference(picture(number)),
            RECORD: KEY.reference(template(number)),
        },
    )
    return replace(made, version=2)


def copy_of(station: JoinedStation, events: list[Event]) -> ConfirmationBundle:
    images = tuple(
        PressImage(7, number, picture(number), 60 + number, told.id, template(number))
        for number, told in enumerate(events, 1)
    )
    return replace(
        station.confirmation(1),
        images=images,
        press_log=b"\n".join(told.canonical() for told in events),
        reference_key=KEY.reference_key(),
    )


def built_after(hub: RunningPlatform, station: JoinedStation, change: Change) -> Built:
    """Three presses are delivered, then a copy that somebody changed before it was sealed."""
    events: list[Event] = []
    for number in (1, 2, 3):
        events.append(press(station, number, events[-1] if events else None))
    bundle = change(copy_of(station, events))
    unit_key = SealingKey.from_bytes(station.activation.unit_sealing_key)
    sealed = seal(unit_key, bundle.to_bytes(), confirmation_aad(PERSON.subject))
    for seq, (type_, data) in enumerate(
        (
            ("confirmation_sealed", {"blob": sha256_hex(sealed)}),
            ("review_decided", {"decision": "approve"}),
        ),
        len(events) + 1,
    ):
        events.append(
            event(
                seq,
                station=station.identity.station_id,
                prev_hash=event_hash(events[-1]),
                type_=type_,
                subject=PERSON.subject,
                data={**data},
            )
        )
    client = station.client()
    client.put_blob(sha256_hex(sealed), sealed)
    client.send_events(Batch(tuple(map(item, events))))
    vault_key = open_vault(hub.platform.directory.parent / "vault")
    with hub.platform.database() as database:
        with database.transaction():
            store_session(database, exam_session())
            store_seat(
                database,
                exam_session().id,
                Seat(PERSON.subject, "26001", "01", "01", "英语", None),
            )
        return build_packages(database, hub.platform, vault_key, exam_session().id, (), hub.clock())


def last_left_out(bundle: ConfirmationBundle) -> ConfirmationBundle:
    """The copy alone proves itself; only the delivered log knows of a third press."""
    kept = bundle.press_log.splitlines()[:-1]
    return replace(bundle, press_log=b"\n".join(kept), images=bundle.images[:-1])


def all_left_out(bundle: ConfirmationBundle) -> ConfirmationBundle:
    return replace(bundle, press_log=b"", images=())


def unchained(bundle: ConfirmationBundle) -> ConfirmationBundle:
    """As a copy of version 1."""
    return replace(bundle, press_log=b"", reference_key=b"")


def two_exchanged(bundle: ConfirmationBundle) -> ConfirmationBundle:
    one, two, three = bundle.images
    return replace(
        bundle,
        images=(
            replace(one, png=two.png, record=two.record),
            replace(two, png=one.png, record=one.record),
            three,
        ),
    )


def image_of_somebody_else(bundle: ConfirmationBundle) -> ConfirmationBundle:
    first, *others = bundle.images
    return replace(bundle, images=(replace(first, png=picture(99)), *others))


def two_reordered(bundle: ConfirmationBundle) -> ConfirmationBundle:
    one, two, three = bundle.press_log.splitlines()
    return replace(
        bundle,
        press_log=b"\n".join((two, one, three)),
        images=(bundle.images[1], bundle.images[0], bundle.images[2]),
    )


def test_a_whole_copy_is_taken(hub: RunningPlatform, station: JoinedStation) -> None:
    assert built_after(hub, station, lambda bundle: bundle) == TAKEN


@pytest.mark.parametrize(
    "change",
    [
        last_left_out,
        all_left_out,
        unchained,
        two_exchanged,
        image_of_somebody_else,
        two_reordered,
    ],
)
def test_a_copy_with_other_presses_is_left_out_and_counted(
    hub: RunningPlatform, station: JoinedStation, change: Change
) -> None:
    assert built_after(hub, station, change) == LEFT_OUT
