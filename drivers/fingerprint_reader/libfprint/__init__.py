"""Any reader that the system's libfprint supports and that gives whole pictures."""

from drivers.fingerprint_reader.libfprint.reader import LibfprintReader

__all__ = ["LibfprintReader"]
