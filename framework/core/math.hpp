#pragma once
/// Transcendental functions whose bits do not depend on the CPU or the C library: SLEEF's deterministic scalar versions
/// (no FMA, 1.0 ULP). `<cmath>`'s own are banned in framework, strategies and impact models (tests/tidy); sqrt and the
/// four operations are exact by IEEE 754 and fine.

#include <stdexcept>

#include "core/units.hpp"

namespace plimsoll::math {

double exp(double x);
double log(double x);  ///< natural logarithm
double pow(double x, double y);
double sin(double x);
double cos(double x);

/// Round half away from zero, the one rounding rule of the project. Precondition: |x| < 2^62.
std::int64_t round_half_away(double x);
/// An amount that does not fit into 64 bits. A run that meets one fails with these words; the sweep goes on.
struct TooLarge : std::overflow_error {
  using std::overflow_error::overflow_error;
};
/// numerator / denominator, rounded half away from zero; denominator > 0. Throws TooLarge when the quotient does not fit.
std::int64_t round_div(Wide numerator, Wide denominator);
/// Throws TooLarge.
[[noreturn]] void refuse_too_large();
/// Narrow a product to 64 bits; throws TooLarge when it does not fit.
inline std::int64_t narrow(Wide value) {
  const auto narrowed = static_cast<std::int64_t>(value);
  if (narrowed != value) [[unlikely]]
    refuse_too_large();
  return narrowed;
}

}  // namespace plimsoll::math
