"""What the status bar says: devices as chips, and how the platform stands."""

from collections.abc import Iterable
from datetime import datetime

from station.services import status
from station.services.device_words import device_words
from station.services.status import ChipState, SyncStatus
from station.ui.theme import Level
from station.ui.translations import translate
from station.ui.widgets.shapes import DeviceIcon
from station.ui.widgets.status_bar import DeviceChip
from station.ui.words import word
from station.workflow.inputs import DeviceKind

_ICONS = {
    DeviceKind.READER: DeviceIcon.FINGERPRINT_READER,
    DeviceKind.CAMERA: DeviceIcon.CAMERA,
    DeviceKind.CARD_READER: DeviceIcon.DOCUMENT_READER,
    DeviceKind.PRINTER: DeviceIcon.PRINTER,
    DeviceKind.SMART_CARD: DeviceIcon.SMART_CARD,
}
_LEVELS = {
    ChipState.READY: Level.DONE,
    ChipState.BUSY: Level.PLAIN,
    ChipState.LOST: Level.STOP,
    ChipState.FAULT: Level.STOP,
}
_MINUTE_S = 60
_HOUR_S = 3600


def chips(devices: Iterable[status.DeviceChip]) -> tuple[DeviceChip, ...]:
    """The chips for the status bar and the list of devices."""
    return tuple(map(_chip, devices))


def _chip(one: status.DeviceChip) -> DeviceChip:
    words = device_words(one.state, one.trouble)
    return DeviceChip(
        _ICONS[one.kind],
        word(one.kind),
        _level(one),
        translate(words.short),
        translate(words.to_do) if words.to_do else "",
    )


def _level(one: status.DeviceChip) -> Level:
    """A device that works, but not in every way, is neither green nor an alarm."""
    limited = one.state is ChipState.READY and one.trouble is not None
    return Level.PLAIN if limited else _LEVELS[one.state]


def sync_words(sync: SyncStatus, now: datetime) -> tuple[str, str, Level]:
    """First line, second line and level for the platform."""
    if sync.quarantined:
        headline = translate("{n} 条需人工处理").format(n=sync.quarantined)
    elif sync.waiting:
        headline = translate("待上传 {n} 条").format(n=sync.waiting)
    else:
        headline = translate("已全部上传")
    detail = word(sync.problem) if sync.problem else _heard(sync.heard_at, now)
    troubled = bool(sync.problem or sync.quarantined)
    return headline, detail, Level.ATTENTION if troubled else Level.DONE


def _heard(at: datetime | None, now: datetime) -> str:
    if at is None:
        return translate("尚未联系平台")
    age_s = max((now - at).total_seconds(), 0)
    if age_s < _MINUTE_S:
        return translate("刚刚")
    if age_s < _HOUR_S:
        return translate("{n} 分钟前").format(n=int(age_s // _MINUTE_S))
    return translate("{n} 小时前").format(n=int(age_s // _HOUR_S))
