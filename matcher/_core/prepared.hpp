// An impression in both its forms, and the comparison that looks at the coarse one first.
#pragma once

#include "comparison.hpp"

namespace matcher {

struct Prepared {
    Impression full;
    Sketch sketch;

    Prepared(Impression impression, const ScreeningParameters& p)
        : full(std::move(impression)), sketch(full, p) {}

    int size() const { return full.size(); }
};

inline Comparison screened(const Prepared& probe, const Prepared& reference, const Parameters& p,
                           const ScreeningParameters& s) {
    static thread_local Screening found;
    screen(probe.sketch, reference.sketch, s, found);
    if (found.evidence >= s.least_evidence)
        return compared(probe.full, reference.full, found.seeds, p);
    Comparison ended;
    ended.partials.raw = s.raw_per_evidence * found.evidence;
    return ended;
}

}  // namespace matcher
