// Plane geometry with y pointing up, so that angles grow counter-clockwise as in ISO/IEC 19794-2.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

namespace matcher {

constexpr double kPi = 3.14159265358979323846;

struct Point {
    double x;
    double y;
};

inline double wrapped(double angle) {
    // Without branches, which angles would mispredict half the time.
    return angle - 2 * kPi * (angle > kPi) + 2 * kPi * (angle <= -kPi);
}

inline double square(double value) { return value * value; }

inline double cross(const Point& o, const Point& a, const Point& b) {
    return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
}

// Andrew's monotone chain (1979); counter-clockwise, without the points on its edges.
inline std::vector<Point> convex_hull(std::vector<Point> points) {
    std::sort(points.begin(), points.end(), [](const Point& a, const Point& b) {
        return a.x < b.x || (a.x == b.x && a.y < b.y);
    });
    if (points.size() < 3) return points;
    std::vector<Point> hull;
    auto chain = [&hull](auto first, auto last) {
        const std::size_t base = hull.size();
        for (auto it = first; it != last; ++it) {
            while (hull.size() >= base + 2 &&
                   cross(hull[hull.size() - 2], hull.back(), *it) <= 0) {
                hull.pop_back();
            }
            hull.push_back(*it);
        }
        hull.pop_back();
    };
    chain(points.begin(), points.end());
    chain(points.rbegin(), points.rend());
    return hull;
}

// Whether a point lies inside the hull, or beyond one of its edge lines by at most the margin.
inline bool within(const std::vector<Point>& hull, const Point& p, double margin) {
    if (hull.size() < 3) return false;
    for (std::size_t k = 0; k < hull.size(); ++k) {
        const Point& a = hull[k];
        const Point& b = hull[(k + 1) % hull.size()];
        const double length = std::sqrt(square(b.x - a.x) + square(b.y - a.y));
        if (cross(a, b, p) < -margin * length) return false;
    }
    return true;
}

}  // namespace matcher
