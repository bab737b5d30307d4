"""Who works at the demo's station. Everybody is invented; their passphrase is told to everybody."""

from dataclasses import dataclass

from station.domain.people import Operator, Role

DEMO_PASSPHRASE = "demo-station"  # noqa: S105 - the demo's own, told to every visitor


@dataclass(frozen=True)
class DemoPeople:
    """Accounts by what they do in the story."""

    clerk: Operator = Operator("desk01", "方采薇", frozenset({Role.DESK_CLERK}))
    second_clerk: Operator = Operator("desk02", "石见素", frozenset({Role.DESK_CLERK}))
    officer: Operator = Operator("review01", "孟守拙", frozenset({Role.REVIEW_OFFICER}))
    gate_clerk: Operator = Operator("gate01", "鲁知远", frozenset({Role.GATE_CLERK}))
    chief: Operator = Operator("chief01", "迟暮云", frozenset({Role.GATE_CHIEF}))
    system_admin: Operator = Operator("sysadmin01", "邬明礼", frozenset({Role.SYSTEM_ADMIN}))
    security_admin: Operator = Operator("secadmin01", "司空䶮", frozenset({Role.SECURITY_ADMIN}))
    auditor: Operator = Operator("auditor01", "柳問渠", frozenset({Role.AUDITOR}))

    @property
    def everybody(self) -> tuple[Operator, ...]:
        """In the order in which they are introduced."""
        return tuple(vars(self).values())


DEMO_PEOPLE = DemoPeople()
