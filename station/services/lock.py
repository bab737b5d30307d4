"""While nobody is signed in nobody is captured: the reader rests behind the lock."""

from station.services.desk import DeskService
from station.services.devices import DeviceService
from station.services.gate import GateService
from station.services.sign_in import SignInService
from station.services.status import SignInState
from station.workflow.inputs import DeviceBack, DeviceKind, DeviceLost


class Lock:
    """Takes the reader from the workflows at sign-out and gives it back at sign-in."""

    def __init__(
        self, sign_in: SignInService, devices: DeviceService, desk: DeskService, gate: GateService
    ) -> None:
        """Listens from now on; the first sign-in also brings back the case that was open."""
        self._devices = devices
        self._desk = desk
        self._gate = gate
        self._open = False
        self._resumed = False
        sign_in.on_change(self._changed)
        devices.on_lost_or_back(self._device_news)

    def _changed(self, state: SignInState) -> None:
        signed_in = state.operator is not None
        if state.busy or signed_in == self._open:
            return
        self._open = signed_in
        if not signed_in:
            self._take_reader_away()
            return
        self._desk.send(DeviceBack(DeviceKind.READER))
        self._gate.send(DeviceBack(DeviceKind.READER))
        if not self._resumed:
            self._resumed = True
            self._desk.resume()

    def _device_news(self, news: DeviceLost | DeviceBack) -> None:
        """A reader plugged in behind the lock stays out of reach until somebody signs in."""
        if not self._open and news == DeviceBack(DeviceKind.READER):
            self._take_reader_away()

    def _take_reader_away(self) -> None:
        self._devices.cancel(DeviceKind.READER)
        self._desk.send(DeviceLost(DeviceKind.READER))
        self._gate.send(DeviceLost(DeviceKind.READER))
