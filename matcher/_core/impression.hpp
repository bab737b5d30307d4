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
};

struct Neighbour {
    int index;
    double distance;
    double bearing;    // from the minutia's own direction
    double direction;  // likewise
};

// Whole degrees 0-179 of each cell, row by row from the top; 255 where there are no ridges.
struct RidgeField {
    int cell_px = 0;
    int rows = 0;
    int columns = 0;
    std::vector<std::uint8_t> orientation;  // empty: the template has no field
};

struct Impression {
    std::vector<Minutia> minutiae;
    RidgeField field;
    std::vector<std::vector<Neighbour>> neighbourhoods;
    std::vector<Point> hull;

    Impression(std::vector<Minutia> found, RidgeField ridges, const Parameters& p)
        : minutiae(std::move(found)), field(std::move(ridges)) {
        const int n = static_cast<int>(minutiae.size());
        neighbourhoods.reserve(n);
        std::vector<Point> points;
        for (int i = 0; i < n; ++i) {
            points.push_back(minutiae[i].at);
            neighbourhoods.push_back(nearest(i, static_cast<int>(p.neighbours)));
        }
        hull = convex_hull(std::move(points));
    }

    int size() const { return static_cast<int>(minutiae.size()); }

private:
    std::vector<Neighbour> nearest(int i, int wanted) const {
        const Minutia& own = minutiae[i];
        std::vector<std::pair<double, int>> order;
        for (int j = 0; j < size(); ++j) {
            const Point& at = minutiae[j].at;
            if (j != i) order.emplace_back(square(at.x - own.at.x) + square(at.y - own.at.y), j);
        }
        const int kept = std::min<int>(wanted, static_cast<int>(order.size()));
        std::partial_sort(order.begin(), order.begin() + kept, order.end());
        std::vector<Neighbour> result;
        for (int k = 0; k < kept; ++k) {
            const Minutia& other = minutiae[order[k].second];
            const double bearing = std::atan2(other.at.y - own.at.y, other.at.x - own.at.x);
            result.push_back({order[k].second, std::sqrt(order[k].first),
                              wrapped(bearing - own.direction),
                              wrapped(other.direction - own.direction)});
        }
        return result;
    }
};

}  // namespace matcher
