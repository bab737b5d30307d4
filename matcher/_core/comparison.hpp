// One comparison: the best of the grown pairings, with the sums its score is made of.
#pragma once

#include "pairing.hpp"

namespace matcher {

// The order of PARTIALS in matcher/scoring.py.
struct Partials {
    double pairs = 0;
    double paired_weight = 0;
    double probe_overlap = 0;
    double reference_overlap = 0;
    double position_rms_px = 0;
    double direction_rms_rad = 0;
    double neighbour_support = 0;
    double same_kind = 0;
    double raw = 0;
};

// Paired weight times neighbour support, over the mean weight that could have been paired; less
// where kinds differ, and much less where pairs lie as loosely as chance would have them.
inline double raw_score(const Partials& sums, const Parameters& p) {
    const double possible = (sums.probe_overlap + sums.reference_overlap) / 2;
    if (possible <= 0) return 0;
    const double alike = p.kind_credit + sums.same_kind / sums.pairs;
    const double loose = square(sums.position_rms_px / p.refinement_distance_px) +
                         square(sums.direction_rms_rad / p.refinement_direction_rad);
    return sums.paired_weight * sums.neighbour_support / possible * alike * std::exp(-loose);
}


constexpr std::size_t kPartialCount = sizeof(Partials) / sizeof(double);

struct Comparison {
    Partials partials;
    std::vector<std::pair<int, int>> pairs;
};

inline Partials weighed(const Impression& probe, const Impression& reference,
                        const Pairing& pairing, const Pairer& pairer, const Parameters& p) {
    Partials sums;
    double off = 0, turned = 0;
    for (const auto& [i, j] : pairing.pairs) {
        const Minutia& a = probe.minutiae[i];
        const Minutia& b = reference.minutiae[j];
        const double weight = std::sqrt(a.weight * b.weight);
        sums.pairs += 1;
        sums.probe_overlap += a.weight;
        sums.reference_overlap += b.weight;
        sums.same_kind += a.kind == b.kind;
        sums.neighbour_support += similarity(probe, i, reference, j, p);
        if (pairing.pairs.size() < 2) continue;
        const Placement expected = pairer.on_reference(i, pairing, i);
        const double distance2 =
            square(b.at.x - expected.at.x) + square(b.at.y - expected.at.y);
        const double turn = wrapped(wrapped(b.direction - a.direction) - expected.rotation());
        off += distance2;
        turned += square(turn);
        const double misfit = distance2 / square(p.refinement_distance_px) +
                              square(turn / p.refinement_direction_rad);
        sums.paired_weight += weight * std::max(0.0, 1 - misfit / 4);
    }
    for (int i = 0; i < probe.size(); ++i) {
        if (pairing.to_reference[i] >= 0) continue;
        const Placement there = pairer.on_reference(i, pairing);
        if (reference.area.holds(there.at, p.overlap_margin_px))
            sums.probe_overlap += probe.minutiae[i].weight;
    }
    for (int j = 0; j < reference.size(); ++j) {
        if (pairing.to_probe[j] >= 0) continue;
        const Placement there = pairer.on_probe(j, pairing);
        if (probe.area.holds(there.at, p.overlap_margin_px))
            sums.reference_overlap += reference.minutiae[j].weight;
    }
    sums.position_rms_px = std::sqrt(off / sums.pairs);
    sums.direction_rms_rad = std::sqrt(turned / sums.pairs);
    sums.raw = raw_score(sums, p);
    return sums;
}

inline Comparison compared(const Impression& probe, const Impression& reference,
                           const std::vector<Seed>& seeds, const Parameters& p) {
    const Pairer pairer(probe, reference, p);
    std::vector<Pairing> grown;
    const std::size_t tried = std::min(seeds.size(), static_cast<std::size_t>(p.seeds));
    for (std::size_t k = 0; k < tried; ++k) {
        const Seed& seed = seeds[k];
        const bool seen = std::any_of(grown.begin(), grown.end(), [&seed](const Pairing& g) {
            return g.to_reference[seed.probe] == seed.reference;
        });
        if (!seen) grown.push_back(pairer.grown(seed));
    }
    std::stable_sort(grown.begin(), grown.end(), [](const Pairing& a, const Pairing& b) {
        return a.pairs.size() > b.pairs.size();
    });
    Comparison best;
    for (std::size_t k = 0; k < grown.size() && k < static_cast<std::size_t>(p.refined); ++k) {
        Pairing pairing = grown[k];
        for (int round = 0; round < static_cast<int>(p.refinement_rounds); ++round) {
            if (pairing.pairs.size() < 2) break;
            Pairing again = pairer.refined(pairing);
            if (again.pairs.empty()) break;
            pairing = std::move(again);
        }
        const Partials partials = weighed(probe, reference, pairing, pairer, p);
        if (best.pairs.empty() || partials.raw > best.partials.raw)
            best = {partials, pairing.pairs};
    }
    // Several seeds end in one pairing, found in different orders.
    std::sort(best.pairs.begin(), best.pairs.end());
    return best;
}

}  // namespace matcher
