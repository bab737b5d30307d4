"""A platform and a station for every test that asks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.sync_hub import JoinedStation, RunningPlatform, running_platform


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningPlatform]:
    with running_platform(tmp_path) as platform:
        yield platform


@pytest.fixture
def station(hub: RunningPlatform) -> Iterator[JoinedStation]:
    hub.load(1, 2, 3)
    joined = hub.join()
    yield joined
    joined.session.close()
