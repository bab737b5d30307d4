"""Practice cards are the same ones tomorrow, and never in the way of a start."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from drivers.api import CardSlot
from station.services.practice_cards import NAMES, practice_cards
from sync.seal import CardCertificate

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def certificates(kept: Path, now: datetime = NOW) -> list[bytes]:
    cards = practice_cards(now, kept)
    assert tuple(cards) == NAMES
    return [card.keys[slot].certificate for card in cards.values() for slot in CardSlot]


def test_a_card_registered_today_signs_in_tomorrow(tmp_path: Path) -> None:
    kept = tmp_path / "cards.json"
    first = certificates(kept)
    tomorrow = NOW + timedelta(days=1)
    assert certificates(kept, tomorrow) == first
    assert kept.stat().st_mode & 0o777 == 0o600
    key = practice_cards(tomorrow, kept)[NAMES[0]].keys[CardSlot.AUTHENTICATION]
    CardCertificate(key.certificate).verify(key.sign(b"challenge"), b"challenge")


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b"\xff\xfe", b'{"\xe5\x8d\xa1 A": {}}', b" " * 70_000]
)
def test_a_file_that_says_nothing_costs_yesterdays_cards_only(
    tmp_path: Path, content: bytes
) -> None:
    kept = tmp_path / "cards.json"
    kept.write_bytes(content)
    assert len(set(certificates(kept))) == len(NAMES) * len(CardSlot)
    assert len(set(certificates(tmp_path / "no" / "such" / "folder"))) == len(NAMES) * len(CardSlot)
