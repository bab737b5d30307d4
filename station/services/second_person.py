"""A second person's word: a real sign-in of somebody else who has the right to give it."""

from collections.abc import Callable
from dataclasses import dataclass

from station.domain.approvals import Approval
from station.domain.audit import SecondPersonApproved
from station.domain.people import Account
from station.domain.rights import may
from station.services.card_sign_in import CardSignIn
from station.services.proof import Proof
from station.services.status import CardAsked, SignInFailure, SignInRefusal
from station.services.trail import Trail

Answer = Callable[[str | CardAsked | SignInRefusal], None]


@dataclass(frozen=True)
class _Asked:
    """Somebody whose passphrase was right, while their card is awaited."""

    account: Account
    approval: Approval
    first: str


class SecondPerson:
    """Checks one second person at a time, without ending the first one's work."""

    def __init__(self, proof: Proof, cards: CardSignIn, trail: Trail) -> None:
        self._proof = proof
        self._cards = cards
        self._trail = trail
        self._turn = 0
        self._asked: _Asked | None = None
        self._given: tuple[str, Approval, str] | None = None

    def approve(
        self, first: str, operator_id: str, passphrase: str, approval: Approval, then: Answer
    ) -> None:
        """Check somebody else than `first`; wrong tries count as at sign-in."""
        self.forget()
        turn = self._turn
        if operator_id == first:
            self._decline(SignInRefusal(SignInFailure.SAME_PERSON), operator_id, then)
            return

        def deliver(account: Account | SignInRefusal) -> None:
            if turn != self._turn:
                return
            if isinstance(account, SignInRefusal):
                then(account)
            elif not may(account.operator.roles, approval.action):
                self._decline(SignInRefusal(SignInFailure.NOT_ALLOWED), operator_id, then)
            elif account.must_change:
                self._decline(SignInRefusal(SignInFailure.MUST_CHANGE), operator_id, then)
            else:
                self._ask_for_card(_Asked(account, approval, first), then)

        self._proof.of_passphrase(operator_id, passphrase, deliver)

    def approve_card(self, pin: str, then: Answer) -> None:
        """Their card signs a challenge with this PIN, after `CardAsked`."""
        asked, turn = self._asked, self._turn
        if asked is None:
            return

        def deliver(refusal: SignInRefusal | None) -> None:
            if turn != self._turn:
                return
            if refusal is None:
                self._approved(asked, then)
            else:
                self._decline(refusal, asked.account.operator.operator_id, then)

        self._cards.prove(asked.account, pin, deliver)

    def take(self, first: str, approval: Approval, approver: str) -> bool:
        """Whether `approver` has just allowed exactly this to `first`; a word counts once."""
        given, self._given = self._given, None
        return given == (first, approval, approver)

    def forget(self) -> None:
        """No word counts any longer: something else is asked, or another person sits here."""
        self._turn += 1
        self._asked = None
        self._given = None

    def _ask_for_card(self, asked: _Asked, then: Answer) -> None:
        wanted = self._cards.wanted_of(asked.account)
        if isinstance(wanted, SignInRefusal):
            self._decline(wanted, asked.account.operator.operator_id, then)
        elif wanted:
            self._asked = asked
            then(CardAsked())
        else:
            self._approved(asked, then)

    def _approved(self, asked: _Asked, then: Answer) -> None:
        self._asked = None
        approver = asked.account.operator.operator_id
        self._given = (asked.first, asked.approval, approver)
        allowed = SecondPersonApproved(asked.approval.action.value, approver)
        self._trail.note(allowed, asked.first, asked.approval.subject)
        then(approver)

    def _decline(self, refusal: SignInRefusal, claimed: str, then: Answer) -> None:
        self._proof.note(refusal, claimed)
        then(refusal)
