#pragma once
/// Almgren and Chriss (2001), Optimal execution of portfolio transactions, J. Risk 3(2), 5-39: linear permanent and temporary impact,
/// mean-variance. N equal periods of tau = T/N; period k trades n_k, and the holding AFTER it bears the risk of the period:
///
///   E = gamma X^2/2 + eps X + (eta~/tau) sum n_k^2,   eta~ = eta - gamma tau/2,   V = sigma^2 tau sum x_k^2     (X > 0, sale or purchase)
///   minimum of E + lambda V:  x_k = X sinh(kappa (T - t_k)) / sinh(kappa T),  2 (cosh(kappa tau) - 1) = kappa~^2 tau^2,
///   kappa~^2 = lambda sigma^2 / eta~.  lambda < 0 (who seeks risk): sin for sinh, while kappa T < pi.           [AC-01, AC-02, AC-05]
///
/// Any consistent units: quantity X in lots, time in s, price in ticks give E in ticks x lots and lambda in 1/(ticks x lots).
/// Refuses (std::invalid_argument) what has no minimum. Pure values; use from any thread.

#include <cstdint>
#include <vector>

#include "sdk/theory/numerics.hpp"

namespace plimsoll {
#pragma GCC visibility push(hidden)
namespace sdk {
namespace theory {

struct AlmgrenChriss {
  double quantity = 0.0;  ///< X
  double horizon = 0.0;   ///< T
  std::int64_t periods = 1;
  double volatility = 0.0;   ///< sigma, price per square root of time
  double half_spread = 0.0;  ///< eps, price
  double permanent = 0.0;    ///< gamma, price per lot
  double temporary = 0.0;    ///< eta, price per (lot per time)

  double period() const { return horizon / static_cast<double>(periods); }
  double eta_tilde() const { return temporary - permanent * period() / 2.0; }

