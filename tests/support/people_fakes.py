"""The people of a station for the screens' tests: changes hold in memory, refusals are set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from station.domain.people import Account, Operator, Role
from station.services.people_changes import OneTime, PeopleRefusal, Person
from station.services.status import SignInRefusal

ONE_TIME = OneTime("k7mf-2xqd-9hwt")
PEOPLE = (
    Operator("auditor01", "顾清越", frozenset({Role.AUDITOR})),
    Operator("desk01", "阿卜杜热西提·买买提明·阿布力克木", frozenset({Role.DESK_CLERK})),
    Operator("gate01", "欧阳䶮", frozenset({Role.GATE_CLERK, Role.GATE_CHIEF})),
    Operator("secadmin01", "钟岚", frozenset({Role.SECURITY_ADMIN})),
    Operator("sysadmin01", "贺川", frozenset({Role.SYSTEM_ADMIN})),
)


def listed() -> dict[str, Person]:
    """Five people: one came with a card, one must change, one is closed."""
    people = {one.operator_id: Person(Account(one), True, False) for one in PEOPLE}
    people["desk01"] = Person(Account(PEOPLE[1], must_change=True), True, False)
    people["gate01"] = Person(Account(PEOPLE[2], card_fingerprint="ab" * 32), True, True)
    people["sysadmin01"] = Person(Account(PEOPLE[4], enabled=False), False, False)
    return people


@dataclass
class FakePeople:
    """`refuses` is the next answer to every change; `card` that of a card."""

    held: dict[str, Person] = field(default_factory=listed)
    refuses: PeopleRefusal | None = None
    card: PeopleRefusal | SignInRefusal | None = None
    pins: list[str] = field(default_factory=list)
    cancelled: int = 0

    def people(self, then: Callable[[Any], None]) -> None:
        then(tuple(self.held.values()))

    def add(self, operator: Operator, then: Callable[[Any], None]) -> None:
        if self.refuses is None:
            account = Account(operator, must_change=True)
            self.held[operator.operator_id] = Person(account, True, False)
        then(self.refuses or ONE_TIME)

    def change(self, operator: Operator, then: Callable[[Any], None]) -> None:
        if self.refuses is None:
            before = self.held[operator.operator_id]
            account = replace(before.account, operator=operator)
            self.held[operator.operator_id] = replace(before, account=account)
        then(self.refuses)

    def disable(self, operator_id: str, then: Callable[[Any], None]) -> None:
        if self.refuses is None:
            before = self.held[operator_id]
            account = replace(before.account, enabled=False)
            self.held[operator_id] = Person(account, False, False)
        then(self.refuses)

    def reset_passphrase(self, operator_id: str, then: Callable[[Any], None]) -> None:
        if self.refuses is None:
            before = self.held[operator_id]
            account = replace(before.account, enabled=True, must_change=True)
            self.held[operator_id] = replace(before, account=account, has_passphrase=True)
        then(self.refuses or ONE_TIME)

    def register_card(self, operator_id: str, pin: str, then: Callable[[Any], None]) -> None:
        self.pins.append(pin)
        then(self.card)

    def remove_card(self, operator_id: str, then: Callable[[Any], None]) -> None:
        if self.refuses is None:
            before = self.held[operator_id]
            account = replace(before.account, card_fingerprint=None)
            self.held[operator_id] = Person(account, before.has_passphrase, False)
        then(self.refuses)

    def cancel(self) -> None:
        self.cancelled += 1
