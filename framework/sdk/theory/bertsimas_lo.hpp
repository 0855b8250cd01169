#pragma once
/// Bertsimas and Lo (1998), Optimal control of execution costs, J. Financial Markets 1(1), 1-50, section 3: linear permanent impact with
/// information. Buy W lots in N trades,
///
///   P_t = P_{t-1} + theta S_t + gamma X_t + noise,   X_t = rho X_{t-1} + noise,   X_t seen before S_t is chosen; risk-neutral
///   with k trades to go after this one:   S = (1 - theta/(2 a_{k-1})) W + rho b_{k-1} / (2 a_{k-1}) X,   k = 0: S = W
///   a_0 = theta, a_k = theta (1 + 1/(k+1))/2,   b_0 = gamma, b_k = gamma + theta rho b_{k-1} / (2 a_{k-1})
///
/// For a sale X counts with the opposite sign. Without a signal (gamma = 0) the trades are equal.                               [BL-01]
/// Pure values; std::invalid_argument for bad numbers.

#include <cstdint>

#include "sdk/theory/numerics.hpp"

namespace plimsoll {
#pragma GCC visibility push(hidden)
namespace sdk {
namespace theory {

struct BertsimasLo {
  double impact = 0.0;       ///< theta, price per lot, > 0
  double signal_move = 0.0;  ///< gamma, price per unit of signal and step
  double persistence = 0.0;  ///< rho of the signal from step to step, in (-1, 1)

  void check() const {
    require(positive(impact) && std::isfinite(signal_move), "the impact must be positive and the signal's effect a number");
    require(persistence > -1.0 && persistence < 1.0, "the signal's persistence must lie in (-1, 1)");
  }
};

/// S = share_of_rest * W + lots_per_signal * X.
struct BertsimasLoTrade {
  double share_of_rest = 1.0;
  double lots_per_signal = 0.0;
};

/// With `to_go` >= 0 trades after this one.
inline BertsimasLoTrade trade_with(const BertsimasLo& problem, std::int64_t to_go) {
  problem.check();
  require(to_go >= 0, "the number of trades to go must not be negative");
  if (to_go == 0) return {};
  double a = problem.impact, b = problem.signal_move;  // of the last trade
  for (std::int64_t k = 1; k < to_go; ++k) {
    const double next = problem.signal_move + problem.impact * problem.persistence * b / (2.0 * a);
    a = problem.impact / 2.0 * (1.0 + 1.0 / static_cast<double>(k + 1));
    b = next;
  }
  return {1.0 - problem.impact / (2.0 * a), problem.persistence * b / (2.0 * a)};
}

}  // namespace theory
}  // namespace sdk
#pragma GCC visibility pop
}  // namespace plimsoll
