"""The network cable of a simulated station: whether its platform can be reached."""

from typing import Any

import requests


class NetworkLever:
    """A cable that can be pulled; whoever sends looks at it. One flag, so any thread may."""

    def __init__(self) -> None:
        self._plugged = True

    @property
    def plugged(self) -> bool:
        return self._plugged

    def unplug(self) -> None:
        """From now on nothing goes out."""
        self._plugged = False

    def plug_in(self) -> None:
        """The platform is where it was."""
        self._plugged = True


class LeveredSession(requests.Session):
    """Refuses as an unreachable host does while the cable is out; never used in live mode."""

    def __init__(self, lever: NetworkLever) -> None:
        super().__init__()
        self._lever = lever

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """As every session, or ConnectionError."""
        if not self._lever.plugged:
            raise requests.ConnectionError("the network lever is pulled")
        return super().send(request, **kwargs)
