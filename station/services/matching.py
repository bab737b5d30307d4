"""Impressions to templates and verdicts. Runs on the pool; holds nobody's data between calls."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from drivers.api import Capture, RetryReason
from matcher import (
    Extractor,
    ImageRefused,
    Origin,
    QualityReason,
    Template,
    View,
    from_record,
    is_extrapolated_score,
    operating_point,
    to_record,
    verify,
)
from station.domain.facts import Evidence
from station.domain.fingers import FingerPosition
from station.services.pictures import png_of
from station.workflow.notices import Notice

__all__ = ["BestMatch", "Impression", "Matching", "is_extrapolated_score"]

SAME_FINGER_FMR = 1e-3
"""Presses of one finger must agree at this rate; a wrong finger agrees once in a thousand."""
OTHER_FINGER_FAR = 1e-4
"""A press is another enrolled finger of the same person only at this rate, over all of them."""

References = Mapping[FingerPosition, Sequence[Template]]

RETRY_NOTICES = {
    RetryReason.TIMEOUT: Notice.FINGER_TIMEOUT,
    RetryReason.CANCELLED: Notice.FINGER_TIMEOUT,
    RetryReason.TOO_FAST: Notice.PRESS_TOO_FAST,
    RetryReason.OFF_CENTRE: Notice.PRESS_OFF_CENTRE,
    RetryReason.TOO_LIGHT: Notice.PRESS_TOO_LIGHT,
    RetryReason.TOO_HARD: Notice.PRESS_TOO_HARD,
    RetryReason.TOO_DRY: Notice.PRESS_TOO_DRY,
    RetryReason.TOO_WET: Notice.PRESS_TOO_WET,
    RetryReason.SMEARED: Notice.PRESS_SMEARED,
    RetryReason.BAD_IMAGE: Notice.PRESS_BAD_IMAGE,
}
_NO_PRESS = (QualityReason.EMPTY_PLATE, QualityReason.NOT_A_FINGER)
_ADVICE = {
    QualityReason.SMEARED: Notice.PRESS_SMEARED,
    QualityReason.OFF_CENTRE: Notice.PRESS_OFF_CENTRE,
    QualityReason.TOO_SMALL: Notice.PRESS_TOO_LIGHT,
    QualityReason.TOO_DRY: Notice.PRESS_TOO_DRY,
    QualityReason.TOO_WET: Notice.PRESS_TOO_WET,
    QualityReason.LOW_CONTRAST: Notice.PRESS_LOW_QUALITY,
}


@dataclass(frozen=True)
class Impression:
    """One capture with its template, quality (0-100) and the advice its quality calls for."""

    template: Template
    quality: int
    advice: Notice
    png: bytes = field(repr=False)
    origin: Origin | None = None


@dataclass(frozen=True)
class BestMatch:
    """The finger whose references score highest, and the threshold that applies to them."""

    position: FingerPosition | None
    score: float
    threshold: float

    @property
    def passed(self) -> bool:
        return self.position is not None and self.score >= self.threshold


class Matching:
    """Extraction and comparison with the rates this station works at."""

    def __init__(self, extractor: Extractor, visit_far: float) -> None:
        """`visit_far` is the budget for false acceptance of a whole visit to the gate."""
        self._extractor = extractor
        self._visit_far = visit_far

    def impression(self, capture: Capture) -> Impression | Notice:
        """The template of a capture, or why the picture cannot be used."""
        try:
            extraction = self._extractor.extract(capture.image, capture.resolution_ppi)
        except ImageRefused:
            return Notice.PRESS_BAD_IMAGE
        reasons = extraction.quality.reasons
        # The trace of an earlier finger on the plate has minutiae too, and may not open the gate.
        if not len(extraction.template) or any(reason in reasons for reason in _NO_PRESS):
            return Notice.PRESS_BAD_IMAGE
        png = png_of(capture.image)
        if not png:
            return Notice.PRESS_BAD_IMAGE
        advice = _ADVICE[reasons[0]] if reasons else Notice.PRESS_LOW_QUALITY
        score = extraction.quality.score
        return Impression(extraction.template, score, advice, png, extraction.origin)

    def is_same_finger(self, probe: Template, earlier: Sequence[Template]) -> bool | None:
        """Whether a press agrees with the earlier ones of its finger; None when it is the first."""
        if not earlier:
            return None
        threshold = operating_point(SAME_FINGER_FMR).threshold
        return any(verify(probe, reference).score >= threshold for reference in earlier)

    def other_finger(self, probe: Template, others: References) -> FingerPosition | None:
        """The finger already enrolled here that this press really is, if any."""
        best = best_match(probe, others, OTHER_FINGER_FAR)
        return best.position if best.passed else None

    def at_gate(self, probe: Template, references: References, visit_presses: int) -> BestMatch:
        """One of the presses of a visit against every reference of its lane.

        `visit_presses` is how many the visit allows in all lanes together: each of them gets the
        same share of the visit's budget.
        """
        return best_match(probe, references, self._visit_far, visit_presses)


def best_match(
    probe: Template, references: References, target_far: float, tries: int = 1
) -> BestMatch:
    """The best score over all references, and what it must reach.

    `target_far` is the budget of all tries together; more references or tries do not let more
    strangers in.
    """
    pairs = [(position, template) for position, held in references.items() for template in held]
    compared = max(len(pairs), 1)
    threshold = operating_point(target_far, tries, impressions=compared).threshold
    best = BestMatch(None, 0.0, threshold)
    for position, template in pairs:
        score = float(verify(probe, template).score)
        if best.position is None or score > best.score:
            best = BestMatch(position, score, threshold)
    return best


def press_evidence(position: FingerPosition, impression: Impression) -> tuple[Evidence, ...]:
    """A press as it is stored: the picture without loss and its minutiae record."""
    view = View(position, 0, impression.quality, impression.template, origin=impression.origin)
    record = to_record([view])
    return (
        Evidence("impression", "image/png", impression.png),
        Evidence("record", "application/vnd.iso19794-2", record),
    )


def template_of(record: bytes) -> Template:
    """The template of a record that holds one press."""
    return from_record(record).views[0].template


def references_of(record: bytes, fingers: Iterable[FingerPosition]) -> References:
    """Templates of a whole enrolment, by finger."""
    wanted = set(fingers)
    held: dict[FingerPosition, list[Template]] = {}
    for view in from_record(record).views:
        if view.position in wanted:
            held.setdefault(FingerPosition(view.position), []).append(view.template)
    return held
