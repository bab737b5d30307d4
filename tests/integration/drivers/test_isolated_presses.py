"""Captures with faults among them: a small count; `./dev prove devices` has the full one."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.registry import ISOLATED_GROUP
from tests.support.drivers_faulty import install
from tests.support.drivers_press_desk import FAULTS, KEY, TARGET, PressDesk


def test_every_good_press_is_delivered_once_and_every_fault_reported_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, KEY, TARGET, ISOLATED_GROUP)
    monkeypatch.syspath_prepend(str(tmp_path))
    desk = PressDesk(tmp_path / "orders", seed=5, more=8)
    tally = desk.press_many(60)
    desk.close()
    assert tally.delivered == list(range(1, 61))
    assert tally.reports == tally.faults > 0
    assert tally.refusals == 0
    assert len(FAULTS.keys() & tally.injected.keys()) >= 3, "the seed draws several faults"
