"""Saves documents to a chosen folder: for stations without a printer, or a drive to carry away."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from drivers.api import (
    DeviceState,
    DeviceStatus,
    PrintJob,
    PrintJobState,
    PrintPhase,
    PrintTrouble,
    Withdrawal,
)
from drivers.errors import DeviceFault, DeviceNotFound
from drivers.options import Options
from drivers.printer.pdf import require_printable

NAME = "pdf_folder"
MAX_SAME_TITLE = 10_000


class PdfFolderPrinter:
    """A folder as a printer; see `drivers.api.Printer`. Number of copies is noted in the name."""

    simulated: ClassVar[bool] = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def from_options(cls, options: Mapping[str, object], **parts: Any) -> PdfFolderPrinter:
        """Option: `folder` (required)."""
        return cls(Options(NAME, options).path("folder"))

    def status(self) -> DeviceStatus:
        """READY when the folder can be written to; a drive pulled out is UNPLUGGED."""
        if not self._folder.is_dir():
            return DeviceStatus(DeviceState.UNPLUGGED, "folder_missing")
        if not os.access(self._folder, os.W_OK):
            return DeviceStatus(DeviceState.FAULT, "folder_read_only")
        return DeviceStatus(DeviceState.READY)

    def submit(self, pdf: bytes, title: str, copies: int) -> PrintJob:
        """Save a document, never over another one; whole or not at all.

        Raises DeviceNotFound if the folder is missing, DeviceFault if it cannot take the file.
        """
        require_printable(pdf, title, copies)
        if not self._folder.is_dir():
            raise DeviceNotFound(NAME, "folder does not exist")
        stem = _file_stem(title) + (f"_x{copies}" if copies > 1 else "")
        try:
            target = self._save(pdf, stem)
        except OSError as error:
            raise DeviceFault(NAME, "file cannot be written") from error
        return PrintJob(target.name, NAME, saved_to=target)

    def job_state(self, job: PrintJob) -> PrintJobState:
        """DONE while the file is there."""
        if job.saved_to is not None and job.saved_to.is_file():
            return PrintJobState(PrintPhase.DONE)
        return PrintJobState(PrintPhase.FAILED, PrintTrouble.LOST)

    def withdraw(self, job: PrintJob) -> Withdrawal:
        """Never in time: a file is there before anybody can ask. It stays where it was wanted."""
        out = self.job_state(job).phase is PrintPhase.DONE
        return Withdrawal.PRINTED if out else Withdrawal.BEGUN

    def _save(self, pdf: bytes, stem: str) -> Path:
        for number in range(1, MAX_SAME_TITLE):
            target = self._folder / (f"{stem}.pdf" if number == 1 else f"{stem}-{number}.pdf")
            try:
                # Taking the name first, exclusively, so that two stations can share the folder.
                target.touch(exist_ok=False)
            except FileExistsError:
                continue
            _fill(target, pdf)
            return target
        raise DeviceFault(NAME, "too many documents of the same title")


def _fill(target: Path, pdf: bytes) -> None:
    part = target.with_name(f".{target.name}.part")
    try:
        with part.open("wb") as file:
            file.write(pdf)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except OSError:
        part.unlink(missing_ok=True)
        target.unlink(missing_ok=True)
        raise


def _file_stem(title: str) -> str:
    """The title without what file systems, shells and Windows do not like in a name."""
    return re.sub(r'[\\/:*?"<>|\s]+', "_", title).strip("._") or "document"
