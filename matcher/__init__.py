"""Fingerprint minutiae: extraction, comparison, and standard records.

    found = Extractor(model_file).extract(decode_image(png), 500)  # template, quality, origin
    view = View(position, 0, found.quality.score, found.template, origin=found.origin)
    record = to_record([view])
    stored = from_record(record).views[0].template
    is_admitted = verify(probe, stored).score >= operating_point(1e-4, tries=3).threshold

Knows neither devices nor the station nor the platform. No message, log line or representation of
this library carries an image or minutiae.
"""

from matcher.engine import Comparison, core_name, verify, verify_any
from matcher.errors import (
    ImageReason,
    ImageRefused,
    MatcherError,
    ModelUnusable,
    RecordError,
    RecordReason,
)
from matcher.extraction import Extraction, Extractor, decode_image
from matcher.identification import Duplicate, Gallery, Hit, duplicates, threshold_for_search
from matcher.minutia import Minutia, MinutiaKind
from matcher.origin import Origin
from matcher.policy import (
    OperatingPoint,
    finger_points,
    fused_points,
    is_extrapolated_score,
    operating_point,
)
from matcher.quality import ImpressionQuality, QualityReason
from matcher.records import (
    Capture,
    CaptureTime,
    Certification,
    ExtendedArea,
    FingerPosition,
    ImpressionType,
    QualityBlock,
    Record,
    RidgeEnding,
    Standard,
    View,
    from_record,
    read_record,
    to_record,
    write_record,
)
from matcher.renewal import is_outdated, renewed
from matcher.scoring import PartialScores, is_extrapolated, threshold_for_fmr
from matcher.template import Template

__all__ = [
    "Capture",
    "CaptureTime",
    "Certification",
    "Comparison",
    "Duplicate",
    "ExtendedArea",
    "Extraction",
    "Extractor",
    "FingerPosition",
    "Gallery",
    "Hit",
    "ImageReason",
    "ImageRefused",
    "ImpressionQuality",
    "ImpressionType",
    "MatcherError",
    "Minutia",
    "MinutiaKind",
    "ModelUnusable",
    "OperatingPoint",
    "Origin",
    "PartialScores",
    "QualityBlock",
    "QualityReason",
    "Record",
    "RecordError",
    "RecordReason",
    "RidgeEnding",
    "Standard",
    "Template",
    "View",
    "core_name",
    "decode_image",
    "duplicates",
    "finger_points",
    "from_record",
    "fused_points",
    "is_extrapolated",
    "is_extrapolated_score",
    "is_outdated",
    "operating_point",
    "read_record",
    "renewed",
    "threshold_for_fmr",
    "threshold_for_search",
    "to_record",
    "verify",
    "verify_any",
    "write_record",
]
