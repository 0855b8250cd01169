#pragma once
/// A decay that is slower than exponential, fitted to a curve: y(t) = scale (p + (1 - p) (1 + t / t0)^-b).
///
/// Two uses: the power-law kernel of a propagator, G(l) = g0 (1 + l / l0)^-beta (p = 0; Bouchaud et al. 2004), and the decay of impact
/// after a metaorder, I(t) / I(0) = p + (1 - p)(1 + t / t0)^-b (models.md 9.5). p, t0 and b are weakly identified: very different ones give
/// nearly the same curve. Judge a fit by its sum of squares and by the curve, not by the parameters.

#include <optional>
#include <span>
#include <string>

#include "calibration/estimate.hpp"

namespace plimsoll {

struct PowerDecay {
  double scale = 1;
  double plateau = 0;  ///< p, the share that stays, in [0, 1]
  double t0 = 1;
  double exponent = 0;  ///< b, in [0, 4]
  double sum_of_squares = kUndefined;
  double at(double t) const;
};

struct PowerDecayFit {
  std::optional<double> scale;      ///< given; else fitted, >= 0
  std::optional<double> plateau;    ///< given; else fitted
  std::optional<double> t0;         ///< given; else fitted between a tenth of the smallest positive t and ten times the largest
  std::span<const double> weights;  ///< empty: equal
};

/// Least squares by variable projection: scale and plateau in closed form, t0 and b on grids that shrink around the best point. The same
/// bits everywhere. `refusal` is set instead when there are fewer points than free parameters plus one, when a value is not finite, or
/// when no t is positive.
struct FittedDecay {
  PowerDecay decay;
  std::string refusal;
};
FittedDecay fit_power_decay(std::span<const double> t, std::span<const double> y, const PowerDecayFit& how);

}  // namespace plimsoll
