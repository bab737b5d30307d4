"""Ports for programs that cannot be given port 0."""

from __future__ import annotations

import random
import socket

HOST = "127.0.0.1"
# Below the ports that systems hand out: a connection to one of those could meet itself, and any
# program's connection could take it before its program does.
_TEST_PORTS = range(20_000, 30_000)


def free_ports(count: int) -> range:
    """Neighbouring ports that nobody listens on now."""
    while True:
        first = random.choice(_TEST_PORTS[:-count])
        ports = range(first, first + count)
        if all(_is_free(port) for port in ports):
            return ports


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
