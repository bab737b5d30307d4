"""What people's data may be used for. The list is closed, and it is this file.

The notice of 2011 on fingerprints in this exam allows these four uses and no other. No setting, no
site package and no record can add one: whoever looks for people, compares fingers or takes data
away names one of these, and what names something else is refused.
"""

from enum import StrEnum


class Purpose(StrEnum):
    """The same four as `sync.wire.Purpose`, which a test holds them against."""

    NATIONAL_EXAM = "national_exam"
    COURSE = "course"
    DEGREE = "degree"
    STATISTICS = "statistics"


OF_PERSONS = frozenset({Purpose.NATIONAL_EXAM, Purpose.COURSE, Purpose.DEGREE})
"""Purposes for which a person may be looked for and a finger compared; statistics name nobody."""
