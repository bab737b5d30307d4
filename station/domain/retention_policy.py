"""Reads a retention policy: TOML, strict, with a sentence for every mistake.

A file names every kind and every state of `retention.STATES`, and nothing else, so that nobody
can leave something out unnoticed. Days stand within `retention.limits`.
"""

import hashlib
import re
import tomllib
from types import MappingProxyType
from typing import Any

from station.domain.retention import STATES, Kind, Policy, Rule, State, limits

MAX_POLICY_BYTES = 64 * 1024
MAX_REASON = 200
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


class PolicyError(Exception):
    """The policy cannot be used; the text is a Chinese sentence for the person who wrote it."""


def parse_policy(content: bytes) -> Policy:
    """Read and check the bytes of a policy file.

    Raises:
        PolicyError: too large, no TOML, something missing, unknown or out of its limits.
    """
    if len(content) > MAX_POLICY_BYTES:
        raise PolicyError(f"保存期限文件超过 {MAX_POLICY_BYTES} 字节，请检查是否选错了文件。")
    try:
        table = tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PolicyError(f"保存期限文件不是有效的 TOML 文本：{error}。请改正。") from error
    name = table.pop("name", None)
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise PolicyError("保存期限文件的 name 应为不超过 40 个字母、数字、点、横线的编号。")
    _all_and_nothing_else(table, [kind.value for kind in Kind], "")
    rules = {
        (kind, state): rule
        for kind in Kind
        for state, rule in _rules(kind, table[kind.value]).items()
    }
    digest = hashlib.sha256(content).hexdigest()
    return Policy(name, digest, MappingProxyType(rules))


def _rules(kind: Kind, table: Any) -> dict[State, Rule]:
    if not isinstance(table, dict):
        raise PolicyError(f"保存期限“{kind.value}”应为一节，下面写各种情形。")
    _all_and_nothing_else(table, [state.value for state in STATES[kind]], f"{kind.value}.")
    return {state: _rule(kind, state, table[state.value]) for state in STATES[kind]}


def _rule(kind: Kind, state: State, value: Any) -> Rule:
    place = f"{kind.value}.{state.value}"
    if not isinstance(value, dict):
        raise PolicyError(f"保存期限“{place}”应写 days 和 reason。")
    _all_and_nothing_else(value, ["days", "reason"], f"{place}.")
    days, reason = value["days"], value["reason"]
    allowed = limits(kind, state)
    if type(days) is not int or not allowed.low <= days <= allowed.high:
        raise PolicyError(
            f"保存期限“{place}.days”的值不能用，应为 {allowed.low} 到 {allowed.high} 之间的整数。"
        )
    if not _is_sentence(reason):
        raise PolicyError(
            f"保存期限“{place}.reason”应为一行不超过 {MAX_REASON} 个字的理由，不能空着。"
        )
    return Rule(days, reason)


def _is_sentence(value: Any) -> bool:
    return (
        isinstance(value, str)
        and len(value.strip()) > 0
        and len(value) <= MAX_REASON
        and value.isprintable()
    )


def _all_and_nothing_else(table: dict[str, Any], wanted: list[str], prefix: str) -> None:
    for name in wanted:
        if name not in table:
            raise PolicyError(f"保存期限缺少“{prefix}{name}”，请补上。")
    for name in table:
        if name not in wanted:
            # A quoted TOML key may hold anything at all.
            shown = name[:40] if name.isprintable() else "？"
            raise PolicyError(f"保存期限“{prefix}{shown}”不存在，请删去或改正。")
