"""How a refusal travels from deep inside a conversation with a card to the driver's method."""

from __future__ import annotations

from drivers.api import CardRefusal, CardRefused


class CardRefuses(Exception):
    """The card does not do it; the driver's methods return `refused` instead of raising."""

    def __init__(self, reason: CardRefusal, tries_left: int | None = None) -> None:
        super().__init__(reason.value)
        self.refused = CardRefused(reason, tries_left)


class CardNonsense(CardRefuses):
    """The card's bytes are not what the standard says; `what` names the place, never the bytes."""

    def __init__(self, what: str) -> None:
        super().__init__(CardRefusal.UNREADABLE)
        self.args = (what,)
