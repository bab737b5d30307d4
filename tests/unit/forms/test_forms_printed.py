"""What comes out on paper: size, words, photos, code, and long content."""

import io
import unicodedata

import numpy as np
import pytest
import zxingcpp
from pypdf import PageObject, PdfReader
from PySide6.QtCore import QRectF
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtWidgets import QApplication

from station.forms import consent, pledge, review_form
from station.forms.blocks import Cell, Group, Row, Space
from station.forms.document import paginate
from station.forms.errors import FormError
from station.forms.paper import (
    MARGIN,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    TEXT_HEIGHT,
    Setting,
    lines_of,
    mm,
    text_width,
)
from station.forms.pictures import photo_image
from station.forms.record import ReviewFormRecord, record_hash
from station.forms.typeface import load_typeface
from tests.support.forms_cases import (
    LONG_EMPLOYER,
    LONG_NAME,
    RESOURCES,
    letter_layout,
    portrait,
    record,
    review_form_layout,
)

A4_POINTS = (595, 842)
POINTS_PER_MM = 72 / 25.4


@pytest.fixture(autouse=True)
def _typeface(qapp: QApplication) -> None:
    load_typeface(RESOURCES / "fonts")


def _reader(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def _words(pdf: bytes) -> str:
    """All text without white space; Qt writes radicals for some characters, NFKC undoes it."""
    text = "".join(page.extract_text() for page in _reader(pdf).pages)
    return "".join(unicodedata.normalize("NFKC", text).split())


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _image_sizes_mm(page: PageObject) -> list[tuple[float, float]]:
    """Printed width and height of every picture, from the matrices of the content stream."""
    sizes: list[tuple[float, float]] = []

    def visit(operator: bytes, operands: object, cm: list[float], tm: object) -> None:
        if operator == b"Do":
            width, height = np.hypot(cm[0], cm[1]), np.hypot(cm[2], cm[3])
            sizes.append((width / POINTS_PER_MM, height / POINTS_PER_MM))

    page.extract_text(visitor_operand_before=visit)
    return sizes


def _grey(image: QImage) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    packed = np.frombuffer(grey.constBits(), np.uint8)
    return packed.reshape(grey.height(), grey.bytesPerLine())[:, : grey.width()].copy()


def test_every_page_is_a4() -> None:
    pdf = review_form.render(record(lines=12), review_form_layout())
    for page in _reader(pdf).pages:
        size = (float(page.mediabox.width), float(page.mediabox.height))
        assert size == pytest.approx(A4_POINTS, abs=1)


def test_usual_record_needs_one_page() -> None:
    assert len(_reader(review_form.render(record(), review_form_layout())).pages) == 1


@pytest.mark.parametrize("name", ["张䶮冰", "田㛃", "鿍䲟", LONG_NAME])
def test_names_are_whole_and_readable_by_machine(name: str) -> None:
    words = _words(review_form.render(record(name), review_form_layout()))
    assert _plain(name) in words


def test_character_beyond_the_basic_plane_is_drawn_as_itself() -> None:
    # Qt writes no text mapping for such characters, so the picture is asked, not the words.
    pages = [
        _grey(review_form.preview(record(name), review_form_layout())[0])[:400]
        for name in ("𠮷", "吉", "")
    ]
    strokes = [int((page < 128).sum()) for page in pages]
    assert strokes[0] > strokes[2]
    assert not np.array_equal(pages[0], pages[1])


def test_form_says_who_where_and_under_which_hash() -> None:
    made = record()
    words = _words(review_form.render(made, review_form_layout()))
    expected = (
        "2026018A1B2C",
        "001234199005170026",
        record_hash(made),
        "样式以平台为准",
        "一式两份",
    )
    assert [part for part in expected if part not in words] == []


def test_note_on_copies_can_be_replaced() -> None:
    words = _words(review_form.render(record(), review_form_layout(), copies_note="第二份留存"))
    assert "第二份留存" in words
    assert "一式两份" not in words


def test_fonts_are_embedded() -> None:
    page = _reader(review_form.render(record(), review_form_layout())).pages[0]
    fonts = page["/Resources"]["/Font"]  # type: ignore[index]  # pypdf types dictionaries as objects
    for font in fonts.values():
        descendant = font.get_object()["/DescendantFonts"][0].get_object()
        descriptor = descendant["/FontDescriptor"].get_object()
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor)
        assert "NotoSansCJKsc" in descriptor["/FontName"]


def test_both_photos_are_printed_at_true_size_without_loss() -> None:
    page = _reader(review_form.render(record(), review_form_layout())).pages[0]
    sizes = _image_sizes_mm(page)
    assert sizes == [pytest.approx((33, 48), abs=0.1)] * 2
    assert [picture.image.size for picture in page.images if picture.image] == [(390, 567)] * 2
    filters = {
        str(image.indirect_reference.get_object()["/Filter"])  # type: ignore[union-attr, index]  # always indirect here
        for image in page.images
    }
    assert not any("DCT" in name for name in filters)


def test_photo_of_another_shape_is_not_stretched() -> None:
    made = ReviewFormRecord("2026018A1B2C", "张䶮冰", site_photo=portrait(99, size=(480, 640)))
    (size,) = _image_sizes_mm(_reader(review_form.render(made, review_form_layout())).pages[0])
    assert size == pytest.approx((33, 44), abs=0.1)


