"""The parts of a support bundle, each built from closed things: enums, counts, versions, digests.

Free texts of the settings are replaced by whether they were set, and no host name is taken: it is
often somebody's.
"""

import json
import os
import platform
import re
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import Enum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from drivers.api import DriverKind
from drivers.registry import Registry, installed_entry_points
from station.services.status import DeviceChip
from station.services.store_room import StoreRoom
from station.services.technical_log import TechnicalLog
from station.settings import NO_DEVICE, DeviceChoice, Scalar, Settings, declarations
from station.store.chain import verify_tail
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
KNOWN_OPTIONS = frozenset(
    (
        *("answer_timeout_s", "assignment", "baud", "channel", "clock_tolerance_s"),
        *("first_port", "folder", "folder_resolutions_ppi", "frozen_after_s", "height_px"),
        *("last_port", "least_score", "libfprint_driver", "library", "lock_exposure"),
        *("path", "people", "photo_decoder", "port", "preview", "queue", "reader"),
        *("reading_ms", "resolution_ppi", "serial", "settle_ms", "socket", "source"),
        *("stretch_s", "thinking_ms", "trust_anchors", "width_px", "with_fingers"),
    )
)
"""What drivers read of their options; any other name in the settings is somebody's own words."""
LARGEST_SHOWN = 999_999
"""An option beyond it is more likely somebody's number than a rate, a size or a time."""
# The whole log takes minutes where it is long; `station db check` and the audit page do that.
EVENTS_CHECKED = 1000
_COUNTS = re.compile(r"\d{1,9}( \d{1,9}){0,9}")
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
class Facts:
    """What of the running program goes into a bundle; built on the UI thread."""

    settings: Settings
    data_folder: Path
    chips: tuple[DeviceChip, ...] = ()


def gather(room: StoreRoom, facts: Facts, log: TechnicalLog) -> tuple[Part, ...]:
    """All parts, on the database lane. Raises StoreError."""
    return (
        Part("README.txt", ABOUT),
        _part("machine.json", _machine(facts.data_folder)),
        _part("settings.json", redacted(facts.settings)),
        _part("devices.json", [_device(chip) for chip in facts.chips]),
        _part("store.json", _store(room)),
        _part("errors.json", [asdict(entry) for entry in log.recent()]),
    )


def redacted(settings: Settings) -> dict[str, object]:
    """Settings without texts: numbers, switches and choices as they are, texts as set or not."""
    shown: dict[str, object] = {}
    for key, (name, declaration) in declarations().items():
        value = getattr(settings, name)
        shown[key] = _shown(value, declaration.default)
    return shown


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
        driver = value.driver if value.driver in _drivers() else "unknown"
        return {"driver": driver, "isolated": value.isolated, **_options(value.options)}
    if isinstance(value, Enum) or not isinstance(value, str):
        return value
    return "default" if value == default else "set"


def _options(options: Mapping[str, Scalar]) -> dict[str, object]:
    known = {name: options[name] for name in sorted(options) if name in KNOWN_OPTIONS}
    shown = {
        name: "set" if isinstance(value, str) or abs(value) > LARGEST_SHOWN else value
        for name, value in known.items()
    }
    return {"options": shown, "other_options": len(options) - len(known)}


def _drivers() -> frozenset[str]:
    """Names that drivers really have: into the settings anything may have been written."""
    registry = Registry(installed_entry_points())
    return frozenset({NO_DEVICE, *(name for kind in DriverKind for name in registry.names(kind))})


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
        # What other rooms write there is theirs: only counts are taken.
        "upkeep": {
            name: {"at": at, "result": result if _COUNTS.fullmatch(result) else ""}
            for name, at, result in upkeep
        },
        "retention_policy": "" if policy is None else sha256_hex(bytes(policy[0])),
    }
