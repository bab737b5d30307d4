"""Settings of one station: each declared once with its key, type, default, limits and help.

The file is TOML. An unknown key, a wrong type or a value out of limits is refused with one Chinese
sentence that names the key and what it may be: a station never runs on a setting it ignored.
"""

import dataclasses
import difflib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast
from urllib.parse import urlsplit

Scalar = str | int | float | bool
MAX_FILE_BYTES = 64 * 1024
_DEVICES = ("fingerprint_reader", "camera", "document_reader", "printer", "smart_card")
NO_DEVICE = "none"
_DEVICE_KEYS = ("driver", "isolated", "options")


class SettingsError(Exception):
    """The settings cannot be used; the text is a Chinese sentence for the operator."""


class Mode(StrEnum):
    """Whether real people are served. Simulated devices are refused in `live`."""

    SIMULATION = "simulation"
    LIVE = "live"


class Language(StrEnum):
    """Language of the screens."""

    ZH_CN = "zh_CN"
    EN = "en"


class SecondFactor(StrEnum):
    """What signing in takes beside the passphrase."""

    NONE = "none"
    CARD = "card"


@dataclass(frozen=True)
class DeviceChoice:
    """Which driver serves a device, and the options that driver understands.

    `isolated` True or False forces the driver into a process of its own or out of it; None leaves
    that to how the driver is announced.
    """

    driver: str
    options: Mapping[str, Scalar] = field(default_factory=lambda: MappingProxyType({}))
    isolated: bool | None = None


@dataclass(frozen=True)
class Limits:
    """What a value may be: a range (inclusive) or a length in characters."""

    low: float | None = None
    high: float | None = None
    longest: int = 200


@dataclass(frozen=True)
class Declaration:
    """Everything known about one setting."""

    key: str
    kind: type
    default: Any
    limits: Limits
    help: str


def _about(key: str, help_text: str, **limits: Any) -> Mapping[str, Any]:
    return {"key": key, "help": help_text, "limits": Limits(**limits)}


@dataclass(frozen=True)
class Settings:
    """All settings of a station, checked."""

    mode: Mode = field(
        default=Mode.SIMULATION, metadata=_about("mode", "simulation 演示 / live 正式使用")
    )
    language: Language = field(default=Language.ZH_CN, metadata=_about("language", "界面语言"))
    data_directory: str = field(
        default="",
        metadata=_about("data_directory", "数据目录，留空用系统默认位置", longest=1000),
    )
    key_directory: str = field(
        default="",
        metadata=_about(
            "key_directory", "密钥目录，不得在数据目录之内，留空用系统默认位置", longest=1000
        ),
    )
    unit_name: str = field(default="演示单位", metadata=_about("unit.name", "单位名称", longest=60))
    desk_name: str = field(default="1", metadata=_about("unit.desk", "本工位编号", longest=16))
    hub_url: str = field(
        default="http://127.0.0.1:8765", metadata=_about("hub.url", "平台地址", longest=500)
    )
    hub_timeout_s: float = field(
        default=10.0, metadata=_about("hub.timeout_s", "平台请求限时（秒）", low=1, high=120)
    )
    hub_pause_s: float = field(
        default=5.0, metadata=_about("hub.pause_s", "两次同步的间隔（秒）", low=0.1, high=3600)
    )
    fingerprint_reader: DeviceChoice = field(
        default=DeviceChoice("simulated"),
        metadata=_about("devices.fingerprint_reader", "指纹采集仪"),
    )
    camera: DeviceChoice = field(
        default=DeviceChoice("simulated"), metadata=_about("devices.camera", "摄像头")
    )
    document_reader: DeviceChoice = field(
        default=DeviceChoice("simulated"),
        metadata=_about("devices.document_reader", "身份证阅读器"),
    )
    printer: DeviceChoice = field(
        default=DeviceChoice("pdf_folder"), metadata=_about("devices.printer", "打印机")
    )
    smart_card: DeviceChoice = field(
        default=DeviceChoice(NO_DEVICE),
        metadata=_about("devices.smart_card", "工作人员证书卡的读卡器，不用时为 none"),
    )
    quality_minimum: int = field(
        default=40, metadata=_about("capture.quality_minimum", "指纹质量下限", low=0, high=100)
    )
    scanner_prefix: str = field(
        default="",
        metadata=_about("scanner.prefix", "扫码枪在条码前加的字符，没有则留空", longest=8),
    )
    scanner_suffix: str = field(
        default="",
        metadata=_about("scanner.suffix", "扫码枪在条码后加的字符，没有则留空", longest=8),
    )
    scanner_ends_by_pause: bool = field(
        default=False,
        metadata=_about(
            "scanner.ends_by_pause", "扫码枪末尾不发回车、制表符或后缀，读完即止时填 true"
        ),
    )
    scanner_camera: bool = field(
        default=True,
        metadata=_about("scanner.camera", "等待号码时是否也用摄像头识别二维码和条码"),
    )
    visit_far: float = field(
        default=1e-4,
        metadata=_about(
            "gate.visit_far",
            "一人一场入场核验的误放率上限：普通、特殊通道的全部按指次数合计，由各次按指平分",
            low=1e-6,
            high=1e-2,
        ),
    )
    special_tries: int = field(
        default=6, metadata=_about("gate.special_tries", "特殊通道最多尝试次数", low=1, high=12)
    )
    second_factor: SecondFactor = field(
        default=SecondFactor.NONE,
        metadata=_about("security.second_factor", "登录口令之外：none 不要求 / card 还要证书卡"),
    )
    unattended_restart: bool = field(
        default=False,
        metadata=_about(
            "security.unattended_restart",
            "开机后是否由机器自己打开密钥（不用人输口令），须先在“管理”里设置",
        ),
    )
    idle_lock_min: int = field(
        default=10, metadata=_about("security.idle_lock_min", "无操作锁屏（分钟）", low=1, high=120)
    )
    retention_file: str = field(
        default="",
        metadata=_about(
            "privacy.retention_file", "单位自己的保存期限文件，留空用产品默认", longest=1000
        ),
    )
    privacy_contact: str = field(
        default="",
        metadata=_about(
            "privacy.contact", "个人信息事务联系方式，印在告知单上，留空写现场负责人", longest=100
        ),
    )
    backup_folder: str = field(
        default="",
        metadata=_about(
            "storage.backup_folder",
            "备份位置，宜用另一块盘，留空则放在数据目录下的 backups",
            longest=1000,
        ),
    )
    backup_every_h: int = field(
        default=24,
        metadata=_about("storage.backup_every_h", "两次备份的间隔（小时）", low=1, high=720),
    )
    backup_keep: int = field(
        default=14, metadata=_about("storage.backup_keep", "保留最近几份备份", low=1, high=365)
    )
    check_every_h: int = field(
        default=24,
        metadata=_about("storage.check_every_h", "两次全面检查的间隔（小时）", low=1, high=720),
    )


