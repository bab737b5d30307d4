"""How long what is kept: due dates, the two rules above every policy, and whose time counts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.assets import asset
from station.domain.retention import (
    AT_LEAST,
    LOG_FLOOR_DAYS,
    STATES,
    Holding,
    Kind,
    Policy,
    State,
    Trust,
    due,
    limits,
    lines,
    overdue,
    proven_time,
    until,
)
from station.domain.retention_policy import MAX_POLICY_BYTES, PolicyError, parse_policy

DAY = timedelta(days=1)
START = datetime(2026, 5, 1, tzinfo=UTC)
DEFAULT = asset("retention/default.toml").read_bytes()
POLICY = parse_policy(DEFAULT)
PAIRS = [(kind, state) for kind, states in STATES.items() for state in states]


def held(kind: Kind = Kind.FINGER_IMAGES, state: State = State.ACKNOWLEDGED) -> Holding:
    return Holding(kind, state, "a" * 32, START, 24, 1_500_000, True)


def test_the_default_policy_speaks_of_everything_within_the_limits() -> None:
    assert set(POLICY.rules) == set(PAIRS)
    assert all(
        limits(kind, state).low <= POLICY.rule(kind, state).days <= limits(kind, state).high
        for kind, state in PAIRS
    )


@pytest.mark.parametrize("kind", sorted(AT_LEAST))
def test_the_log_is_kept_for_six_months_at_least_and_never_removed(kind: Kind) -> None:
    assert limits(kind, State.KEPT).low == LOG_FLOOR_DAYS >= 183
    assert until(held(kind, State.KEPT), POLICY) is None


def test_a_holding_goes_when_its_days_are_over_and_not_a_second_before() -> None:
    days = POLICY.rule(Kind.FINGER_IMAGES, State.ACKNOWLEDGED).days
    end = START + days * DAY
    assert due([held()], POLICY, end - timedelta(seconds=1)) == ()
    assert due([held()], POLICY, end) == (held(),)


def test_what_was_withdrawn_goes_at_once() -> None:
    gone = held(Kind.SITE_PHOTOS, State.WITHDRAWN)
    assert due([gone], POLICY, START) == (gone,)


def test_without_proven_time_nothing_goes_and_nobody_is_reminded() -> None:
    assert due([held()], POLICY, None) == ()
    assert overdue([replace(held(state=State.OPEN), acknowledged=False)], POLICY, None) == ()


@given(
    pair=st.sampled_from(PAIRS),
    days=st.integers(0, 100_000),
    since=st.one_of(st.none(), st.just(START)),
)
def test_what_nobody_else_has_never_goes(
    pair: tuple[Kind, State], days: int, since: datetime | None
) -> None:
    holding = replace(held(*pair), since=since, acknowledged=False)
    assert due([holding], POLICY, START + days * DAY) == ()


def test_work_left_open_is_reminded_of() -> None:
    holding = replace(held(state=State.OPEN), acknowledged=False)
    days = POLICY.rule(Kind.FINGER_IMAGES, State.OPEN).days
    assert overdue([holding], POLICY, START + (days - 1) * DAY) == ()
    assert overdue([holding], POLICY, START + days * DAY) == (holding,)


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (Kind.BACKUPS, State.KEPT),
        (Kind.FINGER_IMAGES, State.WITHDRAWN),
        (Kind.ROSTER, State.CLEARED),
    ],
)
def test_nobody_is_asked_to_finish_what_nobody_can(kind: Kind, state: State) -> None:
    """The newest backup waits for the next one; what was ordered away only for its last upload."""
    waiting = replace(held(kind, state), acknowledged=False)
    assert overdue([waiting], POLICY, START + 4000 * DAY) == ()


def test_a_report_counts_and_names_nobody() -> None:
    second = replace(held(), key="b" * 32, since=START + DAY)
    (line,) = lines([held(), second], POLICY)
    assert (line.holders, line.items, line.octets) == (2, 48, 3_000_000)
    assert line.first_until is not None
    assert line.last_until == line.first_until + DAY
    assert "a" * 32 not in repr(line) + repr(held())


def test_the_platforms_time_counts_while_both_clocks_agree() -> None:
    proven = proven_time(START, START - 30 * DAY, START + timedelta(hours=3))
    assert (proven.trust, proven.at) == (Trust.PLATFORM, START)


@pytest.mark.parametrize("wall", [START + 400 * DAY, START - 400 * DAY])
def test_a_clock_set_forward_or_back_deletes_nothing(wall: datetime) -> None:
    proven = proven_time(START, START, wall)
    assert (proven.trust, proven.at) == (Trust.CLOCKS_DISAGREE, None)


def test_offline_the_days_stand_still_at_the_last_receipt() -> None:
    later = proven_time(None, START, START + 400 * DAY)
    assert (later.trust, later.at) == (Trust.RECEIPT, START)
    assert proven_time(None, START, START - 2 * DAY).trust is Trust.CLOCKS_DISAGREE
    assert proven_time(None, None, START).trust is Trust.NOTHING


def changed(old: str, new: str) -> bytes:
    text = DEFAULT.decode()
    assert old in text
    return text.replace(old, new, 1).encode()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe", "TOML"),
        (b"name = ", "TOML"),
        (b"#" * (MAX_POLICY_BYTES + 1), "超过"),
        (changed('name = "default-2026-1"', 'name = "有空格 的"'), "name"),
        (changed("[notes]", "[noted]"), "缺少“notes”"),
        (changed("[exports]", "[more]\n[exports]"), "“more”不存在"),
        (changed("days = 7,", "days = true,"), "finger_images.acknowledged.days"),
        (changed("days = 7,", "days = 91,"), "0 到 90"),
        (changed("days = 1095", "days = 182"), "183"),
        (changed("days = 0,", "days = 1,"), "0 到 0"),
        (changed("days = 7,", ""), "缺少“finger_images.acknowledged.days”"),
        (changed("days = 7,", "days = 7, more = 1,"), "acknowledged.more”不存在"),
        (changed('"平台已签收全部图像，本机留七天供补传核对。"', '"  "'), "reason"),
        (changed('"平台已签收全部图像，本机留七天供补传核对。"', '"' + "长" * 201 + '"'), "reason"),
        (changed("[backups]\nkept", "[backups]\nopen"), "缺少“backups.kept”"),
        (changed("[exports]\nkept = {", "[exports]\nkept = 7 #"), "days 和 reason"),
    ],
)
def test_each_mistake_in_a_policy_has_its_sentence(content: bytes, said: str) -> None:
    with pytest.raises(PolicyError, match="保存期限") as refused:
        parse_policy(content)
    assert said in str(refused.value)


def test_a_units_own_policy_is_read(tmp_path: Path) -> None:
    policy: Policy = parse_policy(changed("days = 7,", "days = 0,"))
    assert policy.rule(Kind.FINGER_IMAGES, State.ACKNOWLEDGED).days == 0
    assert policy.digest != POLICY.digest
