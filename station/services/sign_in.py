"""Who works at the station: passphrase, card where policy says so, and the second person."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from station.domain.approvals import Approval
from station.domain.audit import OperatorSignedIn, OperatorSignedOut, SignInMethod, SignOutReason
from station.domain.passphrases import weakness
from station.domain.people import Account, Operator
from station.services.card_sign_in import CardSignIn, registers_first_card
from station.services.guard import PROGRAM
from station.services.key_access import KeyAccess
from station.services.proof import WEAKNESSES, Proof
from station.services.runner import Lane, Runner
from station.services.second_person import Answer, SecondPerson
from station.services.status import SignInFailure, SignInRefusal, SignInState
from station.services.store_room import StoreRoom
from station.services.trail import Trail
from station.store.errors import StoreError

Result = TypeVar("Result")
_TWO_FACTORS = (SignInMethod.CARD, SignInMethod.RECOVERY)


class SignInService:
    """Signs operators in and out; checks a second person without ending the first one's work."""

    def __init__(
        self, room: StoreRoom, runner: Runner, keys: KeyAccess, cards: CardSignIn, trail: Trail
    ) -> None:
        self._room = room
        self._runner = runner
        self._cards = cards
        self._trail = trail
        self._proof = Proof(room, runner, keys, trail)
        self._second = SecondPerson(self._proof, cards, trail)
        self._accounts: tuple[Account, ...] = ()
        self._listeners: list[Callable[[SignInState], None]] = []
        self._author = PROGRAM
        self._claim: Account | None = None
        self._method = SignInMethod.PASSPHRASE
        self._turn = 0
        self.state = SignInState()

    # --- what the screens look at -------------------------------------------------------------

    def on_change(self, listener: Callable[[SignInState], None]) -> None:
        """Call `listener` with every new state."""
        self._listeners.append(listener)

    def load(self) -> None:
        """Read who may sign in here; who may not any more, or has other roles, is put out."""

        def work() -> tuple[Account, ...] | None:
            try:
                return self._room.operators.accounts()
            except StoreError:  # who was known stays known; a failing disk says so where they work
                return None

        self._runner.call(Lane.DATABASE, work, self._loaded)

    def operators(self) -> tuple[Operator, ...]:
        """Everybody who may sign in here."""
        return tuple(account.operator for account in self._accounts if account.enabled)

    @property
    def actor(self) -> str:
        """Id of whoever is signed in; events are theirs.

        While the station is locked, of who locked it: the visit under way is still their work, and
        `system` is the program alone.
        """
        return self._author.operator_id

    @property
    def author(self) -> Operator:
        """The same as a person with roles, as they were at sign-in."""
        return self._author

    # --- signing in and out -------------------------------------------------------------------

    def sign_in(self, operator_id: str, passphrase: str) -> None:
        """Check the passphrase off the UI thread and become that operator, or say why not.

        Whoever was signed in is not any more, whatever comes of it.
        """
        if self.state.busy:
            return
        self._hand_over()
        self._begin(SignInState(busy=True))
        self._proof.of_passphrase(operator_id, passphrase, self._this_turn(self._proven))

    def enter(self, operator_id: str, method: SignInMethod = SignInMethod.PASSPHRASE) -> None:
        """Become the operator who has just opened the station with a key of their own.

        A card with its PIN is two factors, and so is the recovery key with a new passphrase; after
        a passphrase alone the card is asked for as ever.
        """
        self._hand_over()
        self._begin(SignInState(busy=True))
        self._method = method
        self.load()
        self._proof.account(operator_id, self._this_turn(self._proven))

    def sign_in_card(self, pin: str) -> None:
        """The claimant's card, which is in the reader, signs a challenge with this PIN."""
        account = self._claim
        if account is None or not self.state.needs_card or self.state.busy:
            return
        self._show(replace(self.state, busy=True, failure=None))

        def deliver(refusal: SignInRefusal | None) -> None:
            if refusal is None:
                self._method = SignInMethod.PASSPHRASE_AND_CARD
                self._ask_for_own_passphrase(account)
            else:
                self._proof.note(refusal, account.operator.operator_id)
                self._refuse(refusal, self.state)

        self._cards.prove(account, pin, self._this_turn(deliver))

    def change_passphrase(self, passphrase: str) -> None:
        """Replace the passphrase that somebody else gave, and be signed in."""
        account = self._claim
        if account is None or not self.state.must_change or self.state.busy:
            return
        weak = weakness(passphrase, account.operator)
        if weak is not None:
            self._show(replace(self.state, failure=WEAKNESSES[weak]))
            return
        self._show(replace(self.state, busy=True, failure=None))

        def deliver(failure: SignInFailure | None) -> None:
            if failure is None:
                self._enter(account)
            else:
                self._show(replace(self.state, busy=False, failure=failure))

        self._proof.set_passphrase(account, passphrase, self._this_turn(deliver))

    def renew_passphrase(
        self, old: str, new: str, then: Callable[[SignInRefusal | None], None]
    ) -> None:
        """Let whoever is signed in change their own passphrase; the old one proves that it is they.

        `then` gets None when the new one holds.
        """
        operator = self.state.operator
        if operator is None:
            then(SignInRefusal(SignInFailure.NOT_ALLOWED))
            return
        weak = weakness(new, operator)
        if weak is not None:
            then(SignInRefusal(WEAKNESSES[weak]))
            return

        def proven(account: Account | SignInRefusal) -> None:
            if isinstance(account, SignInRefusal):
                then(account)
                return
            self._proof.set_passphrase(
                account, new, lambda failed: then(SignInRefusal(failed) if failed else None)
            )

        self._proof.of_passphrase(operator.operator_id, old, proven)

    def sign_out(self, reason: SignOutReason = SignOutReason.ASKED) -> None:
        """Lock the station, or give up signing in; open work stays as it is, and whose it is."""
        operator = self.state.operator
        if operator is not None:
            self._trail.note(OperatorSignedOut(reason), operator.operator_id)
        self._cards.cancel()
        self._begin(SignInState())

    # --- the second person --------------------------------------------------------------------

    def approve(self, operator_id: str, passphrase: str, approval: Approval, then: Answer) -> None:
        """Check a second person, who must be another one than is signed in and may allow this.

        `then` gets their id, or `CardAsked` where their card is wanted (`approve_card`), or why
        not. Wrong tries count as at sign-in. Behind the lock nobody is asked anything.
        """
        if self.state.operator is None:
            then(SignInRefusal(SignInFailure.NOT_ALLOWED))
            return
        self._second.approve(self.actor, operator_id, passphrase, approval, then)

    def approve_card(self, pin: str, then: Answer) -> None:
        """The second person's card signs a challenge with this PIN, after `CardAsked`."""
        self._second.approve_card(pin, then)

    def take_approval(self, approval: Approval, approver: str) -> bool:
        """Whether `approver` has just allowed this to whoever is signed in; a word counts once."""
        return self._second.take(self.actor, approval, approver)

    # --- inside -------------------------------------------------------------------------------

    def _proven(self, account: Account | SignInRefusal) -> None:
        """The passphrase is done with; the card comes next, where it is asked for."""
        if isinstance(account, SignInRefusal):
            self._refuse(account)
            return
        first = registers_first_card(account, self._accounts)
        wanted = self._method not in _TWO_FACTORS and self._cards.wanted_of(account, first)
        if isinstance(wanted, SignInRefusal):
            self._proof.note(wanted, account.operator.operator_id)
            self._refuse(wanted)
        elif wanted:
            self._claim = account
            self._show(SignInState(claimant=account.operator, needs_card=True))
        else:
            self._ask_for_own_passphrase(account)

    def _ask_for_own_passphrase(self, account: Account) -> None:
        if account.must_change and self._method is not SignInMethod.CARD:
            self._claim = account
            self._show(SignInState(claimant=account.operator, must_change=True))
        else:
            self._enter(account)

    def _enter(self, account: Account) -> None:
        self._claim = None
        self._trail.note(OperatorSignedIn(self._method), account.operator.operator_id)
        self._show(SignInState(operator=account.operator))
        self.load()

    def _refuse(self, refusal: SignInRefusal, stays: SignInState | None = None) -> None:
        """Say why. `stays` is how far the claimant has come and remains."""
        self._show(
            replace(
                stays or SignInState(),
                busy=False,
                failure=refusal.failure,
                wait_s=refusal.wait_s,
                tries_left=refusal.tries_left,
            )
        )

    def _this_turn(self, then: Callable[[Result], None]) -> Callable[[Result], None]:
        """`then`, unless somebody gave up or locked the screen meanwhile."""
        turn = self._turn

        def deliver(result: Result) -> None:
            if self._turn == turn:
                then(result)

        return deliver

    def _hand_over(self) -> None:
        if self.state.operator is not None:
            self.sign_out(SignOutReason.HANDOVER)

    def _begin(self, state: SignInState) -> None:
        """Whatever was under way is of the past."""
        self._turn += 1
        self._claim = None
        self._method = SignInMethod.PASSPHRASE
        self._second.forget()
        self._show(state)

    def _loaded(self, accounts: tuple[Account, ...] | None) -> None:
        if accounts is None or accounts == self._accounts:
            return
        self._accounts = accounts
        here = self.state.operator
        if here is None:
            self._show(self.state)
            return
        now = next((one for one in self.operators() if one.operator_id == here.operator_id), None)
        if now is None or now.roles != here.roles:
            self.sign_out(SignOutReason.RIGHTS_CHANGED)
        else:
            self._show(replace(self.state, operator=now))

    def _show(self, state: SignInState) -> None:
        self.state = state
        if state.operator is not None:
            self._author = state.operator
        for listener in self._listeners:
            listener(state)
