"""Settings: defaults that run the demonstration, and one clear sentence for every mistake."""

import re
from pathlib import Path

import pytest

from station.assets import AssetMissing, asset, resources_folder
from station.settings import (
    DeviceChoice,
    Language,
    Mode,
    Settings,
    SettingsError,
    declarations,
    load_settings,
    parse_settings,
)

EVERYTHING = """
mode = "live"
language = "en"
data_directory = "/var/lib/station"
key_directory = "/etc/station"
[unit]
name = "示例大学"
[hub]
url = "https://hub.example.cn"
timeout_s = 5
[devices.fingerprint_reader]
driver = "image_folder"
[devices.fingerprint_reader.options]
folder = "/data/手指"
dpi = 500
loop = true
[capture]
quality_minimum = 55
[gate]
visit_far = 1e-5
special_tries = 2
"""


def test_an_empty_file_gives_the_defaults() -> None:
    settings = parse_settings(b"")
    assert settings == Settings()
    assert settings.mode is Mode.SIMULATION
    assert settings.language is Language.ZH_CN
    assert (settings.quality_minimum, settings.visit_far, settings.special_tries) == (40, 1e-4, 6)


def test_a_driver_can_be_forced_into_a_process_or_out_of_it() -> None:
    assert Settings().camera.isolated is None
    for said in ("true", "false"):
        settings = parse_settings(f"[devices.camera]\nisolated = {said}".encode())
        assert settings.camera == DeviceChoice("simulated", isolated=said == "true")


def test_every_value_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "设置.toml"
    path.write_text(EVERYTHING, encoding="utf-8")
    settings = load_settings(path)
    assert (settings.mode, settings.language) == (Mode.LIVE, Language.EN)
    assert (settings.unit_name, settings.hub_timeout_s) == ("示例大学", 5.0)
    assert settings.fingerprint_reader == DeviceChoice(
        "image_folder", {"folder": "/data/手指", "dpi": 500, "loop": True}
    )
    assert settings.camera == Settings().camera
    assert (settings.visit_far, settings.special_tries) == (1e-5, 2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('mode = "real"', ['"simulation" 或 "live"', "mode", "real"]),
        ("mode = 1", ["mode"]),
        ('langage = "en"', ["langage", "是否想写“language”"]),
        ("[gate]\nspecial_trys = 3", ["是否想写“gate.special_tries”"]),
        ("[gate]\nspecial_tries = 0", ["gate.special_tries", "1 到 12 之间的整数"]),
        ("[gate]\nspecial_tries = 3.0", ["gate.special_tries"]),
        ("[gate]\nspecial_tries = true", ["gate.special_tries"]),
        ("[gate]\nvisit_far = nan", ["gate.visit_far", "1e-06 到 0.01"]),
        ("[gate]\nvisit_far = inf", ["gate.visit_far"]),
        ("[capture]\nquality_minimum = 101", ["0 到 100"]),
        ('[unit]\nname = "' + "长" * 61 + '"', ["unit.name", "60"]),
        ('[unit]\nname = "two\\nlines"', ["unit.name", "一行"]),
        ("gate = 3", ["“gate”不存在"]),
        ("devices = 3", ["devices"]),
        ("[devices]\ncamera = 3", ["devices.camera", "driver"]),
        ('[devices.camera]\ndriver = ""', ["devices.camera"]),
        ('[devices.camera]\ndrivr = "x"', ["是否想写“devices.camera.driver”"]),
        ("[devices.camera]\noptions = 3", ["devices.camera"]),
        ("[devices.camera]\nisolated = 1", ["devices.camera", "isolated"]),
        ("[devices.camera.options]\na = [1]", ["devices.camera"]),
        ('[devices.scanner]\ndriver = "x"', ["devices.scanner.driver", "不存在"]),
        ('[hub]\nurl = "ftp://x"', ["hub.url", "http://"]),
        ('[hub]\nurl = "http://["', ["hub.url"]),
        ('mode = "live"', ["hub.url", "https://"]),
        ('data_directory = "/a"\nkey_directory = "/a/keys"', ["key_directory", "数据目录"]),
        ("mode = ", ["TOML"]),
    ],
)
def test_a_mistake_is_named_in_one_chinese_sentence(text: str, said: list[str]) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings(text.encode())
    sentence = str(caught.value)
    assert all(part in sentence for part in said)
    assert sentence.endswith(("。", "？"))
    assert "\n" not in sentence
    assert len(sentence) < 200


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"[[["])
def test_bytes_that_are_no_toml_are_refused(content: bytes) -> None:
    with pytest.raises(SettingsError, match="TOML"):
        parse_settings(content)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="读不到设置文件"):
        load_settings(tmp_path / "none.toml")
    (tmp_path / "huge.toml").write_bytes(b"#" * 100_000)
    with pytest.raises(SettingsError, match="65536"):
        load_settings(tmp_path / "huge.toml")


def test_every_setting_is_declared_with_help_and_limits() -> None:
    for name, declaration in declarations().values():
        assert declaration.help, name
        if declaration.kind in (int, float):
            assert declaration.limits.low is not None
            assert declaration.limits.high is not None
    assert len(declarations()) == len(Settings.__dataclass_fields__)


def test_resources_are_found_and_a_missing_one_is_named() -> None:
    assert resources_folder().is_dir()
    with pytest.raises(AssetMissing, match="no/such/file"):
        asset("no/such/file")


def test_every_setting_is_read_by_the_station(repo_root: Path) -> None:
    """A setting that nothing reads would be set in good faith and change nothing."""
    sources = "".join(
        path.read_text(encoding="utf-8")
        for path in (repo_root / "station").rglob("*.py")
        if path.name != "settings.py"
    )
    names = [name for name, _ in declarations().values()]
    assert [name for name in names if not re.search(rf"settings\.{name}\b", sources)] == []
