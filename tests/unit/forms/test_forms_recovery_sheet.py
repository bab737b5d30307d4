"""The sheet for the safe: one page, every word to read, a code that scans to the same key."""

import io
import unicodedata

import numpy as np
import pytest
import zxingcpp
from pypdf import PdfReader
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from station.forms.recovery_sheet import RecoverySheet, preview, render
from station.forms.typeface import load_typeface
from station.store.keyring import RecoveryKey
from tests.support.forms_cases import LONG_EMPLOYER, RESOURCES

KEY = RecoveryKey(bytes(range(100, 132)))
SHEETS = {
    "usual": RecoverySheet("云岭大学", "3", "station-1", "2026-11-21", KEY.words),
    "long": RecoverySheet(LONG_EMPLOYER, "䶮" * 16, "f" * 64, "2026-11-21", KEY.words),
}


@pytest.fixture(autouse=True)
def typeface(qapp: QApplication) -> None:
    load_typeface(RESOURCES / "fonts")


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_it_is_one_page_with_all_words_in_order(sheet: RecoverySheet) -> None:
    pages = PdfReader(io.BytesIO(render(sheet))).pages
    assert len(pages) == 1
    text = unicodedata.normalize("NFKC", pages[0].extract_text())
    assert "保险柜" in text
    places = [text.index(word) for word in KEY.words]
    assert places == sorted(places)


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_the_code_scans_to_the_same_key(sheet: RecoverySheet) -> None:
    image = preview(sheet, dpi=150)[0].convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    [code] = zxingcpp.read_barcodes(rows[:, : image.width()])
    assert RecoveryKey.from_text(code.text) == KEY


def test_the_words_are_in_no_repr() -> None:
    shown = repr(SHEETS["usual"])
    assert not any(word in shown for word in KEY.words if len(word) > 4)
