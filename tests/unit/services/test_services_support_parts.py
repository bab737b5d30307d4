"""The support bundle's parts: whatever somebody wrote into a setting or a row stays here."""

import ast
import json
import re
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

import drivers
from station.services.device_trouble import DeviceTrouble
from station.services.status import ChipState, DeviceChip
from station.services.support_parts import KNOWN_OPTIONS, Facts, gather, redacted
from station.services.technical_log import NAME, TechnicalLog
from station.settings import DeviceChoice, Settings
from station.workflow.inputs import DeviceKind
from tests.support.services_cases import room_over
from tests.support.store_cases import created

WRITTEN = "gong yan 001234199003070018"
HIDDEN = ("gong", "12341990", "龚䶮", "a7f3c5e1")


def everywhere() -> Settings:
    """Settings in which somebody wrote a name wherever a text can be written."""
    settings = Settings()
    texts: dict[str, Any] = {
        item.name: f"{WRITTEN} 龚䶮"
        for item in fields(settings)
        if type(getattr(settings, item.name)) is str
    }
    assert {"unit_name", "hub_url", "privacy_contact"} <= set(texts)
    options: dict[str, Any] = {
        "queue": WRITTEN,
        "settle_ms": 250,
        "gong": 1,
        "port": 1234199003070018,
    }
    choice = DeviceChoice("gong yan", options)
    return replace(settings, **texts, printer=choice)


def test_no_text_of_the_settings_is_shown() -> None:
    shown = json.dumps(redacted(everywhere()), ensure_ascii=False, default=str)
    assert not [text for text in HIDDEN if text in shown]
    assert '"set"' in shown
    printer = redacted(everywhere())["devices.printer"]
    assert printer == {
        "driver": "unknown",
        "isolated": None,
        "options": {"port": "set", "queue": "set", "settle_ms": 250},
        "other_options": 1,
    }, "numbers help and name nobody; the name of an option may, and so may a long number"
    assert '"simulated"' in json.dumps(redacted(Settings()), default=str)


def options_in(node: ast.AST) -> list[str]:
    """Names that `Options` is asked for here, or that a driver's words give with a default."""
    if isinstance(node, ast.FunctionDef) and node.name == "from_options":
        return re.findall(r"`([a-z_]+)` \(\S", ast.get_docstring(node) or "")
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
        return []
    asked = node.func.attr in ("integer", "number", "text", "path", "table")
    first = node.args[0]
    return [str(first.value)] if asked and isinstance(first, ast.Constant) else []


def test_every_option_that_a_driver_reads_is_known_by_its_name() -> None:
    """Else a bundle would hide what helps; what is read in another way is a table's inside."""
    nodes = [
        node
        for path in Path(drivers.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    ]
    read = {name for node in nodes for name in options_in(node)}
    assert {"source", "queue", "settle_ms"} <= read
    assert read <= KNOWN_OPTIONS


@pytest.fixture
def parts(tmp_path: Path) -> dict[str, Any]:
    """A bundle of a store whose rows hold what they should not."""
    store = created(tmp_path)
    store.database.execute(
        "INSERT INTO upkeep VALUES ('backup', '2026-06-01T00:00:00.000Z', ?)", (WRITTEN,)
    )
    store.database.execute(
        "INSERT INTO upkeep VALUES ('retention', '2026-06-01T00:00:00.000Z', '3 79 2 0')"
    )
    folder = tmp_path / "log"
    folder.mkdir()
    places = [WRITTEN, "station.ui.keys:7 pressed"]
    entry = {"at": "2026-06-01T00:00:00.000Z", "code": "bug", "kind": "龚䶮", "places": places}
    (folder / NAME).write_text(json.dumps(entry) + "\n" + WRITTEN + "\n", encoding="utf-8")
    chip = DeviceChip(DeviceKind.PRINTER, ChipState.FAULT, True, DeviceTrouble.NOT_FOUND)
    facts = Facts(everywhere(), tmp_path, (chip,))
    made = gather(room_over(store.database), facts, TechnicalLog(folder, lambda: 0.0))
    store.database.close()
    return {part.name: part.text for part in made}


def test_nothing_that_was_written_anywhere_is_in_a_bundle(parts: dict[str, Any]) -> None:
    everything = "".join(parts.values())
    assert not [text for text in HIDDEN if text in everything]


def test_what_helps_is_there(parts: dict[str, Any]) -> None:
    upkeep = json.loads(parts["store.json"])["upkeep"]
    assert upkeep["retention"]["result"] == "3 79 2 0"
    assert upkeep["backup"] == {"at": "2026-06-01T00:00:00.000Z", "result": ""}
    (device,) = json.loads(parts["devices.json"])
    assert (device["kind"], device["trouble"]) == ("printer", "not_found")
    (entry,) = json.loads(parts["errors.json"])
    assert (entry["kind"], entry["places"]) == ("", ["station.ui.keys:7 pressed"])
