#pragma once
/// Elementary functions the closed forms need, built on the host's bit-identical exp, log and sin. Relative errors near 1e-15, also where
/// the textbook formula cancels. Pure functions.

#include <cmath>
#include <limits>
#include <stdexcept>

#include "sdk/author.hpp"

namespace plimsoll {
#pragma GCC visibility push(hidden)
namespace sdk {
namespace theory {

/// Throws std::invalid_argument with `otherwise` unless `holds`.
inline void require(bool holds, const char* otherwise) {
  if (!holds) throw std::invalid_argument(otherwise);
}
inline bool positive(double x) { return x > 0.0 && std::isfinite(x); }
inline bool not_negative(double x) { return x >= 0.0 && std::isfinite(x); }

/// 1 - exp(-x)
inline double one_minus_exp(const Math& math, double x) {
  if (std::fabs(x) > 0.5) return 1.0 - math.exp(-x);
  double term = x, sum = 0.0;
  for (int n = 2; n < 24; ++n) {
    sum += term;
    term *= -x / n;
  }
  return sum;
}

/// log(1 + x), x > -1
inline double log_one_plus(const Math& math, double x) {
  const double rounded = 1.0 + x;  // the error of this sum cancels in the quotient
  return rounded == 1.0 ? x : math.log(rounded) * (x / (rounded - 1.0));
}

/// The x with sinh x = y.
inline double inverse_sinh(const Math& math, double y) {
  const double size = std::fabs(y);
  const double x = log_one_plus(math, size + size * size / (1.0 + std::sqrt(1.0 + size * size)));
  return y < 0.0 ? -x : x;
}

/// sinh(a) / sinh(b) for 0 <= a <= b, b > 0; a / b in the limit. Never overflows.
inline double sinh_ratio(const Math& math, double a, double b) {
  if (b < 1e-150) return a / b;
  return math.exp(a - b) * one_minus_exp(math, 2.0 * a) / one_minus_exp(math, 2.0 * b);
}

/// cosh(a) / sinh(b) for 0 <= a <= b, b > 0. Never overflows.
inline double cosh_over_sinh(const Math& math, double a, double b) {
  return math.exp(a - b) * (1.0 + math.exp(-2.0 * a)) / one_minus_exp(math, 2.0 * b);
}

/// The root of a function that rises (or falls) through zero in [low, high]: bisection to the last bit.
template <class Function>
double root_between(double low, double high, const Function& rises) {
  for (int halving = 0; halving < 2000; ++halving) {
    const double middle = low + (high - low) / 2.0;
    if (!(middle > low && middle < high)) return middle;
    (rises(middle) < 0.0 ? low : high) = middle;
  }
  return low + (high - low) / 2.0;
}

/// The x in [0, pi/2] with sin x = y, 0 <= y <= 1.
inline double inverse_sin(const Math& math, double y) {
  return root_between(0.0, 1.5707963267948966, [&](double x) { return math.sin(x) - y; });
}

}  // namespace theory
}  // namespace sdk
#pragma GCC visibility pop
}  // namespace plimsoll
