"""Who plays in the demo. Everybody is invented; the numbers are those the demo's platform holds."""

from dataclasses import dataclass

from drivers.simulated.people import Person, person

PASSPHRASE = "demo-station"  # noqa: S105 - the demo's own, told to every visitor
CLERK, SECOND_CLERK, OFFICER, GATE_CLERK = "desk01", "desk02", "review01", "gate01"


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
