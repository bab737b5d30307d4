// Lanes of small integers, and one kernel compiled for several instruction sets.
//
// gcc and clang turn these vectors into what the target has (NEON and SSE2 for 16 bytes); other
// compilers get plain loops. `MATCHER_PER_CPU` compiles a kernel for AVX-512, for AVX2 and for
// anything, and picks at run time: one build runs everywhere.
#pragma once

#include <cstdint>
#include <cstring>

namespace matcher {

#if defined(__GNUC__) || defined(__clang__)

#define MATCHER_INLINE inline __attribute__((always_inline))

template <class T, int Bytes>
struct Lanes {
    typedef T Values __attribute__((vector_size(Bytes)));
    static constexpr int kCount = Bytes / sizeof(T);
    Values values{};

    MATCHER_INLINE Lanes operator&(const Lanes& o) const { return {values & o.values}; }
    MATCHER_INLINE Lanes operator|(const Lanes& o) const { return {values | o.values}; }
    MATCHER_INLINE Lanes operator-(const Lanes& o) const { return {values - o.values}; }
    // All ones where the value lies in [low, low + width], counted round the circle.
    MATCHER_INLINE Lanes within(T low, T width) const {
        return {reinterpret_cast<Values>(values - low <= width)};
    }
};

#else

#define MATCHER_INLINE inline

template <class T, int Bytes>
struct Lanes {
    static constexpr int kCount = Bytes / sizeof(T);
    T values[kCount] = {};

    template <class F>
    static Lanes each(F of) {
        Lanes result;
        for (int k = 0; k < kCount; ++k) result.values[k] = static_cast<T>(of(k));
        return result;
    }
    Lanes operator&(const Lanes& o) const {
        return each([&](int k) { return values[k] & o.values[k]; });
    }
    Lanes operator|(const Lanes& o) const {
        return each([&](int k) { return values[k] | o.values[k]; });
    }
    Lanes operator-(const Lanes& o) const {
        return each([&](int k) { return values[k] - o.values[k]; });
    }
    Lanes within(T low, T width) const {
        return each([&](int k) { return static_cast<T>(values[k] - low) <= width ? -1 : 0; });
    }
};

#endif

template <class L, class T>
MATCHER_INLINE L loaded(const T* from) {
    L lanes;
    std::memcpy(&lanes.values, from, sizeof lanes.values);
    return lanes;
}

constexpr int kWidestLanes = 64;  // bytes that a load may reach beyond what it is for

// Defines name_chosen(), a pointer to `kernel<Bytes>` compiled for this processor.
#if (defined(__GNUC__) || defined(__clang__)) && defined(__x86_64__)
#define MATCHER_PER_CPU(result, name, kernel, parameters, arguments)                          \
    __attribute__((target("avx512f,avx512bw,avx512vl"))) inline result name##_64 parameters { \
        return kernel<64> arguments;                                                          \
    }                                                                                         \
    __attribute__((target("avx2"))) inline result name##_32 parameters {                      \
        return kernel<32> arguments;                                                          \
    }                                                                                         \
    inline result name##_16 parameters { return kernel<16> arguments; }                       \
    inline auto name##_chosen() {                                                             \
        if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))         \
            return name##_64;                                                                 \
        return __builtin_cpu_supports("avx2") ? name##_32 : name##_16;                        \
    }
#else
#define MATCHER_PER_CPU(result, name, kernel, parameters, arguments)             \
    inline result name##_16 parameters { return kernel<16> arguments; }          \
    inline auto name##_chosen() { return name##_16; }
#endif

}  // namespace matcher
