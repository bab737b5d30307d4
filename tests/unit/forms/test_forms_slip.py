"""The slip to take home: the figures of this visit, the days of this policy, one page."""

import unicodedata
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtGui import QGuiApplication

from station.assets import asset
from station.domain.facts import FingerException, PhotoTaken
from station.domain.fingers import FingerPosition
from station.domain.retention_policy import parse_policy
from station.forms.errors import LayoutError
from station.forms.slip import SlipRecord, load_slip_layout, slip
from station.forms.typeface import load_typeface
from station.services.slips import slip_record
from station.settings import Settings
from station.workflow.progress import Progress, fold
from tests.support.forms_cases import LONG_NAME
from tests.support.sync_people import applicant

LAYOUT = load_slip_layout(asset("forms/slip.toml"))
POLICY = parse_policy(asset("retention/default.toml").read_bytes())


def record_of(progress: Progress, settings: Settings | None = None) -> SlipRecord:
    chosen = settings or Settings(desk_name="3")
    return slip_record(applicant(1), progress, POLICY, chosen, LAYOUT, "2026-06-01")


def text_of(record: SlipRecord, folder: Path) -> str:
    load_typeface(asset("fonts"))
    path = folder / "slip.pdf"
    path.write_bytes(slip(record, LAYOUT).pdf())
    pages = PdfReader(path).pages
    assert len(pages) == 1
    said = "".join(pages[0].extract_text().split())
    # A PDF's text names some glyphs by their radical.
    return "".join(
        unicodedata.normalize("NFKC", one) if "⼀" <= one <= "⿕" else one for one in said
    )


def visited() -> Progress:
    return Progress(
        photo=True,
        qualities={FingerPosition.RIGHT_THUMB: (50, 51, 52, 53)},
        excepted={FingerPosition.LEFT_THUMB: FingerException.INJURED},
    )


def test_it_says_what_was_taken_why_and_how_long(qapp: QGuiApplication, tmp_path: Path) -> None:
    said = text_of(record_of(visited()), tmp_path)
    assert "1个手指的指纹，共4次图像和特征" in said
    assert "1个手指没有采集" in said
    assert "平台签收后，图像7天、特征7天" in said
    assert "平台签收后30天" in said
    assert "示例学位授予单位现场负责人" in said
    assert "至少保存1095天" in said
    assert "证件影印件30天、文字说明90天" in said
    assert "随办理记录保存，至少1095天" in said
    assert applicant(1).document_number not in said, "a slip may be lost"


def test_nothing_is_said_of_what_was_not_done(qapp: QGuiApplication, tmp_path: Path) -> None:
    said = text_of(record_of(Progress(captured_earlier=True)), tmp_path)
    assert "沿用您往年采集的指纹" in said
    assert "现场照片" not in said
    assert "没有采集，登记了原因" not in said


def test_the_units_contact_is_printed(qapp: QGuiApplication, tmp_path: Path) -> None:
    settings = Settings(privacy_contact="研究生院 000-00000000")
    assert "研究生院000-00000000" in text_of(record_of(visited(), settings), tmp_path)


def test_a_photo_counts_when_it_was_stored() -> None:
    progress = fold((PhotoTaken(480, 640, True),), Progress())
    assert "photo" in record_of(progress).holds


def test_the_longest_name_stays_on_one_page(qapp: QGuiApplication) -> None:
    load_typeface(asset("fonts"))
    record = record_of(visited())
    longest = SlipRecord(LONG_NAME + "䶮", record.registration_id, record.holds, record.figures)
    assert len(slip(longest, LAYOUT).pages) == 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{unit}于", "{someone}于", "someone"),
        ('when = "photo"', 'when = "sometimes"', "when must be"),
        ("heads = [", 'heads = ["四", ', "three heads"),
        ('title = "个人信息处理告知单"', "title = 3", "title"),
        ("rights = [", "rights = 3 #", "readable TOML"),
    ],
)
def test_a_wrong_template_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = asset("forms/slip.toml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "slip.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(LayoutError) as refused:
        load_slip_layout(path)
    assert said in str(refused.value)
