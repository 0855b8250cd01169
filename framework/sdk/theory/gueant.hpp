#pragma once
/// Liquidation by limit orders: Gueant, Lehalle and Fernandez-Tapia (2012), Optimal portfolio liquidation with limit orders, SIAM J.
/// Financial Math. 3(1), 740-764. Units of stock are sold one by one; an order `delta` away from the mid is filled with intensity
/// A exp(-k delta); the mid is Brownian; utility -exp(-gamma wealth); a unit left at the end costs b against the mid.
///
///   w_q' = alpha q^2 w_q - eta w_{q-1},  w_q(T) = exp(-k q b),  w_0 = 1,  alpha = k gamma sigma^2 / 2,  eta = A (1 + gamma/k)^(-(1 +
///   k/gamma)) delta*(t, q) = ln(w_q / w_{q-1}) / k + ln(1 + gamma/k) / gamma
///
/// Buying is the mirror image. Solved for ln w, backwards on a grid, each step exactly but for ln w_{q-1} taken as linear within it: stable
/// for any step, error of second order.
///
/// And the block premium of Gueant (2014), Optimal execution and block trade pricing: a general framework, Appl. Math. Finance 22(4), for
/// execution costs L(rate) = eta rate^(1+phi) per share traded in the market plus psi per lot, CARA utility, no deadline.       [GUE-01]
/// Pure values; std::invalid_argument for bad numbers.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sdk/theory/numerics.hpp"

namespace plimsoll {
#pragma GCC visibility push(hidden)
namespace sdk {
namespace theory {

struct LimitOrderLiquidation {
  double intensity = 0.0;      ///< A, fills per time of an order at the mid
  double decay = 0.0;          ///< k, 1/price
  double volatility = 0.0;     ///< sigma, price per square root of time
  double risk_aversion = 0.0;  ///< gamma, 1/(price x units)
  double end_cost = 0.0;       ///< b, price per unit left at the end

  void check() const {
    require(positive(intensity) && positive(decay) && positive(risk_aversion), "intensity, decay and risk aversion must be positive");
    require(not_negative(volatility) && std::isfinite(end_cost), "the volatility must not be negative and the end cost a number");
  }
};

/// delta* for q = 1 .. units at times 0, h, ..., (steps-1) h before the end at steps h = horizon.
class LimitOrderQuotes {
 public:
  LimitOrderQuotes(const Math& math, const LimitOrderLiquidation& problem, std::int64_t units, double horizon, std::int64_t steps)
      : steps_{steps} {
    problem.check();
    require(units >= 1 && steps >= 1 && positive(horizon), "units, steps and horizon must be positive");
    const double h = horizon / static_cast<double>(steps), k = problem.decay, gamma = problem.risk_aversion;
    const double log_premium = log_one_plus(math, gamma / k);
    const double log_eta_step = math.log(problem.intensity * h) - (1.0 + k / gamma) * log_premium;
    const double alpha = 0.5 * k * gamma * problem.volatility * problem.volatility;
    const auto points = static_cast<std::size_t>(steps) + 1;
    std::vector<double> fewer(points, 0.0), log_w(points);  // ln w_{q-1} and ln w_q by time to go
    for (std::int64_t q = 1; q <= units; ++q) {
      const double loss = alpha * static_cast<double>(q) * static_cast<double>(q);
      log_w[0] = -k * static_cast<double>(q) * problem.end_cost;
      for (std::size_t n = 1; n < points; ++n) {
        // w(s+h) = exp(-loss h) w(s) + eta int_0^h exp(-loss (h-u)) w_{q-1}(s+u) du, with ln w_{q-1} linear in u
        const double waited = log_w[n - 1] - loss * h;
        const double filled = log_eta_step + fewer[n - 1] - loss * h + log_growth(math, fewer[n] - fewer[n - 1] + loss * h);
        const double larger = std::max(waited, filled);
        log_w[n] = larger + log_one_plus(math, math.exp(std::min(waited, filled) - larger));
      }
      for (std::size_t n = points; n-- > 1;) deltas_.push_back((log_w[n] - fewer[n]) / k + log_premium / gamma);
      fewer = log_w;
    }
  }

  /// Price distance from the mid for 1 <= units_left <= units, 0 <= step < steps. It may be negative: then it pays to cross.
  double delta(std::int64_t units_left, std::int64_t step) const {
    return deltas_.at(static_cast<std::size_t>((units_left - 1) * steps_ + step));
  }

 private:
  /// ln of the mean of exp(x u) over u in [0, 1]: ln((e^x - 1)/x).
  static double log_growth(const Math& math, double x) {
    if (std::fabs(x) < 1e-12) return x / 2.0;
    if (x > 30.0) return x - math.log(x);  // the 1 is below the last bit
    return math.log(-one_minus_exp(math, -x) / x);
  }

  std::int64_t steps_;
  std::vector<double> deltas_;  // by unit, then by step
};

/// What a dealer asks above the price to take a block of q lots and work it out: (1+phi)^2/(1+3 phi) eta^(1/(1+phi)) phi^(-phi/(1+phi))
/// (gamma sigma^2/(2V))^(phi/(1+phi)) q^((1+3 phi)/(1+phi)) + psi q + permanent q^2/2.
struct BlockPrice {
  double eta = 0.0, phi = 1.0, psi = 0.0;  ///< execution cost: eta (v/V)^(1+phi) V + psi v for a rate v
  double market_rate = 0.0;                ///< V, lots per time
  double volatility = 0.0, risk_aversion = 0.0, permanent = 0.0;

  void check() const {
    require(positive(eta) && positive(phi) && positive(market_rate), "eta, phi and the market's rate must be positive");
    require(not_negative(psi) && positive(volatility) && positive(risk_aversion) && not_negative(permanent),
            "volatility and risk aversion must be positive, psi and permanent impact not negative");
  }
  double premium(const Math& math, double lots) const {
    check();
    const double p = 1.0 + phi;
    const double risk = risk_aversion * volatility * volatility / (2.0 * market_rate);
    return p * p / (1.0 + 3.0 * phi) * math.pow(eta, 1.0 / p) * math.pow(phi, -phi / p) * math.pow(risk, phi / p) *
               math.pow(lots, (1.0 + 3.0 * phi) / p) +
           psi * lots + permanent * lots * lots / 2.0;
  }
  double initial_rate(const Math& math, double lots) const {
    check();
    const double p = 1.0 + phi;
    return math.pow(risk_aversion * volatility * volatility * math.pow(market_rate, phi) / (2.0 * phi * eta), 1.0 / p) *
           math.pow(lots, 2.0 / p);
  }
};

}  // namespace theory
}  // namespace sdk
#pragma GCC visibility pop
}  // namespace plimsoll
