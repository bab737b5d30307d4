"""Running the web process: one port, one line when ready, a clean end on SIGTERM."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn

from sync.hub.directory import Platform
from sync.hub.errors import HubSetupError
from sync.hub.files import write_whole
from sync.hub.web import create_application

GRACE_S = 5


class _Server(uvicorn.Server):
    """Says so once connections are being answered."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_ready()


def serve(
    platform: Platform,
    *,
    host: str,
    port: int,
    port_file: Path | None,
    clock: Callable[[], float],
    say: Callable[[str], None],
) -> None:
    """Serve until SIGTERM or SIGINT. Port 0 takes a free one; `port_file` then tells which."""
    listener = _listen(host, port)
    bound_port = listener.getsockname()[1]

    def on_ready() -> None:
        if port_file is not None:
            write_whole(port_file, f"{bound_port}\n".encode())
        say(f"platform ready on http://{host}:{bound_port}")

    config = uvicorn.Config(
        create_application(platform, clock),
        log_level="warning",
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
    )
    # uvicorn raises the signal again after its orderly end; being asked to end is no failure.
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, lambda *_: None)
    _Server(config, on_ready).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise HubSetupError("this address and port cannot be used") from error
    return listener
