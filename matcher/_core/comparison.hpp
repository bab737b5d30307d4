// One comparison: the best of the grown pairings, with the sums its score is made of.
#pragma once

#include "evidence.hpp"
#include "pairing.hpp"
#include "ridge_agreement.hpp"

namespace matcher {

struct Comparison {
    Partials partials;
    std::vector<std::pair<int, int>> pairs;
};

inline Partials weighed(const Impression& probe, const Impression& reference,
                        const Pairing& pairing, const Pairer& pairer, const Parameters& p,
                        double to_beat) {
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
    // What lies where both sides show ridges could have been paired.
    for (int i = 0; i < probe.size(); ++i) {
        const Minutia& own = probe.minutiae[i];
        if (pairing.to_reference[i] >= 0 || probe.is_beside_ridges(own)) continue;
        if (reference.shows(pairer.on_reference(i, pairing).at, p.overlap_margin_px))
            sums.probe_overlap += own.weight;
    }
    for (int j = 0; j < reference.size(); ++j) {
        const Minutia& own = reference.minutiae[j];
        if (pairing.to_probe[j] >= 0 || reference.is_beside_ridges(own)) continue;
        if (probe.shows(pairer.on_probe(j, pairing).at, p.overlap_margin_px))
            sums.reference_overlap += own.weight;
    }
    sums.position_rms_px = std::sqrt(off / sums.pairs);
    sums.direction_rms_rad = std::sqrt(turned / sums.pairs);
    if (pairing.pairs.size() < 2) return sums;
    // Ridges cost as much as all above: not for a pairing that even perfect ones leave behind.
    Partials at_most = sums;
    at_most.ridge_cells = at_most.ridge_agreement = 1e9;
    if (raw_score(at_most, p) <= to_beat) return sums;
    const RidgeAgreement ridges = ridge_agreement(probe, reference, pairing, pairer);
    sums.ridge_cells = ridges.cells;
    sums.ridge_agreement = ridges.sum;
    sums.raw = raw_score(sums, p);
    return sums;
}

// What grows from the seeds, largest first; each that agrees with a larger one is merged into it.
inline std::vector<Pairing> grown_and_merged(const std::vector<Seed>& seeds, const Pairer& pairer,
                                             const Parameters& p) {
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
    std::vector<Pairing> merged;
    for (Pairing& pairing : grown) {
        const auto larger =
            std::find_if(merged.begin(), merged.end(),
                         [&](const Pairing& m) { return pairer.agree(m, pairing); });
        if (larger == merged.end())
            merged.push_back(std::move(pairing));
        else
            pairer.merge(*larger, pairing);
    }
    return merged;
}

inline Comparison compared(const Impression& probe, const Impression& reference,
                           const std::vector<Seed>& seeds, const Parameters& p) {
    const Pairer pairer(probe, reference, p);
    std::vector<Pairing> rough = grown_and_merged(seeds, pairer, p);
    Comparison best;
    for (std::size_t k = 0; k < rough.size() && k < static_cast<std::size_t>(p.refined); ++k) {
        Pairing pairing = std::move(rough[k]);
        for (int round = 0; round < static_cast<int>(p.refinement_rounds); ++round) {
            if (pairing.pairs.size() < 2) break;
            Pairing again = pairer.refined(pairing);
            if (again.pairs.empty()) break;
            const bool settled = again.to_reference == pairing.to_reference;
            pairing = std::move(again);
            if (settled) break;  // the same pairs would come out again
        }
        const Partials partials = weighed(probe, reference, pairing, pairer, p,
                                          best.pairs.empty() ? -1 : best.partials.raw);
        if (best.pairs.empty() || partials.raw > best.partials.raw)
            best = {partials, pairing.pairs};
    }
    // Several seeds end in one pairing, found in different orders.
    std::sort(best.pairs.begin(), best.pairs.end());
    return best;
}

}  // namespace matcher
