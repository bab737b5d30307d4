"""What there is between `open` and `close`: the device's facts and those who speak with it."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.api import DeviceFacts, DeviceState, DeviceStatus, ReaderFacts
from drivers.errors import DeviceUnplugged
from drivers.fingerprint_reader.sbi.device_info import SbiDevice, ServiceStatus
from drivers.fingerprint_reader.sbi.error_codes import NAME, NOT_READY, NOT_REGISTERED
from drivers.fingerprint_reader.sbi.live_view import LiveView
from drivers.fingerprint_reader.sbi.press import Presses
from drivers.fingerprint_reader.sbi.watch import Watch

DEFAULT_RESOLUTION_PPI = 500.0
DEFAULT_WIDTH_PX, DEFAULT_HEIGHT_PX = 256, 360
SIGNER_UNKNOWN = "signer not verified"
TROUBLES = {
    ServiceStatus.NOT_READY: NOT_READY,
    ServiceStatus.NOT_REGISTERED: NOT_REGISTERED,
}


@dataclass(frozen=True)
class Picture:
    """What holds of pictures until the first one tells: services do not say it."""

    resolution_ppi: float = DEFAULT_RESOLUTION_PPI
    width_px: int = DEFAULT_WIDTH_PX
    height_px: int = DEFAULT_HEIGHT_PX


@dataclass
class Session:
    """What is there between `open` and `close`."""

    facts: ReaderFacts
    watch: Watch
    view: LiveView
    presses: Presses

    @property
    def unfinished(self) -> bool:
        """Whether the service is, or may still be, busy with us."""
        return self.view.occupies or self.presses.unfinished

    def start(self) -> None:
        """Begin to watch and to look."""
        self.watch.start()
        self.view.start()

    def stop(self) -> None:
        """Speak with the device no more."""
        self.view.stop()
        self.watch.stop()

    def refuse_gone(self) -> None:
        """Raise DeviceUnplugged when the device cannot be reached."""
        if self.watch.gone:
            raise DeviceUnplugged(NAME, "service")

    def status(self, *, running: bool, fault: str, vouched: bool) -> DeviceStatus:
        """For the light: `fault` of the last call, `vouched` when signers are known."""
        condition = self.watch.condition
        if condition.status is ServiceStatus.ABSENT:
            return DeviceStatus(DeviceState.UNPLUGGED)
        if running:
            return DeviceStatus(DeviceState.BUSY)
        trouble = condition.trouble or TROUBLES.get(condition.status, "") or fault
        if trouble:
            return DeviceStatus(DeviceState.FAULT, trouble)
        if condition.status is ServiceStatus.BUSY and not self.unfinished:
            return DeviceStatus(DeviceState.BUSY, "used by another program")
        return DeviceStatus(DeviceState.READY, "" if vouched else SIGNER_UNKNOWN)


def facts_of(device: SbiDevice, picture: Picture, *, live: bool) -> ReaderFacts:
    """`live`: whether its stream is used, for previews and to see a finger leave."""
    identity = device.identity
    about = DeviceFacts(
        NAME,
        identity.make or "unknown",
        identity.model,
        identity.serial,
        device.firmware,
        simulated=False,
    )
    return ReaderFacts(
        about,
        picture.resolution_ppi,
        picture.width_px,
        picture.height_px,
        senses_lift=live,
        previews=live,
    )
