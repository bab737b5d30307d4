"""What people type to come in is nowhere afterwards: not in the trail, no log, no file."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from station.domain.approvals import Approval
from station.domain.audit import OperatorSignedIn, SignInRefused
from station.domain.rights import Action
from station.services.status import CardAsked, SignInFailure
from station.services.technical_log import LogCode, TechnicalLog, places_of
from station.settings import SecondFactor
from tests.support.people_station import (
    CLERK,
    SECOND,
    SECURITY,
    HandClock,
    PeopleStation,
    collected,
    simulated_reader,
)
from tests.support.privacy_canaries import files_below, search, text_canary
from tests.support.privacy_pages import decrypted_pages
from tests.support.store_cases import KEY
from tests.support.store_keys import TEST_COST

PIN, WRONG_PIN, SECONDS_PIN = "90217463", "84019375", "61740283"
RIGHT, SECONDS = "willow canary seven", "orchid canary nine"
MISTYPED = "willow canary sevne"
IN_THE_ACCOUNT_FIELD = "magpie canary twelve"
SECRETS = {
    "PIN": PIN,
    "wrong PIN": WRONG_PIN,
    "second person's PIN": SECONDS_PIN,
    "passphrase": RIGHT,
    "second person's passphrase": SECONDS,
    "mistyped passphrase": MISTYPED,
    "passphrase in the account's field": IN_THE_ACCOUNT_FIELD,
}
ASKED = Approval(Action.APPROVE_FINGER_EXCEPTION, "ab" * 16)


@pytest.fixture
def station(tmp_path: Path) -> Iterator[PeopleStation]:
    """Everybody's card is wanted; PINs and passphrases are canaries."""
    cards: dict[str, Any] = {}
    _, reader = simulated_reader(cards)
    made = PeopleStation(tmp_path, HandClock(), reader, SecondFactor.CARD, cards)
    made.employ(CLERK, SECOND, SECURITY)
    for operator, passphrase, pin in ((CLERK, RIGHT, PIN), (SECOND, SECONDS, SECONDS_PIN)):
        made.give_card(operator).pin = pin.encode()
        made.file.set_passphrase(made.unlocked, operator.operator_id, passphrase, TEST_COST)
    yield made
    made.close()


def come_in(station: PeopleStation) -> None:
    """The clerk errs in every field and comes in; a second person allows something."""
    reader: Any = station.reader
    hand, service = reader.hand, station.sign_in
    failures = []
    for account, passphrase in ((IN_THE_ACCOUNT_FIELD, RIGHT), ("desk01", MISTYPED)):
        service.sign_in(account, passphrase)
        failures.append(service.state.failure)
    hand.insert_card("desk01")
    service.sign_in("desk01", RIGHT)
    service.sign_in_card(WRONG_PIN)
    failures.append(service.state.failure)
    assert failures == [SignInFailure.WRONG, SignInFailure.WRONG, SignInFailure.PIN_WRONG]
    service.sign_in_card(PIN)
    assert service.state.operator == CLERK
    answers, then = collected()
    hand.insert_card("desk02")
    service.approve("desk02", MISTYPED, ASKED, then)
    service.approve("desk02", SECONDS, ASKED, then)
    service.approve_card(SECONDS_PIN, then)
    assert answers[1:] == [CardAsked(), "desk02"]


def fall_over(log: TechnicalLog) -> None:
    """A bug whose text holds a PIN."""
    try:
        raise ValueError(PIN)
    except ValueError as error:
        log.note(LogCode.BUG, str(error), places_of(error.__traceback__))
        log.note(LogCode.BUG, "ValueError", [PIN, *places_of(error.__traceback__)])


def test_nothing_that_was_typed_to_come_in_is_kept(
    station: PeopleStation, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    come_in(station)
    fall_over(TechnicalLog(tmp_path / "log", lambda: 1_790_000_000.0))
    assert len(station.told(SignInRefused)) == 4
    assert len(station.told(OperatorSignedIn)) == 1
    clear = tmp_path / "database-in-the-clear.bin"
    clear.write_bytes(decrypted_pages(station.store.path, KEY))
    assert b"sign_in_refused" in clear.read_bytes(), "the search must look into the trail"
    (tmp_path / "said.log").write_text(caplog.text + repr(vars(station)), encoding="utf-8")
    canaries = [text_canary(what, text) for what, text in SECRETS.items()]
    assert [str(find) for find in search([tmp_path], canaries)] == []
    assert len(list(files_below([tmp_path]))) >= 5
    clear.write_text(" ".join(SECRETS.values()), encoding="utf-8")
    assert {find.what for find in search([clear], canaries)} == set(SECRETS), "the search works"
