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

// A convex area as the half planes inside its edges.
class Area {
public:
    Area() = default;
    explicit Area(const std::vector<Point>& hull) {
        if (hull.size() < 3) return;
        for (std::size_t k = 0; k < hull.size(); ++k) {
            const Point& a = hull[k];
            const Point& b = hull[(k + 1) % hull.size()];
            const double dx = b.x - a.x, dy = b.y - a.y;
            const double length = std::sqrt(square(dx) + square(dy));
            edges_.push_back({-dy / length, dx / length, (dy * a.x - dx * a.y) / length});
        }
    }

    // Whether a point lies inside, or beyond one of the edge lines by at most the margin.
    bool holds(const Point& p, double margin) const {
        for (const Edge& edge : edges_)
            if (edge.x * p.x + edge.y * p.y + edge.offset < -margin) return false;
        return !edges_.empty();
    }

private:
    struct Edge {
        double x, y, offset;  // distance to the left of the edge: x * px + y * py + offset
    };
    std::vector<Edge> edges_;
};

}  // namespace matcher
