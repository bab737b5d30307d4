"""Finds drivers by kind and name: the ones shipped here, then what installed packages announce.

A third party adds a driver with an entry point whose name is `kind:name`, for instance
`"fingerprint_reader:acme" = "acme_reader:AcmeReader"`. The class has a class attribute `simulated`
and a class method `from_options(options, **parts)`. The group says where it runs:

* `station.drivers.isolated`: in a process of its own. For everything that loads a vendor's library;
  the station never imports it. A simulated driver cannot be announced here.
* `station.drivers`: in the station. The settings may move such a driver into a process, too.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Protocol, cast

from drivers.api import CONTRACT, DriverKind, missing_from
from drivers.errors import DriverMissing, OptionInvalid, SimulationRefused
from drivers.host.isolated import isolated_driver
from drivers.host.operations import HOSTED
from drivers.host.plan import HostPlan

ENTRY_POINT_GROUP = "station.drivers"
ISOLATED_GROUP = "station.drivers.isolated"
LIVE_MODE = "live"


@dataclass(frozen=True)
class Registration:
    """Where a driver's class is (`module:attribute`), and whether it runs by itself."""

    target: str
    isolated: bool = False


# The same table as in pyproject.toml, so that a checkout runs without being installed.
BUILT_IN: Mapping[str, str] = {
    "fingerprint_reader:simulated": "drivers.simulated.fingerprint_reader:SimulatedReader",
    "fingerprint_reader:image_folder": "drivers.fingerprint_reader.image_folder:ImageFolderReader",
    "fingerprint_reader:sbi": "drivers.fingerprint_reader.sbi:SbiReader",
    "camera:simulated": "drivers.simulated.camera:SimulatedCamera",
    "camera:opencv": "drivers.camera.opencv:OpenCvCamera",
    "camera:video_file": "drivers.camera.video_file:VideoFileCamera",
    "document_reader:sam_serial": "drivers.document_reader.sam_serial:SamSerialReader",
    "document_reader:simulated": "drivers.simulated.document_reader:SimulatedDocumentReader",
    "printer:simulated": "drivers.simulated.printer:SimulatedPrinter",
    "printer:cups": "drivers.printer.cups:CupsPrinter",
    "printer:pdf_folder": "drivers.printer.pdf_folder:PdfFolderPrinter",
    "smart_card:simulated": "drivers.simulated.smart_card:SimulatedSmartCardReader",
    "smart_card:pcsc": "drivers.smartcard.reader:PcscSmartCardReader",
}
# Those whose libraries are others': the same table as the group `station.drivers.isolated`.
BUILT_IN_ISOLATED: Mapping[str, str] = {
    "fingerprint_reader:ga_collector": "drivers.fingerprint_reader.ga_collector:GaCollectorReader",
    "fingerprint_reader:libfprint": "drivers.fingerprint_reader.libfprint:LibfprintReader",
}


class DriverClass(Protocol):
    """What the registry needs of a driver's class."""

    simulated: bool

    def from_options(self, options: Mapping[str, object], **parts: Any) -> Any:
        """Build the driver, not yet open; raises OptionInvalid."""


def installed_entry_points() -> Iterable[EntryPoint]:
    """The drivers that installed distributions announce."""
    return (*entry_points(group=ENTRY_POINT_GROUP), *entry_points(group=ISOLATED_GROUP))


def refuse_simulation(name: str, driver: DriverClass, mode: str) -> None:
    """Raise SimulationRefused for a simulated driver when `mode` is "live"."""
    if mode == LIVE_MODE and driver.simulated:
        raise SimulationRefused(name, "simulated device refused in live mode")


def host_command(key: str) -> tuple[str, ...]:
    """The command line that serves the driver `kind:name` in a process of its own."""
    if getattr(sys, "frozen", False):  # an installed station brings its interpreter inside itself
        return (sys.executable, "driver-host", key)
    # -P: nothing is imported from wherever the station was started.
    return (sys.executable, "-P", "-m", "drivers.host", key)


class Registry:
    """The drivers one start of the station can use."""

    def __init__(self, announced: Iterable[EntryPoint] = ()) -> None:
        # What is shipped here wins: no other package may put itself in its place.
        self._known = {
            **{one.name: Registration(one.value, one.group == ISOLATED_GROUP) for one in announced},
            **{key: Registration(target) for key, target in BUILT_IN.items()},
            **{
                key: Registration(target, isolated=True)
                for key, target in BUILT_IN_ISOLATED.items()
            },
        }

    def names(self, kind: str) -> tuple[str, ...]:
        """Names of the drivers of a kind, sorted, for a list of choices."""
        prefix = f"{kind}:"
        return tuple(sorted(k.removeprefix(prefix) for k in self._known if k.startswith(prefix)))

    def registration(self, kind: str, name: str) -> Registration:
        """What is announced under a name. Raises DriverMissing if nothing is."""
        found = self._known.get(f"{kind}:{name}")
        if found is None:
            raise DriverMissing(name, f"no {kind} driver of this name")
        return found

    def driver_class(self, kind: str, name: str) -> DriverClass:
        """The class behind a name.

        Raises DriverMissing if there is none, it cannot load, or it keeps an older contract.
        """
        target = self.registration(kind, name).target
        module_name, _, attribute = target.partition(":")
        try:
            found = getattr(import_module(module_name), attribute)
        except (ImportError, AttributeError, OSError) as error:
            raise DriverMissing(name, f"driver cannot be loaded: {target}") from error
        lacking = missing_from(found, DriverKind(kind))
        if lacking:
            without = ", ".join(lacking)
            raise DriverMissing(name, f"older than contract {CONTRACT}: {target} lacks {without}")
        return cast(DriverClass, found)

    def open_driver(
        self,
        kind: str,
        name: str,
        options: Mapping[str, object],
        *,
        mode: str,
        isolated: bool | None = None,
        **parts: Any,
    ) -> Any:
        """Build a driver from its options; its own (slow) `open()` is left to its worker thread.

        `isolated` None: as the driver is announced; True or False: as the settings demand.
        `parts` are objects that no settings file can hold, such as a simulated device's `hand`;
        they stay in this process. Raises DriverMissing, OptionInvalid (an isolated driver when it
        is opened), and SimulationRefused for a simulated driver when `mode` is "live".
        """
        announced = self.registration(kind, name)
        if announced.isolated if isolated is None else isolated:
            return self._isolated(announced, DriverKind(kind), name, options, mode)
        driver = self.driver_class(kind, name)
        refuse_simulation(name, driver, mode)
        return driver.from_options(options, **parts)

    def _isolated(
        self,
        announced: Registration,
        kind: DriverKind,
        name: str,
        options: Mapping[str, object],
        mode: str,
    ) -> Any:
        if kind not in HOSTED:
            raise OptionInvalid(name, f"option isolated: no {kind} runs in a process of its own")
        simulated = False
        if not announced.isolated:
            # Made to run in the station, so it may be imported here; others never are.
            driver = self.driver_class(kind, name)
            refuse_simulation(name, driver, mode)
            simulated = driver.simulated
        command = host_command(f"{kind}:{name}")
        plan = HostPlan(kind, name, dict(options), command, simulated=simulated)
        return isolated_driver(plan)


def open_driver(
    kind: str,
    name: str,
    options: Mapping[str, object],
    *,
    mode: str,
    isolated: bool | None = None,
    **parts: Any,
) -> Any:
    """`Registry.open_driver` over everything installed and everything shipped here."""
    registry = Registry(installed_entry_points())
    return registry.open_driver(kind, name, options, mode=mode, isolated=isolated, **parts)
