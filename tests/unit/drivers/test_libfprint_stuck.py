"""A libfprint that does not end a cancelled capture."""

from __future__ import annotations

import pytest

from drivers.fingerprint_reader.libfprint import reader as libfprint
from drivers.fingerprint_reader.libfprint.library import Library


class StuckLibrary(Library):
    """Finds a reader, takes it, and never tells of a capture again."""

    def __init__(self) -> None:
        self.cancelled = False

    def new_context(self) -> int:
        return 1

    def devices(self, context: int) -> list[int]:
        return [2]

    def names(self, device: int) -> tuple[str, str, str]:
        return "made_up", "made up", "0"

    def gives_pictures(self, device: int) -> bool:
        return True

    def open(self, device: int) -> None:
        return None

    def new_cancellable(self) -> int:
        return 3

    def start_capture(self, device: int, cancellable: int, callback: object) -> None:
        pass

    def iterate(self) -> bool:
        return False

    def finger_present(self, device: int) -> bool:
        return False

    def cancel(self, cancellable: int) -> None:
        self.cancelled = True


def test_it_ends_the_drivers_process_which_alone_frees_the_reader(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is no DeviceError ends a driver's process; the station replaces it and asks again."""
    monkeypatch.setattr(libfprint, "STOP_PATIENCE_S", 0.05)
    library = StuckLibrary()
    reader = libfprint.LibfprintReader(library, "", 500, (256, 360))
    reader.open()
    with pytest.raises(libfprint.LibraryStuck):
        reader.capture(0.01, lambda _phase: None)
    assert library.cancelled
