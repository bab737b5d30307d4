"""How a command opens the station's store: by an operator's passphrase, asked and never shown.

A passphrase on a command line would be in the list of processes, so it comes from the terminal,
or from standard input as one line when there is no terminal.
"""

import argparse
import getpass
import sys
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from station.cli.card import card_sentence, read_card
from station.cli.noting import note_refused
from station.domain.audit import ActionRefused, RefusalReason, SignInRefused
from station.domain.people import Account, Operator
from station.domain.rights import Action, may
from station.services.card_sign_in import registers_first_card
from station.services.guard import PROGRAM
from station.services.log_witnesses import witnesses_of
from station.services.places import Places
from station.services.status import SignInFailure, SignInRefusal
from station.settings import NO_DEVICE, SecondFactor, Settings, load_settings
from station.store.database import Database, open_for_reading
from station.store.health import open_checked
from station.store.keyring import KeyringFile, Refused, Unlocked
from station.store.operators import Operators
from station.store.rotation import settle_rotation

MAX_LINE = 1024
WITHOUT_RIGHT = "您没有办理这一项的权限，什么都没有改动。请换有权限的人员再办。"
GIVEN_PASSPHRASE = "这是别人给的口令，请先改成自己的（station keys passphrase）再办。"  # noqa: S105 - a sentence


class NotOpened(Exception):
    """The store stays shut; the text is a sentence for who asked."""


@dataclass(frozen=True)
class OpenedStore:
    """What a command that has been let in works with."""

    settings: Settings
    places: Places
    unlocked: Unlocked = field(repr=False)
    operator: Operator

    def for_reading(self) -> Database:
        """A connection that changes nothing. Raises StoreError."""
        return open_for_reading(self.places.database, self.unlocked.keyring.database)

    def for_writing(self) -> Database:
        """A connection to a log whose end is what was stored last. Raises StoreError."""
        keys = self.unlocked.keyring
        return open_checked(self.places.database, keys.database, witnesses_of(keys, self.places))


def add_opening(parser: argparse.ArgumentParser) -> None:
    """Options by which somebody opens the store."""
    parser.add_argument("--config", type=Path, required=True, help="settings file (TOML)")
    parser.add_argument(
        "--account", required=True, help="your account; the passphrase is asked, or read from stdin"
    )


def open_store(arguments: argparse.Namespace, action: Action) -> OpenedStore:
    """Ask for the passphrase of `arguments.account`, open, and check the right to `action`.

    Who has the passphrase and is not let in all the same is in the trail, as on a screen; a wrong
    passphrase opens no trail and is counted in the keyring.

    Raises:
        NotOpened: refused, with a sentence.
        SettingsError, StoreError, OSError: the surroundings forbid it.
    """
    settings = load_settings(arguments.config)
    places = Places.of(settings)
    file = KeyringFile.read(places.keyring)
    answer = file.unlock_with_passphrase(arguments.account, ask_passphrase("口令："))
    if isinstance(answer, Refused):
        raise NotOpened(refusal_sentence(answer))
    # A change of the key that was killed may have left the file under the next one.
    settle_rotation(places.database, file, answer, witnesses=witnesses_of(answer.keyring, places))
    opened = partial(OpenedStore, settings, places, answer)
    operator = _let_in(opened(PROGRAM), arguments.account, action)
    store = opened(operator)
    if not may(operator.roles, action):
        note_refused(store, ActionRefused(action))
        raise NotOpened(WITHOUT_RIGHT)
    return store


def _let_in(store: OpenedStore, claimed: str, action: Action) -> Operator:
    """Whose account it is, once their card is shown, too. Raises NotOpened, StoreError."""
    with closing(store.for_reading()) as database:
        accounts = Operators(database).accounts()
    account = next((one for one in accounts if one.operator.operator_id == claimed), None)
    if account is None:
        note_refused(store, SignInRefused(RefusalReason.UNKNOWN))
        raise NotOpened(WITHOUT_RIGHT)
    if not account.enabled:
        note_refused(store, SignInRefused(RefusalReason.DISABLED, claimed))
        raise NotOpened(WITHOUT_RIGHT)
    try:
        prove_card(store.settings, account, accounts)
    except NotOpened:
        note_refused(store, SignInRefused(RefusalReason.CARD_WRONG, claimed))
        raise
    if account.must_change and action is not Action.CHANGE_OWN_PASSPHRASE:
        # Somebody else knows it: what is done with it may not be done by its holder.
        note_refused(store, SignInRefused(RefusalReason.WITHOUT_RIGHT, claimed))
        raise NotOpened(GIVEN_PASSPHRASE)
    return account.operator


def prove_card(settings: Settings, account: Account, accounts: tuple[Account, ...] = ()) -> None:
    """The second factor of the screen holds here, too. Raises NotOpened.

    `accounts` are asked whether this is the admin who comes to register the first card.
    """
    without_policy = settings.second_factor is SecondFactor.NONE
    if account.card_fingerprint is None:
        if without_policy or registers_first_card(account, accounts):
            return
        raise NotOpened(card_sentence(SignInRefusal(SignInFailure.NO_CARD_REGISTERED)))
    if without_policy and settings.smart_card.driver == NO_DEVICE:
        return
    answer = read_card(settings, account.card_fingerprint, ask_passphrase)
    if isinstance(answer, SignInRefusal):
        raise NotOpened(card_sentence(answer) + "什么都没有改动。")


def ask_passphrase(prompt: str) -> str:
    """From the terminal without an echo, or one line of standard input."""
    if sys.stdin.isatty():
        return getpass.getpass(prompt)
    return sys.stdin.readline(MAX_LINE).rstrip("\r\n")


def ask_line(prompt: str) -> str:
    """What names a person: asked like a passphrase, for every user may list processes; shown."""
    if sys.stdin.isatty():
        return input(prompt).strip()
    return sys.stdin.readline(MAX_LINE).strip()


def refusal_sentence(refused: Refused) -> str:
    """Why a passphrase did not open the keyring: wrong, or not looked at for a while."""
    if refused.wait_s > 0:
        return f"口令多次不对，请等 {round(refused.wait_s)} 秒后再试，数据没有改动。"
    return "账号或口令不对，数据没有改动，请核对后再试。"
