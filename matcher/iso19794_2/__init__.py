"""ISO/IEC 19794-2:2005 finger minutiae records, read and written strictly."""

from matcher.iso19794_2.reader import from_record
from matcher.iso19794_2.record import FingerPosition, ImpressionType, Record, View
from matcher.iso19794_2.writer import to_record

__all__ = ["FingerPosition", "ImpressionType", "Record", "View", "from_record", "to_record"]
