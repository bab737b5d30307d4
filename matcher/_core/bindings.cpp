// Flat arrays in, flat arrays out; the interpreter lock is released while comparing.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <cstring>
#include <stdexcept>

#include "prepared.hpp"

namespace nb = nanobind;

namespace {

template <class T>
using Vector = nb::ndarray<const T, nb::numpy, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Floats = Vector<float>;
using Bytes = Vector<std::uint8_t>;
using Cells = nb::ndarray<const std::uint8_t, nb::numpy, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

std::vector<matcher::Minutia> minutiae(const Floats& x, const Floats& y, const Floats& angle_rad,
                                       const Bytes& quality, const Bytes& kind) {
    const std::size_t n = x.size();
    if (y.size() != n || angle_rad.size() != n || quality.size() != n || kind.size() != n)
        throw std::invalid_argument("arrays of one impression differ in length");
    std::vector<matcher::Minutia> result;
    result.reserve(n);
    for (std::size_t i = 0; i < n; ++i) {
        // Images count y downwards, directions are counter-clockwise as seen.
        result.emplace_back(matcher::Point{x(i), -static_cast<double>(y(i))},
                            matcher::wrapped(angle_rad(i)), quality(i) / 100.0, kind(i));
    }
    return result;
}

template <class P>
P constants(const Vector<double>& values) {
    P p;
    if (values.size() * sizeof(double) != sizeof p)
        throw std::invalid_argument("wrong number of parameters");
    std::memcpy(&p, values.data(), sizeof p);
    return p;
}

matcher::Parameters pairing_parameters(const Vector<double>& values) {
    const auto p = constants<matcher::Parameters>(values);
    if (!(p.neighbours >= 1 && p.neighbours <= 64 && p.seeds >= 1))
        throw std::invalid_argument("neighbours out of range");
    return p;
}

template <class T>
nb::object owned(std::vector<T> values, std::initializer_list<std::size_t> shape) {
    auto* kept = new std::vector<T>(std::move(values));
    nb::capsule owner(kept, [](void* p) noexcept { delete static_cast<std::vector<T>*>(p); });
    return nb::cast(nb::ndarray<nb::numpy, T>(kept->data(), shape, owner));
}

matcher::RidgeField ridge_field(int cell_px, const Cells& cells) {
    return {cell_px, static_cast<int>(cells.shape(0)), static_cast<int>(cells.shape(1)),
            {cells.data(), cells.data() + cells.size()}};
}

matcher::Prepared prepare(const Floats& x, const Floats& y, const Floats& angle_rad,
                          const Bytes& quality, const Bytes& kind, int cell_px, const Cells& cells,
                          const Vector<double>& pairing, const Vector<double>& screening) {
    const auto p = pairing_parameters(pairing);
    const auto s = constants<matcher::ScreeningParameters>(screening);
    auto found = minutiae(x, y, angle_rad, quality, kind);
    auto field = ridge_field(cell_px, cells);
    nb::gil_scoped_release unlocked;
    return matcher::Prepared(matcher::Impression(std::move(found), std::move(field), p), s);
}

nb::tuple compare(const matcher::Prepared& probe, const matcher::Prepared& reference,
                  const Vector<double>& pairing, const Vector<double>& screening) {
    const auto p = pairing_parameters(pairing);
    const auto s = constants<matcher::ScreeningParameters>(screening);
    matcher::Comparison result;
    {
        nb::gil_scoped_release unlocked;
        result = matcher::screened(probe, reference, p, s);
    }
    const auto* first = reinterpret_cast<const double*>(&result.partials);
    std::vector<std::int32_t> pairs;
    for (const auto& [i, j] : result.pairs) {
        pairs.push_back(i);
        pairs.push_back(j);
    }
    return nb::make_tuple(
        owned(std::vector<double>(first, first + matcher::kPartialCount),
              {matcher::kPartialCount}),
        owned(std::move(pairs), {result.pairs.size(), 2}));
}

}  // namespace

NB_MODULE(_native, m) {
    m.doc() = "Pairing of minutiae; matcher/plain.py is its twin in Python.";
    nb::class_<matcher::Prepared>(m, "Prepared").def("__len__", &matcher::Prepared::size);
    m.def("prepare", &prepare);
    m.def("compare", &compare);
}
