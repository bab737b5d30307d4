"""What other open matchers made of the same images and the same pairs.

Measured earlier, on another day, one machine with two cores: every set taken as 500 ppi, all pairs.
SourceAFIS is the Java release 3.18, NBIS is MINDTCT and Bozorth3 by nbis-py 0.1.3 with its records
repacked and sorted; the prototype is the network's minutiae cut at 0.2 under 150 lines of geometric
pairing, from before this matcher.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class PeerRates:
    """Per cent: equal error rate, and FNMR at FMR 1e-3."""

    eer: float
    fmr1000: float


@dataclass(frozen=True)
class Peers:
    """None where a peer was not run."""

    sourceafis: PeerRates
    nbis: PeerRates | None
    prototype: PeerRates

    @property
    def better_eer(self) -> float:
        """Of SourceAFIS and NBIS, per cent."""
        return min(self.sourceafis.eer, self.nbis.eer if self.nbis else 100.0)


def _peers(
    sourceafis: tuple[float, float],
    nbis: tuple[float, float] | None,
    prototype: tuple[float, float],
) -> Peers:
    return Peers(PeerRates(*sourceafis), PeerRates(*nbis) if nbis else None, PeerRates(*prototype))


PEERS = {
    "FVC2000_DB1_B": _peers((3.93, 8.57), (10.39, 23.93), (0.00, 0.00)),
    "FVC2000_DB3_B": _peers((16.85, 33.21), (9.74, 34.64), (0.07, 0.36)),
    "FVC2002_DB1_B": _peers((3.03, 5.71), (4.28, 11.43), (0.35, 0.36)),
    "FVC2002_DB2_B": _peers((0.70, 1.79), (2.58, 6.07), (0.00, 0.00)),
    "FVC2002_DB4_B": _peers((6.06, 19.29), (5.33, 18.93), (0.72, 0.71)),
    "FVC2004_DB2_B": _peers((12.50, 22.50), (14.22, 35.36), (1.43, 2.14)),
    "FVC2004_DB4_B": _peers((4.38, 7.50), (5.43, 13.93), (0.35, 1.07)),
    "Neurotech_CrossMatch": _peers((0.91, 1.33), None, (0.00, 0.00)),
}
