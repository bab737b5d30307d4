// The coarse form of an impression that screening looks at: whole pixels and angle codes.
#pragma once

#include <cmath>
#include <vector>

#include "impression.hpp"
#include "lanes.hpp"

namespace matcher {

// The order of ScreeningParameters in matcher/parameters.py.
struct ScreeningParameters {
    double farthest_px;
    double distance_px;
    double distance_share;
    double turn_codes;
    double candidates;
    double position_px;
    double position_share;
    double direction_codes;
    double overlap_handicap;
    double least_evidence;
    double doubtful_evidence;
    double doubtful_seeds;
    double hit_evidence;
    double raw_per_evidence;
};

constexpr int kSlots = 8;  // neighbours of a minutia that are looked at
constexpr std::uint8_t kAbsent = 255;
constexpr double kGreatestPosition = 8000;  // differences and tolerances then fit 16 bits

constexpr double kGreatestAngle = 1e6;  // codes then fit 32 bits

inline std::uint8_t angle_code(double angle) {
    if (!(std::fabs(angle) < kGreatestAngle)) angle = std::fmod(angle, 2 * kPi);
    return static_cast<std::uint8_t>(static_cast<int>(std::floor(angle * (128 / kPi) + 0.5)));
}

inline std::int16_t position_code(double position) {
    return static_cast<std::int16_t>(
        std::floor(std::clamp(position, -kGreatestPosition, kGreatestPosition) + 0.5));
}

// 30 bytes a minutia. The codes are slot by slot: one slot of all minutiae, then the next.
struct Sketch {
    int size = 0;
    int on_ridges = 0;  // minutiae that are no dirt beside the finger, all without a ridge field
    std::vector<std::uint8_t> codes;   // distance, bearing, direction: each kSlots x size
    std::vector<std::int16_t> places;  // x, y, direction code in the upper byte: each size

    Sketch() = default;
    Sketch(const Impression& impression, const ScreeningParameters& p) : size(impression.size()) {
        codes.assign(3 * kSlots * size + kWidestLanes, kAbsent);
        places.assign(3 * size + kWidestLanes / 2, 0);
        for (int i = 0; i < size; ++i) {
            const Minutia& m = impression.minutiae[i];
            on_ridges += !impression.is_beside_ridges(m);
            places[i] = position_code(m.at.x);
            places[size + i] = position_code(m.at.y);
            places[2 * size + i] = static_cast<std::int16_t>(angle_code(m.direction) << 8);
            int slot = 0;
            for (const Neighbour& u : impression.neighbourhoods[i]) {
                if (slot == kSlots || u.distance > p.farthest_px) break;
                const int at = slot++ * size + i;
                codes[at] = static_cast<std::uint8_t>(std::floor(u.distance + 0.5));
                codes[kSlots * size + at] = angle_code(u.bearing);
                codes[2 * kSlots * size + at] = angle_code(u.direction);
            }
        }
    }

    const std::uint8_t* distance(int slot) const { return codes.data() + slot * size; }
    const std::uint8_t* bearing(int slot) const { return distance(kSlots + slot); }
    const std::uint8_t* direction(int slot) const { return distance(2 * kSlots + slot); }
    const std::int16_t* x() const { return places.data(); }
    const std::int16_t* y() const { return places.data() + size; }
    const std::int16_t* turn() const { return places.data() + 2 * size; }
};

}  // namespace matcher
