"""Whatever is wrong with a press, the person is told what to do about it."""

from collections.abc import Iterable
from typing import cast

import numpy as np
import pytest

from drivers.api import Capture, DeviceFacts, ReaderFacts
from matcher import Extraction, Extractor, ImpressionQuality, QualityReason
from station.services.matching import Impression, Matching
from station.workflow.notices import Notice
from tests.support.matcher_cases import finger

FACTS = ReaderFacts(DeviceFacts("test", "", "", "", "1", True), 500, 256, 360, True, True)
CAPTURE = Capture(np.full((360, 256), 230, np.uint8), 500.0, FACTS)
NO_PRESS = (QualityReason.EMPTY_PLATE, QualityReason.NOT_A_FINGER)


class JudgesAlike:
    """Finds the same fault in every picture."""

    def __init__(self, reasons: Iterable[QualityReason]) -> None:
        self._found = Extraction(finger(1), ImpressionQuality(20, tuple(reasons)))

    def extract(self, image: object, resolution_ppi: float) -> Extraction:
        return self._found


def judged(*reasons: QualityReason) -> Impression | Notice:
    return Matching(cast(Extractor, JudgesAlike(reasons)), visit_far=1e-4).impression(CAPTURE)


def advice(*reasons: QualityReason) -> Notice:
    impression = judged(*reasons)
    assert isinstance(impression, Impression)
    return impression.advice


@pytest.mark.parametrize("reason", [reason for reason in QualityReason if reason not in NO_PRESS])
def test_every_fault_of_a_press_has_advice(reason: QualityReason) -> None:
    assert advice(reason).name.startswith("PRESS_")


@pytest.mark.parametrize("reason", NO_PRESS)
def test_minutiae_in_what_is_no_press_are_not_used(reason: QualityReason) -> None:
    assert judged(reason) is Notice.PRESS_BAD_IMAGE


def test_a_finger_that_slid_is_asked_to_keep_still() -> None:
    assert advice(QualityReason.SMEARED, QualityReason.TOO_DRY) is Notice.PRESS_SMEARED


def test_a_weak_press_without_a_nameable_fault_gets_general_advice() -> None:
    assert advice() is Notice.PRESS_LOW_QUALITY
