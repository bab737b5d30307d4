"""The station's word about its own log: checkpoints in the log, the head file, declared losses."""

from dataclasses import dataclass, field

from station.domain.audit import LogSigned, StoreSalvaged
from station.store.drafts import EventDraft
from station.store.head_file import HeadFile, SignedHead
from sync.seal import SigningKey
from sync.wire import DeclaredLoss, LogHead, Value
from sync.wire.fields import to_base64

SIGN_EVERY = 100
"""So many events at most stand behind the last signature, by construction of the log."""
SYSTEM = "system"


@dataclass(frozen=True)
class LogSigner:
    """Signs for one station in one incarnation of its log."""

    station: str
    incarnation: int
    key: SigningKey = field(repr=False)
    head_file: HeadFile | None = None

    def checkpoint(self, position: int, head: str) -> EventDraft:
        """The event to follow position `position`, signing all up to there."""
        signed = self._signed(position, head)
        data: dict[str, Value] = {
            "position": position,
            "head": head,
            "signature": to_base64(signed.signature),
        }
        return EventDraft(LogSigned.TYPE, 1, None, SYSTEM, data)

    def tell_head(self, position: int, head: str) -> None:
        """Put the head of the log into the head file."""
        if self.head_file is not None:
            self.head_file.write(self._signed(position, head))

    def salvaged(self, gaps: tuple[str, ...], actor: str = SYSTEM) -> EventDraft:
        """The event by which `actor` declares what a salvage lost: `gaps` as `first-last`."""
        loss = DeclaredLoss(self.station, self.incarnation, gaps)
        signature = to_base64(self.key.sign(loss.signed_bytes()))
        data: dict[str, Value] = {"gaps": gaps, "signature": signature}
        return EventDraft(StoreSalvaged.TYPE, 1, None, actor, data)

    def _signed(self, position: int, head: str) -> SignedHead:
        statement = LogHead(self.station, self.incarnation, position, head)
        return SignedHead(statement, self.key.sign(statement.signed_bytes()))
