// Many impressions in a compact form, searched by several threads.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <shared_mutex>
#include <thread>

#include "prepared.hpp"

namespace matcher {

// The arrays of a template: 14 bytes a minutia.
struct Arrays {
    std::vector<float> x;
    std::vector<float> y;  // downwards, as in images
    std::vector<float> angle_rad;
    std::vector<std::uint8_t> quality;
    std::vector<std::uint8_t> kind;
    RidgeField field;

    std::vector<Minutia> minutiae() const {
        std::vector<Minutia> result;
        result.reserve(x.size());
        for (std::size_t i = 0; i < x.size(); ++i)
            result.emplace_back(Point{x[i], -static_cast<double>(y[i])}, wrapped(angle_rad[i]),
                                quality[i] / 100.0, kind[i]);
        return result;
    }

    Impression impression(const Parameters& p) const { return {minutiae(), field, p}; }
};

struct Match {
    int index;
    double raw;
};

// Keeps sketches for screening; what passes it is prepared anew, which few impressions need.
class Gallery {
public:
    Gallery(const Parameters& pairing, const ScreeningParameters& screening)
        : pairing_(pairing), screening_(screening) {}

    int size() const { return static_cast<int>(entries_.size()); }

    void add(Arrays arrays) {
        Sketch sketch(arrays.impression(pairing_), screening_);
        const std::unique_lock<std::shared_mutex> alone(guard_);
        entries_.push_back({std::move(sketch), std::move(arrays)});
    }

    // The last impression takes the place of the one removed.
    void remove(int index) {
        const std::unique_lock<std::shared_mutex> alone(guard_);
        if (index < size() - 1) entries_[index] = std::move(entries_.back());
        entries_.pop_back();
    }

    // All impressions with at least that evidence, and how the full comparison rates them.
    std::vector<Match> search(const Prepared& probe, double least_evidence, int threads) const {
        const std::shared_lock<std::shared_mutex> unchanged(guard_);
        std::atomic<int> next{0};
        std::vector<std::vector<Match>> found(static_cast<std::size_t>(threads));
        std::vector<std::thread> others;
        const auto work = [&](std::vector<Match>& matches) {
            for (int from; (from = next.fetch_add(kChunk)) < size();)
                search_chunk(probe, least_evidence, from, std::min(from + kChunk, size()), matches);
        };
        for (std::size_t k = 1; k < found.size(); ++k)
            others.emplace_back(work, std::ref(found[k]));
        work(found[0]);
        for (std::thread& other : others) other.join();
        std::vector<Match> all;
        for (const auto& matches : found) all.insert(all.end(), matches.begin(), matches.end());
        std::sort(all.begin(), all.end(),
                  [](const Match& a, const Match& b) { return a.index < b.index; });
        return all;
    }

    // Without what the allocator adds.
    std::size_t bytes() const {
        std::size_t total = entries_.capacity() * sizeof(Entry);
        for (const Entry& entry : entries_) {
            total += entry.sketch.codes.capacity() + 2 * entry.sketch.places.capacity();
            total += 14 * entry.arrays.x.size() + entry.arrays.field.orientation.size();
        }
        return total;
    }

private:
    static constexpr int kChunk = 64;

    struct Entry {
        Sketch sketch;
        Arrays arrays;
    };

    void search_chunk(const Prepared& probe, double least_evidence, int from, int to,
                      std::vector<Match>& matches) const {
        Screening found;
        for (int k = from; k < to; ++k) {
            screen(probe.sketch, entries_[k].sketch, screening_, found);
            if (found.evidence < least_evidence) continue;
            const Impression full = entries_[k].arrays.impression(pairing_);
            matches.push_back({k, compared(probe.full, full, found.seeds, pairing_).partials.raw});
        }
    }

    Parameters pairing_;
    ScreeningParameters screening_;
    std::vector<Entry> entries_;
    mutable std::shared_mutex guard_;
};

}  // namespace matcher
