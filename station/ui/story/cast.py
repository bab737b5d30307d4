"""Who plays in the demo. Everybody is invented; the numbers are those the demo's platform holds."""

from dataclasses import dataclass

from drivers.simulated.people import Person, person
from station.services import demo_people
from station.services.demo_people import DEMO_PASSPHRASE

CLERK, SECOND_CLERK = demo_people.CLERK.operator_id, demo_people.SECOND_CLERK.operator_id
OFFICER, GATE_CLERK = demo_people.OFFICER.operator_id, demo_people.GATE_CLERK.operator_id
SYSTEM_ADMIN = demo_people.SYSTEM_ADMIN.operator_id
SECURITY_ADMIN = demo_people.SECURITY_ADMIN.operator_id
AUDITOR = demo_people.AUDITOR.operator_id
PASSPHRASE = DEMO_PASSPHRASE
MISTYPED = DEMO_PASSPHRASE[:-1]


@dataclass(frozen=True)
class Visitor:
    """A fictional person with what they bring along."""

    person: Person
    registration_id: str
    ticket_number: str

    @property
    def key(self) -> str:
        """What the simulated hands call this person."""
        return self.person.key

    @property
    def name(self) -> str:
        return self.person.name


def _visitor(number: int) -> Visitor:
    somebody = person(f"P{number:03d}")
    assert somebody is not None
    return Visitor(somebody, f"2026{number:03d}A1B2C", f"26T{number:06d}")


FIRST = _visitor(1)
"""Confirmed with 24 presses, and admitted."""
SECOND = _visitor(40)
"""Rare character; two fingers injured; somebody else comes with the ticket."""
