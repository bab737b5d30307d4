"""Words for everything that is shown, in both languages."""

import ast
import re
from collections.abc import Iterator
from dataclasses import astuple
from enum import Enum
from pathlib import Path

import pytest

from station.domain.retention_policy import parse_policy
from station.forms.consent import screen_text
from station.forms.layout import load_letter_layout
from station.ui.notice_words import NOTICES, notice_words
from station.ui.screens.unlock.words import FAILURES, TROUBLES
from station.ui.theme import Level
from station.ui.translations import CatalogueError, load_catalogue, merged
from station.ui.words import SHORT_FINGERS, WORDS
from station.workflow.notices import Notice
from tests.support.widgets_theme import RESOURCES

CHINESE = re.compile(r"[\u4e00-\u9fff]")
PLACEHOLDER = re.compile(r"\{\w+\}|%\d")
UI = RESOURCES.parent / "station" / "ui"
TRANSLATING = {"tr", "translate"}


@pytest.fixture(scope="module")
def english() -> dict[str, str]:
    return load_catalogue(RESOURCES / "translations")


def _called(node: ast.Call) -> str:
    match node.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case _:
            return ""


def _source_strings(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and _called(node) in TRANSLATING:
            for argument in node.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value


def _screen_files() -> list[Path]:
    mine = [path for path in UI.rglob("*.py") if "story" not in path.parts]
    assert len(mine) > 40
    return mine


@pytest.mark.parametrize("notice", list(Notice))
def test_a_notice_says_what_happened_and_what_to_do(
    notice: Notice, english: dict[str, str]
) -> None:
    words = NOTICES[notice]
    assert words.happened
    assert words.to_do
    assert words.level is not Level.PLAIN
    if words.level is Level.STOP:
        assert words.safe, "a stop says what is safe"
    for sentence in (words.happened, words.safe, words.to_do):
        assert sentence in english or not sentence
    assert notice_words(notice).happened == words.happened


@pytest.mark.parametrize("kind", list(WORDS), ids=lambda kind: kind.__name__)
def test_every_member_of_a_shown_enum_has_a_word(kind: type[Enum], english: dict[str, str]) -> None:
    assert set(WORDS[kind]) == set(kind)
    for source in WORDS[kind].values():
        assert source in english


def test_every_finger_has_a_short_word(english: dict[str, str]) -> None:
    assert all(source in english for source in SHORT_FINGERS.values())


def test_every_sentence_of_the_screens_has_english(english: dict[str, str]) -> None:
    missing = {
        source
        for path in _screen_files()
        for source in _source_strings(path)
        if CHINESE.search(source) and source not in english
    }
    assert not missing


def test_english_keeps_the_placeholders_and_has_no_chinese(english: dict[str, str]) -> None:
    for source, words in english.items():
        if source != "EN":  # the button names the language it leads to
            assert not CHINESE.search(words), source
        assert sorted(PLACEHOLDER.findall(source)) == sorted(PLACEHOLDER.findall(words)), source


def test_what_keeps_the_station_shut_and_what_the_admin_types_have_english(
    english: dict[str, str],
) -> None:
    said = {sentence for words in TROUBLES.values() for sentence in astuple(words) if sentence}
    assert said | set(FAILURES.values()) <= set(english)


def test_why_something_is_kept_has_english(english: dict[str, str]) -> None:
    policy = parse_policy((RESOURCES / "retention" / "default.toml").read_bytes())
    assert {rule.reason for rule in policy.rules.values()} <= set(english)


def test_the_bundled_consent_text_has_english(english: dict[str, str]) -> None:
    layout = load_letter_layout(RESOURCES / "forms" / "consent.toml")
    assert all(paragraph in english for paragraph in screen_text(layout))


@pytest.mark.parametrize(
    "content", [b"{", b"[]", b'{"a": 1}', b"\xff\xfe", b" " * (256 * 1024 + 1)]
)
def test_a_damaged_catalogue_is_refused(content: bytes) -> None:
    with pytest.raises(CatalogueError, match=r"damaged_en\.json"):
        merged([("damaged_en.json", content)])


def test_two_files_may_not_disagree() -> None:
    agreeing = [("a_en.json", '{"是": "yes"}'.encode()), ("b_en.json", '{"是": "yes"}'.encode())]
    assert merged(agreeing) == {"是": "yes"}
    with pytest.raises(CatalogueError, match=r"b_en\.json"):
        merged([agreeing[0], ("b_en.json", '{"是": "aye"}'.encode())])
