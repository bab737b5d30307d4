"""A slow device answers when somebody else stands at the desk already."""

import threading
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from drivers.api import Photo
from drivers.simulated.camera import SimulatedCamera
from drivers.simulated.people import Person, people
from station.domain.documents import DocumentFinding, DocumentKind
from station.workflow import inputs
from station.workflow.progress import DeskStep
from sync.wire import Page
from tests.support.station_hub import applied
from tests.support.station_rig import Rig, fresh_rig

FIRST, SECOND = people()[:2]
DARK, BRIGHT = (Photo(np.full((1280, 960, 3), grey, np.uint8)) for grey in (10, 240))


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = fresh_rig(tmp_path)
    page = Page((applied(SECOND, 2),), (), "2")
    made.in_store(lambda: made.station.room.roster.apply(page))
    yield made
    made.close()


def open_at_photo(rig: Rig, person: Person) -> None:
    rig.hands.card.lay_card(person)
    rig.send(inputs.FindByCard())
    rig.pump(lambda: rig.state.applicant is not None and not rig.state.waiting, "the case")
    if rig.state.step is DeskStep.CONSENT:
        rig.send(inputs.GiveConsent("test"))
        for kind in DocumentKind:
            rig.pump(lambda: not rig.state.unsaved, "the step to be stored")
            rig.send(inputs.CheckDocument(kind, DocumentFinding.ORIGINAL_SEEN))
    rig.pump(lambda: rig.state.step is DeskStep.PHOTO and not rig.state.waiting, "photo")


def test_a_late_still_of_the_last_person_is_not_the_next_ones_photo(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_at_photo(rig, SECOND)
    rig.send(inputs.CloseCase())
    open_at_photo(rig, FIRST)
    come, pictures = threading.Event(), iter((DARK, BRIGHT))

    def slow(_: SimulatedCamera) -> Photo:
        assert come.wait(60)
        return next(pictures)

    monkeypatch.setattr(SimulatedCamera, "still", slow)
    rig.send(inputs.TakePhoto())
    rig.send(inputs.CloseCase())
    open_at_photo(rig, SECOND)
    rig.send(inputs.TakePhoto())
    come.set()
    rig.pump(lambda: rig.state.photo is not None, "the still")
    assert rig.state.photo is not None
    shown = cv2.imdecode(np.frombuffer(rig.state.photo.jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert shown is not None
    assert shown.mean() > 200
