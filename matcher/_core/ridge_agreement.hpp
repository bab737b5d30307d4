// Whether ridges run alike where two impressions overlap, once their minutiae are paired.
#pragma once

#include "pairing.hpp"

namespace matcher {

struct RidgeAgreement {
    double cells = 0;
    double sum = 0;  // of the cosines of twice the angle between the ridges, one a cell
};

constexpr int kHalfTurn = 180;

// Cosines and sines of twice as many degrees.
struct TwiceDegrees {
    std::array<double, kHalfTurn> cosine;
    std::array<double, kHalfTurn> sine;

    TwiceDegrees() {
        for (int k = 0; k < kHalfTurn; ++k) {
            cosine[k] = std::cos(k * kPi / 90);
            sine[k] = std::sin(k * kPi / 90);
        }
    }
};

// Lay every fourth cell of the probe's ridges on the reference by the motion of the pairs round it.
inline RidgeAgreement ridge_agreement(const Impression& probe, const Impression& reference,
                                      const Pairing& pairing, const Pairer& pairer) {
    static const TwiceDegrees twice;
    RidgeAgreement result;
    const RidgeField& field = probe.field;
    if (!field.present() || !reference.field.present()) return result;
    for (int row = 0; row < field.rows; row += 2) {
        for (int column = row / 2 % 2; column < field.columns; column += 2) {
            const Point middle{(column + 0.5) * field.cell_px, -(row + 0.5) * field.cell_px};
            const int ours = field.at(middle);
            if (ours < 0) continue;
            const Placement there = pairer.on_reference(middle, pairing);
            const int theirs = reference.field.at(there.at);
            if (theirs < 0) continue;
            result.cells += 1;
            const int turn = (theirs - ours + kHalfTurn) % kHalfTurn;
            const double c = square(there.cosine) - square(there.sine);
            const double s = 2 * there.cosine * there.sine;
            result.sum += c * twice.cosine[turn] + s * twice.sine[turn];
        }
    }
    return result;
}

}  // namespace matcher
