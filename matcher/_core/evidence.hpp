// The sums of a pairing by name, and the one figure they make.
#pragma once

#include <cmath>
#include <cstddef>

#include "geometry.hpp"
#include "parameters.hpp"

namespace matcher {

// The order of PartialScores in matcher/scoring.py, which says what they are.
struct Partials {
    double pairs = 0;
    double paired_weight = 0;
    double probe_overlap = 0;
    double reference_overlap = 0;
    double position_rms_px = 0;
    double direction_rms_rad = 0;
    double neighbour_support = 0;
    double same_kind = 0;
    double ridge_cells = 0;
    double ridge_agreement = 0;
    double raw = 0;
};

constexpr std::size_t kPartialCount = sizeof(Partials) / sizeof(double);

// The logarithm of how much likelier one finger gives these sums than two do, but for a constant:
// a weighted sum of terms, fitted by matcher/evaluation/fitting.py. What is negative is squeezed
// together above 0, which keeps its order.
inline double raw_score(const Partials& sums, const Parameters& p) {
    const double possible = (sums.probe_overlap + sums.reference_overlap) / 2;
    const double loose = square(sums.position_rms_px / p.refinement_distance_px) +
                         square(sums.direction_rms_rad / p.refinement_direction_rad);
    const double alike = p.kind_credit + sums.same_kind / sums.pairs;
    const double ridges =
        (sums.ridge_agreement + p.field_doubt_cells * p.field_doubt_agreement) /
        (sums.ridge_cells + p.field_doubt_cells);
    const double evidence = p.evidence_constant +
                            p.evidence_paired * std::log(sums.paired_weight + 0.3) +
                            p.evidence_support * std::log(sums.neighbour_support + 0.5) +
                            p.evidence_possible * std::log(possible + 0.5) +
                            p.evidence_looseness * loose + p.evidence_kinds * std::log(alike) +
                            p.evidence_field * ridges;
    return evidence > 30 ? evidence : std::log1p(std::exp(evidence));
}

}  // namespace matcher
