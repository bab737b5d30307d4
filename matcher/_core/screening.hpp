// Whether two impressions can agree at all, asked of a coarse form of them in a few microseconds.
//
// Each minutia's nearest neighbours become bytes: distance, bearing and direction relative to its
// own. Two minutiae are alike in as many neighbours as fit; the most alike pairs each suggest a
// rigid motion, and the motion that brings most minutiae onto like ones is the evidence. Whole
// numbers throughout, so that every processor and the plain twin find exactly the same.
#pragma once

#include <array>
#include <cmath>
#include <vector>

#include "sketch.hpp"

namespace matcher {

// How many of the probe's neighbours have a like one, for each pair of minutiae.
//
// A cell has one bit set, the lowest for none: lanes that are or-ed then tell their greatest.
// No bit beyond the reference's last minutia.
struct Likeness {
    int columns = 0;
    int stride = 0;
    std::vector<std::uint8_t> counts;  // one more than the number
    std::vector<std::uint16_t> bits;

    void resize(int rows, int wanted) {
        columns = wanted;
        stride = (columns + kWidestLanes - 1) / kWidestLanes * kWidestLanes;
        counts.resize(static_cast<std::size_t>(rows) * stride);
        bits.resize(counts.size());
    }
    std::size_t at(int i) const { return static_cast<std::size_t>(i) * stride; }
};

template <int Bytes>
MATCHER_INLINE Lanes<std::uint8_t, Bytes> alike(const Sketch& probe, int i, const Sketch& reference,
                                                int j, const ScreeningParameters& p) {
    using L = Lanes<std::uint8_t, Bytes>;
    const auto turn = static_cast<std::uint8_t>(p.turn_codes);
    const auto width = static_cast<std::uint8_t>(2 * turn);
    L count;
    for (int k = 0; k < kSlots && probe.distance(k)[i] != kAbsent; ++k) {
        const int distance = probe.distance(k)[i];
        const int room = static_cast<int>(p.distance_px + p.distance_share * distance + 0.5);
        const int least = std::max(0, distance - room);
        const int reach = distance + room - least;
        const std::uint8_t bearing = probe.bearing(k)[i] - turn;
        const std::uint8_t direction = probe.direction(k)[i] - turn;
        L found;
        for (int l = 0; l < kSlots; ++l) {
            found = found | (loaded<L>(reference.distance(l) + j).within(least, reach) &
                             loaded<L>(reference.bearing(l) + j).within(bearing, width) &
                             loaded<L>(reference.direction(l) + j).within(direction, width));
        }
        count = count - found;  // all ones are minus one
    }
    return count;
}

template <int Bytes>
MATCHER_INLINE void liken(const Sketch& probe, const Sketch& reference,
                          const ScreeningParameters& p, Likeness& out) {
    using L = Lanes<std::uint8_t, Bytes>;
    for (int i = 0; i < probe.size; ++i) {
        std::uint8_t* row = out.counts.data() + out.at(i);
        std::uint16_t* bits = out.bits.data() + out.at(i);
        for (int j = 0; j < reference.size; j += L::kCount) {
            const L count = alike<Bytes>(probe, i, reference, j, p);
            std::memcpy(row + j, &count.values, sizeof count.values);
        }
        for (int j = 0; j < reference.size; ++j) ++row[j];
        for (int j = reference.size; j < out.stride; ++j) row[j] = 0;
        for (int j = 0; j < out.stride; ++j) {
            const auto bit = static_cast<std::uint16_t>(1u << row[j]);
            bits[j] = bit >> 1;
        }
    }
}

// A pair of minutiae that lays the probe on the reference, and how well all agree then.
struct Seed {
    int probe;
    int reference;
    double agreement;
};

// Whether one of eight counts is at least `least`.
inline bool any_reaches(const std::uint8_t* counts, int least) {
    std::uint64_t word;
    std::memcpy(&word, counts, sizeof word);
    const std::uint64_t each = 0x0101010101010101u;
    return ((word + each * (128 - least)) & (each * 128)) != 0;
}

// The most alike pairs of minutiae; of equally alike ones the first.
inline void most_alike(const Likeness& likeness, int rows, int wanted,
                       std::vector<Seed>& found) {
    std::vector<Seed> levels[kSlots + 2];
    found.clear();
    for (int least : {6, 4, 1}) {
        int count = 0;
        for (auto& level : levels) level.clear();
        for (int i = 0; i < rows; ++i) {
            const std::uint8_t* row = likeness.counts.data() + likeness.at(i);
            for (int j = 0; j < likeness.columns; j += 8) {
                if (!any_reaches(row + j, least)) continue;
                for (int k = j; k < j + 8; ++k) {
                    if (row[k] < least) continue;
                    levels[row[k]].push_back({i, k, 0});
                    ++count;
                }
            }
        }
        if (count >= wanted) break;
    }
    for (int level = kSlots + 1; level > 0; --level)
        for (const Seed& pair : levels[level])
            if (static_cast<int>(found.size()) < wanted) found.push_back(pair);
}

struct Box {
    int left = 0, right = 0, bottom = 0, top = 0;

    explicit Box(const Sketch& side) {
        if (side.size == 0) return;
        const auto x = std::minmax_element(side.x(), side.x() + side.size);
        const auto y = std::minmax_element(side.y(), side.y() + side.size);
        left = *x.first, right = *x.second, bottom = *y.first, top = *y.second;
    }
    bool holds(int x, int y) const {
        return x >= left && x <= right && y >= bottom && y <= top;
    }
};

// Sine and cosine of the 256 angle codes in units of 2^-14.
struct Turns {
    static constexpr int kShift = 14;
    std::array<int, 256> cosine;
    std::array<int, 256> sine;

