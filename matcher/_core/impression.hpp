// The minutiae of one impression with what a comparison derives from them once.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "geometry.hpp"
#include "parameters.hpp"

namespace matcher {

struct Minutia {
    Point at;
    double direction;
    double weight;
    int kind;
    double cosine;  // of the direction
    double sine;

    Minutia(Point where, double angle, double how_certain, int which)
        : at(where), direction(angle), weight(how_certain), kind(which), cosine(std::cos(angle)),
          sine(std::sin(angle)) {}
};

struct Neighbour {
    int index;
    double distance;
    double bearing;    // from the minutia's own direction
    double direction;  // likewise
};

constexpr int kBackground = 255;

// Whole degrees 0-179 of each cell, row by row from the top; 255 where there are no ridges.
struct RidgeField {
    int cell_px = 0;
    int rows = 0;
    int columns = 0;
    std::vector<std::uint8_t> orientation;  // empty: the template has no field

    bool present() const { return !orientation.empty(); }

    // Whole degrees at a point, y up; negative where there are no ridges. The offset keeps points
    // that rounding may put on either side of a border on one side.
    int at(const Point& p) const {
        const double column = (p.x + 1e-6) / cell_px, row = (1e-6 - p.y) / cell_px;
        if (!(row >= 0 && column >= 0 && row < rows && column < columns)) return -1;
        const int degrees = orientation[static_cast<int>(row) * columns + static_cast<int>(column)];
        return degrees == kBackground ? -1 : degrees;
    }
};

struct Impression {
    std::vector<Minutia> minutiae;
    RidgeField field;
    std::vector<std::vector<Neighbour>> neighbourhoods;  // nearest first
    Area area;  // of the minutiae; empty where a field tells more

    Impression(std::vector<Minutia> found, RidgeField ridges, const Parameters& p)
        : minutiae(std::move(found)), field(std::move(ridges)) {
        for (Minutia& m : minutiae) {
            if (m.weight <= 0) m.weight = p.unreported_weight;
            // What is found beside the ridges is dirt, or was left there by the finger before.
            if (is_beside_ridges(m)) m.weight *= p.outside_weight;
        }
        if (!field.present()) {
            std::vector<Point> points;
            for (const Minutia& m : minutiae) points.push_back(m.at);
            area = Area(convex_hull(std::move(points)));
        }
        find_neighbours(static_cast<std::size_t>(p.neighbours));
        for (int i = 0; i < size(); ++i) by_x_.emplace_back(minutiae[i].at.x, i);
        std::sort(by_x_.begin(), by_x_.end());
    }

    int size() const { return static_cast<int>(minutiae.size()); }
    bool is_beside_ridges(const Minutia& m) const { return field.present() && field.at(m.at) < 0; }

    // Whether the finger was seen at a point; without a field, near or between the minutiae.
    bool shows(const Point& p, double margin) const {
        return field.present() ? field.at(p) >= 0 : area.holds(p, margin);
    }

    // Calls visit(index) for the minutiae whose x lies within the room, from left to right.
    template <class Visit>
    void near_in_x(double x, double room, const Visit& visit) const {
        auto it = std::lower_bound(
            by_x_.begin(), by_x_.end(), x - room,
            [](const std::pair<double, int>& m, double least) { return m.first < least; });
        for (; it != by_x_.end() && it->first <= x + room; ++it) visit(it->second);
    }

private:
    std::vector<std::pair<double, int>> by_x_;  // x, index

    using Near = std::pair<double, int>;  // squared distance, index

    void find_neighbours(std::size_t wanted) {
        neighbourhoods.reserve(minutiae.size());
        std::vector<Near> nearest;
        for (int i = 0; i < size(); ++i) {
            nearest.clear();
            for (int j = 0; j < size(); ++j)
                if (j != i) keep_nearest(nearest, wanted, {apart2(i, j), j});
            std::vector<Neighbour> found;
            found.reserve(nearest.size());
            for (const auto& [distance2, j] : nearest)
                found.push_back(neighbour(i, j, std::sqrt(distance2)));
            neighbourhoods.push_back(std::move(found));
        }
    }

    // By insertion: most of the many are farther than all that are kept.
    static void keep_nearest(std::vector<Near>& kept, std::size_t wanted, const Near& next) {
        if (kept.size() == wanted) {
            if (next.first >= kept.back().first) return;  // of equally near ones the first
            kept.pop_back();
        }
        kept.insert(std::upper_bound(kept.begin(), kept.end(), next), next);
    }

    double apart2(int i, int j) const {
        const Point& a = minutiae[i].at;
        const Point& b = minutiae[j].at;
        return square(a.x - b.x) + square(a.y - b.y);
    }

    Neighbour neighbour(int i, int j, double distance) const {
        const Minutia& own = minutiae[i];
        const Minutia& other = minutiae[j];
        const double bearing = std::atan2(other.at.y - own.at.y, other.at.x - own.at.x);
        return {j, distance, wrapped(bearing - own.direction),
                wrapped(other.direction - own.direction)};
    }
};

}  // namespace matcher
