"""The contract of an ID-card reader as checks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from drivers.api import CardText, DeviceState, NoCard, NoCardReason
from drivers.conformance.bench import (
    PATIENCE_S,
    SHORT_S,
    DocumentBench,
    need,
    need_cable,
    raises_unplugged,
    require,
    started,
    wait_for_state,
)

CARD = "an ID card on the reader"


def document_reader_reads_a_card(bench: DocumentBench) -> None:
    """A card becomes text, whose repr shows nothing of it."""
    facts = bench.reader.open()
    require(facts.simulated == bench.reader.simulated, "facts say honestly if simulated")
    need(bench.lay_card, CARD)()
    card = bench.reader.read(PATIENCE_S)
    if not isinstance(card, CardText):
        raise AssertionError(f"a good card must be read, not {card}")
    shown = repr(card)
    secrets = (card.name, card.number, card.address, card.authority, str(card.birth.year))
    require(not any(secret in shown for secret in secrets), "the repr of a card is masked")


def document_reader_times_out(bench: DocumentBench) -> None:
    """No card: a value, not an error."""
    bench.reader.open()
    outcome = bench.reader.read(SHORT_S)
    require(outcome == NoCard(NoCardReason.TIMEOUT), "without a card it gives NoCard TIMEOUT")


def document_reader_cancels(bench: DocumentBench) -> None:
    """Cancel from another thread ends a read."""
    bench.reader.open()
    result = started(lambda: bench.reader.read(PATIENCE_S * 3))
    wait_for_state(bench.reader, DeviceState.BUSY)
    bench.reader.cancel()
    require(result() == NoCard(NoCardReason.CANCELLED), "cancel gives NoCard CANCELLED")


def document_reader_survives_unplugging(bench: DocumentBench) -> None:
    """Unplugged in mid-read: DeviceUnplugged; plugged in again: the same object reads."""
    cable = need_cable(bench.cable)
    bench.reader.open()
    result = started(lambda: bench.reader.read(PATIENCE_S * 3))
    wait_for_state(bench.reader, DeviceState.BUSY)
    cable.unplug()
    require(raises_unplugged(result), "unplugging in mid-read raises DeviceUnplugged")
    cable.plug_in()
    wait_for_state(bench.reader, DeviceState.READY)
    need(bench.lay_card, CARD)()
    require(isinstance(bench.reader.read(PATIENCE_S), CardText), "plugged in again it reads")


def document_reader_closes(bench: DocumentBench) -> None:
    """Close twice is harmless; a read afterwards is a bug; open brings it back."""
    bench.reader.open()
    bench.reader.close()
    bench.reader.close()
    try:
        bench.reader.read(SHORT_S)
    except RuntimeError:
        bench.reader.open()
        return
    raise AssertionError("a read on a closed reader must raise RuntimeError")


DOCUMENT_READER_CHECKS: Sequence[Callable[[DocumentBench], None]] = (
    document_reader_reads_a_card,
    document_reader_times_out,
    document_reader_cancels,
    document_reader_survives_unplugging,
    document_reader_closes,
)
