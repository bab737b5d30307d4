"""The bytes of smart cards: literal frames of the standards, and spoilt ones."""

from __future__ import annotations

import gzip
import random

import pytest

from drivers.api import CardAlgorithm, CardRefusal, CardSlot, Pin, PresenceKind
from drivers.smartcard.apdu import MAX_ANSWER_BYTES, CommandApdu, ask, for_t0, parse_answer
from drivers.smartcard.certificate import key_algorithm, unpack_certificate
from drivers.smartcard.piv import PivApplication
from drivers.smartcard.presence import kind_of
from drivers.smartcard.refusal import CardNonsense, CardRefuses
from drivers.smartcard.tlv import Tlv, fields, one, read_tlvs, tlv
from tests.support.drivers_piv_card import RIGHT_PIN, PivChip, certificate_for, p256_key
from tests.support.drivers_piv_fuzz import fuzz_piv

# ISO/IEC 7816-4:2013, 5.2.2.2: one length byte up to 127, then 81, 82, 83 and so many bytes.
LENGTHS = [
    (0, "00"),
    (127, "7F"),
    (128, "8180"),
    (255, "81FF"),
    (256, "820100"),
    (65536, "83010000"),
]


class Script:
    """A card that expects these commands and gives these answers."""

    def __init__(self, *exchanges: tuple[str, str]) -> None:
        self._left = [(bytes.fromhex(sent), bytes.fromhex(got)) for sent, got in exchanges]

    def exchange(self, sent: bytes | bytearray) -> bytes:
        expected, answer = self._left.pop(0)
        assert bytes(sent) == expected
        return answer

    @property
    def done(self) -> bool:
        return not self._left


@pytest.mark.parametrize(("size", "length"), LENGTHS)
def test_lengths_of_data_objects(size: int, length: str) -> None:
    written = bytes.fromhex("5FC102" + length) + bytes(size)
    assert tlv(0x5FC102, bytes(size)) == written
    assert list(read_tlvs(written)) == [Tlv(0x5FC102, bytes(size))]


@pytest.mark.parametrize(
    "spoilt",
    [
        "53",
        "5F",
        "5FC1",
        "5FC1828300",
        "5302AA",
        "5381",
        "538180",
        "5380",
        "5384000000FF",
        "1F818181AA",
    ],
)
def test_spoilt_data_objects_are_refused(spoilt: str) -> None:
    with pytest.raises(CardNonsense):
        list(read_tlvs(bytes.fromhex(spoilt)))


def test_data_objects_that_should_stand_alone_or_once() -> None:
    assert one(bytes.fromhex("5301AA"), 0x53) == b"\xaa"
    for wrong in ("", "5401AA", "5301AA5301BB"):
        with pytest.raises(CardNonsense):
            one(bytes.fromhex(wrong), 0x53)
    with pytest.raises(CardNonsense, match="twice"):
        fields(bytes.fromhex("5301AA5301BB"))


def test_short_commands() -> None:
    """ISO/IEC 7816-3:2006, 12.1.3: the four cases of a short command."""
    cases = {
        "00200080": CommandApdu(0x20, 0x00, 0x80),
        "00C0000010": CommandApdu(0xC0, 0x00, 0x00, expected=16),
        "00200080021234": CommandApdu(0x20, 0x00, 0x80, b"\x12\x34"),
        "00CB3FFF055C035FC10200": CommandApdu(
            0xCB, 0x3F, 0xFF, bytes.fromhex("5C035FC102"), expected=256
        ),
    }
    for written, command in cases.items():
        assert [part.hex().upper() for part in command.parts()] == [written]


@pytest.mark.parametrize(
    ("command", "sent"),
    [
        ("00200080", "0020008000"),
        ("00C0000010", "00C0000010"),
        ("0020008008313233343536FFFF", "0020008008313233343536FFFF"),
        ("00CB3FFF055C035FC10200", "00CB3FFF055C035FC102"),
    ],
)
def test_the_four_cases_over_t0(command: str, sent: str) -> None:
    """ISO/IEC 7816-3:2006, 12.2: five header bytes always, no Le behind the data."""
    assert for_t0(bytes.fromhex(command)).hex().upper() == sent


