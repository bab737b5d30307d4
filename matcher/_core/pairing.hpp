// Seeds of the screening -> growth under elastic tolerance -> merging -> refinement.
#pragma once

#include <array>
#include <limits>
#include <tuple>
#include <vector>

#include "screening.hpp"

namespace matcher {

// A pair, as the motion between both sides is fitted to it.
struct Tie {
    Point on_probe;
    Point on_reference;
    double turn_cosine;  // of the turn from the probe's direction to the reference's
    double turn_sine;
    int probe;
};

// Which minutia of the reference each minutia of the probe is paired with; -1 for none.
struct Pairing {
    std::vector<int> to_reference;
    std::vector<int> to_probe;
    std::vector<std::pair<int, int>> pairs;  // in the order they were made
    std::vector<Tie> ties;                   // likewise

    Pairing(int probe, int reference) : to_reference(probe, -1), to_probe(reference, -1) {}

    void add(int i, int j, const Minutia& on_probe, const Minutia& on_reference) {
        to_reference[i] = j;
        to_probe[j] = i;
        pairs.emplace_back(i, j);
        const double cosine =
            on_probe.cosine * on_reference.cosine + on_probe.sine * on_reference.sine;
        const double sine =
            on_probe.cosine * on_reference.sine - on_probe.sine * on_reference.cosine;
        ties.push_back({on_probe.at, on_reference.at, cosine, sine, i});
    }
};

struct Placement {
    Point at;
    double cosine;  // of the rotation
    double sine;

    double rotation() const { return std::atan2(sine, cosine); }
};

// How alike the surroundings of two minutiae are: their neighbours paired off greedily.
inline double similarity(const Impression& probe, int i, const Impression& reference, int j,
                         const Parameters& p) {
    const auto& ours = probe.neighbourhoods[i];
    const auto& theirs = reference.neighbourhoods[j];
    std::uint64_t used = 0;
    double total = 0;
    std::size_t first = 0;  // both sides are sorted by distance
    for (const Neighbour& u : ours) {
        const double room = p.neighbour_distance_px + p.neighbour_distance_share * u.distance;
        double best = 3;
        std::size_t chosen = theirs.size();
        while (first < theirs.size() && theirs[first].distance - u.distance < -room) ++first;
        for (std::size_t k = first; k < theirs.size(); ++k) {
            const Neighbour& v = theirs[k];
            const double stretch = v.distance - u.distance;
            if (stretch > room) break;
            const double turn = wrapped(u.bearing - v.bearing);
            const double twist = wrapped(u.direction - v.direction);
            const double cost = square(stretch / room) + square(turn / p.neighbour_bearing_rad) +
                                square(twist / p.neighbour_direction_rad);
            // One branch, rarely taken: which of the conditions fails cannot be foreseen.
            const bool better = (cost < best) & (std::fabs(turn) <= p.neighbour_bearing_rad) &
                                (std::fabs(twist) <= p.neighbour_direction_rad) &
                                !(used >> k & 1);
            if (better) {
                best = cost;
                chosen = k;
            }
        }
        if (chosen == theirs.size()) continue;
        used |= std::uint64_t{1} << chosen;
        total += (1 - best / 3) * std::sqrt(probe.minutiae[u.index].weight *
                                            reference.minutiae[theirs[chosen].index].weight);
    }
    return total;
}

// Where a point of one side lies on the other: a rigid motion fitted to the pairs round it, nearer
// ones counting more. Directions act as levers, so that a single pair is enough.
template <bool kOnReference>
Placement placed(const Point& from, const std::vector<Tie>& ties, int left_out,
                 const Parameters& p) {
    double sum = 0, sx = 0, sy = 0, tx = 0, ty = 0, cosine = 0, sine = 0;
    const double reach2 = square(p.reach_px), lever = square(p.direction_lever_px);
    for (const Tie& tie : ties) {
        if (tie.probe == left_out) continue;
        const Point& s = kOnReference ? tie.on_probe : tie.on_reference;
        const Point& t = kOnReference ? tie.on_reference : tie.on_probe;
        // From the point on, so that the sums below lose nothing.
        const double ux = s.x - from.x, uy = s.y - from.y;
        const double vx = t.x - from.x, vy = t.y - from.y;
        const double turned = kOnReference ? tie.turn_sine : -tie.turn_sine;
        const double w = square(reach2 / (reach2 + ux * ux + uy * uy));
        sum += w;
        sx += w * ux, sy += w * uy, tx += w * vx, ty += w * vy;
        cosine += w * (ux * vx + uy * vy + lever * tie.turn_cosine);
        sine += w * (ux * vy - uy * vx + lever * turned);
    }
    cosine -= (sx * tx + sy * ty) / sum;
    sine -= (sx * ty - sy * tx) / sum;
    const double length = std::sqrt(square(cosine) + square(sine));
    const double c = cosine / length, n = sine / length;
    return {{from.x + (tx - c * sx + n * sy) / sum, from.y + (ty - n * sx - c * sy) / sum}, c, n};
}

class Pairer {
public:
    Pairer(const Impression& probe, const Impression& reference, const Parameters& p)
        : probe_(probe), reference_(reference), p_(p) {}

    Placement on_reference(int i, const Pairing& pairing, int left_out = -1) const {
        return on_reference(probe_.minutiae[i].at, pairing, left_out);
    }

    Placement on_reference(const Point& at, const Pairing& pairing, int left_out = -1) const {
        return placed<true>(at, pairing.ties, left_out, p_);
    }

    Placement on_probe(int j, const Pairing& pairing) const {
        return placed<false>(reference_.minutiae[j].at, pairing.ties, -1, p_);
    }

