"""What is stored of a press says what made its template, and keeps all that comparison uses."""

from matcher import from_record
from station.domain.fingers import FingerPosition
from station.services.matching import Impression, press_evidence
from station.workflow.notices import Notice
from tests.support.matcher_cases import finger
from tests.support.matcher_records import ORIGIN, whole, with_field


def test_the_record_of_a_press_keeps_origin_and_ridge_field() -> None:
    template = whole(with_field(finger(1)))
    impression = Impression(template, 60, Notice.PRESS_LOW_QUALITY, b"png", ORIGIN)
    _, record = press_evidence(FingerPosition.LEFT_INDEX, impression)
    (view,) = from_record(record.content).views
    assert view.origin == ORIGIN
    assert view.template == template
