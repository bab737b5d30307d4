"""Fingerprint minutiae: extraction, comparison, and ISO/IEC 19794-2 records.

Knows neither devices nor the station nor the platform. No message, log line or representation of
this library carries an image or minutiae.
"""

from matcher.engine import Comparison, Hit, core_name, identify, verify, verify_any
from matcher.errors import (
    ImageReason,
    ImageRefused,
    MatcherError,
    ModelUnusable,
    RecordError,
    RecordReason,
)
from matcher.extraction import Extraction, Extractor, decode_image
from matcher.iso19794_2 import (
    FingerPosition,
    ImpressionType,
    Record,
    View,
    from_record,
    to_record,
)
from matcher.minutia import Minutia, MinutiaKind
from matcher.policy import (
    OperatingPoint,
    finger_points,
    fused_points,
    is_extrapolated_score,
    operating_point,
)
from matcher.quality import ImpressionQuality, QualityReason
from matcher.scoring import PartialScores, is_extrapolated, threshold_for_fmr
from matcher.template import Template

__all__ = [
    "Comparison",
    "Extraction",
    "Extractor",
    "FingerPosition",
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
    "PartialScores",
    "QualityReason",
    "Record",
    "RecordError",
    "RecordReason",
    "Template",
    "View",
    "core_name",
    "decode_image",
    "finger_points",
    "from_record",
    "fused_points",
    "identify",
    "is_extrapolated",
    "is_extrapolated_score",
    "operating_point",
    "threshold_for_fmr",
    "to_record",
    "verify",
    "verify_any",
]
