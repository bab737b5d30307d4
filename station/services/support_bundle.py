"""The support bundle: what somebody elsewhere needs to help, and nothing about any person.

Every part is built from closed things: enums, counts, versions, digests. Free texts of the
settings are replaced by whether they were set.
"""

import json
import os
import platform
import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from enum import Enum
from importlib.metadata import PackageNotFoundError, version
from io import BytesIO
from pathlib import Path
from typing import Any

from station.domain.audit import SupportBundleMade
from station.domain.rights import Action
from station.services.guard import Guard
from station.services.runner import Lane, Runner
from station.services.status import DeviceChip
from station.services.store_room import StoreRoom
from station.services.technical_log import TechnicalLog
from station.services.trail import Trail
from station.settings import DeviceChoice, Settings, declarations
from station.store.chain import verify_tail
from station.store.errors import StoreError
from station.store.schema import migrations
from sync.wire import sha256_hex

LIBRARIES = (
    "tdxl-station",
    "PySide6-Essentials",
    "cryptography",
    "numpy",
    "onnxruntime",
    "opencv-python-headless",
    "pyscard",
    "requests",
    "sqlcipher3",
)
TABLES = (
    "event",
    "payload",
    "person_key",
    "erased_person",
    "outbox",
    "outbox_blob",
    "receipt",
    "applicant",
    "uploaded_photo",
    "tombstone",
    "exam_session",
    "candidate",
    "operator",
)
# The whole log takes minutes where it is long; `station db check` and the audit page do that.
EVENTS_CHECKED = 1000
_PLAIN = re.compile(r"[a-z0-9_ .:,-]{0,200}")
ABOUT = """本支持包只含程序版本、去掉文字的设置、设备状态、数量、校验结果和程序内部错误的位置。
不含任何人的姓名、号码、照片、指纹、口令或密钥。发送以前可以逐个打开查看。
This bundle holds versions, settings without texts, device states, counts, check results and places
of internal errors. It holds no name, number, photo, fingerprint, passphrase or key of anybody.
"""


@dataclass(frozen=True)
class Part:
    """One file of the bundle, all text."""

    name: str
    text: str


@dataclass(frozen=True)
class Bundle:
    """Everything that would be written, for looking at it first."""

    parts: tuple[Part, ...]

    def zipped(self) -> bytes:
        """As one ZIP file."""
        buffer = BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in self.parts:
                archive.writestr(part.name, part.text)
        return buffer.getvalue()


@dataclass(frozen=True)
class BundleSaved:
    """Where it lies now."""

    path: Path


@dataclass(frozen=True)
class BundleTrouble:
    """Why nothing was written: a sentence."""

    sentence: str


@dataclass(frozen=True)
class Facts:
    """What of the running program goes into a bundle; built on the UI thread."""

    settings: Settings
    data_folder: Path
    chips: tuple[DeviceChip, ...] = ()


def collect(room: StoreRoom, facts: Facts, log: TechnicalLog) -> Bundle:
    """Gather all parts, on the database lane. Raises StoreError."""
    return Bundle(
        (
            Part("README.txt", ABOUT),
            _part("machine.json", _machine(facts.data_folder)),
            _part("settings.json", redacted(facts.settings)),
            _part("devices.json", [_device(chip) for chip in facts.chips]),
            _part("store.json", _store(room)),
            _part("errors.json", [asdict(entry) for entry in log.recent()]),
        )
    )


def redacted(settings: Settings) -> dict[str, object]:
    """Settings without texts: numbers, switches and choices as they are, texts as set or not."""
    shown: dict[str, object] = {}
    for key, (name, declaration) in declarations().items():
        value = getattr(settings, name)
        shown[key] = _shown(value, declaration.default)
    return shown


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
        return BundleSaved(path)
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
                return collect(self._room, facts, self._log)
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
                digest = sha256_hex(bundle.zipped())
                self._trail.note(SupportBundleMade(digest), operator.operator_id)
            then(result)

        self._runner.call(Lane.POOL, lambda: save(bundle, folder, "support"), told)


def _part(name: str, content: object) -> Part:
    return Part(name, json.dumps(content, ensure_ascii=False, indent=1, default=str) + "\n")


def _machine(data_folder: Path) -> dict[str, object]:
    try:
        usage = shutil.disk_usage(data_folder)
        disk = {"free": usage.free, "total": usage.total}
    except OSError:
        disk = {}
    return {
        # No host name: it is often somebody's.
        "system": platform.system(),
        "release": platform.release(),
        "machine": platform.machine(),
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "disk": disk,
        "libraries": {name: _version(name) for name in LIBRARIES},
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _shown(value: Any, default: Any) -> object:
    if isinstance(value, DeviceChoice):
        options = {name: _shown(option, None) for name, option in sorted(value.options.items())}
        return {"driver": value.driver, "isolated": value.isolated, "options": options}
    if isinstance(value, Enum) or not isinstance(value, str):
        return value
    return "default" if value == default else "set"


def _device(chip: DeviceChip) -> dict[str, object]:
    return {
        item.name: getattr(chip, item.name)
        for item in fields(chip)
        if isinstance(getattr(chip, item.name), Enum | bool | int)
    }


def _store(room: StoreRoom) -> dict[str, object]:
    database = room.database
    report = verify_tail(database, EVENTS_CHECKED)
    queued = database.rows("SELECT state, count(*) FROM outbox GROUP BY state ORDER BY state")
    types = database.rows("SELECT type, count(*) FROM event GROUP BY type ORDER BY type")
    upkeep = database.rows("SELECT name, at, result FROM upkeep ORDER BY name")
    policy = database.row("SELECT content FROM retention_policy")
    (schema,) = database.row("PRAGMA user_version") or (0,)
    return {
        "schema": schema,
        "schema_of_program": len(migrations()),
        "rows": {
            table: (database.row(f"SELECT count(*) FROM {table}") or (0,))[0] for table in TABLES
        },
        "events": dict(types),
        "outbox": dict(queued),
        "chain": {
            "checked": report.events,
            "intact": report.intact,
            "faults": [f"{one.kind} {one.position}" for one in report.faults[:20]],
        },
        # What other rooms write there is theirs: only what is plainly a code or a count is taken.
        "upkeep": {
            name: {"at": at, "result": result if _PLAIN.fullmatch(result) else ""}
            for name, at, result in upkeep
        },
        "retention_policy": "" if policy is None else sha256_hex(bytes(policy[0])),
    }


def _unwritable(error: OSError) -> BundleTrouble:
    return BundleTrouble(
        f"支持包没有写成（{error.strerror}），本机数据没有受影响，请换一个文件夹再试。"
    )
