"""One HTTP exchange with the platform, every way in which it can fail mapped to `sync.errors`."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

from sync.errors import HubFailing, HubNonsense, HubTimeout, HubUnreachable
from sync.http_signature import RequestLine

_CHUNK_BYTES = 64 * 1024
_BAD_ADDRESS = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
)


@dataclass(frozen=True)
class Answer:
    """What came back, read whole; headers as sent."""

    status: int
    body: bytes
    headers: requests.structures.CaseInsensitiveDict[str]


@dataclass(frozen=True)
class Exchange:
    """Where and how long to talk. `timeout_s` bounds each silence, `total_s` the whole answer."""

    base_url: str
    session: requests.Session
    timeout_s: float
    total_s: float = 120.0
    monotonic: Callable[[], float] = time.monotonic

    def send(
        self, line: RequestLine, headers: dict[str, str], body: bytes, limit_bytes: int
    ) -> Answer:
        """Send and read at most `limit_bytes`; a 5xx is raised as HubFailing."""
        try:
            with self._open(line, headers, body) as response:
                if response.status_code >= 500:
                    raise HubFailing(response.status_code)
                content = self._read(response, limit_bytes)
                return Answer(response.status_code, content, response.headers)
        except requests.ConnectTimeout as error:
            raise HubUnreachable("connect") from error
        except requests.Timeout as error:
            raise HubTimeout("answer") from error
        except requests.ConnectionError as error:
            raise HubUnreachable("connection") from error
        except _BAD_ADDRESS as error:
            raise HubUnreachable("address") from error
        except requests.RequestException as error:
            raise HubNonsense("not an HTTP answer") from error

    def _open(self, line: RequestLine, headers: dict[str, str], body: bytes) -> requests.Response:
        query = f"?{line.query}" if line.query else ""
        return self.session.request(
            line.method,
            f"{self.base_url.rstrip('/')}{line.path}{query}",
            data=body,
            headers={**headers, "Accept-Encoding": "identity"},
            timeout=self.timeout_s,
            allow_redirects=False,
            stream=True,
        )

    def _read(self, response: requests.Response, limit_bytes: int) -> bytes:
        """The raw body: undecoded, so that no small answer can unpack into a large one."""
        deadline = self.monotonic() + self.total_s
        content = bytearray()
        try:
            while chunk := response.raw.read1(_CHUNK_BYTES):
                content += chunk
                if len(content) > limit_bytes:
                    raise HubNonsense("answer too large")
                if self.monotonic() > deadline:
                    raise HubTimeout("answer trickles")
        except ReadTimeoutError as error:
            raise HubTimeout("answer") from error
        except HTTPError as error:
            raise HubUnreachable("cut in mid-answer") from error
        return bytes(content)
