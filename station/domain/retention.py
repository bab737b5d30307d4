"""How long what is kept where: kinds of data, the states they are in, and when they must go.

Pure: the store tells what is held (`Holding`), the policy says how long (`Policy`), and `due` says
what goes now. Two rules are stronger than any policy. What only this station has is never removed
by age; and the time that counts is one the platform proved, so that a clock set wrong cannot
delete early.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """What is held."""

    FINGER_IMAGES = "finger_images"
    TEMPLATES = "templates"
    SITE_PHOTOS = "site_photos"
    DOCUMENT_COPIES = "document_copies"
    FORMS = "forms"
    NOTES = "notes"
    GATE_IMPRESSIONS = "gate_impressions"
    GATE_PHOTOS = "gate_photos"
    SITE_PACKAGE = "site_package"
    ROSTER = "roster"
    EVENTS = "events"
    AUDIT = "audit"
    BACKUPS = "backups"
    EXPORTS = "exports"


class State(StrEnum):
    """Where the matter stands that something is held for."""

    OPEN = "open"
    """Still needed here; evidence in this state is never removed by age, only reminded of."""
    ACKNOWLEDGED = "acknowledged"
    """Sealed, and the platform's signed receipt says that it has it."""
    EXAM_OVER = "exam_over"
    """The exam session it was for is over."""
    WITHDRAWN = "withdrawn"
    CLEARED = "cleared"
    """清退: the platform's order to erase."""
    KEPT = "kept"
    """Kept for its own sake: records of what was done, and files made here."""


_CAPTURED = (
    Kind.FINGER_IMAGES,
    Kind.TEMPLATES,
    Kind.SITE_PHOTOS,
    Kind.DOCUMENT_COPIES,
    Kind.FORMS,
    Kind.NOTES,
)
_AT_THE_GATE = (Kind.GATE_IMPRESSIONS, Kind.GATE_PHOTOS, Kind.SITE_PACKAGE)
AT_LEAST = frozenset({Kind.EVENTS, Kind.AUDIT})
"""Kinds whose days are a floor: nothing of the log is ever removed, and it names nobody."""

STATES: Mapping[Kind, tuple[State, ...]] = MappingProxyType(
    {
        **dict.fromkeys(
            _CAPTURED, (State.OPEN, State.ACKNOWLEDGED, State.WITHDRAWN, State.CLEARED)
        ),
        **dict.fromkeys(_AT_THE_GATE, (State.EXAM_OVER, State.WITHDRAWN, State.CLEARED)),
        Kind.ROSTER: (State.OPEN, State.ACKNOWLEDGED, State.WITHDRAWN, State.CLEARED),
        **dict.fromkeys((Kind.EVENTS, Kind.AUDIT, Kind.BACKUPS, Kind.EXPORTS), (State.KEPT,)),
    }
)
"""What a policy must speak of, all of it and nothing else."""

LOG_FLOOR_DAYS = 183
"""网安法 article 21: network logs are kept for not less than six months."""
LONGEST_DAYS = 36_500


@dataclass(frozen=True)
class Limits:
    """Days a policy may give, both included."""

    low: int
    high: int


# Ours, after PIPL 19 and 47 (the shortest time needed): a unit may shorten, not stretch beyond.
_CEILINGS: Mapping[Kind, int] = MappingProxyType(
    {
        Kind.FINGER_IMAGES: 90,
        Kind.TEMPLATES: 90,
        Kind.SITE_PHOTOS: 180,
        Kind.DOCUMENT_COPIES: 180,
        Kind.FORMS: 180,
        Kind.NOTES: 400,
        Kind.GATE_IMPRESSIONS: 400,
        Kind.GATE_PHOTOS: 400,
        Kind.SITE_PACKAGE: 30,
        Kind.ROSTER: 400,
        Kind.EVENTS: LONGEST_DAYS,
        Kind.AUDIT: LONGEST_DAYS,
        Kind.BACKUPS: 180,
        Kind.EXPORTS: 90,
    }
)
_REMINDER = Limits(7, 400)
_AT_ONCE = Limits(0, 0)
_UNDER_WAY = frozenset({State.OPEN, State.ACKNOWLEDGED, State.EXAM_OVER})
_BACKUP_FLOOR_DAYS = 3


def limits(kind: Kind, state: State) -> Limits:
    """What the law and this product allow a policy to say."""
    if state in (State.WITHDRAWN, State.CLEARED):
        return _AT_ONCE
    if state is State.OPEN and kind is not Kind.ROSTER:
        return _REMINDER
    floors = {Kind.EVENTS: LOG_FLOOR_DAYS, Kind.AUDIT: LOG_FLOOR_DAYS}
    floors[Kind.BACKUPS] = _BACKUP_FLOOR_DAYS
    return Limits(floors.get(kind, 0), _CEILINGS[kind])


@dataclass(frozen=True)
class Rule:
    """So many days from the moment a holding came into the state, and why (shown to people)."""

    days: int
    reason: str


