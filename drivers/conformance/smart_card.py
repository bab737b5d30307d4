"""The contract of a smart-card reader as checks; whether a signature is right, others verify."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from drivers.api import (
    CardRefusal,
    CardRefused,
    CardSignature,
    CardSlot,
    DeviceState,
    Pin,
    PivCard,
    PresenceKind,
)
from drivers.conformance.bench import (
    PATIENCE_S,
    SHORT_S,
    Skipped,
    SmartCardBench,
    need,
    need_cable,
    raises_unplugged,
    require,
    started,
    wait_for_state,
)

CARD = "a PIV card"
MESSAGE = b"conformance"


def _with_card(bench: SmartCardBench) -> None:
    bench.reader.open()
    need(bench.insert, CARD)()
    found = bench.reader.await_card(PATIENCE_S)
    require(not isinstance(found, CardRefused), "a card that is put in is noticed")


def _pin(bench: SmartCardBench) -> tuple[bytes, bytes]:
    """The right PIN and a wrong one."""
    if bench.pin is None:
        raise Skipped("a PIN to try")
    return bench.pin, bench.pin[::-1]


def smart_card_comes_and_goes(bench: SmartCardBench) -> None:
    """A card is noticed when it is put in and when it is pulled."""
    facts = bench.reader.open()
    require(facts.simulated == bench.reader.simulated, "facts say honestly if simulated")
    _with_card(bench)
    shown = bench.reader.presence()
    require(shown is not None and shown.kind is PresenceKind.CHIP, "presence shows the card")
    need(bench.pull, CARD)()
    require(bench.reader.await_removal(PATIENCE_S), "a card that is pulled is noticed")
    shown = bench.reader.presence()
    require(shown is not None and not shown.present, "presence shows the empty reader")


def smart_card_times_out(bench: SmartCardBench) -> None:
    """No card: a value, not an error."""
    bench.reader.open()
    outcome = bench.reader.await_card(SHORT_S)
    require(outcome == CardRefused(CardRefusal.TIMEOUT), "without a card it says TIMEOUT")
    for ask in (bench.reader.read, bench.reader.pin_tries):
        require(ask() == CardRefused(CardRefusal.NO_CARD), "without a card it says NO_CARD")


def smart_card_cancels(bench: SmartCardBench) -> None:
    """Cancel from another thread ends the waiting."""
    bench.reader.open()
    result = started(lambda: bench.reader.await_card(PATIENCE_S * 3))
    wait_for_state(bench.reader, DeviceState.BUSY)
    bench.reader.cancel()
    require(result() == CardRefused(CardRefusal.CANCELLED), "cancel gives CANCELLED")


def smart_card_says_who_it_is(bench: SmartCardBench) -> None:
    """Identity and certificates without a PIN; nothing of them in the repr."""
    _with_card(bench)
    card = bench.reader.read()
    if not isinstance(card, PivCard):
        raise AssertionError(f"a PIV card must be read, not {card}")
    require(bool(card.certificates), "its certificates are read")
    require(repr(card) == "PivCard()", "the repr of a card is masked")


def smart_card_signs_with_its_pin(bench: SmartCardBench) -> None:
    """Right PIN: a signature with its certificate; no PIN: PIN_NEEDED, also right after."""
    right, _ = _pin(bench)
    _with_card(bench)
    with Pin(right) as pin:
        signed = bench.reader.sign(CardSlot.AUTHENTICATION, MESSAGE, pin)
    if not isinstance(signed, CardSignature):
        raise AssertionError(f"with its PIN a card signs, not {signed}")
    card = bench.reader.read()
    require(isinstance(card, PivCard), "the card is still read")
    assert isinstance(card, PivCard)
    same = card.certificates.get(CardSlot.AUTHENTICATION) == signed.certificate
    require(same, "a signature comes with the certificate of its slot")
    unlocked = bench.reader.sign(CardSlot.AUTHENTICATION, MESSAGE, None)
    require(unlocked == CardRefused(CardRefusal.PIN_NEEDED), "a PIN is good for one call only")


def smart_card_counts_wrong_pins(bench: SmartCardBench) -> None:
    """A wrong PIN says how many tries are left; the right one makes up for it."""
    right, wrong = _pin(bench)
    _with_card(bench)
    before = bench.reader.pin_tries()
    if not isinstance(before, int):
        raise AssertionError(f"the tries left are a number, not {before}")
    with Pin(wrong) as pin:
        refused = bench.reader.sign(CardSlot.AUTHENTICATION, MESSAGE, pin)
    expected = CardRefused(CardRefusal.WRONG_PIN, before - 1)
    require(refused == expected, "a wrong PIN gives WRONG_PIN with one try less")
    require(bench.reader.pin_tries() == before - 1, "the card counts")
    with Pin(right) as pin:
        bench.reader.sign(CardSlot.AUTHENTICATION, MESSAGE, pin)
    require(bench.reader.pin_tries() == before, "the right PIN sets the count back")


def smart_card_survives_unplugging(bench: SmartCardBench) -> None:
    """Unplugged while waiting: DeviceUnplugged; plugged in again: the same object reads."""
    cable = need_cable(bench.cable)
    bench.reader.open()
    result = started(lambda: bench.reader.await_card(PATIENCE_S * 3))
    wait_for_state(bench.reader, DeviceState.BUSY)
    cable.unplug()
    require(raises_unplugged(result), "unplugging while waiting raises DeviceUnplugged")
    wait_for_state(bench.reader, DeviceState.UNPLUGGED)
    cable.plug_in()
    wait_for_state(bench.reader, DeviceState.READY)
    need(bench.insert, CARD)()
    found = bench.reader.await_card(PATIENCE_S)
    require(not isinstance(found, CardRefused), "plugged in again it notices a card")


def smart_card_closes(bench: SmartCardBench) -> None:
    """Close twice is harmless; a read afterwards is a bug; open brings it back."""
    bench.reader.open()
    bench.reader.close()
    bench.reader.close()
    try:
        bench.reader.read()
    except RuntimeError:
        bench.reader.open()
        return
    raise AssertionError("a read on a closed reader must raise RuntimeError")


SMART_CARD_CHECKS: Sequence[Callable[[SmartCardBench], None]] = (
    smart_card_comes_and_goes,
    smart_card_times_out,
    smart_card_cancels,
    smart_card_says_who_it_is,
    smart_card_signs_with_its_pin,
    smart_card_counts_wrong_pins,
    smart_card_survives_unplugging,
    smart_card_closes,
)
