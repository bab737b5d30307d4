"""The pairing of `_core` in NumPy: same steps, same order, same ties; scores agree to 1e-6.

Used when the compiled module is absent, and by the tests as its oracle. Seeds of the screening →
growth under elastic tolerance → merging → refinement → sums for the score. Our own design; it uses
no cylinder codes.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.parameters import PairingParameters
from matcher.plain_evidence import raw_score
from matcher.plain_impression import Doubles, Impression, Integers, wrapped

Pairs = list[tuple[int, int]]

PARTIAL_COUNT = 11
_RAW = 10


def compare(
    probe: Impression, reference: Impression, seeds: Pairs, constants: Doubles, /
) -> tuple[Doubles, NDArray[np.int32]]:
    """Compare two impressions from the pairs of minutiae that the screening found, best first.

    The sums, float64 (11,), in the order of `scoring.PartialScores`, and the pairs, int32 (n, 2).
    """
    p = PairingParameters(*constants)
    best = np.zeros(PARTIAL_COUNT)
    best_pairs: Pairs = []
    comparison = _Comparison(probe, reference, p)
    for pairs in comparison.candidates(seeds):
        partials = comparison.weighed(pairs)
        if not best_pairs or partials[_RAW] > best[_RAW]:
            best, best_pairs = partials, pairs
    return best, np.array(sorted(best_pairs), dtype=np.int32).reshape(-1, 2)


@dataclass(frozen=True)
class _Placement:
    x: float
    y: float
    rotation: float


def _placed(
    source: Impression,
    target: Impression,
    at: tuple[float, float],
    ends: Integers,
    left_out: int | None,
    p: PairingParameters,
) -> _Placement:
    """Where a point of the source lies on the target, by the pairs round it."""
    s, t = ends[:, 0], ends[:, 1]
    near = (source.x[s] - at[0]) ** 2 + (source.y[s] - at[1]) ** 2
    w = 1 / (1 + near / p.reach_px**2) ** 2
    if left_out is not None:
        w = np.where(s == left_out, 0.0, w)
    total = w.sum()
    sx, sy = (w * source.x[s]).sum() / total, (w * source.y[s]).sum() / total
    tx, ty = (w * target.x[t]).sum() / total, (w * target.y[t]).sum() / total
    ux, uy, vx, vy = source.x[s] - sx, source.y[s] - sy, target.x[t] - tx, target.y[t] - ty
    turn = target.direction[t] - source.direction[s]
    lever = p.direction_lever_px**2
    cosine = (w * (ux * vx + uy * vy + lever * np.cos(turn))).sum()
    sine = (w * (ux * vy - uy * vx + lever * np.sin(turn))).sum()
    rotation = float(np.arctan2(sine, cosine))
    c, n = np.cos(rotation), np.sin(rotation)
    dx, dy = at[0] - sx, at[1] - sy
    return _Placement(float(tx + c * dx - n * dy), float(ty + n * dx + c * dy), rotation)


def _merge(pairs: Pairs, other: Pairs) -> None:
    """Add the pairs of another seed, as far as their minutiae are free."""
    for i, j in other:
        if all(i != a and j != b for a, b in pairs):
            pairs.append((i, j))


class _Comparison:
    def __init__(self, probe: Impression, reference: Impression, p: PairingParameters) -> None:
        self._probe = probe
        self._reference = reference
        self._p = p
        self._similarity = self._similarities()

    def candidates(self, seeds: Pairs) -> list[Pairs]:
        """The largest pairings grown from the seeds, merged where they agree, refined."""
        grown: list[Pairs] = []
        for seed in seeds[: int(self._p.seeds)]:
            if not any(seed in pairs for pairs in grown):
                grown.append(self._grown(seed))
        grown.sort(key=len, reverse=True)
        merged: list[Pairs] = []
        for pairs in grown:
            larger = next((m for m in merged if self._agree(m, pairs)), None)
            if larger is None:
                merged.append(pairs)
            else:
                _merge(larger, pairs)
        return [self._settled(pairs) for pairs in merged[: int(self._p.refined)]]

    def weighed(self, pairs: Pairs) -> Doubles:
        """The sums of a pairing, in the order of `scoring.PartialScores`."""
        p, probe, reference = self._p, self._probe, self._reference
        ends = np.array(pairs, dtype=np.int64)
        i, j = ends[:, 0], ends[:, 1]
        sums = np.zeros(PARTIAL_COUNT)
        sums[0] = len(pairs)
        sums[2] = probe.weight[i].sum() + self._unpaired(probe, reference, ends)
        sums[3] = reference.weight[j].sum() + self._unpaired(reference, probe, ends[:, ::-1])
        sums[6] = self._similarity[i, j].sum()
        sums[7] = (probe.kind[i] == reference.kind[j]).sum()
        if len(pairs) < 2:
            return sums
        off, turned = self._residuals(ends)
        misfit = (off / p.refinement_distance_px**2) + (turned / p.refinement_direction_rad) ** 2
        weight = np.sqrt(probe.weight[i] * reference.weight[j])
        sums[1] = (weight * np.maximum(0.0, 1 - misfit / 4)).sum()
        sums[4] = np.sqrt(off.sum() / len(pairs))
        sums[5] = np.sqrt((turned**2).sum() / len(pairs))
        sums[8:10] = self._ridge_agreement(ends)
        sums[_RAW] = raw_score(sums, p)
        return sums

    def _residuals(self, ends: Integers) -> tuple[Doubles, Doubles]:
        """Squared distance and turn of each pair against what the others expect."""
        placements = [self._on_reference(int(i), ends, without=True) for i in ends[:, 0]]
        x, y, rotation = np.array([(e.x, e.y, e.rotation) for e in placements]).T
        j = ends[:, 1]
        off = (self._reference.x[j] - x) ** 2 + (self._reference.y[j] - y) ** 2
        turn = wrapped(self._reference.direction[j] - self._probe.direction[ends[:, 0]])
        return off, wrapped(turn - rotation)

    def _unpaired(self, source: Impression, target: Impression, ends: Integers) -> float:
        """Weight of the unpaired minutiae that lie where both sides show ridges."""
        p = self._p
        total = 0.0
        for k in sorted(set(np.flatnonzero(~source.beside).tolist()) - set(ends[:, 0].tolist())):
            there = _placed(source, target, (source.x[k], source.y[k]), ends, None, p)
            if target.shows(there.x, there.y, p.overlap_margin_px):
                total += source.weight[k]
        return total

    def _similarities(self) -> Doubles:
        """Neighbours of each minutia of both sides paired off greedily; (probe, reference)."""
        a, b = self._probe, self._reference
        total = np.zeros((len(a), len(b)))
        used = np.zeros((len(a), len(b), b.distance.shape[1]), dtype=bool)
        if used.size == 0:
            return total
        weight = b.weight[b.neighbour][np.newaxis]
        for k in range(a.distance.shape[1]):
            cost = self._neighbour_costs(k)
            cost[used] = np.inf
            chosen = cost.argmin(axis=2)[..., np.newaxis]
            best = np.minimum(np.take_along_axis(cost, chosen, axis=2), 3.0)
            taken = np.take_along_axis(used, chosen, axis=2) | (best < 3)
            np.put_along_axis(used, chosen, taken, axis=2)
            theirs = np.take_along_axis(np.broadcast_to(weight, used.shape), chosen, axis=2)
            own = a.weight[a.neighbour[:, k]][:, np.newaxis, np.newaxis]
            total += ((1 - best / 3) * np.sqrt(own * theirs))[..., 0]
        return total

    def _neighbour_costs(self, k: int) -> Doubles:
        """Misfit of the probe's k-th neighbours with all of the reference's; 3 or more: none."""
        a, b, p = self._probe, self._reference, self._p
        distance = a.distance[:, k, np.newaxis, np.newaxis]
        room = p.neighbour_distance_px + p.neighbour_distance_share * distance
        stretch = b.distance[np.newaxis] - distance
        bearing = wrapped(a.bearing[:, k, np.newaxis, np.newaxis] - b.bearing[np.newaxis])
        turn = wrapped(a.turn[:, k, np.newaxis, np.newaxis] - b.turn[np.newaxis])
        cost = (
            (stretch / room) ** 2
            + (bearing / p.neighbour_bearing_rad) ** 2
            + (turn / p.neighbour_direction_rad) ** 2
        )
        near = np.abs(stretch) <= room
        near &= np.abs(bearing) <= p.neighbour_bearing_rad
        near &= np.abs(turn) <= p.neighbour_direction_rad
        return np.where(near, cost, np.inf)

    def _on_reference(self, i: int, ends: Integers, without: bool = False) -> _Placement:
        probe = self._probe
        at = (probe.x[i], probe.y[i])
        return _placed(probe, self._reference, at, ends, i if without else None, self._p)

    def _ridge_agreement(self, ends: Integers) -> tuple[float, float]:
        """Every fourth cell of the probe's ridges laid on the reference's: how many meet ridges
        there, and the sum of the cosines of twice the angle between them.
        """
        probe, reference = self._probe, self._reference
        cells, total = 0.0, 0.0
        if reference.orientation.size == 0:
            return cells, total
        for row in range(0, probe.orientation.shape[0], 2):
            for column in range(row // 2 % 2, probe.orientation.shape[1], 2):
                at = ((column + 0.5) * probe.cell_px, -(row + 0.5) * probe.cell_px)
                ours = probe.ridges_at(*at)
                if ours is None:
                    continue
                there = _placed(probe, reference, at, ends, None, self._p)
                theirs = reference.ridges_at(there.x, there.y)
                if theirs is None:
                    continue
                cells += 1
                total += float(np.cos(2 * (np.radians(theirs - ours) - there.rotation)))
        return cells, total

    def _grown(self, seed: tuple[int, int]) -> Pairs:
        """Try the minutia nearest to a paired one, until all were tried."""
        probe = self._probe
        pairs = [seed]
        gap = np.hypot(probe.x - probe.x[seed[0]], probe.y - probe.y[seed[0]])
        waiting = np.ones(len(probe), dtype=bool)
        waiting[seed[0]] = False
        while waiting.any():
            i = int(np.where(waiting, gap, np.inf).argmin())
            waiting[i] = False
            j = self._partner(i, pairs, float(gap[i]))
            if j is not None:
                pairs.append((i, j))
                gap = np.minimum(gap, np.hypot(probe.x - probe.x[i], probe.y - probe.y[i]))
        return pairs

    def _partner(self, i: int, pairs: Pairs, gap: float) -> int | None:
        ends = np.array(pairs, dtype=np.int64)
        room = self._p.growth_distance_px + self._p.growth_distance_share * gap
        expected = self._on_reference(i, ends)
        cost = self._misfits(i, expected, room, self._p.growth_direction_rad)
        cost[ends[:, 1]] = np.inf
        j = int(cost.argmin())
        return j if cost[j] < 2 and not self._torn(i, j, ends) else None

    def _misfits(self, i: int, expected: _Placement, room: float, turn_room: float) -> Doubles:
        """Squared distance and turn in units of their tolerance; infinite beyond either."""
        reference = self._reference
        off = (reference.x - expected.x) ** 2 + (reference.y - expected.y) ** 2
        turn = wrapped(reference.direction - self._probe.direction[i])
        turn = wrapped(turn - expected.rotation)
        fits = (off <= room * room) & (np.abs(turn) <= turn_room)
        return np.where(fits, off / (room * room) + (turn / turn_room) ** 2, np.inf)

    def _torn(self, i: int, j: int, ends: Integers) -> bool:
        probe, reference, p = self._probe, self._reference, self._p
        a, b = ends[:, 0], ends[:, 1]
        here = np.hypot(probe.x[a] - probe.x[i], probe.y[a] - probe.y[i])
        there = np.hypot(reference.x[b] - reference.x[j], reference.y[b] - reference.y[j])
        dissent = np.abs(there - here) > p.stretch_px + p.stretch_share * here
        return bool(dissent.sum() > p.stretch_dissenters * len(ends))

    def _agree(self, pairs: Pairs, other: Pairs) -> bool:
        """Whether pairs of another seed lie where these expect them, more freely farther away."""
        p, probe = self._p, self._probe
        ends = np.array(pairs, dtype=np.int64)
        fitting = 0
        for i, j in other:
            if (i, j) in pairs:
                fitting += 1
                continue
            gap = np.hypot(probe.x[ends[:, 0]] - probe.x[i], probe.y[ends[:, 0]] - probe.y[i]).min()
            room = p.growth_distance_px + p.merge_distance_share * float(gap)
            expected = self._on_reference(i, ends)
            fitting += bool(self._misfits(i, expected, room, p.growth_direction_rad)[j] < 2)
        return fitting >= p.merge_agreement * len(other)

    def _settled(self, pairs: Pairs) -> Pairs:
        for _ in range(int(self._p.refinement_rounds)):
            if len(pairs) < 2:
                break
            again = self._refined(np.array(pairs, dtype=np.int64))
            if not again:
                break
            pairs = again
        return pairs

    def _refined(self, ends: Integers) -> Pairs:
        """Pair everything anew under the motion that the pairs round each minutia agree on."""
        p = self._p
        fits: list[tuple[float, int, int]] = []
        for i in range(len(self._probe)):
            expected = self._on_reference(i, ends, without=True)
            cost = self._misfits(i, expected, p.refinement_distance_px, p.refinement_direction_rad)
            fits += [(float(cost[j]), i, j) for j in np.flatnonzero(cost < 2).tolist()]
        pairs: Pairs = []
        rows: set[int] = set()
        columns: set[int] = set()
        for _, i, j in sorted(fits):
            if i not in rows and j not in columns:
                pairs.append((i, j))
                rows.add(i)
                columns.add(j)
        return pairs