@dataclass(frozen=True)
class Policy:
    """A whole, checked policy. `digest` is the SHA-256 of the bytes it was read from."""

    name: str
    digest: str
    rules: Mapping[tuple[Kind, State], Rule]

    def rule(self, kind: Kind, state: State) -> Rule:
        """What it says; every pair of `STATES` is there."""
        return self.rules[kind, state]


@dataclass(frozen=True)
class Holding:
    """Something held that goes or stays as one.

    Attributes:
        key: what it belongs to: a subject, an exam session or a file. Opaque, never shown.
        since: the proven instant from which the days count; None when it did not come yet.
        items: rows or files. octets: their size.
        acknowledged: somebody else has it, or the platform has all it asked for of it.
    """

    kind: Kind
    state: State
    key: str = field(repr=False)
    since: datetime | None
    items: int
    octets: int
    acknowledged: bool


@dataclass(frozen=True)
class Line:
    """All holdings of one kind and state together: what a report may say, naming nobody."""

    kind: Kind
    state: State
    acknowledged: bool
    holders: int
    items: int
    octets: int
    days: int
    reason: str
    first_until: datetime | None
    last_until: datetime | None


def until(holding: Holding, policy: Policy) -> datetime | None:
    """When it must be gone; None while nothing but the platform's word may remove it."""
    if holding.since is None or not holding.acknowledged or holding.kind in AT_LEAST:
        return None
    return holding.since + timedelta(days=policy.rule(holding.kind, holding.state).days)


def due(holdings: Iterable[Holding], policy: Policy, now: datetime | None) -> tuple[Holding, ...]:
    """What has to go. `now` is the platform's proven time; while there is none nothing goes."""
    if now is None:
        return ()
    ends = ((holding, until(holding, policy)) for holding in holdings)
    return tuple(holding for holding, end in ends if end is not None and end <= now)


def overdue(
    holdings: Iterable[Holding], policy: Policy, now: datetime | None
) -> tuple[Holding, ...]:
    """What lies open for longer than the policy wants and waits for people to finish it.

    Not the newest backup, which waits for the next one, nor what the platform has ordered away.
    """
    if now is None:
        return ()
    return tuple(
        holding
        for holding in holdings
        if not holding.acknowledged
        and holding.state in _UNDER_WAY
        and holding.since is not None
        and holding.since + timedelta(days=policy.rule(holding.kind, holding.state).days) <= now
    )


def lines(holdings: Iterable[Holding], policy: Policy) -> tuple[Line, ...]:
    """What is held by kind and state, in the order of the enums."""
    groups: dict[tuple[Kind, State, bool], list[Holding]] = {}
    for holding in holdings:
        place = (holding.kind, holding.state, holding.acknowledged)
        groups.setdefault(place, []).append(holding)
    kinds, states = list(Kind), list(State)
    ordered = sorted(
        groups.items(), key=lambda one: (kinds.index(one[0][0]), states.index(one[0][1]), one[0][2])
    )
    return tuple(_line(*place, held, policy) for place, held in ordered)


def _line(
    kind: Kind, state: State, acknowledged: bool, held: list[Holding], policy: Policy
) -> Line:
    rule = policy.rule(kind, state)
    ends = sorted(end for one in held if (end := until(one, policy)) is not None)
    return Line(
        kind=kind,
        state=state,
        acknowledged=acknowledged,
        holders=len({one.key for one in held}),
        items=sum(one.items for one in held),
        octets=sum(one.octets for one in held),
        days=rule.days,
        reason=rule.reason,
        first_until=ends[0] if ends else None,
        last_until=ends[-1] if ends else None,
    )


class Trust(StrEnum):
    """Where the time comes from that days are counted to."""

    PLATFORM = "platform"
    """The platform was asked since this program started."""
    RECEIPT = "receipt"
    """No platform in reach: the last time it signed. Days go on when it is heard again."""
    CLOCKS_DISAGREE = "clocks_disagree"
    """This machine's clock is more than a day off: one of the two is wrong, so nothing goes."""
    NOTHING = "nothing"
    """The platform was never heard."""


CLOCKS_AGREE_WITHIN = timedelta(days=1)


@dataclass(frozen=True)
class ProvenTime:
    """An instant that has surely passed, or None, and why."""

    trust: Trust
    at: datetime | None = None


def proven_time(platform: datetime | None, receipt: datetime | None, wall: datetime) -> ProvenTime:
    """The time that retention may count to.

    Args:
        platform: the platform's time now, read over its own line and carried on without the wall
            clock; None before that.
        receipt: the latest time the platform signed.
        wall: what this machine's clock says, never believed, only asked for a second opinion.
    """
    if platform is not None:
        if abs(platform - wall) > CLOCKS_AGREE_WITHIN:
            return ProvenTime(Trust.CLOCKS_DISAGREE)
        return ProvenTime(Trust.PLATFORM, platform)
    if receipt is None:
        return ProvenTime(Trust.NOTHING)
    if receipt - wall > CLOCKS_AGREE_WITHIN:
        return ProvenTime(Trust.CLOCKS_DISAGREE)
    return ProvenTime(Trust.RECEIPT, receipt)
