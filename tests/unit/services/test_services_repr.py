"""What a debugger, a log or a failing assertion would print of people: nothing."""

import numpy as np

from drivers.simulated.printer import PrintedSheetStack
from matcher import Template
from station.forms.blocks import Cell
from station.services.matching import Impression
from station.workflow.notices import Notice

SECRET = "赵明远"


def test_an_impression_shows_neither_picture_nor_minutiae() -> None:
    place = np.array([77.0], np.float32)
    byte = np.array([1], np.uint8)
    template = Template(400, 500, 500, place, place, place, byte, byte)
    shown = repr(Impression(template, 60, Notice.PRESS_BAD_IMAGE, b"\x89PNG secret"))
    assert "secret" not in shown
    assert "77" not in shown


def test_what_is_printed_shows_nobody() -> None:
    assert SECRET not in repr(Cell("姓名", SECRET))
    assert SECRET not in repr(PrintedSheetStack("sim-1", SECRET.encode(), 2))
    assert "secret" not in repr(PrintedSheetStack("sim-1", b"secret", 2))
