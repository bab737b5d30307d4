"""Facts to event drafts and back. One codec for every fact, driven by its declared fields.

Plain fields become the event's data; `evidence` becomes payloads under the person's key; the
sealed copy of a confirmation becomes a blob in the outbox. Reading an event back gives the fact
without its evidence, which is all that the fold needs.
"""

import dataclasses
import types
import typing
from enum import Enum
from typing import Any

from station.domain import audit, facts
from station.domain.audit import AuditFact
from station.domain.facts import Evidence, Fact
from station.store.drafts import EventDraft, PayloadDraft, SealedBlob
from station.store.upcast import present_version, upcast
from sync.wire import Event, Value

_NOT_DATA = frozenset({"evidence", "sealed_copy"})
_FACT_TYPES: dict[str, type[Any]] = {
    fact_type.TYPE: fact_type for fact_type in typing.get_args(facts.Fact)
}
_AUDIT_TYPES: dict[str, type[Any]] = {
    fact_type.TYPE: fact_type for fact_type in typing.get_args(audit.AuditFact)
}


def draft_of(fact: Fact, subject: str, actor: str) -> EventDraft:
    """The event that stores `fact` about `subject`, done by `actor`."""
    evidence: tuple[Evidence, ...] = getattr(fact, "evidence", ())
    sealed_copy: bytes = getattr(fact, "sealed_copy", b"")
    return EventDraft(
        type=fact.TYPE,
        version=present_version(fact.TYPE),
        subject=subject,
        actor=actor,
        data=_data(fact),
        payloads=tuple(PayloadDraft(item.name, item.media_type, item.content) for item in evidence),
        blobs=(SealedBlob.of(sealed_copy),) if sealed_copy else (),
    )


def fact_of(event: Event) -> Fact | None:
    """The fact an event stores; None for types that are not a workflow's."""
    fact_type = _FACT_TYPES.get(event.type)
    return None if fact_type is None else typing.cast(Fact, _restored(fact_type, upcast(event)))


def audit_draft_of(fact: AuditFact, actor: str, subject: str | None = None) -> EventDraft:
    """The event that notes `fact`, done by `actor` (an operator id or `system`)."""
    return EventDraft(fact.TYPE, present_version(fact.TYPE), subject, actor, _data(fact))


def audit_fact_of(event: Event) -> AuditFact | None:
    """The audit fact an event stores; None for other types and for data of a later version."""
    return typing.cast(AuditFact | None, _leniently(_AUDIT_TYPES.get(event.type), event))


def told_by(event: Event) -> AuditFact | Fact | None:
    """Whatever an event stores, for whoever only reads: None where it cannot be made out."""
    fact_type = _AUDIT_TYPES.get(event.type) or _FACT_TYPES.get(event.type)
    return typing.cast(AuditFact | Fact | None, _leniently(fact_type, upcast(event)))


def _leniently(fact_type: type[Any] | None, event: Event) -> object | None:
    try:
        return None if fact_type is None else _restored(fact_type, event)
    except (TypeError, ValueError):  # a field or a code that this version does not know
        return None


def _restored(fact_type: type[Any], event: Event) -> object:
    values = {
        name: _read(event.data[name], hint)
        for name, hint in _hints(fact_type).items()
        if _is_data(name) and name in event.data
    }
    return fact_type(**values)


def _data(fact: Fact | AuditFact) -> dict[str, Value]:
    return {name: _written(getattr(fact, name)) for name in _hints(type(fact)) if _is_data(name)}


def _hints(fact_type: type[Any]) -> dict[str, Any]:
    hints = typing.get_type_hints(fact_type)
    return {field.name: hints[field.name] for field in dataclasses.fields(fact_type)}


def _is_data(name: str) -> bool:
    return name not in _NOT_DATA


def _written(value: Any) -> Value:
    if isinstance(value, Enum):
        return typing.cast(Value, value.value)
    if isinstance(value, tuple):
        return tuple(item.value if isinstance(item, Enum) else item for item in value)
    return typing.cast(Value, value)


def _read(value: Value, hint: Any) -> Any:
    origin = typing.get_origin(hint)
    if origin in (types.UnionType, typing.Union):
        inner = next(arm for arm in typing.get_args(hint) if arm is not types.NoneType)
        return None if value is None else _read(value, inner)
    if origin is tuple:
        inner = typing.get_args(hint)[0]
        return tuple(_read(item, inner) for item in value) if isinstance(value, tuple) else ()
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    if hint is float and isinstance(value, int | float):  # canonical JSON writes 40.0 as 40
        return float(value)
    return value
