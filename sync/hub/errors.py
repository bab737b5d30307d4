"""What can go wrong on the platform's own machine, and how it declines a request."""

from __future__ import annotations

from sync.errors import RefusalReason


class HubSetupError(Exception):
    """The platform's directory or an input file is not usable; the text says what to do."""


class HubStorageError(Exception):
    """The database cannot be opened, read or written; nothing was kept of the transaction."""


class Refusal(Exception):
    """Decline the request being served; becomes a signed answer."""

    def __init__(self, reason: RefusalReason) -> None:
        super().__init__(reason.value)
        self.reason = reason
