"""The records of nbis-py 0.1.3, which carry the name of ISO/IEC 19794-2:2005 but not its layout.

A header of 26 bytes: magic, version, length, equipment 0, width, height, resolution 0, three zero
bytes and the count of minutiae; then rows as the standard has them, with qualities of 0-63, and
nothing after them. Its comparison wants the rows in order of x.
"""

import struct

import numpy as np

from matcher.errors import RecordError, RecordReason
from matcher.records.cursor import Cursor
from matcher.records.minutiae import Image, MinutiaLayout, minutia_bytes, read_template
from matcher.template import Template

# magic, version, length, equipment, width, height, x and y resolution, three zeros, count
_HEADER = struct.Struct(">4s4sIHHHHH3sB")
_MAGIC, _VERSION = b"FMR\0", b" 20\0"
_LAYOUT = MinutiaLayout(angle_steps=256)
_BEST_QUALITY = 63
MOST_MINUTIAE = 150
"""What Bozorth3 looks at; the best are kept."""


def read_nbis(data: bytes, resolution_ppi: float) -> Template:
    """The template of a record that nbis-py wrote. Raises `RecordError`."""
    cursor = Cursor(data)
    magic, version, length, _, width, height, *_, count = cursor.unpack(_HEADER)
    if magic != _MAGIC or version != _VERSION:
        raise RecordError(RecordReason.WRONG_MAGIC)
    if length != len(data) or len(data) != _HEADER.size + count * _LAYOUT.row_bytes:
        raise RecordError(RecordReason.WRONG_LENGTH)
    rows = cursor.take(count * _LAYOUT.row_bytes)
    template = read_template(rows, _LAYOUT, Image(width, height, resolution_ppi), None)
    quality = np.minimum(np.rint(template.quality * (100 / _BEST_QUALITY)), 100)
    return _rows(template, np.arange(len(template)), np.maximum(quality, 1))


def nbis_bytes(template: Template) -> bytes:
    """A template as nbis-py reads it."""
    best = np.argsort(-template.quality.astype(int), kind="stable")[:MOST_MINUTIAE]
    order = best[np.lexsort((template.y[best], template.x[best]))]
    quality = np.rint(template.quality * (_BEST_QUALITY / 100))
    rows = minutia_bytes(_rows(template, order, quality[order]), _LAYOUT)
    length = _HEADER.size + len(rows)
    size = template.width, template.height
    return _HEADER.pack(_MAGIC, _VERSION, length, 0, *size, 0, 0, bytes(3), len(order)) + rows


def _rows(template: Template, order: np.ndarray, quality: np.ndarray) -> Template:
    return Template(
        template.width,
        template.height,
        template.resolution_ppi,
        template.x[order],
        template.y[order],
        template.angle_rad[order],
        quality.astype(np.uint8),
        template.kind[order],
    )
