// Flat arrays in, flat arrays out; the interpreter lock is released while comparing.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <cstring>
#include <stdexcept>

#include "gallery.hpp"

namespace nb = nanobind;

namespace {

template <class T>
using Vector = nb::ndarray<const T, nb::numpy, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Floats = Vector<float>;
using Bytes = Vector<std::uint8_t>;
using Cells =
    nb::ndarray<const std::uint8_t, nb::numpy, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

template <class T>
std::vector<T> copied(const Vector<T>& values) {
    return {values.data(), values.data() + values.size()};
}

matcher::Arrays arrays(const Floats& x, const Floats& y, const Floats& angle_rad,
                       const Bytes& quality, const Bytes& kind, int cell_px, const Cells& cells) {
    const std::size_t n = x.size();
    if (y.size() != n || angle_rad.size() != n || quality.size() != n || kind.size() != n)
        throw std::invalid_argument("arrays of one impression differ in length");
    if (cells.size() > 0 && cell_px < 1) throw std::invalid_argument("cells without a side");
    return {copied(x), copied(y), copied(angle_rad), copied(quality), copied(kind),
            {cell_px, static_cast<int>(cells.shape(0)), static_cast<int>(cells.shape(1)),
             {cells.data(), cells.data() + cells.size()}}};
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

matcher::Prepared prepare(const Floats& x, const Floats& y, const Floats& angle_rad,
                          const Bytes& quality, const Bytes& kind, int cell_px, const Cells& cells,
                          const Vector<double>& pairing, const Vector<double>& screening) {
    const auto p = pairing_parameters(pairing);
    const auto s = constants<matcher::ScreeningParameters>(screening);
    const auto given = arrays(x, y, angle_rad, quality, kind, cell_px, cells);
    nb::gil_scoped_release unlocked;
    return matcher::Prepared(given.impression(p), s);
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

void add(matcher::Gallery& gallery, const Floats& x, const Floats& y, const Floats& angle_rad,
         const Bytes& quality, const Bytes& kind, int cell_px, const Cells& cells) {
    auto given = arrays(x, y, angle_rad, quality, kind, cell_px, cells);
    nb::gil_scoped_release unlocked;
    gallery.add(std::move(given));
}

nb::tuple search(const matcher::Gallery& gallery, const matcher::Prepared& probe,
                 double least_evidence, int threads) {
    if (threads < 1 || threads > 256) throw std::invalid_argument("threads out of range");
    std::vector<matcher::Match> matches;
    {
        nb::gil_scoped_release unlocked;
        matches = gallery.search(probe, least_evidence, threads);
    }
    std::vector<std::int32_t> places;
    std::vector<double> raw;
    for (const auto& match : matches) {
        places.push_back(match.index);
        raw.push_back(match.raw);
    }
    const std::size_t n = matches.size();
    return nb::make_tuple(owned(std::move(places), {n}), owned(std::move(raw), {n}));
}

}  // namespace

NB_MODULE(_native, m) {
    m.doc() = "Pairing of minutiae; matcher/plain.py is its twin in Python.";
    nb::class_<matcher::Prepared>(m, "Prepared").def("__len__", &matcher::Prepared::size);
    m.def("prepare", &prepare);
    m.def("compare", &compare);
    nb::class_<matcher::Gallery>(m, "Gallery")
        .def("__init__",
             [](matcher::Gallery* self, const Vector<double>& pairing,
                const Vector<double>& screening) {
                 new (self) matcher::Gallery(pairing_parameters(pairing),
                                             constants<matcher::ScreeningParameters>(screening));
             })
        .def("__len__", &matcher::Gallery::size)
        .def("add", &add)
        .def("remove",
             [](matcher::Gallery& self, int index) {
                 if (index < 0 || index >= self.size()) throw nb::index_error("no such place");
                 self.remove(index);
             })
        .def("search", &search)
        .def_prop_ro("bytes", &matcher::Gallery::bytes);
}
