"""Drivers by name, and none that plays in a live station."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from drivers.errors import DriverMissing, SimulationRefused
from drivers.registry import BUILT_IN, ENTRY_POINT_GROUP, Registry, open_driver
from drivers.simulated.fingerprint_reader import SimulatedReader
from drivers.simulated.hand import Hand
from drivers.simulated.printer import SimulatedPrinter


@pytest.mark.parametrize("key", BUILT_IN)
def test_every_built_in_driver_loads_and_says_if_it_plays(key: str) -> None:
    kind, _, name = key.partition(":")
    driver = Registry().driver_class(kind, name)
    assert driver.simulated is (name in ("simulated", "image_folder", "video_file"))


@pytest.mark.parametrize("key", [key for key in BUILT_IN if key.endswith(":simulated")])
def test_a_live_station_refuses_simulated_devices(key: str) -> None:
    kind, _, name = key.partition(":")
    with pytest.raises(SimulationRefused):
        open_driver(kind, name, {}, mode="live")
    assert open_driver(kind, name, {}, mode="demo").simulated


def test_image_folders_are_refused_in_live_mode_too() -> None:
    with pytest.raises(SimulationRefused):
        open_driver("fingerprint_reader", "image_folder", {"folder": "x"}, mode="live")


def test_a_real_driver_opens_in_live_mode(tmp_path: Path) -> None:
    assert not open_driver("printer", "pdf_folder", {"folder": tmp_path}, mode="live").simulated


def test_the_hand_is_passed_to_the_driver() -> None:
    hand = Hand()
    driver = open_driver("fingerprint_reader", "simulated", {}, mode="demo", hand=hand)
    assert driver.hand is hand


def announced(name: str, value: str) -> EntryPoint:
    return EntryPoint(name, value, ENTRY_POINT_GROUP)


def test_a_third_party_adds_a_driver_by_entry_point() -> None:
    target = "drivers.simulated.fingerprint_reader:SimulatedReader"
    registry = Registry([announced("fingerprint_reader:acme", target)])
    assert "acme" in registry.names("fingerprint_reader")
    assert registry.driver_class("fingerprint_reader", "acme") is SimulatedReader


def test_a_third_party_cannot_take_a_built_in_name() -> None:
    impostor = announced("fingerprint_reader:simulated", "drivers.printer.cups:CupsPrinter")
    assert Registry([impostor]).driver_class("fingerprint_reader", "simulated") is SimulatedReader


@pytest.mark.parametrize("target", ["no_such_package:Reader", "drivers.api:NoSuchClass"])
def test_a_driver_that_cannot_load_is_missing(target: str) -> None:
    registry = Registry([announced("camera:broken", target)])
    with pytest.raises(DriverMissing):
        registry.driver_class("camera", "broken")


def test_a_driver_of_an_older_contract_is_not_loaded_and_is_told_what_it_lacks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(SimulatedPrinter, "withdraw")
    with pytest.raises(DriverMissing, match=r"contract 2: .*SimulatedPrinter lacks withdraw"):
        open_driver("printer", "simulated", {}, mode="demo")
    with pytest.raises(DriverMissing):
        open_driver("printer", "simulated", {}, mode="demo", isolated=True)


def test_an_unknown_name_is_missing() -> None:
    with pytest.raises(DriverMissing):
        open_driver("camera", "nobody", {}, mode="demo")
