"""Which version of the contract this is, and whether a driver's class knows all of its methods."""

from __future__ import annotations

from collections.abc import Mapping

from drivers.api.camera import Camera
from drivers.api.device import DriverKind
from drivers.api.document_reader import DocumentReader
from drivers.api.fingerprint_reader import FingerprintReader
from drivers.api.printer import Printer
from drivers.api.smart_card import SmartCardReader

CONTRACT = 2
"""What came with each version: docs/drivers.md, "Versions"."""

_PROTOCOLS: Mapping[DriverKind, type] = {
    DriverKind.FINGERPRINT_READER: FingerprintReader,
    DriverKind.CAMERA: Camera,
    DriverKind.DOCUMENT_READER: DocumentReader,
    DriverKind.PRINTER: Printer,
    DriverKind.SMART_CARD: SmartCardReader,
}


def missing_from(driver: object, kind: DriverKind) -> tuple[str, ...]:
    """Names of the contract's members that a driver's class lacks, sorted."""
    promised = {name for name in vars(_PROTOCOLS[kind]) if not name.startswith("_")}
    return tuple(sorted(name for name in promised if not hasattr(driver, name)))
