"""The search for canaries itself: what is planted is found, in each form and each kind of file."""

import zipfile
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.support.privacy_canaries import (
    Finder,
    bytes_canary,
    image_canary,
    planted,
    search,
    text_canary,
)

TEXTS = {
    "name": "阿卜杜热伊木江·麦麦提图尔荪尼亚孜别克江",
    "short name": "龚䶮秋",
    "number": "001234199003070018",
    "passphrase": "demo-2026",
}


@pytest.mark.parametrize("what", sorted(TEXTS))
def test_a_text_is_found_in_every_form(tmp_path: Path, what: str) -> None:
    paths = planted(tmp_path, {what: TEXTS[what]})
    found = {find.path for find in search([tmp_path], [text_canary(what, TEXTS[what])])}
    unspeakable = {path for path in paths if what == "short name" and path.stem.endswith("gbk")}
    assert found == set(paths) - unspeakable, "GBK has no 䶮; GB 18030 has"


def test_pixels_and_compressed_bytes_are_found_wherever_they_begin(tmp_path: Path) -> None:
    pixels = np.random.default_rng(5).integers(0, 256, (60, 90), np.uint8)
    png = cv2.imencode(".png", pixels)[1].tobytes()
    canary = image_canary("finger", png)
    (tmp_path / "raw").write_bytes(b"x" * 13 + pixels.tobytes())
    (tmp_path / "png").write_bytes(b"y" * (4 * 1024 * 1024 - 20) + png)
    (tmp_path / "other").write_bytes(bytes(100_000))
    found = {find.path.name for find in search([tmp_path], [canary])}
    assert found == {"raw", "png"}


def test_archives_and_pdf_streams_are_looked_into(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.txt", TEXTS["number"] * 3)
    body = zlib.compress(TEXTS["number"].encode() * 5)
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.4\nstream\n" + body + b"\nendstream")
    found = search([tmp_path], [text_canary("number", TEXTS["number"])])
    assert {find.path.name for find in found} == {"a.zip", "b.pdf"}


def test_a_file_is_known_by_its_name_too(tmp_path: Path) -> None:
    (tmp_path / f"{TEXTS['number']}.log").write_bytes(b"")
    assert search([tmp_path], [text_canary("number", TEXTS["number"])])


def test_what_has_nothing_telling_is_refused() -> None:
    with pytest.raises(AssertionError):
        bytes_canary("blank", bytes(1000))


def test_nothing_is_found_by_chance() -> None:
    noise = np.random.default_rng(7).bytes(3_000_000)
    canaries = [text_canary(what, text) for what, text in TEXTS.items()]
    assert Finder(canaries).found_in(noise) == set()
