"""What goes wrong with a device so that the operator has to act.

The other family, "the person tries again", is a value: `drivers.api.Retry` and
`drivers.api.NoCard`. Error texts carry device words only, never personal data.
"""


class DeviceError(Exception):
    """A device cannot do its work until somebody acts.

    `device` is the driver's name; `detail` a short machine word or plain English phrase for
    logs and for choosing the sentence on screen.
    """

    def __init__(self, device: str, detail: str = "") -> None:
        super().__init__(f"{device}: {detail}" if detail else device)
        self.device = device
        self.detail = detail


class DeviceUnplugged(DeviceError):
    """The device was there and is gone; it works again when its plug comes back."""


class DeviceFault(DeviceError):
    """The device is there and does not work: hung, frozen, refused, speaks nonsense."""


class DeviceBusy(DeviceError):
    """Another operation or another program holds the device."""


class DeviceNotFound(DeviceError):
    """No such device on this machine: never plugged in, wrong name, service not running."""


class DriverMissing(DeviceError):
    """No driver of that name is installed, or its vendor library cannot be loaded."""


class OptionInvalid(DeviceError):
    """A driver option in the settings is missing, of the wrong type or out of its limits."""


class SimulationRefused(DeviceError):
    """A simulated device was asked for while the station is live."""
