"""The support bundle: what somebody elsewhere needs to help, and nothing about any person.

What is in it is gathered in `support_parts`; here it is packed, shown, and written.
"""

import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from station.domain.audit import SupportBundleMade
from station.domain.rights import Action
from station.services.guard import Guard
from station.services.runner import Lane, Runner
from station.services.store_room import StoreRoom
from station.services.support_parts import Facts, Part, gather
from station.services.technical_log import TechnicalLog
from station.services.trail import Trail
from station.store.errors import StoreError
from sync.wire import sha256_hex


@dataclass(frozen=True)
class Bundle:
    """Everything that would be written, for looking at it first."""

    parts: tuple[Part, ...]

    def zipped(self) -> bytes:
        """As one ZIP file; the same parts give the same bytes."""
        buffer = BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for part in self.parts:
                # Without a date of its own the entry does not take the time of day.
                entry = zipfile.ZipInfo(part.name)
                archive.writestr(entry, part.text, zipfile.ZIP_DEFLATED)
        return buffer.getvalue()


@dataclass(frozen=True)
class BundleSaved:
    """Where it lies now, and its SHA-256."""

    path: Path
    sha256: str = ""


@dataclass(frozen=True)
class BundleTrouble:
    """Why nothing was written: a sentence."""

    sentence: str


def save(bundle: Bundle, folder: Path, stem: str) -> BundleSaved | BundleTrouble:
    """Write the ZIP under a new name; nothing is ever overwritten."""
    content = bundle.zipped()
    for number in range(1, 1000):
        path = folder / (f"{stem}.zip" if number == 1 else f"{stem}-{number}.zip")
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        except OSError as error:
            return _unwritable(error)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            path.unlink(missing_ok=True)
            return _unwritable(error)
        return BundleSaved(path, sha256_hex(content))
    return BundleTrouble("这个文件夹里支持包太多，没有写入，请清理以后再试。")


class SupportService:
    """On the UI thread; looks first, writes when told to."""

    def __init__(
        self,
        room: StoreRoom,
        runner: Runner,
        guard: Guard,
        trail: Trail,
        log: TechnicalLog,
        facts: Callable[[], Facts],
        folder: Path,
    ) -> None:
        """`folder` is where bundles go unless somebody chooses another place."""
        self._room = room
        self._runner = runner
        self._guard = guard
        self._trail = trail
        self._log = log
        self._facts = facts
        self.folder = folder

    def preview(self, then: Callable[[Bundle | BundleTrouble], None]) -> None:
        """`then` gets what would be written. Raises NotAllowed."""
        self._guard.require(Action.SUPPORT_BUNDLE)
        facts = self._facts()

        def work() -> Bundle | BundleTrouble:
            try:
                return Bundle(gather(self._room, facts, self._log))
            except StoreError as error:
                return BundleTrouble(error.sentence)

        self._runner.call(Lane.DATABASE, work, then)

    def make(
        self, bundle: Bundle, folder: Path, then: Callable[[BundleSaved | BundleTrouble], None]
    ) -> None:
        """Write what was looked at; the trail keeps its digest. Raises NotAllowed."""
        operator = self._guard.require(Action.SUPPORT_BUNDLE)

        def told(result: BundleSaved | BundleTrouble) -> None:
            if isinstance(result, BundleSaved):
                self._trail.note(SupportBundleMade(result.sha256), operator.operator_id)
            then(result)

        self._runner.call(Lane.POOL, lambda: save(bundle, folder, "support"), told)


def _unwritable(error: OSError) -> BundleTrouble:
    return BundleTrouble(
        f"支持包没有写成（{error.strerror}），本机数据没有受影响，请换一个文件夹再试。"
    )
