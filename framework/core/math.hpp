#pragma once
/// Transcendental functions whose bits do not depend on the CPU or the C library: SLEEF's deterministic scalar versions
/// (no FMA, 1.0 ULP). `<cmath>`'s own are banned in framework, strategies and impact models (tests/tidy); sqrt and the
/// four operations are exact by IEEE 754 and fine.

#include "core/units.hpp"

namespace plimsoll::math {

double exp(double x);
double log(double x);  ///< natural logarithm
double pow(double x, double y);

/// Round half away from zero, the one rounding rule of the project. Precondition: |x| < 2^62.
std::int64_t round_half_away(double x);
/// numerator / denominator, rounded half away from zero; denominator > 0. Aborts when the quotient does not fit.
std::int64_t round_div(Wide numerator, Wide denominator);
/// Narrow a checked product to 64 bits; aborts (contract) when it does not fit.
std::int64_t narrow(Wide value);

}  // namespace plimsoll::math
