"""What can go wrong in the world outside the matcher. No message carries image or minutiae data."""

from enum import StrEnum


class MatcherError(Exception):
    """Root of the errors this library raises on purpose."""


class ModelUnusable(MatcherError):
    """The network's file is missing, damaged or another network's."""


class ImageReason(StrEnum):
    """Why an image cannot be an impression."""

    EMPTY = "empty"
    NOT_AN_IMAGE = "not_an_image"
    WRONG_TYPE = "wrong_type"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"
    WRONG_RESOLUTION = "wrong_resolution"


class ImageRefused(MatcherError):
    """The image cannot be used at all; a poor impression is a quality, not this."""

    def __init__(self, reason: ImageReason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason


class RecordReason(StrEnum):
    """The rule of a record standard that bytes or views break."""

    TOO_LONG = "too_long"
    TRUNCATED = "truncated"
    WRONG_MAGIC = "wrong_magic"
    WRONG_VERSION = "wrong_version"
    WRONG_LENGTH = "wrong_length"
    WRONG_SIZE = "wrong_size"
    WRONG_RESOLUTION = "wrong_resolution"
    RESERVED_BITS = "reserved_bits"
    NO_VIEWS = "no_views"
    TOO_MANY_VIEWS = "too_many_views"
    WRONG_POSITION = "wrong_position"
    WRONG_IMPRESSION_TYPE = "wrong_impression_type"
    WRONG_QUALITY = "wrong_quality"
    WRONG_OWNER = "wrong_owner"
    WRONG_CAPTURE_TIME = "wrong_capture_time"
    WRONG_TECHNOLOGY = "wrong_technology"
    WRONG_MINUTIA_LAYOUT = "wrong_minutia_layout"
    WRONG_MINUTIA_TYPE = "wrong_minutia_type"
    WRONG_ANGLE = "wrong_angle"
    MINUTIA_OUTSIDE = "minutia_outside"
    TOO_MANY_MINUTIAE = "too_many_minutiae"
    WRONG_EXTENDED_DATA = "wrong_extended_data"
    VIEW_ORDER = "view_order"
    MIXED_IMAGES = "mixed_images"


class RecordError(MatcherError):
    """Bytes that are no record, or views that no record can hold."""

    def __init__(self, reason: RecordReason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
