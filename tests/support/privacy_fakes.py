"""Retention, slips and support for the screens' tests: they answer at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from station.assets import asset
from station.domain.retention import (
    Holding,
    Kind,
    ProvenTime,
    State,
    Trust,
    due,
    lines,
)
from station.domain.retention_policy import parse_policy
from station.services.retention import Picture, RetentionState
from station.services.retention_policy import InForce
from station.services.support_bundle import Bundle, BundleSaved, BundleTrouble
from station.services.support_parts import Part
from station.services.sweeper import LastRun, Swept
from station.workflow.notices import Notice

DAY = timedelta(days=1)
PROVEN = datetime(2026, 6, 8, 1, 30, tzinfo=UTC)
POLICY = parse_policy(asset("retention/default.toml").read_bytes())


def holding(
    kind: Kind, state: State, days_ago: float, items: int, octets: int, *, done: bool = True
) -> Holding:
    key = f"{kind}-{items}"
    return Holding(kind, state, key, PROVEN - days_ago * DAY, items, octets, done)


HELD = (
    holding(Kind.FINGER_IMAGES, State.OPEN, 1, 13, 700_000, done=False),
    holding(Kind.FINGER_IMAGES, State.ACKNOWLEDGED, 8, 24, 1_400_000),
    holding(Kind.FINGER_IMAGES, State.ACKNOWLEDGED, 2, 48, 2_800_000),
    holding(Kind.TEMPLATES, State.ACKNOWLEDGED, 8, 24, 9_000),
    holding(Kind.SITE_PHOTOS, State.ACKNOWLEDGED, 3, 3, 600_000),
    holding(Kind.FORMS, State.ACKNOWLEDGED, 3, 3, 500_000),
    holding(Kind.GATE_IMPRESSIONS, State.EXAM_OVER, 20, 310, 18_000_000),
    holding(Kind.SITE_PACKAGE, State.EXAM_OVER, 1, 1500, 90_000_000),
    holding(Kind.ROSTER, State.OPEN, -200, 1200, 40_000_000),
    holding(Kind.EVENTS, State.KEPT, 90, 40_000, 30_000_000),
    holding(Kind.AUDIT, State.KEPT, 90, 9_000, 6_000_000),
    holding(Kind.BACKUPS, State.KEPT, 9, 9, 900_000_000),
    holding(Kind.BACKUPS, State.KEPT, 1, 1, 100_000_000, done=False),
)
PICTURE = Picture(
    in_force=InForce(POLICY),
    proven=ProvenTime(Trust.PLATFORM, PROVEN),
    held=lines(HELD, POLICY),
    due=lines(due(HELD, POLICY, PROVEN), POLICY),
    reminded=0,
    last=LastRun(PROVEN - DAY, Swept(3, 79, 2)),
)


class FakeRetention:
    """What is held does not change; a run says what it swept."""

    def __init__(self) -> None:
        self.state = RetentionState(picture=PICTURE)
        self.runs = 0
        self._listeners: list[Callable[[RetentionState], None]] = []

    def on_change(self, listener: Callable[[RetentionState], None]) -> None:
        self._listeners.append(listener)

    def refresh(self) -> None:
        self.show(self.state)

    def run(self) -> None:
        self.runs += 1
        self.show(replace(self.state, swept=Swept(1, 48, 0)))

    def show(self, state: RetentionState) -> None:
        self.state = state
        for listener in self._listeners:
            listener(state)


class FakeSlips:
    """Prints at once; `answer` is what is said then."""

    def __init__(self) -> None:
        self.printed: list[str] = []
        self.answer: Notice | None = None

    def print_slip(self, subject: str, then: Callable[[Notice | None], None]) -> None:
        self.printed.append(subject)
        then(self.answer)


class FakeSupport:
    """A bundle of two parts."""

    def __init__(self) -> None:
        self.folder = Path("/var/lib/tdxl-station/exports")
        self.made: list[Path] = []
        self.trouble: BundleTrouble | None = None
        self.bundle = Bundle(
            (
                Part("README.txt", "本支持包不含任何人的资料。\n"),
                Part("machine.json", '{\n "system": "Linux",\n "processors": 2\n}\n'),
                Part("settings.json", '{\n "mode": "simulation",\n "unit.name": "set"\n}\n'),
            )
        )

    def preview(self, then: Callable[[Bundle | BundleTrouble], None]) -> None:
        then(self.trouble or self.bundle)

    def make(
        self, bundle: Bundle, folder: Path, then: Callable[[BundleSaved | BundleTrouble], None]
    ) -> None:
        self.made.append(folder)
        then(self.trouble or BundleSaved(folder / "support.zip"))
