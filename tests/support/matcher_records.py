"""Records for the tests: literal vectors of the three standards, and views with everything."""

from dataclasses import replace
from math import tau

import numpy as np

from matcher import (
    Capture,
    CaptureTime,
    Certification,
    ExtendedArea,
    Origin,
    QualityBlock,
    Record,
    Standard,
    Template,
    View,
)
from matcher.ridge_field import BACKGROUND, RidgeField, cells_for
from tests.support.matcher_cases import finger

# One view of two minutiae, written from the standards' byte tables. The minutiae are the first of
# the FingerprintIO samples: ending at (100, 14), angle step 80, quality 90; (164, 17), 60, 80.
MINUTIAE = "4064 000E 50 5A 40A4 0011 3C 50"
ISO_2005 = bytes.fromhex(
    "464D5200 20323000 0000002A"  # FMR, 20, 42 bytes
    "00B5 0200 0200 00C5 00C5 01 00"  # device, 512 x 512 pixels, 197 a centimetre, views
    "07 00 5A 02" + MINUTIAE + "0000"  # left index, view 0 live plain, quality 90, 2 minutiae
)
ANSI_2004 = bytes.fromhex(
    "464D5200 20323000 002C"  # FMR, 20, 44 bytes
    "0042 0011 00B5"  # product owner and type, device
    "0200 0200 00C5 00C5 01 00"
    "07 00 5A 02" + MINUTIAE + "0000"
)
ISO_2011 = bytes.fromhex(
    "464D5200 30333000 00000042 0001 00"  # FMR, 030, 66 bytes, 1 representation, no certificates
    "00000033 07D5 0C 0F 11 23 14 0000"  # 51 bytes, 2005-12-15 17:35:20.000
    "0E ABCD 00B5 01 5A ABCD 0123"  # capacitive, vendor, device; 1 quality: 90, vendor, algorithm
    "07 00 00C5 00C5 00 0200 0200 60 02"  # left index, 0, live plain, six bytes a minutia, two
    + MINUTIAE
    + "0000"
)
VECTORS = {
    Standard.ISO_2005: ISO_2005,
    Standard.ANSI_2004: ANSI_2004,
    Standard.ISO_2011: ISO_2011,
}
ANGLE_STEPS = {Standard.ISO_2005: 256, Standard.ANSI_2004: 180, Standard.ISO_2011: 256}
ORIGIN = Origin("0123456789abcdef", extraction=3, comparison=7)


def whole(template: Template, standard: Standard = Standard.ISO_2005) -> Template:
    """What a record can hold of a template."""
    turn = ANGLE_STEPS[standard]
    steps = np.rint(template.angle_rad.astype(float) * turn / tau).astype(int) % turn
    return replace(
        template,
        x=np.rint(template.x),
        y=np.rint(template.y),
        angle_rad=steps.astype(np.float32) * np.float32(tau / turn),
    )


def with_field(template: Template, seed: int = 0, cell_px: int = 16) -> Template:
    """The same template over ridges that fill about two thirds of the image."""
    random = np.random.default_rng(seed)
    cells = cells_for(template.width, template.height, cell_px)
    grid = random.integers(0, 180, cells).astype(np.uint8)
    grid[random.random(cells) < 1 / 3] = BACKGROUND
    clarity = np.where(grid == BACKGROUND, 0, random.integers(0, 16, cells)).astype(np.uint8)
    return replace(template, field=RidgeField(cell_px, grid, clarity))


def full_views(standard: Standard) -> tuple[View, ...]:
    """Two impressions of one finger and an empty one of another, with all that a view may have."""
    capture = Capture(
        CaptureTime(2026, 11, 21, 8, 30, 0, 250),
        technology=14,
        vendor=0xABCD,
        device=0xB5,
        qualities=(QualityBlock(80, 1, 2), QualityBlock(255, 3, 4)),
        certifications=(Certification(0x0F, 2),),
    )
    views = (
        View(
            7,
            0,
            80,
            whole(with_field(finger(1)), standard),
            extended=(ExtendedArea(0x0221, b"\x01\x44\xbc"),),
            origin=ORIGIN,
            capture=capture,
        ),
        View(7, 1, 60, whole(finger(2), standard)),
        View(1, 0, 9, whole(finger(3, 0), standard), origin=ORIGIN),
    )
    if standard is Standard.ISO_2011:
        plain = Capture()
        return tuple(
            replace(v, capture=v.capture or replace(plain, qualities=(QualityBlock(v.quality),)))
            for v in views
        )
    return tuple(replace(view, capture=None) for view in views)


def full_record(standard: Standard) -> Record:
    """A record of `full_views`."""
    views = full_views(standard)
    if standard is Standard.ISO_2011:
        return Record(views, standard)
    if standard is Standard.ANSI_2004:
        return Record(views, standard, 0xB5, 8, owner=0x42, product=0x11)
    return Record(views, standard, 0xB5, 8)


def changed(data: bytes, at: int, value: str) -> bytes:
    """The same bytes with some overwritten, given in hexadecimal."""
    new = bytes.fromhex(value)
    return data[:at] + new + data[at + len(new) :]


def lengthened(data: bytes, tail: str) -> bytes:
    """A vector whose last two bytes, the length of its extended data, give way to `tail`.

    Its total length is put right, and so is that of its only representation.
    """
    longer = data[:-2] + bytes.fromhex(tail)
    if data == ANSI_2004:
        return changed(longer, 8, f"{len(longer):04x}")
    longer = changed(longer, 8, f"{len(longer):08x}")
    return longer if data == ISO_2005 else changed(longer, 15, f"{len(longer) - 15:08x}")
