"""While nobody is signed in nobody is captured, and nothing that waits for paper comes out.

The work that was open stays for whoever left it. When somebody else signs in it is put aside, still
as the work of who began it, and taken over by opening it from the list of paused cases.
"""

from station.services.desk import DeskService
from station.services.devices import DeviceService
from station.services.gate import GateService
from station.services.printing import Printing
from station.services.review import ReviewService
from station.services.sign_in import SignInService
from station.services.status import SignInState
from station.workflow.inputs import DeviceBack, DeviceKind, DeviceLost


class Lock:
    """Takes the reader from the workflows at sign-out and gives it back at sign-in."""

    def __init__(
        self,
        sign_in: SignInService,
        devices: DeviceService,
        desk: DeskService,
        gate: GateService,
        review: ReviewService,
        printing: Printing,
    ) -> None:
        """Listens from now on; the first clerk's sign-in also brings back the case left open."""
        self._devices = devices
        self._desk = desk
        self._gate = gate
        self._review = review
        self._printing = printing
        self._open = False
        sign_in.on_change(self._changed)
        devices.on_lost_or_back(self._device_news)

    def _changed(self, state: SignInState) -> None:
        signed_in = state.operator is not None
        if state.busy or signed_in == self._open:
            return
        self._open = signed_in
        if not signed_in:
            self._take_reader_away()
            self._printing.leave()
            return
        for post in (self._desk, self._gate, self._review):
            post.hand_over()
        self._desk.send(DeviceBack(DeviceKind.READER))
        self._gate.send(DeviceBack(DeviceKind.READER))
        self._desk.resume()

    def _device_news(self, news: DeviceLost | DeviceBack) -> None:
        """A reader plugged in behind the lock stays out of reach until somebody signs in."""
        if not self._open and news == DeviceBack(DeviceKind.READER):
            self._take_reader_away()

    def _take_reader_away(self) -> None:
        self._devices.cancel(DeviceKind.READER)
        self._desk.send(DeviceLost(DeviceKind.READER))
        self._gate.send(DeviceLost(DeviceKind.READER))
