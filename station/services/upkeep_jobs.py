"""The three jobs themselves, each with a connection of its own, off the lanes of the work."""

import os
import shutil
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from station.services.log_witnesses import witnesses_of
from station.services.places import Places
from station.services.upkeep_record import Job, Outcome
from station.settings import Settings
from station.store.backup import (
    BackupFolderGone,
    BackupUnwritable,
    backups_in,
    drill,
    keep_newest,
    make_backup,
)
from station.store.chain import Witnesses
from station.store.connection import DatabaseKey
from station.store.copies import Progress
from station.store.database import open_for_reading
from station.store.errors import StoreError, WrongKey
from station.store.health import full_check
from station.store.keyring import KeyringFile, Unlocked
from sync.wire import format_instant, sha256_hex

DAMAGED = (
    "检查发现数据库有损坏，请立即停止使用并保留原文件，"
    "由系统管理员运行 station db salvage 抢救，或从备份恢复。"
)
DRILL_FAILED = "演练没有通过，这份备份不能依靠，请立即重新备份，并检查备份盘。"
NO_BACKUP = "还没有可以演练的备份，请先备份。"


@dataclass(frozen=True)
class Room:
    """Bytes free where the data lie and where backups go; None where it cannot be asked.

    `same_disk`: a disk that dies takes both.
    """

    data: int | None
    backups: int | None
    same_disk: bool
    folder: Path


@dataclass(frozen=True)
class UpkeepJobs:
    """What the jobs need. `escrow` seals the keyring of this moment; `now` is RFC 3339, UTC."""

    path: Path
    key: Callable[[], DatabaseKey] = field(repr=False)
    station: str
    escrow: Callable[[], bytes] = field(repr=False)
    witnesses: Callable[[], Witnesses] = field(repr=False)
    folder: Path
    own_folder: bool
    """The folder is the program's own, so it may be made; a chosen one never is."""
    keep: int
    now: Callable[[], str]

    @classmethod
    def of(
        cls, settings: Settings, file: KeyringFile, unlocked: Unlocked, now_s: Callable[[], float]
    ) -> "UpkeepJobs":
        """The jobs of the station that these settings and this open keyring make."""
        places, keyring = Places.of(settings), unlocked.keyring
        chosen = settings.backup_folder
        return cls(
            path=places.database,
            key=lambda: unlocked.keyring.database,
            station=keyring.station,
            escrow=lambda: file.escrow(unlocked),
            witnesses=lambda: witnesses_of(keyring, places),
            folder=Path(chosen) if chosen else places.backups,
            own_folder=not chosen,
            keep=settings.backup_keep,
            now=lambda: format_instant(now_s()),
        )

    def run(self, job: Job, progress: Progress) -> Outcome:
        """One job from beginning to end; a failure is an outcome.

        Raises:
            Stopped: `progress` ended it.
        """
        jobs = {Job.CHECK: self._check, Job.BACKUP: self._backup, Job.DRILL: self._drill}
        try:
            return jobs[job](progress)
        except StoreError as error:
            return Outcome.failed(job, self.now(), error)

    def room(self) -> Room:
        """How much room there is."""
        data, backups = _device(self.path.parent), _device(self.folder)
        return Room(
            _free(self.path.parent),
            # Our own folder is made with the first backup; one on a stick must be there.
            _free(self.folder if not self.own_folder else self.path.parent),
            same_disk=data == backups if backups is not None else self.own_folder,
            folder=self.folder,
        )

    def _check(self, progress: Progress) -> Outcome:
        report = full_check(self.path, self.key(), progress, self.witnesses())
        return Outcome(
            Job.CHECK,
            self.now(),
            report.passed,
            "" if report.passed else DAMAGED,
            size=report.bytes_read,
            amount=report.events_read,
            took_s=report.took_s,
        )

    def _backup(self, progress: Progress) -> Outcome:
        if self.own_folder and self.path.parent.is_dir():
            self.folder.mkdir(mode=0o700, exist_ok=True)
        at = self.now()
        made = make_backup(
            self.path, self.key(), self.escrow(), self.station, self.folder, at, progress
        )
        with suppress(BackupUnwritable):  # this one is made; the sweep tells of old ones that stay
            keep_newest(self.folder, self.station, self.keep)
        return Outcome(
            Job.BACKUP,
            at,
            True,
            size=made.manifest.size,
            amount=made.manifest.position,
            place=str(made.folder),
            digest=sha256_hex(made.manifest_bytes()),
        )

    def _drill(self, progress: Progress) -> Outcome:
        try:
            newest = next(iter(backups_in(self.folder, self.station)), None)
        except BackupFolderGone:
            raise NowhereToDrill from None
        if newest is None:
            raise NothingToDrill
        with closing(open_for_reading(self.path, self.key())) as live:
            try:
                report = drill(newest, self.key(), progress, live)
            except WrongKey:
                raise MadeUnderAnotherKey from None
        return Outcome(
            Job.DRILL,
            self.now(),
            report.passed,
            "" if report.passed else DRILL_FAILED,
            size=report.manifest.size,
            amount=report.manifest.position,
            took_s=report.took_s,
            place=str(newest.folder),
        )


class MadeUnderAnotherKey(StoreError):
    """The newest backup is from before the database's key was changed."""

    sentence = "最近的备份是更换数据库密钥以前做的，只能用恢复密钥恢复，请立即重新备份再演练。"


class NowhereToDrill(BackupFolderGone):
    """The chosen place is not there, so nothing can be tried."""

    sentence = "找不到备份位置，没有演练，本机数据没有改动，请接好备份盘后再演练。"


class NothingToDrill(StoreError):
    """There is no backup yet."""

    sentence = NO_BACKUP


def _free(folder: Path) -> int | None:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def _device(folder: Path) -> int | None:
    try:
        return os.stat(folder).st_dev
    except OSError:
        return None
