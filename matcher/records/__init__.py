"""Finger minutiae records of three standards, read and written strictly."""

from matcher.records.capture import (
    Capture,
    CaptureTime,
    Certification,
    QualityBlock,
    RidgeEnding,
)
from matcher.records.formats import (
    from_record,
    read_record,
    standard_of,
    to_record,
    write_record,
)
from matcher.records.record import (
    ExtendedArea,
    FingerPosition,
    ImpressionType,
    Record,
    Standard,
    View,
)

__all__ = [
    "Capture",
    "CaptureTime",
    "Certification",
    "ExtendedArea",
    "FingerPosition",
    "ImpressionType",
    "QualityBlock",
    "Record",
    "RidgeEnding",
    "Standard",
    "View",
    "from_record",
    "read_record",
    "standard_of",
    "to_record",
    "write_record",
]
