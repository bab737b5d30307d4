"""Finds drivers by kind and name: the ones shipped here, then what installed packages announce.

A third party adds a driver with an entry point in the group `station.drivers` whose name is
`kind:name`, for instance `"fingerprint_reader:acme" = "acme_reader:AcmeReader"`. The class has a
class attribute `simulated` and a class method `from_options(options, **parts)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Protocol, cast

from drivers.errors import DriverMissing, SimulationRefused

ENTRY_POINT_GROUP = "station.drivers"
LIVE_MODE = "live"


# The same table as in pyproject.toml, so that a checkout runs without being installed.
BUILT_IN: Mapping[str, str] = {
    "fingerprint_reader:simulated": "drivers.simulated.fingerprint_reader:SimulatedReader",
    "fingerprint_reader:image_folder": "drivers.fingerprint_reader.image_folder:ImageFolderReader",
    "camera:simulated": "drivers.simulated.camera:SimulatedCamera",
    "camera:opencv": "drivers.camera.opencv:OpenCvCamera",
    "document_reader:simulated": "drivers.simulated.document_reader:SimulatedDocumentReader",
    "printer:simulated": "drivers.simulated.printer:SimulatedPrinter",
    "printer:cups": "drivers.printer.cups:CupsPrinter",
    "printer:pdf_folder": "drivers.printer.pdf_folder:PdfFolderPrinter",
}


class DriverClass(Protocol):
    """What the registry needs of a driver's class."""

    simulated: bool

    def from_options(self, options: Mapping[str, object], **parts: Any) -> Any:
        """Build the driver, not yet open; raises OptionInvalid."""


def installed_entry_points() -> Iterable[EntryPoint]:
    """The drivers that installed distributions announce."""
    return entry_points(group=ENTRY_POINT_GROUP)


class Registry:
    """The drivers one start of the station can use."""

    def __init__(self, announced: Iterable[EntryPoint] = ()) -> None:
        # What is shipped here wins: no other package may put itself in its place.
        self._targets = {point.name: point.value for point in announced} | dict(BUILT_IN)

    def names(self, kind: str) -> tuple[str, ...]:
        """Names of the drivers of a kind, sorted, for a list of choices."""
        prefix = f"{kind}:"
        return tuple(sorted(k.removeprefix(prefix) for k in self._targets if k.startswith(prefix)))

    def driver_class(self, kind: str, name: str) -> DriverClass:
        """The class behind a name. Raises DriverMissing if there is none or it cannot load."""
        target = self._targets.get(f"{kind}:{name}")
        if target is None:
            raise DriverMissing(name, f"no {kind} driver of this name")
        module_name, _, attribute = target.partition(":")
        try:
            return cast(DriverClass, getattr(import_module(module_name), attribute))
        except (ImportError, AttributeError) as error:
            raise DriverMissing(name, f"driver cannot be loaded: {target}") from error

    def open_driver(
        self, kind: str, name: str, options: Mapping[str, object], *, mode: str, **parts: Any
    ) -> Any:
        """Build a driver from its options; its own (slow) `open()` is left to its worker thread.

        `parts` are objects that no settings file can hold, such as a simulated device's `hand`.
        Raises DriverMissing, OptionInvalid, and SimulationRefused for a simulated driver when
        `mode` is "live".
        """
        driver = self.driver_class(kind, name)
        if mode == LIVE_MODE and driver.simulated:
            raise SimulationRefused(name, "simulated device refused in live mode")
        return driver.from_options(options, **parts)


def open_driver(
    kind: str, name: str, options: Mapping[str, object], *, mode: str, **parts: Any
) -> Any:
    """`Registry.open_driver` over everything installed and everything shipped here."""
    return Registry(installed_entry_points()).open_driver(kind, name, options, mode=mode, **parts)
