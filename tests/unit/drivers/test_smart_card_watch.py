"""Readers and cards that come and go, and what the driver makes of the service's refusals."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from drivers.api import (
    CardPresence,
    CardRefusal,
    CardRefused,
    CardSignature,
    CardSlot,
    DeviceState,
    Pin,
    PivCard,
    PresenceKind,
)
from drivers.errors import (
    DeviceBusy,
    DeviceNotFound,
    DeviceUnplugged,
    DriverMissing,
    OptionInvalid,
)
from drivers.registry import open_driver
from drivers.smartcard.reader import PcscSmartCardReader
from tests.support.drivers_piv_card import OTHER_PIN, RIGHT_PIN, PivChip, p256_key
from tests.support.drivers_scripted_pcsc import T0, ScriptedPcsc
from tests.support.pcsc_card import PATIENCE_S, POLL_S, wait_until

SLIT, PAD = "Slit 00", "Pad 01"


@pytest.fixture
def pcsc() -> ScriptedPcsc:
    return ScriptedPcsc(SLIT)


@pytest.fixture
def reader(pcsc: ScriptedPcsc) -> Iterator[PcscSmartCardReader]:
    reader = PcscSmartCardReader(lambda: pcsc)
    reader.open()
    yield reader
    reader.close()


@pytest.fixture
def chip() -> PivChip:
    return PivChip({0x9A: p256_key(1)})


def wait_for(reader: PcscSmartCardReader, state: DeviceState) -> str:
    end = time.monotonic() + PATIENCE_S
    while (now := reader.status()).state is not state:
        assert time.monotonic() < end, f"waited in vain for {state}"
        time.sleep(POLL_S / 10)
    return now.detail


def put_in(pcsc: ScriptedPcsc, reader: PcscSmartCardReader, chip: PivChip) -> None:
    pcsc.insert(SLIT, chip)
    assert isinstance(reader.await_card(PATIENCE_S), CardPresence)


def test_a_reader_is_pulled_and_plugged_in_again(
    pcsc: ScriptedPcsc, reader: PcscSmartCardReader, chip: PivChip
) -> None:
    pcsc.unplug(SLIT)
    assert wait_for(reader, DeviceState.UNPLUGGED) == "reader"
    assert reader.presence() is None
    for ask in (reader.read, reader.pin_tries, lambda: reader.await_card(PATIENCE_S)):
        with pytest.raises(DeviceUnplugged, match="reader"):
            ask()
    assert reader.await_removal(PATIENCE_S), "a card in a reader that is gone is gone"
    pcsc.plug(SLIT)
    wait_for(reader, DeviceState.READY)
    put_in(pcsc, reader, chip)
    assert isinstance(reader.read(), PivCard)


def test_a_second_reader_is_noticed(pcsc: ScriptedPcsc, reader: PcscSmartCardReader) -> None:
    pcsc.plug(PAD)
    pcsc.insert(PAD, PivChip({0x9A: p256_key(2)}))
    found = reader.await_card(PATIENCE_S)
    assert isinstance(found, CardPresence)
    assert (found.reader, found.kind) == (PAD, PresenceKind.CHIP)


def test_the_service_stops_and_starts(pcsc: ScriptedPcsc, reader: PcscSmartCardReader) -> None:
    pcsc.run_service(False)
    assert wait_for(reader, DeviceState.UNPLUGGED) == "service_stopped"
    with pytest.raises(DeviceNotFound, match="service_not_running"):
        PcscSmartCardReader(lambda: pcsc).open()
    with pytest.raises(DeviceNotFound, match="service_not_running"):
        reader.open()
    pcsc.run_service(True)
    wait_for(reader, DeviceState.READY)


def test_a_resting_watch_asks_nothing(pcsc: ScriptedPcsc, reader: PcscSmartCardReader) -> None:
    wait_until(lambda: pcsc.rests, "the watch to rest")
    before = len(pcsc.asked)
    reader.await_card(0.2)
    assert len(pcsc.asked) == before


def test_the_card_is_reset_only_after_a_pin(
    pcsc: ScriptedPcsc, reader: PcscSmartCardReader, chip: PivChip
) -> None:
    put_in(pcsc, reader, chip)
    reader.read()
    with Pin(RIGHT_PIN) as pin:
        reader.sign(CardSlot.AUTHENTICATION, b"challenge", pin)
    assert pcsc.dispositions == [0, 1]


def test_a_card_that_another_program_left_unlocked_is_counted(
    pcsc: ScriptedPcsc, reader: PcscSmartCardReader, chip: PivChip
) -> None:
    put_in(pcsc, reader, chip)
    for command in ("00A4040005A000000308", "0020008008" + RIGHT_PIN.hex() + "FFFF"):
        chip.answer(bytes.fromhex(command))
    assert chip.verified
    assert reader.pin_tries() == 3
    assert not chip.verified


def test_a_card_of_protocol_t0_signs(
    pcsc: ScriptedPcsc, reader: PcscSmartCardReader, chip: PivChip
) -> None:
    pcsc.protocol = T0
    put_in(pcsc, reader, chip)
    assert isinstance(reader.read(), PivCard)
    assert reader.pin_tries() == 3
    with Pin(RIGHT_PIN) as pin:
        signed = reader.sign(CardSlot.AUTHENTICATION, b"challenge", pin)
    assert isinstance(signed, CardSignature)


@pytest.mark.parametrize("entered", [RIGHT_PIN, OTHER_PIN])
def test_no_copy_of_a_pin_is_left_behind(
    pcsc: ScriptedPcsc, reader: PcscSmartCardReader, chip: PivChip, entered: bytes
) -> None:
    put_in(pcsc, reader, chip)
    with Pin(entered) as pin:
        reader.sign(CardSlot.AUTHENTICATION, b"challenge", pin)
        assert repr(pin) == "Pin(…)"
    assert all(set(sent) == {0} for sent in pcsc.transmitted)
    with pytest.raises(RuntimeError, match="wiped"):
        pin.padded()


@pytest.mark.parametrize("digits", [b"12345", b"123456789", b"12345a", b""])
def test_what_can_be_no_pin_costs_no_try(digits: bytes) -> None:
    with pytest.raises(ValueError, match="6 to 8 digits") as raised:
        Pin(digits)
    assert not digits or digits.decode() not in str(raised.value)


def test_refusals_of_the_service_are_told_apart(
    pcsc: ScriptedPcsc, reader: PcscSmartCardReader, chip: PivChip
) -> None:
    put_in(pcsc, reader, chip)
    for call in ("SCardConnect", "SCardBeginTransaction", "SCardTransmit"):
        pcsc.fails = {call: 0x80100017}
        with pytest.raises(DeviceUnplugged, match="reader"):
            reader.read()
        pcsc.fails = {call: 0x8010001E}
        with pytest.raises(DeviceUnplugged, match="service_stopped"):
            reader.read()
    pcsc.fails = {"SCardConnect": 0x8010000B}
    with pytest.raises(DeviceBusy, match="other_program"):
        reader.read()
    pcsc.fails = {"SCardConnect": 0x80100069}
    assert reader.read() == CardRefused(CardRefusal.NO_CARD)
    pcsc.fails = {"SCardTransmit": 0x80100069}
    assert reader.read() == CardRefused(CardRefusal.PULLED)
    pcsc.fails = {"SCardConnect": 0x80100066}
    assert reader.read() == CardRefused(CardRefusal.UNREADABLE)
    pcsc.fails = {}
    assert isinstance(reader.read(), PivCard)


def test_a_station_without_the_library_says_so() -> None:
    def absent() -> ScriptedPcsc:
        raise DriverMissing("pcsc", "no library")

    reader = PcscSmartCardReader(absent)
    with pytest.raises(DriverMissing):
        reader.open()
    assert reader.status().state is DeviceState.UNPLUGGED
    with pytest.raises(RuntimeError, match="not open"):
        reader.read()


def test_smart_cards_are_not_moved_into_another_process() -> None:
    with pytest.raises(OptionInvalid, match="smart_card"):
        open_driver("smart_card", "pcsc", {}, mode="live", isolated=True)
    with pytest.raises(OptionInvalid, match="reader"):
        open_driver("smart_card", "pcsc", {"reader": 3}, mode="live")
