"""The station's word about its own log: checkpoints in the log, the head file, declared losses."""

from dataclasses import dataclass, field

from station.domain.audit import LogSigned, StoreSalvaged
from station.store.drafts import EventDraft
from station.store.head_file import HeadFile, SignedHead
from sync.errors import SealError
from sync.seal import SigningKey, VerifyKey
from sync.wire import DeclaredLoss, Event, Fields, LogHead, Value, WireError
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

    def salvaged(self, gaps: tuple[str, ...]) -> EventDraft:
        """The event that declares what a salvage could not rescue: `gaps` as `first-last`."""
        loss = DeclaredLoss(self.station, self.incarnation, gaps)
        signature = to_base64(self.key.sign(loss.signed_bytes()))
        data: dict[str, Value] = {"gaps": gaps, "signature": signature}
        return EventDraft(StoreSalvaged.TYPE, 1, None, SYSTEM, data)

    def _signed(self, position: int, head: str) -> SignedHead:
        statement = LogHead(self.station, self.incarnation, position, head)
        return SignedHead(statement, self.key.sign(statement.signed_bytes()))


def is_true_checkpoint(event: Event, position: int, key: VerifyKey) -> bool:
    """Whether a `log_signed` event at `position` signs exactly what stands before it."""
    try:
        fields = Fields(dict(event.data), "log_signed")
        head = LogHead(
            event.station,
            event.incarnation,
            fields.integer("position", 0, 2**53 - 1),
            fields.digest("head"),
        )
        signed = SignedHead(head, fields.blob("signature", 65))
    except WireError:
        return False
    stands_here = head.position == position - 1 and head.head == event.prev_hash
    return stands_here and signed.is_from(key)


def declared_gaps(event: Event, key: VerifyKey | None) -> tuple[tuple[int, int], ...] | None:
    """Ranges (both ends included) that a `store_salvaged` event declares lost.

    None when it is malformed, or not signed by `key` where one is given: then it excuses nothing.
    """
    gaps = event.data.get("gaps")
    try:
        texts = tuple(str(gap) for gap in gaps) if isinstance(gaps, tuple) else ()
        ranges = tuple((int(first), int(last)) for first, last in (g.split("-") for g in texts))
        if key is not None:
            signature = Fields(dict(event.data), "store_salvaged").blob("signature", 65)
            loss = DeclaredLoss(event.station, event.incarnation, texts)
            key.verify(signature, loss.signed_bytes())
    except (ValueError, WireError, SealError):
        return None
    return ranges if all(0 < first <= last for first, last in ranges) else None
