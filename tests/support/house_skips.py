"""Fails the run on any skipped test that `tests/allowed_skips.txt` does not list with a reason.

A skipped test proves nothing, and nobody reads the letter `s`: so a skip needs leave.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

ALLOWED_SKIPS = Path(__file__).resolve().parent.parent / "allowed_skips.txt"
SHARED_DATA = ALLOWED_SKIPS.parent.parent.parent / "shared" / "data"
CONDITIONS = ("always", "no-shared-data")


class AllowanceUnreadable(Exception):
    """A line of the list is not `pattern | condition | reason`."""


@dataclass(frozen=True)
class Allowance:
    """Leave for the tests whose node id matches `pattern` to be skipped, and why.

    A pattern that names a test names it under each of its parameters.
    """

    pattern: str
    condition: str
    reason: str

    def covers(self, nodeid: str, *, shared_data_present: bool) -> bool:
        """Whether this test may be skipped here."""
        if self.condition == "no-shared-data" and shared_data_present:
            return False
        test = nodeid.partition("[")[0]
        return fnmatchcase(nodeid, self.pattern) or fnmatchcase(test, self.pattern)


def read_allowances(text: str) -> tuple[Allowance, ...]:
    """Parse the list. Raises AllowanceUnreadable for a line without condition or reason."""
    lines = (line.strip() for line in text.splitlines())
    return tuple(_read_line(line) for line in lines if line and not line.startswith("#"))


def _read_line(line: str) -> Allowance:
    fields = [field.strip() for field in line.split("|")]
    if len(fields) != 3 or not all(fields) or fields[1] not in CONDITIONS:
        raise AllowanceUnreadable(f"not `pattern | {' or '.join(CONDITIONS)} | reason`: {line}")
    return Allowance(*fields)


class SkipWatch:
    """Collects the skips of one run and turns those without leave into a failure."""

    def __init__(self, allowances: Iterable[Allowance], *, shared_data_present: bool) -> None:
        self._allowances = tuple(allowances)
        self._shared_data_present = shared_data_present
        self._without_leave: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._note(report.nodeid, report.outcome, report.longrepr)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._note(report.nodeid, report.outcome, report.longrepr)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self._without_leave and session.exitstatus in (
            pytest.ExitCode.OK,
            pytest.ExitCode.NO_TESTS_COLLECTED,
        ):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self._without_leave:
            return
        terminalreporter.section("skipped without leave (tests/allowed_skips.txt)", red=True)
        for nodeid, reason in sorted(self._without_leave.items()):
            terminalreporter.write_line(f"{nodeid}: {reason}")

    def _note(self, nodeid: str, outcome: str, longrepr: object) -> None:
        if outcome != "skipped" or self._allowed(nodeid):
            return
        reason = longrepr[2] if isinstance(longrepr, tuple) else longrepr
        self._without_leave[nodeid] = str(reason or "expected failure")

    def _allowed(self, nodeid: str) -> bool:
        return any(
            allowance.covers(nodeid, shared_data_present=self._shared_data_present)
            for allowance in self._allowances
        )


def pytest_configure(config: pytest.Config) -> None:
    """Watch this run."""
    allowances = read_allowances(ALLOWED_SKIPS.read_text(encoding="utf-8"))
    watch = SkipWatch(allowances, shared_data_present=SHARED_DATA.is_dir())
    config.pluginmanager.register(watch, "house-skip-watch")