    // Squared distances in units of their tolerance: position and direction, each at most one.
    double misfit(int i, int j, const Placement& expected, double room, double turn_room) const {
        const Minutia& there = reference_.minutiae[j];
        const double off = square(there.at.x - expected.at.x) + square(there.at.y - expected.at.y);
        if (off > room * room) return 2;
        const double turn =
            wrapped(wrapped(there.direction - probe_.minutiae[i].direction) - expected.rotation());
        if (std::fabs(turn) > turn_room) return 2;
        return off / (room * room) + square(turn / turn_room);
    }

    // Take the unpaired minutia nearest to a paired one, pair it if it fits, until all were tried.
    Pairing grown(const Seed& seed) const {
        Pairing pairing(probe_.size(), reference_.size());
        pair(pairing, seed.probe, seed.reference);
        std::vector<Waiting> waiting;
        waiting.reserve(probe_.minutiae.size());
        for (int i = 0; i < probe_.size(); ++i)
            if (i != seed.probe) waiting.push_back({i, apart2(probe_, i, seed.probe)});
        while (!waiting.empty()) {
            const auto nearest = std::min_element(
                waiting.begin(), waiting.end(),
                [](const Waiting& a, const Waiting& b) { return a.gap2 < b.gap2; });
            const Waiting next = *nearest;
            waiting.erase(nearest);
            const int j = partner(next.index, pairing, std::sqrt(next.gap2));
            if (j < 0) continue;
            pair(pairing, next.index, j);
            for (Waiting& other : waiting)
                other.gap2 = std::min(other.gap2, apart2(probe_, other.index, next.index));
        }
        return pairing;
    }

    // Whether pairs of another seed lie where these expect them, give or take the more the farther
    // they are from all of these: parts of one finger that skin has pulled apart do.
    bool agree(const Pairing& pairing, const Pairing& other) const {
        int fitting = 0;
        for (const auto& [i, j] : other.pairs) {
            if (pairing.to_reference[i] == j) {
                ++fitting;
                continue;
            }
            double gap2 = std::numeric_limits<double>::infinity();
            for (const auto& [a, b] : pairing.pairs) gap2 = std::min(gap2, apart2(probe_, i, a));
            const double room = p_.growth_distance_px + p_.merge_distance_share * std::sqrt(gap2);
            const Placement expected = on_reference(i, pairing);
            if (misfit(i, j, expected, room, p_.growth_direction_rad) < 2) ++fitting;
        }
        return fitting >= p_.merge_agreement * static_cast<double>(other.pairs.size());
    }

    // The pairs of another seed added, as far as their minutiae are free.
    void merge(Pairing& pairing, const Pairing& other) const {
        for (const auto& [i, j] : other.pairs)
            if (pairing.to_reference[i] < 0 && pairing.to_probe[j] < 0) pair(pairing, i, j);
    }

    // Pair everything anew under the motion that the pairs round each minutia agree on.
    Pairing refined(const Pairing& rough) const {
        std::vector<std::tuple<double, int, int>> fits;
        for (int i = 0; i < probe_.size(); ++i) {
            const Placement expected = on_reference(i, rough, i);
            reference_.near_in_x(expected.at.x, p_.refinement_distance_px, [&](int j) {
                const double m = misfit(i, j, expected, p_.refinement_distance_px,
                                        p_.refinement_direction_rad);
                if (m < 2) fits.emplace_back(m, i, j);
            });
        }
        std::sort(fits.begin(), fits.end());
        Pairing pairing(probe_.size(), reference_.size());
        for (const auto& [m, i, j] : fits) {
            if (pairing.to_reference[i] < 0 && pairing.to_probe[j] < 0) pair(pairing, i, j);
        }
        return pairing;
    }

private:
    struct Waiting {
        int index;
        double gap2;  // squared distance to the nearest paired minutia
    };

    void pair(Pairing& pairing, int i, int j) const {
        pairing.add(i, j, probe_.minutiae[i], reference_.minutiae[j]);
    }

    static double apart2(const Impression& side, int a, int b) {
        const Point& p = side.minutiae[a].at;
        const Point& q = side.minutiae[b].at;
        return square(p.x - q.x) + square(p.y - q.y);
    }

    int partner(int i, const Pairing& pairing, double gap) const {
        const Placement expected = on_reference(i, pairing);
        const double room = p_.growth_distance_px + p_.growth_distance_share * gap;
        double best = 2;
        int chosen = -1;
        reference_.near_in_x(expected.at.x, room, [&](int j) {
            if (pairing.to_probe[j] >= 0) return;
            const double m = misfit(i, j, expected, room, p_.growth_direction_rad);
            if (m < best || (m == best && m < 2 && j < chosen)) {
                best = m;
                chosen = j;
            }
        });
        return chosen >= 0 && !torn(i, chosen, pairing) ? chosen : -1;
    }

    // Skin stretches, it does not tear: distances to most earlier pairs must be kept.
    bool torn(int i, int j, const Pairing& pairing) const {
        int dissenters = 0;
        for (const auto& [a, b] : pairing.pairs) {
            const double here = std::sqrt(apart2(probe_, i, a));
            const double room = p_.stretch_px + p_.stretch_share * here;
            if (std::fabs(std::sqrt(apart2(reference_, j, b)) - here) > room) ++dissenters;
        }
        return dissenters > p_.stretch_dissenters * static_cast<double>(pairing.pairs.size());
    }

    const Impression& probe_;
    const Impression& reference_;
    const Parameters& p_;
};

}  // namespace matcher
