"""The privacy report as words and as JSON: counts and dates, nobody's name."""

import json
from dataclasses import asdict
from datetime import datetime

from station.domain.retention import AT_LEAST, Kind, Line, State, Trust
from station.services.privacy import PrivacyReport
from station.services.retention_words import KINDS, STATES
from station.services.size_words import size_words

_TRUST = {
    Trust.PLATFORM: "平台当前时间",
    Trust.RECEIPT: "平台最后一次签收的时间",
    Trust.CLOCKS_DISAGREE: "本机时钟与平台不符，不会清理",
    Trust.NOTHING: "平台还没有签收过，不会清理",
}


def as_text(report: PrivacyReport) -> str:
    """One line for each kind and state."""
    said = [*facts_of(report)]
    for line in report.held:
        kind, state, amount, rule, ends = cells_of(line)
        said.append(f"{kind} · {state}：{amount}；{ends}；{rule}")
    return "\n".join(said)


def facts_of(report: PrivacyReport) -> tuple[str, ...]:
    """What holds for the whole report."""
    time = _TRUST[report.proven.trust]
    if report.proven.at is not None:
        time += f" {report.proven.at.astimezone():%Y-%m-%d %H:%M}"
    said = [f"保存期限文件：{report.policy.name}", f"按什么时间：{time}"]
    said += [report.trouble] if report.trouble else []
    said.append(f"现在到期：{sum(line.items for line in report.due)} 项")
    if report.reminded:
        said.append(f"放得太久还没有办完：{report.reminded} 份，不会自动删除，请催办。")
    return tuple(said)


def cells_of(line: Line) -> tuple[str, str, str, str, str]:
    """Kind, state, amount, term with its reason, and when it goes."""
    settled = line.acknowledged or line.state in (State.OPEN, State.KEPT)
    waiting = "" if settled else "，等待平台签收"
    return (
        KINDS[line.kind],
        STATES[line.state] + waiting,
        f"{line.holders} 份 {line.items} 项，{size_words(line.octets)}",
        f"{_days(line)}。{line.reason}",
        _ends(line),
    )


def _days(line: Line) -> str:
    if line.kind in AT_LEAST:
        return f"至少 {line.days} 天"
    reminded = line.state is State.OPEN and not line.acknowledged
    return f"满 {line.days} 天提醒" if reminded else f"{line.days} 天"


def _ends(line: Line) -> str:
    if line.kind is Kind.BACKUPS and not line.acknowledged:
        return "有了更新的备份才删除"
    if line.first_until is None or line.last_until is None:
        return "不自动删除"
    moments = (line.first_until, line.last_until)
    first, last = (f"{one.astimezone():%Y-%m-%d}" for one in moments)
    return f"到期 {first}" if first == last else f"到期 {first} 至 {last}"


def as_json(report: PrivacyReport) -> str:
    """The same for programs."""
    content = {
        "policy": report.policy.name,
        "policy_sha256": report.policy.digest,
        "trouble": report.trouble,
        "time": {"trust": report.proven.trust, "at": report.proven.at},
        "held": [asdict(line) for line in report.held],
        "due": [asdict(line) for line in report.due],
        "reminded": report.reminded,
    }
    return json.dumps(content, ensure_ascii=False, indent=1, default=_instant)


def _instant(value: object) -> str:
    assert isinstance(value, datetime)
    return value.isoformat()
