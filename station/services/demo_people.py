"""Who works at the demo's station. Everybody is invented; their passphrase is told to everybody."""

from station.domain.people import Operator, Role

DEMO_PASSPHRASE = "demo-station"  # noqa: S105 - the demo's own, told to every visitor

CLERK = Operator("desk01", "方采薇", frozenset({Role.DESK_CLERK}))
SECOND_CLERK = Operator("desk02", "石见素", frozenset({Role.DESK_CLERK}))
OFFICER = Operator("review01", "孟守拙", frozenset({Role.REVIEW_OFFICER}))
GATE_CLERK = Operator("gate01", "鲁知远", frozenset({Role.GATE_CLERK}))
CHIEF = Operator("chief01", "迟暮云", frozenset({Role.GATE_CHIEF}))
SYSTEM_ADMIN = Operator("sysadmin01", "邬明礼", frozenset({Role.SYSTEM_ADMIN}))
SECURITY_ADMIN = Operator("secadmin01", "司空䶮", frozenset({Role.SECURITY_ADMIN}))
AUDITOR = Operator("auditor01", "柳问渠", frozenset({Role.AUDITOR}))

DEMO_PEOPLE = (
    CLERK,
    SECOND_CLERK,
    OFFICER,
    GATE_CLERK,
    CHIEF,
    SYSTEM_ADMIN,
    SECURITY_ADMIN,
    AUDITOR,
)
"""In the order in which they are introduced."""
