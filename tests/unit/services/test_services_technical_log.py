"""The technical log: places in the code, never values; small, and no reason to fail."""

from pathlib import Path

import pytest

from station.services.technical_log import (
    MAX_BYTES,
    NAME,
    OLDER,
    LogCode,
    TechnicalLog,
    places_of,
)
from station.ui.ending import end_on_bug

NOW_S = 1_790_000_000.0


def log_in(folder: Path) -> TechnicalLog:
    return TechnicalLog(folder / "log", lambda: NOW_S)


def failing(name: str) -> None:
    raise ValueError(name)


def test_an_error_leaves_where_it_was_and_not_what_it_said(tmp_path: Path) -> None:
    log = log_in(tmp_path)
    try:
        failing("沈砚秋 001234199003070018")
    except ValueError as error:
        log.note(LogCode.BUG, type(error).__name__, places_of(error.__traceback__))
    (entry,) = log.recent()
    assert (entry.code, entry.kind) == (LogCode.BUG, "ValueError")
    assert entry.places[-1].endswith(" failing")
    assert str(tmp_path) not in repr(entry), "folders may be called after somebody"
    content = (tmp_path / "log" / NAME).read_bytes()
    assert b"0012341990" not in content
    assert content.isascii()


def test_whatever_is_no_code_or_place_is_left_out(tmp_path: Path) -> None:
    log = log_in(tmp_path)
    log.note(LogCode.BUG, "Name of Somebody", ["/home/somebody/x.py:3 f", "a.b:3 f", "张三:1 f"])
    (entry,) = log.recent()
    assert (entry.kind, entry.places) == ("", ("a.b:3 f",))


def test_damaged_lines_are_passed_over(tmp_path: Path) -> None:
    log = log_in(tmp_path)
    log.note(LogCode.STARTED)
    with (tmp_path / "log" / NAME).open("ab") as file:
        file.write(b'{"at": 1}\n\xff\xfe\n[]\n{"code":"bug","at":"x","kind":"A","places":["y"]}\n')
    first, second = log.recent()
    assert first.code is LogCode.STARTED
    assert (second.at, second.places) == ("", ())


def test_it_stays_small(tmp_path: Path) -> None:
    log = log_in(tmp_path)
    for _ in range(2 * MAX_BYTES // 60):
        log.note(LogCode.STOPPED)
    sizes = [(tmp_path / "log" / name).stat().st_size for name in (NAME, OLDER)]
    assert max(sizes) <= MAX_BYTES
    assert len(log.recent(50)) == 50


def test_a_log_that_cannot_be_written_harms_nothing(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("a file is in the way")
    log = log_in(tmp_path)
    log.note(LogCode.BUG, "ValueError")
    assert log.recent() == ()


def test_the_programs_end_is_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ended: list[int] = []
    monkeypatch.setattr("os._exit", ended.append)
    log = log_in(tmp_path)
    try:
        failing("沈砚秋")
    except ValueError as error:
        end_on_bug(log, ValueError, error, error.__traceback__)
    assert ended == [70]
    assert "沈砚秋" not in capsys.readouterr().err
    assert [entry.kind for entry in log.recent()] == ["ValueError"]
