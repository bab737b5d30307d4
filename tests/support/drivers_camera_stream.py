"""A network camera on loopback that can be unplugged, frozen and stalled: motion JPEG over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import cv2
import numpy as np

from drivers.api import Image

FRAMES_PER_S = 50
BLUE = (20, 30, 220)
DrawFrame = Callable[[int], Image]


def blue_with_mark(number: int) -> Image:
    """A blue 240x320 RGB picture in which a bright mark wanders."""
    image = np.full((240, 320, 3), BLUE, np.uint8)
    left = number * 4 % 300
    image[10:20, left : left + 20] = 255
    return image


class StreamCamera:
    """The camera; `url` stays the same while it is unplugged."""

    def __init__(self, draw: DrawFrame = blue_with_mark, frames_per_s: int = FRAMES_PER_S) -> None:
        self._draw = draw
        self.pause_s = 1 / frames_per_s
        self.frozen = threading.Event()
        self.stalled = threading.Event()
        self._server: _Server | None = None
        self._port = 0
        self.plug_in()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/"

    def plug_in(self) -> None:
        """Serve again, at the same address."""
        if self._server is None:
            self._server = _Server(self, self._port)
            self._port = self._server.server_address[1]

    def unplug(self) -> None:
        """End all connections and refuse new ones."""
        if self._server is not None:
            self._server.end()
            self._server = None

    def jpeg(self, number: int) -> bytes:
        done, data = cv2.imencode(".jpg", cv2.cvtColor(self._draw(number), cv2.COLOR_RGB2BGR))
        assert done
        return data.tobytes()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, camera: StreamCamera, port: int) -> None:
        self.camera = camera
        self.ended = threading.Event()
        super().__init__(("127.0.0.1", port), _Stream)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def end(self) -> None:
        self.ended.set()
        self.shutdown()
        self.server_close()
        self._thread.join()


class _Stream(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, _Server)
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=f")
        self.end_headers()
        number = 0
        while not server.ended.wait(server.camera.pause_s):
            if server.camera.stalled.is_set():
                continue
            number += not server.camera.frozen.is_set()
            data = server.camera.jpeg(number)
            head = f"--f\r\nContent-Type: image/jpeg\r\nContent-Length: {len(data)}\r\n\r\n"
            try:
                self.wfile.write(head.encode() + data + b"\r\n")
            except OSError:  # the client has gone
                return

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the terminal."""
