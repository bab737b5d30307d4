"""Codes in pictures: as tickets bear them, turned, noisy, several, too long, none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import zxingcpp

from drivers.api import Image
from drivers.barcode.camera_codes import codes_in
from drivers.simulated.faces import draw_face, face_of

TEXT = "2026018A1B2C"


def code(text: str, kind: str = "QRCode", scale: int = 3) -> Image:
    written = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind))
    return np.array(written.to_image(scale=scale), np.uint8)


def held(*codes: Image, width_px: int = 1280, height_px: int = 720) -> Image:
    """A person holding codes before the camera."""
    picture = draw_face(face_of("holder", female=False), width_px, height_px).copy()
    left = 40
    for one in codes:
        height, width = one.shape
        picture[height_px // 3 : height_px // 3 + height, left : left + width] = one[:, :, None]
        left += width + 20
    return picture


def texts(image: Image) -> list[str]:
    return sorted(scan.text for scan in codes_in(image))


@pytest.mark.parametrize("kind", ["QRCode", "Code128", "PDF417"])
def test_the_codes_of_tickets_and_letters_are_read(kind: str) -> None:
    assert texts(held(code(TEXT, kind))) == [TEXT]


def test_chinese_text_in_a_qr_code_is_read() -> None:
    assert texts(held(code("准考证 26T000123"))) == ["准考证 26T000123"]


def test_a_code_lying_on_its_side_in_poor_light_is_read() -> None:
    picture = cv2.rotate(held(code(TEXT, scale=5), width_px=640, height_px=480), 0)
    noise = np.random.default_rng(7).normal(0, 8, picture.shape)
    dim = np.clip(picture * 0.4 + noise, 0, 255).astype(np.uint8)
    assert texts(dim) == [TEXT]


def test_two_codes_are_two_scans_and_one_code_twice_is_one() -> None:
    assert texts(held(code(TEXT), code("26T000123"))) == [TEXT, "26T000123"]
    assert texts(held(code(TEXT), code(TEXT))) == [TEXT]


def test_what_no_scanner_would_send_is_left_out() -> None:
    assert texts(held(code("1" * 600))) == []
    assert texts(held(code("two\nlines"))) == []


@pytest.mark.parametrize("shape", [(1, 1), (0, 0, 3), (3, 2000), (2000, 3, 3), (480, 640, 3)])
def test_pictures_without_a_code_give_none(shape: tuple[int, ...]) -> None:
    noise = np.random.default_rng(1).integers(0, 255, shape, np.uint8)
    assert codes_in(noise) == ()


def test_a_code_is_masked() -> None:
    assert TEXT not in repr(codes_in(held(code(TEXT))))
