"""The simulated smart-card reader: cards count PINs, block, and are pulled in mid-sentence."""

from __future__ import annotations

import threading
import time

import pytest

from drivers.api import (
    CardPresence,
    CardRefusal,
    CardRefused,
    CardSecret,
    CardSignature,
    CardSlot,
    DeviceState,
    Pin,
    PresenceKind,
)
from drivers.errors import DeviceFault, DeviceUnplugged, OptionInvalid, SimulationRefused
from drivers.registry import open_driver
from drivers.simulated.commands import CommandInvalid, parse_command, perform
from drivers.simulated.smart_card import SimulatedSmartCardReader, SmartCardHand
from sync.seal import CardCertificate, agree_with_card, card_challenge, key_from_card
from tests.support.drivers_piv_card import OTHER_PIN, RIGHT_PIN, simulated_card
from tests.support.pcsc_card import PATIENCE_S

SLOT = CardSlot.AUTHENTICATION


@pytest.fixture
def hand() -> SmartCardHand:
    return SmartCardHand({"O001": simulated_card("O001"), "O002": simulated_card("O002")})


@pytest.fixture
def reader(hand: SmartCardHand) -> SimulatedSmartCardReader:
    reader = SimulatedSmartCardReader(hand, thinking_ms=0)
    reader.open()
    return reader


def signed(reader: SimulatedSmartCardReader, message: bytes, pin: bytes = RIGHT_PIN) -> object:
    with Pin(pin) as entered:
        return reader.sign(SLOT, message, entered)


def test_a_signature_is_the_card_owners(
    hand: SmartCardHand, reader: SimulatedSmartCardReader
) -> None:
    hand.insert_card("O001")
    challenge = card_challenge(b"sign-in")
    answer = signed(reader, challenge)
    assert isinstance(answer, CardSignature)
    CardCertificate(answer.certificate).verify(answer.signature, challenge)
    hand.insert_card("O002")
    other = signed(reader, challenge)
    assert isinstance(other, CardSignature)
    assert other.certificate != answer.certificate


def test_a_key_is_made_again(hand: SmartCardHand, reader: SimulatedSmartCardReader) -> None:
    hand.insert_card("O001")
    slot = CardSlot.KEY_MANAGEMENT
    certificate = CardCertificate(hand.cards["O001"].keys[slot].certificate)
    made = agree_with_card(certificate, b"slot")
    with Pin(RIGHT_PIN) as pin:
        secret = reader.agree(slot, made.point, pin)
    assert isinstance(secret, CardSecret)
    assert key_from_card(certificate, b"slot", made.point, secret.shared) == made.key


def test_a_card_counts_its_pins_wherever_it_is(
    hand: SmartCardHand, reader: SimulatedSmartCardReader
) -> None:
    hand.insert_card("O001")
    assert signed(reader, b"", OTHER_PIN) == CardRefused(CardRefusal.WRONG_PIN, 2)
    hand.insert_card("O002")
    assert reader.pin_tries() == 3
    hand.insert_card("O001")
    assert signed(reader, b"", OTHER_PIN) == CardRefused(CardRefusal.WRONG_PIN, 1)
    assert signed(reader, b"", OTHER_PIN) == CardRefused(CardRefusal.PIN_BLOCKED, 0)
    assert signed(reader, b"") == CardRefused(CardRefusal.PIN_BLOCKED, 0)
    assert RIGHT_PIN.decode() not in repr(hand.cards)


@pytest.mark.parametrize("pulled", ["card", "plug"])
def test_pulled_in_mid_challenge(hand: SmartCardHand, pulled: str) -> None:
    reader = SimulatedSmartCardReader(hand, thinking_ms=10_000)
    reader.open()
    hand.insert_card("O001")
    outcomes: list[object] = []

    def ask() -> None:
        try:
            outcomes.append(signed(reader, b"challenge"))
        except DeviceUnplugged as error:
            outcomes.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    while reader.status().state is not DeviceState.BUSY:
        time.sleep(0.001)
    (hand.pull_card if pulled == "card" else hand.unplug)()
    asking.join(PATIENCE_S)
    if pulled == "card":
        assert outcomes == [CardRefused(CardRefusal.PULLED)]
    else:
        assert isinstance(outcomes[0], DeviceUnplugged)


def test_other_cards(hand: SmartCardHand, reader: SimulatedSmartCardReader) -> None:
    hand.insert_other_card()
    assert isinstance(reader.await_card(0), CardPresence)
    assert reader.read() == CardRefused(CardRefusal.NOT_PIV)
    hand.insert_id_card()
    shown = reader.presence()
    assert shown is not None
    assert shown.kind is PresenceKind.PRESENCE_ONLY
    assert reader.read() == CardRefused(CardRefusal.NOT_PIV)
    hand.pull_card()
    assert reader.read() == CardRefused(CardRefusal.NO_CARD)


def test_a_reader_that_hangs(hand: SmartCardHand, reader: SimulatedSmartCardReader) -> None:
    hand.stall()
    with pytest.raises(DeviceFault):
        reader.read()
    hand.recover()
    assert reader.read() == CardRefused(CardRefusal.NO_CARD)


def test_commands_move_the_cards(hand: SmartCardHand) -> None:
    command = parse_command(b'{"device": "smart_card", "do": "insert_card", "person": "O002"}')
    assert command is not None
    perform(hand, command)
    assert hand.card is hand.cards["O002"]
    nobody = parse_command(b'{"device": "smart_card", "do": "insert_card", "person": "P001"}')
    assert nobody is not None
    with pytest.raises(CommandInvalid, match="nobody"):
        perform(hand, nobody)


def test_it_plays_only_in_simulation(hand: SmartCardHand) -> None:
    with pytest.raises(SimulationRefused):
        open_driver("smart_card", "simulated", {}, mode="live")
    with pytest.raises(OptionInvalid, match="thinking_ms"):
        open_driver("smart_card", "simulated", {"thinking_ms": -1}, mode="simulation")
    driver = open_driver("smart_card", "simulated", {}, mode="simulation", hand=hand)
    assert driver.hand is hand
