"""The simulated ID-card reader: cards in, out, askew."""

from __future__ import annotations

import time

import pytest

from drivers.api import CardText, NoCard, NoCardReason
from drivers.errors import DeviceFault
from drivers.simulated.document_reader import CardHand, SimulatedDocumentReader
from drivers.simulated.people import people
from tests.support.drivers_rig import in_background


@pytest.fixture
def hand() -> CardHand:
    return CardHand()


@pytest.fixture
def reader(hand: CardHand) -> SimulatedDocumentReader:
    reader = SimulatedDocumentReader(hand, reading_ms=0)
    reader.open()
    return reader


def test_the_card_that_lies_there_is_read(reader: SimulatedDocumentReader, hand: CardHand) -> None:
    hand.lay_card(people()[4])
    card = reader.read(5)
    assert isinstance(card, CardText)
    assert card.number == people()[4].number


def test_a_card_laid_askew_cannot_be_read(reader: SimulatedDocumentReader, hand: CardHand) -> None:
    hand.lay_card_half(people()[4])
    assert reader.read(5) == NoCard(NoCardReason.UNREADABLE)
    hand.lay_card(people()[4])
    assert isinstance(reader.read(5), CardText)


def test_a_card_taken_while_it_is_read_moved_away(hand: CardHand) -> None:
    reader = SimulatedDocumentReader(hand, reading_ms=10_000)
    reader.open()
    reading = in_background(lambda: reader.read(20))
    while not reading.done():
        hand.lay_card(people()[0])
        time.sleep(0.001)
        hand.take_card()
    assert reading.result() == NoCard(NoCardReason.MOVED_AWAY)


def test_a_stalled_reader_is_a_fault(reader: SimulatedDocumentReader, hand: CardHand) -> None:
    hand.lay_card(people()[0])
    hand.stall()
    with pytest.raises(DeviceFault):
        reader.read(0.01)


def test_a_read_before_open_is_a_bug(hand: CardHand) -> None:
    with pytest.raises(RuntimeError, match="not open"):
        SimulatedDocumentReader(hand).read(1)