  void check() const {
    require(not_negative(quantity), "the quantity must be a number of lots, not negative");
    require(positive(horizon) && periods >= 1, "the horizon must be positive and hold at least one period");
    require(not_negative(volatility) && not_negative(half_spread) && not_negative(permanent),
            "volatility, half spread and permanent impact must not be negative");
    require(positive(eta_tilde()), "eta - gamma tau/2 must be positive: take shorter periods or more temporary impact");
  }
};

/// Of a schedule: expected cost above the arrival value, and its variance.
struct CostAndRisk {
  double expected = 0.0;
  double variance = 0.0;
  double deviation() const { return std::sqrt(variance); }
};

/// kappa for risk aversion `lambda`; for lambda < 0 the real frequency of the sine, as a negative number.
inline double kappa(const Math& math, const AlmgrenChriss& problem, double lambda) {
  problem.check();
  require(std::isfinite(lambda), "the risk aversion is not a number");
  const double tau = problem.period();
  const double squared = lambda * problem.volatility * problem.volatility / problem.eta_tilde();
  const double half = 0.5 * std::sqrt(std::fabs(squared)) * tau;  // sinh(kappa tau/2), or sin
  if (squared >= 0.0) return 2.0 / tau * inverse_sinh(math, half);
  require(half < 1.0, "this risk-seeking preference has no optimum: kappa does not exist");
  const double frequency = 2.0 / tau * inverse_sin(math, half);
  require(frequency * problem.horizon < 3.141592653589793, "this risk-seeking preference has no optimum: kappa T reaches pi");
  return -frequency;
}

/// x_0 = X, ..., x_N = 0.
inline std::vector<double> holdings(const Math& math, const AlmgrenChriss& problem, double lambda) {
  const double rate = kappa(math, problem, lambda);
  const double end = std::fabs(rate) * problem.horizon;
  std::vector<double> out;
  for (std::int64_t k = 0; k <= problem.periods; ++k) {
    const double left = static_cast<double>(problem.periods - k) / static_cast<double>(problem.periods);
    double share = left;
    if (rate > 0.0) share = sinh_ratio(math, end * left, end);
    if (rate < 0.0) share = math.sin(end * left) / math.sin(end);
    out.push_back(problem.quantity * share);
  }
  return out;
}

/// n_k = x_{k-1} - x_k of holdings x_0 .. x_N.
inline std::vector<double> trades_of(const std::vector<double>& held) {
  std::vector<double> out;
  for (std::size_t k = 1; k < held.size(); ++k) out.push_back(held[k - 1] - held[k]);
  return out;
}

/// Of any schedule n_1 .. n_N.
inline CostAndRisk cost_and_risk(const AlmgrenChriss& problem, const std::vector<double>& trades) {
  problem.check();
  require(trades.size() == static_cast<std::size_t>(problem.periods), "a schedule has one trade for each period");
  CostAndRisk out;
  double held = problem.quantity, sizes = 0.0;
  for (const double trade : trades) {
    held -= trade;
    sizes += std::fabs(trade);
    out.expected += problem.eta_tilde() / problem.period() * trade * trade;
    out.variance += problem.volatility * problem.volatility * problem.period() * held * held;
  }
  out.expected += problem.permanent * problem.quantity * problem.quantity / 2.0 + problem.half_spread * sizes;
  return out;
}

/// The lambda whose optimum minimises E + z sqrt(V), the value at risk of a normal cost: lambda = z / (2 sqrt V). z > 0.
inline double value_at_risk_aversion(const Math& math, const AlmgrenChriss& problem, double z) {
  require(positive(z), "the quantile z must be positive");
  problem.check();
  require(problem.periods > 1 && positive(problem.volatility), "with one period or no volatility there is no risk to weigh");
  // lambda 2 sqrt(V(lambda)) rises from 0; bisection over its logarithm.
  const double unit = problem.eta_tilde() / (problem.volatility * problem.volatility * problem.period() * problem.period());
  const auto excess = [&](double log_lambda) {
    const double lambda = unit * math.exp(log_lambda);
    return lambda * 2.0 * cost_and_risk(problem, trades_of(holdings(math, problem, lambda))).deviation() - z;
  };
  require(excess(60.0) > 0.0, "z is so large that the whole order goes at once");
  return unit * math.exp(root_between(-200.0, 60.0, excess));
}

/// The limit of short periods: kappa = sqrt(lambda sigma^2/eta), cost without spread and permanent part. lambda > 0.   [AC-08]
struct ContinuousAlmgrenChriss {
  double quantity = 0.0, horizon = 0.0, volatility = 0.0, temporary = 0.0, risk_aversion = 0.0;

  double kappa() const {
    require(positive(quantity) && positive(horizon) && positive(temporary), "quantity, horizon and temporary impact must be positive");
    require(positive(volatility) && positive(risk_aversion), "volatility and risk aversion must be positive");
    return std::sqrt(risk_aversion * volatility * volatility / temporary);
  }
  double holding(const Math& math, double time) const { return quantity * sinh_ratio(math, kappa() * (horizon - time), kappa() * horizon); }
  double rate(const Math& math, double time) const {
    return quantity * kappa() * cosh_over_sinh(math, kappa() * (horizon - time), kappa() * horizon);
  }
  CostAndRisk cost_and_risk(const Math& math) const {
    const double k = kappa(), b = k * horizon;
    const double coth = cosh_over_sinh(math, b, b);
    const double sinh_squared = 1.0 / (coth * coth - 1.0);  // infinite for a large b, as it should be
    const double over_sinh = b < 1e-2 ? 1.0 / (b * b * (1.0 + b * b / 3.0 + 2.0 * b * b * b * b / 45.0)) : 1.0 / sinh_squared;
    // (coth b)/b - 1/sinh^2 b, by its series where it cancels
    const double risk = b < 1e-2 ? 2.0 / 3.0 - 4.0 * b * b / 45.0 + 4.0 * b * b * b * b / 315.0 : coth / b - over_sinh;
    return {temporary * quantity * quantity * k * k * (coth / (2.0 * k) + horizon / 2.0 * over_sinh),
            volatility * volatility * quantity * quantity * horizon / 2.0 * risk};
  }
};

}  // namespace theory
}  // namespace sdk
#pragma GCC visibility pop
}  // namespace plimsoll
