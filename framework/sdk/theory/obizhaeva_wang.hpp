#pragma once
/// Obizhaeva and Wang (2013), Optimal trading strategy and supply/demand dynamics, J. Financial Markets 16(1), 1-32: a block-shaped book of
/// q lots per price unit; lambda of a lot's displacement 1/q stays, kappa = 1/q - lambda decays at rate rho. Risk-neutral optimum:
///
///   continuous     blocks X/(rho T + 2) at both ends, rate rho X/(rho T + 2) between; cost lambda X^2/2 + kappa X^2/(rho T + 2)   [OW-01]
///   N + 1 trades   equidistant, a = exp(-rho T/N): ends X/((N-1)(1-a) + 2), the others (1 - a) of that                            [OW-02]
///
/// Cost above the undisturbed price at arrival, half spread left out. Pure functions; std::invalid_argument for bad numbers.

#include <cstdint>
#include <vector>

#include "sdk/theory/numerics.hpp"

namespace plimsoll {
#pragma GCC visibility push(hidden)
namespace sdk {
namespace theory {

struct ObizhaevaWang {
  double depth = 0.0;       ///< q, lots per price unit
  double permanent = 0.0;   ///< lambda, price per lot, in [0, 1/q)
  double resilience = 0.0;  ///< rho, 1/time

  double transient() const { return 1.0 / depth - permanent; }
  void check() const {
    require(positive(depth) && not_negative(resilience), "the depth must be positive and the resilience not negative");
    require(not_negative(permanent) && permanent < 1.0 / depth, "the permanent part must lie in [0, 1/depth)");
  }
};

struct ObizhaevaWangPlan {
  double block = 0.0;  ///< at the start, and again at the end
  double rate = 0.0;   ///< lots per time in between
  double cost = 0.0;
};

inline ObizhaevaWangPlan continuous_plan(const ObizhaevaWang& book, double quantity, double horizon) {
  book.check();
  require(not_negative(quantity) && positive(horizon), "the quantity must not be negative and the horizon positive");
  const double block = quantity / (book.resilience * horizon + 2.0);
  return {block, book.resilience * block, book.permanent * quantity * quantity / 2.0 + book.transient() * quantity * block};
}

/// The optimal trades at 0, T/N, ..., T for `intervals` = N >= 1.
inline std::vector<double> trades(const Math& math, const ObizhaevaWang& book, double quantity, double horizon, std::int64_t intervals) {
  book.check();
  require(not_negative(quantity) && positive(horizon) && intervals >= 1, "quantity, horizon and number of intervals must be positive");
  const double fresh = one_minus_exp(math, book.resilience * horizon / static_cast<double>(intervals));
  const double end = quantity / (static_cast<double>(intervals - 1) * fresh + 2.0);
  std::vector<double> out(static_cast<std::size_t>(intervals) + 1, end * fresh);
  out.front() = out.back() = end;
  return out;
}

/// Of any trades at rising times.
inline double cost(const Math& math, const ObizhaevaWang& book, const std::vector<double>& times, const std::vector<double>& trades) {
  book.check();
  require(times.size() == trades.size(), "one time for each trade");
  double stays = 0.0, decays = 0.0, out = 0.0;
  for (std::size_t j = 0; j < trades.size(); ++j) {
    if (j > 0) decays *= math.exp(-book.resilience * (times[j] - times[j - 1]));
    out += trades[j] * (stays + decays + trades[j] / (2.0 * book.depth));
    stays += book.permanent * trades[j];
    decays += book.transient() * trades[j];
  }
  return out;
}

}  // namespace theory
}  // namespace sdk
#pragma GCC visibility pop
}  // namespace plimsoll
