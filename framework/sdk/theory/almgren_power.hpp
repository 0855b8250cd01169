#pragma once
/// Almgren (2003), Optimal execution with nonlinear impact functions and trading-enhanced risk, Appl. Math. Finance 10(1), 1-18:
/// temporary impact h(v) = eta |v|^k sgn v. Permanent impact is linear, hence the same for every schedule, and left out.
///
///   without a deadline    x(t) = X (1 + (1-k)/(1+k) t/T*)^(-(1+k)/(1-k)),  T* = X^((k-1)/(k+1)) (k eta / (lambda sigma^2))^(1/(k+1));
///                         k = 1: X exp(-t/T*); k > 1: done at T* (k+1)/(k-1).                                                [AC-10]
///                         cost and risk: E = eta (X/T*)^k X (k+1)/(3k+1),  V = sigma^2 X^2 T* (k+1)/(3k+1)
///   N periods of tau      minimum of sum eta |n/tau|^k |n| + lambda sigma^2 tau sum x_k^2 (holding after the trade):
///                         (k+1) eta (v_j^k - v_{j+1}^k) = 2 lambda sigma^2 tau x_j, from the last rate backwards, which a bisection finds
///
/// Units as in almgren_chriss.hpp; lambda >= 0 (> 0 without a deadline). Pure functions.

#include <cstdint>
#include <vector>

#include "sdk/theory/almgren_chriss.hpp"

namespace plimsoll {
#pragma GCC visibility push(hidden)
namespace sdk {
namespace theory {

struct AlmgrenPower {
  double quantity = 0.0;
  double volatility = 0.0;
  double temporary = 0.0;  ///< eta, price per (lot per time)^k
  double exponent = 1.0;   ///< k
  double risk_aversion = 0.0;

  void check() const {
    require(positive(quantity) && positive(temporary) && positive(exponent), "quantity, temporary impact and exponent must be positive");
    require(not_negative(volatility) && not_negative(risk_aversion), "volatility and risk aversion must not be negative");
  }
};

/// T*: the whole quantity at the initial rate.
inline double characteristic_time(const Math& math, const AlmgrenPower& problem) {
  problem.check();
  require(problem.volatility > 0.0 && problem.risk_aversion > 0.0, "without risk and without a deadline there is no hurry at all");
  const double k = problem.exponent;
  const double per_risk = k * problem.temporary / (problem.risk_aversion * problem.volatility * problem.volatility);
  return math.pow(problem.quantity, (k - 1.0) / (k + 1.0)) * math.pow(per_risk, 1.0 / (k + 1.0));
}

/// x(t) without a deadline.
inline double open_ended_holding(const Math& math, const AlmgrenPower& problem, double time) {
  const double k = problem.exponent;
  const double age = time / characteristic_time(math, problem);
  if (std::fabs(k - 1.0) < 1e-9) return problem.quantity * math.exp(-age);
  const double base = 1.0 + (1.0 - k) / (1.0 + k) * age;
  return base <= 0.0 ? 0.0 : problem.quantity * math.pow(base, -(1.0 + k) / (1.0 - k));
}

inline CostAndRisk open_ended_cost_and_risk(const Math& math, const AlmgrenPower& problem) {
  const double k = problem.exponent, star = characteristic_time(math, problem);
  const double shape = (k + 1.0) / (3.0 * k + 1.0);
  return {problem.temporary * math.pow(problem.quantity / star, k) * problem.quantity * shape,
          problem.volatility * problem.volatility * problem.quantity * problem.quantity * star * shape};
}

/// Of any schedule n_1 .. n_N over periods of `tau`.
inline CostAndRisk cost_and_risk(const Math& math, const AlmgrenPower& problem, double tau, const std::vector<double>& trades) {
  CostAndRisk out;
  double held = problem.quantity;
  for (const double trade : trades) {
    held -= trade;
    const double size = std::fabs(trade);
    if (size > 0.0) out.expected += problem.temporary * math.pow(size / tau, problem.exponent) * size;
    out.variance += problem.volatility * problem.volatility * tau * held * held;
  }
  return out;
}

/// Optimal n_1 .. n_N over `periods` equal periods of the horizon.
inline std::vector<double> trades(const Math& math, const AlmgrenPower& problem, double horizon, std::int64_t periods) {
  problem.check();
  require(positive(horizon) && periods >= 1, "the horizon must be positive and hold at least one period");
  const double tau = horizon / static_cast<double>(periods), k = problem.exponent;
  const double push = 2.0 * problem.risk_aversion * problem.volatility * problem.volatility * tau / ((k + 1.0) * problem.temporary);
  std::vector<double> out(static_cast<std::size_t>(periods));
  // Holdings before the first trade, were the last trade `last`; fills in the trades on the way.
  const auto first_holding = [&](double last) {
    double held = 0.0, power = last > 0.0 ? math.pow(last / tau, k) : 0.0;
    for (std::size_t j = out.size(); j-- > 0;) {
      if (j + 1 < out.size()) power += push * held;
      out[j] = tau * math.pow(power, 1.0 / k);
      held += out[j];
      if (!(held < 1e300)) return 1e300;
    }
    return held;
  };
  const double even = problem.quantity / static_cast<double>(periods);
  const double last = push == 0.0 ? even : root_between(0.0, even, [&](double guess) { return first_holding(guess) - problem.quantity; });
  const double scale = problem.quantity / first_holding(last);  // what bisection leaves of rounding
  for (double& trade : out) trade *= scale;
  return out;
}

}  // namespace theory
}  // namespace sdk
#pragma GCC visibility pop
}  // namespace plimsoll