def test_long_data_go_in_a_chain() -> None:
    """ISO/IEC 7816-4:2013, 5.3.3: bit 5 of the class says that more follows."""
    parts = list(CommandApdu(0x87, 0x07, 0x9A, bytes(510), expected=256).parts())
    assert [part[:5].hex() for part in parts] == ["1087079aff", "0087079aff"]
    assert len(parts[1]) == 5 + 255 + 1
    script = Script(("1087079AFF" + "00" * 255, "6700"))
    refused = ask(script.exchange, CommandApdu(0x87, 0x07, 0x9A, bytes(300), expected=256))
    assert refused.status == 0x6700
    assert script.done, "a chain that was refused goes no further"


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: CommandApdu(0x100, 0, 0),
        lambda: CommandApdu(0, 0, 0, bytes(5000)),
        lambda: CommandApdu(0, 0, 0, expected=257),
    ],
)
def test_commands_beyond_their_limits_are_bugs(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(ValueError, match="byte"):
        wrong()


def test_answers_are_fetched_to_their_end() -> None:
    """ISO/IEC 7816-4:2013, 5.3.4: 61xx has so much more, 6Cxx wants to be asked with this Le."""
    command = CommandApdu(0xCB, 0x3F, 0xFF, b"\x5c\x00", expected=256)
    script = Script(
        ("00CB3FFF025C0000", "6C04"),
        ("00CB3FFF025C0004", "AABBCCDD6102"),
        ("00C0000002", "EEFF6100"),
        ("00C0000000", "119000"),
    )
    answer = ask(script.exchange, command)
    assert (answer.data.hex(), answer.status) == ("aabbccddeeff11", 0x9000)
    assert script.done


def test_a_card_without_end_is_given_up() -> None:
    def endless(_: bytes | bytearray) -> bytes:
        return bytes(256) + b"\x61\x00"

    with pytest.raises(CardNonsense, match="too long"):
        ask(endless, CommandApdu(0xCB, 0, 0, expected=256))
    empty = ask(lambda _: b"\x61\x10", CommandApdu(0xCB, 0, 0, expected=256))
    assert not empty.good


@pytest.mark.parametrize("raw", ["", "90", "0000", "AA5000", "00" * 4])
def test_what_has_no_status_word_is_no_answer(raw: str) -> None:
    with pytest.raises(CardNonsense):
        parse_answer(bytes.fromhex(raw))


def test_certificates_come_packed_or_not_and_never_without_limit() -> None:
    certificate = certificate_for(p256_key(1))
    assert unpack_certificate(tlv(0x70, certificate) + tlv(0x71, b"\0")) == certificate
    packed = gzip.compress(certificate)
    assert unpack_certificate(tlv(0x70, packed) + tlv(0x71, b"\1") + b"\xfe\0") == certificate
    bomb = gzip.compress(bytes(MAX_ANSWER_BYTES * 100))
    wrong = (
        b"",
        tlv(0x70, bomb) + tlv(0x71, b"\1"),
        tlv(0x70, packed[:-10]) + tlv(0x71, b"\1"),
        tlv(0x70, certificate) + tlv(0x71, b"\1"),
        tlv(0x70, certificate) + tlv(0x71, b"\7"),
        tlv(0x70, bytes(9000)),
    )
    for container in wrong:
        with pytest.raises(CardNonsense):
            unpack_certificate(container)


def test_the_kind_of_a_key_is_read_from_its_certificate() -> None:
    certificate = certificate_for(p256_key(1))
    assert key_algorithm(certificate) is CardAlgorithm.ECC_P256
    other_curve = certificate.replace(
        bytes.fromhex("06082A8648CE3D030107"), bytes.fromhex("06082A8648CE3D030106")
    )
    with pytest.raises(CardRefuses) as refused:
        key_algorithm(other_curve)
    assert refused.value.refused.reason is CardRefusal.NO_KEY
    rng = random.Random(20260301)
    for _ in range(300):
        spoilt = bytearray(certificate)
        spoilt[rng.randrange(len(spoilt))] = rng.randrange(256)
        try:
            key_algorithm(bytes(spoilt[: rng.randrange(len(spoilt) + 1)]))
        except CardRefuses:
            continue


@pytest.mark.parametrize(
    ("state", "answer_to_reset", "kind"),
    [
        (0x10, "", PresenceKind.EMPTY),
        (0x20, "3B8580015444584C3131", PresenceKind.CHIP),
        (0x220, "", PresenceKind.SILENT),
        # The example of a Mifare card of 1 KiB in PC/SC part 3, 3.1.3.2.3.2.
        (0x20, "3B8F8001804F0CA000000306030001000000006A", PresenceKind.PRESENCE_ONLY),
        # Eight bytes of an answer to the request of type B, 3.1.3.2.3.1.
        (0x20, "3B88800100000000338181003A", PresenceKind.CONTACTLESS_B),
        (0x20, "3B88800100000000338181003B", PresenceKind.CHIP),
    ],
)
def test_what_lies_in_a_reader(state: int, answer_to_reset: str, kind: PresenceKind) -> None:
    assert kind_of(state, bytes.fromhex(answer_to_reset)) is kind


# SP 800-73-4 part 2, 3.1.1: the application's template with identifier and authority.
SELECT = "00A4040009A0000003080000100000"
SELECTED = "61114F0600001000010079074F05A0000003089000"


def test_the_pin_is_sent_as_the_standard_says() -> None:
    """SP 800-73-4 part 2, 3.2.1 and 2.4.3: eight bytes, filled up with FF, reference 80."""
    script = Script(
        (SELECT, SELECTED),
        ("00200080", "63C5"),
        ("0020008008313233343536FFFF", "63C4"),
        ("0020008008313233343536FFFF", "6983"),
        ("00200080", "6983"),
    )
    card = PivApplication(script.exchange)
    assert card.tries() == 5
    for reason, left in ((CardRefusal.WRONG_PIN, 4), (CardRefusal.PIN_BLOCKED, 0)):
        with pytest.raises(CardRefuses) as refused:
            card.verify(Pin(b"123456"))
        assert (refused.value.refused.reason, refused.value.refused.tries_left) == (reason, left)
    assert card.tries() == 0
    assert script.done


@pytest.mark.parametrize("answer", ["6A82", "6D00", "9000", "6F00", "5301009000"])
def test_other_cards_are_no_piv_cards(answer: str) -> None:
    with pytest.raises(CardRefuses) as refused:
        PivApplication(Script((SELECT, answer)).exchange)
    assert refused.value.refused.reason is CardRefusal.NOT_PIV


def test_a_card_without_identity_or_certificates_is_still_read() -> None:
    chip = PivChip({})
    card = PivApplication(lambda sent: chip.answer(bytes(sent)) or b"").card()
    assert card.certificates == {}
    with pytest.raises(CardRefuses) as refused:
        PivApplication(lambda sent: chip.answer(bytes(sent)) or b"").sign(
            CardSlot.AUTHENTICATION, b"", Pin(RIGHT_PIN)
        )
    assert refused.value.refused.reason is CardRefusal.NO_KEY
    assert chip.tries_left == 3, "a card without the key is not asked for a PIN"


def test_a_point_that_is_none_is_a_bug() -> None:
    chip = PivChip({0x9D: p256_key(1)})
    card = PivApplication(lambda sent: chip.answer(bytes(sent)) or b"")
    with pytest.raises(ValueError, match="65 bytes"):
        card.agree(CardSlot.KEY_MANAGEMENT, bytes(65), None)


def test_spoilt_answers_are_refused_and_nothing_else_happens() -> None:
    ends = fuzz_piv(inputs=3000, seed=20260301)
    assert sum(ends.values()) == 3000
    assert {"done", "unreadable", "not_piv", "no_key"} <= ends.keys()
