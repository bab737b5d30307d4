"""Whatever a driver can say has a sentence with a way forward, in both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from drivers.api import DeviceState, NoCardReason, PrintTrouble, RetryReason
from drivers.document_reader.sam_serial import reader as sam_serial
from drivers.errors import DeviceError
from drivers.fingerprint_reader.sbi import error_codes
from drivers.fingerprint_reader.sbi.session import SIGNER_UNKNOWN
from drivers.host.plan import Failure
from drivers.host.supervisor import RESTARTING
from station.services.cards import CARD_NOTICES
from station.services.device_trouble import (
    DeviceTrouble,
    trouble_of_detail,
    trouble_of_error,
)
from station.services.device_words import STATES, TROUBLES, device_words
from station.services.devices import CHIP_OF, FAULTS
from station.services.matching import RETRY_NOTICES
from station.services.print_notices import TROUBLE_NOTICES
from station.services.status import ChipState, DeviceChip
from station.ui.chrome_words import chips
from station.ui.notice_words import NOTICES
from station.ui.theme import Level
from station.ui.translations import load_catalogue
from station.workflow.inputs import DeviceKind
from station.workflow.notices import Notice
from tests.support.widgets_theme import RESOURCES

ENGLISH = load_catalogue(RESOURCES / "translations")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
LONGEST_CHIP_ZH, LONGEST_CHIP_EN = 7, 16


def kinds_of(error: type[DeviceError]) -> list[type[DeviceError]]:
    return [found for kind in error.__subclasses__() for found in (kind, *kinds_of(kind))]


def says_it_in_both_languages(words: str) -> bool:
    return CHINESE.search(words) is not None and words in ENGLISH


@pytest.mark.parametrize(
    ("enum", "notices"),
    [
        (RetryReason, RETRY_NOTICES),
        (NoCardReason, CARD_NOTICES),
        (PrintTrouble, TROUBLE_NOTICES),
        (DeviceKind, FAULTS),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_every_answer_of_a_driver_is_said(
    enum: type[RetryReason], notices: Mapping[RetryReason, Notice]
) -> None:
    assert set(notices) == set(enum)
    for notice in notices.values():
        words = NOTICES[notice]
        assert says_it_in_both_languages(words.happened)
        assert says_it_in_both_languages(words.to_do)


@pytest.mark.parametrize("state", list(DeviceState))
def test_every_state_of_a_driver_is_said(state: DeviceState) -> None:
    assert says_it_in_both_languages(STATES[CHIP_OF[state]].short)


@pytest.mark.parametrize("kind", kinds_of(DeviceError), ids=lambda kind: kind.__name__)
def test_every_kind_of_device_error_is_said_with_a_way_forward(kind: type[DeviceError]) -> None:
    trouble = trouble_of_error(kind("acme", "a word of its own"))
    for state in (ChipState.LOST, ChipState.FAULT):
        words = device_words(state, trouble)
        assert says_it_in_both_languages(words.short)
        assert says_it_in_both_languages(words.to_do)


@pytest.mark.parametrize("trouble", list(DeviceTrouble))
def test_every_trouble_fits_a_chip_and_says_what_to_do(trouble: DeviceTrouble) -> None:
    words = TROUBLES[trouble]
    assert says_it_in_both_languages(words.short)
    assert says_it_in_both_languages(words.to_do)
    assert len(words.short) <= LONGEST_CHIP_ZH
    assert len(ENGLISH[words.short]) <= LONGEST_CHIP_EN


@pytest.mark.parametrize("failure", list(Failure))
def test_a_driver_whose_process_failed_is_being_restarted(failure: Failure) -> None:
    assert trouble_of_detail(failure) is DeviceTrouble.RESTARTING


@pytest.mark.parametrize(
    ("detail", "trouble"),
    [
        (sam_serial.TEXT_ONLY, DeviceTrouble.TEXT_ONLY),
        (SIGNER_UNKNOWN, DeviceTrouble.SIGNER_UNKNOWN),
        (error_codes.NOT_READY, DeviceTrouble.NOT_READY),
        (error_codes.NOT_REGISTERED, DeviceTrouble.NOT_REGISTERED),
        ("service does not answer", DeviceTrouble.NOT_ANSWERING),
        ("does not answer", DeviceTrouble.NOT_ANSWERING),
        ("gives no SAM number", DeviceTrouble.WRONG_LINE),
        ("SAM is not authorised", DeviceTrouble.LICENCE),
        ("device clock is wrong", DeviceTrouble.CLOCK_WRONG),
        ("signer not trusted", DeviceTrouble.SIGNER_REFUSED),
        (RESTARTING.detail, DeviceTrouble.RESTARTING),
    ],
)
def test_what_drivers_say_is_understood(detail: str, trouble: DeviceTrouble) -> None:
    assert trouble_of_detail(detail) is trouble


def test_a_word_that_is_not_known_leaves_what_the_state_says() -> None:
    assert trouble_of_detail("flux capacitor") is None
    assert device_words(ChipState.FAULT, None) == STATES[ChipState.FAULT]


def test_a_reader_without_photos_works_and_says_so() -> None:
    trouble = trouble_of_detail("text only: no photo decoder")
    (chip,) = chips([DeviceChip(DeviceKind.CARD_READER, ChipState.READY, False, trouble)])
    assert (chip.word, chip.level) == ("仅文字", Level.PLAIN)
    assert "未装照片解码器" in chip.sentence
