"""Contrast of every pair in use, sizes on both screens, and the fonts that draw rare names."""

from pathlib import Path

import pytest
from PySide6.QtGui import QFont, QRawFont
from PySide6.QtWidgets import QApplication

from station.forms.errors import TypefaceError
from station.forms.typeface import FONT_FILES
from station.ui.fonts import font, load_fonts
from station.ui.theme import LEVEL_COLOURS, TEXT_PAIRS, VERDICT_PAIRS, Level, Theme, contrast
from station.ui.widgets.verdict_band import BAND_COLOURS
from tests.support.widgets_theme import CANVAS, LARGE, RESOURCES, dress


@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_every_text_reaches_the_contrast_of_reading(text: str, ground: str) -> None:
    assert contrast(text, ground) >= 4.5


@pytest.mark.parametrize(("text", "ground"), VERDICT_PAIRS)
def test_verdicts_are_readable_at_three_metres(text: str, ground: str) -> None:
    assert contrast(text, ground) >= 7.0


def test_pairs_cover_what_the_widgets_use() -> None:
    assert set(LEVEL_COLOURS.values()) <= set(TEXT_PAIRS)
    assert set(BAND_COLOURS.values()) == {ground for _, ground in VERDICT_PAIRS}
    assert set(LEVEL_COLOURS) == set(Level)


def test_contrast_agrees_with_the_published_ends_of_the_scale() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_canvas_sizes_are_the_five_of_the_design() -> None:
    theme = Theme.for_screen(*CANVAS)
    sizes = (theme.body, theme.lead, theme.applicant, theme.display, theme.verdict)
    assert sizes == (16, 20, 28, 48, 96)
    assert theme.touch >= 48


def test_larger_screen_gets_more_air_than_type() -> None:
    theme = Theme.for_screen(*LARGE)
    assert theme.space(100) == 141
    assert 16 < theme.body <= 18
    assert theme.touch > 48


def test_small_window_keeps_readable_sizes() -> None:
    assert Theme.for_screen(800, 600) == Theme()


def test_style_sheet_names_every_token(qapp: QApplication) -> None:
    dress(qapp)
    assert "$" not in qapp.styleSheet()
    assert "#0B6670" in qapp.styleSheet()


def test_unknown_token_in_a_style_sheet_is_an_error() -> None:
    with pytest.raises(KeyError):
        Theme().style_sheet("QLabel { color: $inkk; }")


@pytest.mark.parametrize("file", FONT_FILES)
@pytest.mark.parametrize("character", "䶮𠮷㛃鿍䲟国·Aé1，")
def test_both_weights_draw_rare_name_characters(
    qapp: QApplication, file: str, character: str
) -> None:
    raw = QRawFont(str(RESOURCES / "fonts" / file), 20.0, QFont.HintingPreference.PreferNoHinting)
    assert raw.supportsCharacter(ord(character))


def test_fonts_are_known_by_the_name_of_the_simplified_face(qapp: QApplication) -> None:
    assert load_fonts(RESOURCES / "fonts") == "Noto Sans CJK SC"
    regular, bold = QRawFont.fromFont(font(20)), QRawFont.fromFont(font(20, bold=True))
    assert regular.familyName() == bold.familyName() == "Noto Sans CJK SC"
    assert bold.weight() > regular.weight()


def test_missing_font_is_said_at_once(qapp: QApplication, tmp_path: Path) -> None:
    with pytest.raises(TypefaceError, match="NotoSansCJKsc"):
        load_fonts(tmp_path)
