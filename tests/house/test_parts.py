"""`./dev prove` and `./dev bench` find their parts, run them and tell by their exit status."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from tests.support.house_parts import run_parts

PART = '"""{title}"""\n\n\ndef main(argv):\n    print(argv)\n    return {status}\n'


@pytest.fixture
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    folder = tmp_path / "sample_of_parts"
    folder.mkdir()
    (folder / "__init__.py").write_text("", encoding="utf-8")
    (folder / "not_a_part.py").write_text("raise AssertionError\n", encoding="utf-8")
    for name, status in (("good", 0), ("bad", 3)):
        text = PART.format(title=f"Shows {name}.", status=status)
        (folder / f"part_{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield import_module(folder.name)
    for name in [name for name in sys.modules if name.startswith("sample_of_parts")]:
        del sys.modules[name]


def test_one_part_gets_the_rest_of_the_arguments(
    parts: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_parts(parts, ["good", "--count", "3"], now_s=lambda: 0.0) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed == [
        "== good: Shows good.",
        "['--count', '3']",
        "sample_of_parts: 1 parts in 0 s, all succeeded",
    ]


def test_one_failed_part_fails_the_whole(
    parts: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_parts(parts, [], now_s=lambda: 0.0) == 1
    assert capsys.readouterr().out.splitlines()[-1] == (
        "sample_of_parts: 2 parts in 0 s, failed: bad"
    )


def test_an_unknown_part_is_an_error_of_use(
    parts: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_parts(parts, ["better"]) == 2
    assert "there are: bad, good" in capsys.readouterr().out
