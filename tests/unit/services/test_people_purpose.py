"""What people's data may be used for: four purposes, and nothing anywhere that adds one."""

import ast
import dataclasses
import inspect
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import station
from station.domain.audit import (
    AuditFact,
    Exported,
    ExportKind,
    RecordSearched,
    SitePackageTaken,
    ViewPlace,
)
from station.domain.purpose import OF_PERSONS, Purpose
from station.services.audit import AuditService
from station.services.fact_events import audit_draft_of, audit_fact_of
from station.services.people import exam_session_of
from station.settings import Settings, SettingsError, declarations, parse_settings
from sync import wire
from sync.errors import WireError
from tests.support.sync_people import event, exam_session

SOURCES = Path(station.__file__).parent
FACTS_WITH_PURPOSE: tuple[AuditFact, ...] = (
    RecordSearched(ViewPlace.DESK, 1, Purpose.NATIONAL_EXAM),
    Exported(ExportKind.AUDIT, Purpose.DEGREE, 1, "ab" * 32),
    SitePackageTaken("S-1", 30, Purpose.NATIONAL_EXAM),
)
INVENTED = ("attendance", "marketing", "", "NATIONAL_EXAM", "national_exam ")


def test_the_list_is_the_notices_and_the_platforms() -> None:
    assert {one.value: one.label_zh for one in wire.Purpose} == {
        "national_exam": "统考考务",
        "course": "课程管理",
        "degree": "学位管理",
        "statistics": "统计分析",
    }
    assert {one.value for one in Purpose} == {one.value for one in wire.Purpose}


def test_no_program_text_can_add_one_at_run_time() -> None:
    with pytest.raises(TypeError):

        class More(Purpose):  # type: ignore[misc]  # that is the point
            MARKETING = "marketing"

    with pytest.raises(AttributeError):
        setattr(Purpose, "NATIONAL_EXAM", "marketing")  # noqa: B010 - as text that is no constant
    with pytest.raises(ValueError, match="marketing"):
        Purpose("marketing")


def test_no_setting_names_a_purpose() -> None:
    for key, (name, declaration) in declarations().items():
        assert "purpose" not in key
        assert "purpose" not in name
        assert declaration.kind not in (Purpose, wire.Purpose)
    for text in ('purpose = "marketing"', '[security]\npurposes = ["marketing"]'):
        with pytest.raises(SettingsError):
            parse_settings(text.encode())


@pytest.mark.parametrize("invented", INVENTED)
def test_no_site_package_brings_a_purpose(invented: str) -> None:
    session = json.loads(wire.canonical_bytes(exam_session().to_json()))
    with pytest.raises(WireError):
        wire.ExamSession.from_json(session | {"purpose": invented})
    del session["purpose"]
    with pytest.raises(WireError):
        wire.ExamSession.from_json(session)


@pytest.mark.parametrize("fact", FACTS_WITH_PURPOSE)
@pytest.mark.parametrize("invented", INVENTED)
def test_no_record_brings_a_purpose(fact: AuditFact, invented: str) -> None:
    draft = audit_draft_of(fact, "desk01")
    stored = replace(event(1), type=draft.type, version=draft.version, data=dict(draft.data))
    assert audit_fact_of(stored) == fact
    altered = replace(stored, data=dict(draft.data) | {"purpose": invented})
    assert audit_fact_of(altered) is None


@pytest.mark.parametrize("purpose", wire.Purpose)
def test_a_session_keeps_the_purpose_it_came_with(purpose: wire.Purpose) -> None:
    session = exam_session_of(replace(exam_session(), purpose=purpose), Settings())
    assert session.purpose.value == purpose.value
    assert (session.purpose in OF_PERSONS) is (purpose is not wire.Purpose.STATISTICS)


def test_nothing_is_searched_or_taken_away_without_one() -> None:
    for kind in (RecordSearched, Exported, SitePackageTaken):
        field = {one.name: one for one in dataclasses.fields(kind)}["purpose"]
        assert field.default is dataclasses.MISSING, "nobody forgets it"
        assert field.type is Purpose
    for take_away in (AuditService.export,):
        parameter = inspect.signature(take_away).parameters["purpose"]
        assert parameter.default is inspect.Parameter.empty


def calls_of(tree: ast.AST, name: str) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) == name
    ]


def test_every_export_is_noted_and_nobody_is_looked_for_by_their_finger_alone() -> None:
    """One search over everybody's fingers (1:N) would need a purpose; the station has none."""
    noted = set()
    for path in SOURCES.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imported = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "matcher"
            for alias in node.names
        }
        assert not imported & {"Gallery", "identify"}, path
        for call in calls_of(tree, "Exported"):
            kind: Any = call.args[0]
            noted.add(kind.attr)
    assert noted == {kind.name for kind in ExportKind}
