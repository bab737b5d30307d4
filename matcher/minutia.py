"""One minutia: where a ridge ends or forks."""

from dataclasses import dataclass
from enum import IntEnum


class MinutiaKind(IntEnum):
    """Types in the numbering of ISO/IEC 19794-2:2005, clause 6.4.3."""

    OTHER = 0
    ENDING = 1
    BIFURCATION = 2


@dataclass(frozen=True, repr=False)
class Minutia:
    """Position in pixels from the top left, y down; direction counter-clockwise as seen.

    `quality` is 0-100, 0 meaning that none was reported. The representation shows nothing.
    """

    x: float
    y: float
    angle_rad: float
    quality: int
    kind: MinutiaKind