def declarations() -> Mapping[str, tuple[str, Declaration]]:
    """Every setting by its TOML key: (name of the field of `Settings`, declaration)."""
    found = {}
    for item in dataclasses.fields(Settings):
        declaration = Declaration(kind=type(item.default), default=item.default, **item.metadata)
        found[declaration.key] = (item.name, declaration)
    return found


def load_settings(path: Path) -> Settings:
    """Read and check a settings file.

    Raises:
        SettingsError: the file is missing, is no TOML, or holds a wrong key or value.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SettingsError(
            f"读不到设置文件 {path}：{error.strerror}。请检查文件是否存在、是否有权读取。"
        ) from error
    if len(content) > MAX_FILE_BYTES:
        raise SettingsError(f"设置文件 {path} 超过 {MAX_FILE_BYTES} 字节，请检查是否选错了文件。")
    return parse_settings(content)


def parse_settings(content: bytes) -> Settings:
    """Check the bytes of a settings file; what it does not name keeps its default.

    Raises:
        SettingsError: no TOML, unknown key, wrong type, or a value out of its limits.
    """
    try:
        table = tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"设置文件不是有效的 TOML 文本：{error}。请改正后再启动。") from error
    known = declarations()
    values: dict[str, Any] = {}
    for key, value in _flattened(table, ""):
        if key not in known:
            raise SettingsError(_unknown(key, known))
        name, declaration = known[key]
        values[name] = _checked(declaration, value)
    settings = Settings(**values)
    _check_together(settings)
    return settings


def _flattened(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        key = prefix + name
        is_device = prefix == "devices." and name in _DEVICES
        if isinstance(value, dict) and not is_device:
            yield from _flattened(value, key + ".")
        else:
            yield key, value


def _unknown(key: str, known: Mapping[str, object]) -> str:
    near = difflib.get_close_matches(key, known, n=1)
    hint = f"是否想写“{near[0]}”？" if near else "请删去或改正。"
    return f"设置项“{key}”不存在，{hint}"


def _checked(declaration: Declaration, value: Any) -> Any:
    if declaration.kind is DeviceChoice:
        return _device_choice(declaration, value)
    if issubclass(declaration.kind, StrEnum):
        return _choice(declaration, value)
    if declaration.kind is float and type(value) is int:
        value = float(value)
    if type(value) is not declaration.kind:
        raise _refused(declaration, value)
    if isinstance(value, str) and not _is_plain(value, declaration.limits.longest):
        raise _refused(declaration, value)
    if isinstance(value, int | float) and not _in_range(declaration.limits, value):
        raise _refused(declaration, value)
    return value


def _choice(declaration: Declaration, value: Any) -> StrEnum:
    kind = cast(type[StrEnum], declaration.kind)
    if not isinstance(value, str) or value not in list(kind):
        raise _refused(declaration, value)
    return kind(value)


def _device_choice(declaration: Declaration, value: Any) -> DeviceChoice:
    if not isinstance(value, dict):
        raise _refused(declaration, value)
    for name in value:
        if name not in _DEVICE_KEYS:
            raise SettingsError(_unknown(f"{declaration.key}.{name}", _device_keys(declaration)))
    driver = value.get("driver", declaration.default.driver)
    if not isinstance(driver, str) or not driver or not _is_plain(driver, 64):
        raise _refused(declaration, value)
    isolated = value.get("isolated")
    if not isinstance(isolated, bool | None):
        raise _refused(declaration, value)
    options = value.get("options", {})
    if not isinstance(options, dict) or not all(map(_is_option, options.values())):
        raise _refused(declaration, value)
    return DeviceChoice(driver, MappingProxyType(dict(options)), isolated)


def _device_keys(declaration: Declaration) -> dict[str, None]:
    return dict.fromkeys(f"{declaration.key}.{name}" for name in _DEVICE_KEYS)


def _is_option(value: Any) -> bool:
    return type(value) in (int, float, bool) or (type(value) is str and _is_plain(value, 1000))


def _is_plain(value: str, longest: int) -> bool:
    return len(value) <= longest and value.isprintable()


def _in_range(limits: Limits, value: float) -> bool:
    # `not (value < low)` would let NaN through, which TOML can spell.
    return (limits.low is None or value >= limits.low) and (
        limits.high is None or value <= limits.high
    )


def _refused(declaration: Declaration, value: Any) -> SettingsError:
    shown = repr(value)[:60]
    name = f"设置项“{declaration.key}”（{declaration.help}）"
    return SettingsError(f"{name}的值 {shown} 不能用，{_allowed(declaration)}。")


def _allowed(declaration: Declaration) -> str:
    limits = declaration.limits
    if issubclass(declaration.kind, StrEnum):
        return "应为 " + " 或 ".join(f'"{item}"' for item in declaration.kind)
    if declaration.kind is DeviceChoice:
        return (
            "应写 driver（驱动名称）、options（文字、数字或真假值），可写 isolated（true 或 false）"
        )
    if declaration.kind is bool:
        return "应为 true 或 false"
    if declaration.kind is str:
        return f"应为不超过 {limits.longest} 个字的一行文字"
    kind = "整数" if declaration.kind is int else "数"
    return f"应为 {limits.low:g} 到 {limits.high:g} 之间的{kind}"


def _check_together(settings: Settings) -> None:
    schemes = ("https",) if settings.mode is Mode.LIVE else ("http", "https")
    if not _is_address(settings.hub_url, schemes):
        allowed = " 或 ".join(f"{scheme}://" for scheme in schemes)
        raise SettingsError(f"设置项“hub.url”的值不能用，应以 {allowed} 开头并写明主机。")
    if settings.second_factor is SecondFactor.CARD and settings.smart_card.driver == NO_DEVICE:
        raise SettingsError(
            "设置项“security.second_factor”为 card 时，请在 devices.smart_card 写明读卡器的驱动。"
        )
    if _inside(settings.key_directory, settings.data_directory):
        raise SettingsError(
            "设置项“key_directory”不能用，密钥目录不得在数据目录之内，请换到另一个目录。"
        )


def _is_address(url: str, schemes: tuple[str, ...]) -> bool:
    try:
        address = urlsplit(url)
    except ValueError:  # an unclosed bracket of an IPv6 address
        return False
    return address.scheme in schemes and bool(address.hostname)


def _inside(inner: str, outer: str) -> bool:
    if not inner or not outer:
        return False
    return Path(inner).resolve().is_relative_to(Path(outer).resolve())
