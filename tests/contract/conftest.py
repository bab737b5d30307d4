"""What the suites over both of the matcher's cores share."""

import pytest

from matcher import engine
from matcher._core import chosen


@pytest.fixture(params=["native", "plain"])
def core(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The engine, and all that goes through it, on one core after the other."""
    used = chosen(request.param)
    assert used.name == request.param, "the compiled core is built by ./dev setup"
    monkeypatch.setattr(engine, "_core", used)
    return used.name