# Qt's JPEG reader logs what it finds in a damaged file before it gives up.
@pytest.mark.qt_log_ignore("jpeg|JPEG")
@pytest.mark.parametrize("damaged", [b"", b"no picture", portrait(90)[:40]])
def test_missing_or_damaged_photo_leaves_a_place_for_one(damaged: bytes) -> None:
    assert photo_image(damaged).isNull()
    made = ReviewFormRecord("2026018A1B2C", "张䶮冰", site_photo=damaged)
    assert _image_sizes_mm(_reader(review_form.render(made, review_form_layout())).pages[0]) == []


def test_code_is_22_mm_and_reads_as_the_registration_id() -> None:
    (page,) = review_form.preview(record(), review_form_layout(), dpi=200)
    (found,) = zxingcpp.read_barcodes(_grey(page))
    corners = found.position
    dots_per_mm = 200 / 25.4
    width = (corners.top_right.x - corners.top_left.x) / dots_per_mm
    assert found.text == "2026018A1B2C"
    assert width == pytest.approx(22, abs=0.5)


def test_code_survives_a_black_and_white_printer() -> None:
    (page,) = review_form.preview(record(), review_form_layout(), dpi=150)
    black_and_white = np.where(_grey(page) > 127, 255, 0).astype(np.uint8)
    assert [code.text for code in zxingcpp.read_barcodes(black_and_white)] == ["2026018A1B2C"]


def test_long_content_goes_on_to_the_next_page_and_loses_nothing() -> None:
    made = record(LONG_NAME, employer=LONG_EMPLOYER, lines=30, email="a" * 60 + "@example.cn")
    pdf = review_form.render(made, review_form_layout())
    pages = _reader(pdf).pages
    words = _words(pdf)
    assert len(pages) > 1
    assert _plain(LONG_EMPLOYER) in words
    assert "a" * 60 + "@example.cn" in words
    missing = [line.period for line in made.experience if _plain(line.period) not in words]
    assert missing == []
    assert words.count("起止年月") == len(pages)


def test_nothing_is_drawn_outside_the_margins_or_over_the_footer() -> None:
    made = record(LONG_NAME, employer=LONG_EMPLOYER, lines=20)
    for page in review_form.preview(made, review_form_layout(), dpi=100):
        dark = _grey(page) < 128
        rows, columns = np.nonzero(dark)
        scale = page.width() / PAGE_WIDTH
        assert columns.min() >= MARGIN * scale - 2
        assert columns.max() <= (PAGE_WIDTH - MARGIN) * scale + 2
        assert rows.min() >= MARGIN * scale - 2
        between_body_and_footer = round((PAGE_HEIGHT - MARGIN + mm(0.6)) * scale)
        assert not dark[between_body_and_footer].any()


def test_preview_shows_the_pages_of_the_pdf() -> None:
    made = record(lines=12)
    pdf = review_form.render(made, review_form_layout())
    laid_out = review_form.document(made, review_form_layout())
    pictures = laid_out.png_pages(dpi=50)
    assert len(pictures) == len(_reader(pdf).pages) == 2
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)
    assert QImage.fromData(pictures[0]).width() == round(210 / 25.4 * 50)


def test_pledge_leaves_room_to_copy_and_sign() -> None:
    words = _words(pledge.render(record(), letter_layout("pledge")))
    expected = ("诚信承诺书", "张䶮冰", "亲笔抄写", "承诺人签字", "日期")
    assert [part for part in expected if part not in words] == []
    assert len(pledge.preview(record(), letter_layout("pledge"))) == 1


def test_consent_names_purpose_and_rights_and_offers_a_no() -> None:
    layout = letter_layout("consent")
    words = _words(consent.render(record(), layout))
    expected = ("敏感个人信息", "撤回同意", "不同意", "本人签字")
    assert [part for part in expected if part not in words] == []
    assert consent.screen_text(layout)[0] == layout.opening
    assert len(consent.preview(record(), layout)) == 1


@pytest.mark.parametrize("text", [LONG_EMPLOYER, "x" * 90, "𠮷" * 40, "a b " * 30])
def test_wrapping_drops_no_character_and_stays_within_the_width(text: str) -> None:
    setting = Setting(10)
    lines = lines_of(text, setting, mm(40))
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(text_width(line, setting) <= mm(40) + 1 for line in lines)


def test_group_is_divided_between_rows_and_repeats_its_head() -> None:
    rows = tuple(Row((Cell("", str(n)),)) for n in range(60))
    group = Group("个人经历", rows, Row((Cell("", "标题"),)), divisible=True)
    pages = paginate([group], 0.0)
    parts = [block for page in pages for _, block in page]
    assert all(isinstance(part, Group) and part.head is group.head for part in parts)
    assert [row for part in parts if isinstance(part, Group) for row in part.rows] == list(rows)


def test_block_taller_than_a_page_is_an_error_and_no_endless_loop() -> None:
    with pytest.raises(FormError, match="taller than a page"):
        paginate([Space(TEXT_HEIGHT + 1)], 0.0)


def test_dark_modules_are_drawn_without_seams(qapp: QGuiApplication) -> None:
    from station.forms.pictures import draw_qr

    image = QImage(230, 230, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw_qr(painter, "2026018A1B2C", QRectF(10, 10, 210, 210))
    painter.end()
    assert set(np.unique(_grey(image))) == {0, 255}
