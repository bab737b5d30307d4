"""Fictional records for the printed forms; ID numbers start with an area never assigned."""

from pathlib import Path

import cv2
import numpy as np

from station.forms.layout import (
    LetterLayout,
    ReviewFormLayout,
    load_letter_layout,
    load_review_form_layout,
)
from station.forms.record import ExperienceLine, ReviewFormRecord

RESOURCES = Path(__file__).parents[2] / "resources"
LONG_NAME = "阿卜杜拉·买买提·吐尔逊江·阿卜力克木江"
LONG_EMPLOYER = (
    "新疆维吾尔自治区伊犁哈萨克自治州察布查尔锡伯自治县人力资源和社会保障局"
    "劳动保障监察综合行政执法大队驻工业园区办事处（政务服务中心）"
)


def review_form_layout() -> ReviewFormLayout:
    """The layout the product ships."""
    return load_review_form_layout(RESOURCES / "forms" / "review_form.toml")


def letter_layout(name: str) -> LetterLayout:
    """The pledge or consent the product ships."""
    return load_letter_layout(RESOURCES / "forms" / f"{name}.toml")


def portrait(shade: int, suffix: str = ".jpg", size: tuple[int, int] = (390, 567)) -> bytes:
    """A plain portrait-sized picture of width × height."""
    pixels = np.full((size[1], size[0], 3), shade, np.uint8)
    pixels[size[1] // 4 : size[1] // 2, size[0] // 3 : 2 * size[0] // 3] = 255 - shade
    return cv2.imencode(suffix, pixels)[1].tobytes()


def experience(lines: int, place: str = "某某大学") -> tuple[ExperienceLine, ...]:
    """Some years at one place."""
    return tuple(ExperienceLine(f"{2000 + n}-09 至 {2001 + n}-07", place) for n in range(lines))


def record(
    name: str = "张䶮冰",
    *,
    employer: str = "某某科技有限公司",
    lines: int = 4,
    email: str = "zhang@example.cn",
) -> ReviewFormRecord:
    """A complete record with both photos."""
    return ReviewFormRecord(
        registration_id="2026018A1B2C",
        name=name,
        unit_name="某某财经大学",
        year="2026",
        pinyin="Zhang Yanbing",
        sex="女",
        birth_date="1990-05-17",
        document_type="居民身份证",
        document_number="001234199005170026",
        employer=employer,
        email=email,
        discipline="应用经济学",
        experience=experience(lines),
        certificate_photo=portrait(90),
        site_photo=portrait(160, ".png"),
    )