    Turns() {
        for (int k = 0; k < 256; ++k) {
            cosine[k] = static_cast<int>(std::floor(std::cos(k * kPi / 128) * (1 << kShift) + 0.5));
            sine[k] = static_cast<int>(std::floor(std::sin(k * kPi / 128) * (1 << kShift) + 0.5));
        }
    }
};

// The square of the greatest count among or-ed bits.
struct Squares {
    std::array<int, 1 << (kSlots + 1)> of_bits;

    Squares() {
        of_bits[0] = 0;
        for (int count = 1; count <= kSlots + 1; ++count)
            for (int k = 1 << (count - 1); k < 1 << count; ++k) of_bits[k] = count * count;
    }
};

struct Tables {
    Turns turns;
    Squares squares;
};

inline const Tables& tables() {
    static const Tables made;
    return made;
}

template <class L>
MATCHER_INLINE int ored(const L& lanes) {
    std::uint64_t words[sizeof lanes.values / 8];
    std::memcpy(words, &lanes.values, sizeof words);
    std::uint64_t all = 0;
    for (const std::uint64_t word : words) all |= word;
    all |= all >> 32;
    return static_cast<int>((all | all >> 16) & 0xffff);
}

// How well all minutiae agree when the probe is laid on the reference by one pair of minutiae.
template <int Bytes>
MATCHER_INLINE double agreement(const Sketch& probe, const Sketch& reference, const Box& box,
                                const Likeness& likeness, const Seed& pair,
                                const Tables& table, const ScreeningParameters& p) {
    using L = Lanes<std::uint16_t, Bytes>;
    const int from_x = probe.x()[pair.probe], from_y = probe.y()[pair.probe];
    const int to_x = reference.x()[pair.reference], to_y = reference.y()[pair.reference];
    const auto turn = static_cast<std::uint16_t>(reference.turn()[pair.reference] -
                                                 probe.turn()[pair.probe]);
    const int c = table.turns.cosine[turn >> 8], s = table.turns.sine[turn >> 8];
    const int turn_room = static_cast<int>(p.direction_codes) << 8;
    const int half = 1 << (Turns::kShift - 1);
    int overlap = 0, sum = 0;
    for (int i = 0; i < probe.size; ++i) {
        const int dx = probe.x()[i] - from_x, dy = probe.y()[i] - from_y;
        const int x = to_x + ((c * dx - s * dy + half) >> Turns::kShift);
        const int y = to_y + ((s * dx + c * dy + half) >> Turns::kShift);
        const double reach = std::max(std::abs(dx), std::abs(dy));
        const int room = static_cast<int>(p.position_px + p.position_share * reach);
        const int direction = probe.turn()[i] + turn - turn_room;
        const std::uint16_t* bits = likeness.bits.data() + likeness.at(i);
        L there;
        for (int j = 0; j < reference.size; j += L::kCount) {
            there = there | (loaded<L>(bits + j) &
                             loaded<L>(reference.x() + j).within(x - room, 2 * room) &
                             loaded<L>(reference.y() + j).within(y - room, 2 * room) &
                             loaded<L>(reference.turn() + j).within(direction, 2 * turn_room));
        }
        const int square = table.squares.of_bits[ored(there)];
        sum += square;
        overlap += square > 0 || box.holds(x, y);
    }
    return sum / std::sqrt(overlap + p.overlap_handicap);
}

template <int Bytes>
MATCHER_INLINE void find_seeds(const Sketch& probe, const Sketch& reference,
                               const ScreeningParameters& p, Likeness& likeness,
                               std::vector<Seed>& seeds) {
    likeness.resize(probe.size, reference.size);
    liken<Bytes>(probe, reference, p, likeness);
    most_alike(likeness, probe.size, static_cast<int>(p.candidates), seeds);
    const Box box(reference);
    const Tables& table = tables();
    for (Seed& seed : seeds)
        seed.agreement = agreement<Bytes>(probe, reference, box, likeness, seed, table, p);
}

MATCHER_PER_CPU(void, find_seeds, find_seeds,
                (const Sketch& probe, const Sketch& reference, const ScreeningParameters& p,
                 Likeness& likeness, std::vector<Seed>& seeds),
                (probe, reference, p, likeness, seeds))

struct Screening {
    double evidence = 0;  // less for many minutiae, which agree by chance more often
    std::vector<Seed> seeds;  // best first
};

inline void screen(const Sketch& probe, const Sketch& reference, const ScreeningParameters& p,
                   Screening& out) {
    static const auto find = find_seeds_chosen();
    static thread_local Likeness likeness;
    out.evidence = 0;
    out.seeds.clear();
    if (probe.size == 0 || reference.size == 0) return;
    find(probe, reference, p, likeness, out.seeds);
    std::stable_sort(out.seeds.begin(), out.seeds.end(),
                     [](const Seed& a, const Seed& b) { return a.agreement > b.agreement; });
    const double minutiae = std::max(1.0, (probe.on_ridges + reference.on_ridges) / 2.0);
    out.evidence = out.seeds.front().agreement / std::sqrt(minutiae);
    if (out.evidence < p.doubtful_evidence && out.seeds.size() > p.doubtful_seeds)
        out.seeds.resize(static_cast<std::size_t>(p.doubtful_seeds), out.seeds.front());
}

}  // namespace matcher
