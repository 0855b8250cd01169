#pragma once
/// Cartea and Jaimungal (2016), Incorporating order-flow into optimal execution, Mathematics and Financial Economics 10(3), 339-364: sell q
/// lots by T at rate nu, temporary impact k nu, while the net buying of others, mu lots per time, moves the price by b mu; running penalty
/// phi q^2. With a forecast that dies out, E_t[mu_u] = mu exp(-d (u - t)), and everything sold at T (s = T - t, g = sqrt(phi/k)):
///
///   nu = g coth(g s) q - (b mu / 2k) int_0^s sinh(g (s - w)) / sinh(g s) exp(-d w) dw                                         [CJ-01]
///
/// Buyers next to us make a seller wait. For a purchase mu counts with the opposite sign. nu may be negative.
/// Pure values; std::invalid_argument for bad numbers.

#include "sdk/theory/numerics.hpp"

namespace plimsoll {
#pragma GCC visibility push(hidden)
namespace sdk {
namespace theory {

struct CarteaJaimungal {
  double temporary = 0.0;   ///< k, price per (lot per time), > 0
  double flow_move = 0.0;   ///< b, price per lot of others' net flow, >= 0
  double urgency = 0.0;     ///< phi, price per (lot x time), >= 0
  double flow_decay = 0.0;  ///< d, 1/time, >= 0

  void check() const {
    require(positive(temporary), "the temporary impact must be positive");
    require(not_negative(flow_move) && not_negative(urgency) && not_negative(flow_decay),
            "flow effect, urgency and decay of the flow must not be negative");
  }

  /// Rate of selling `held` lots with `left` > 0 time to go while others buy `flow` lots per time, net.
  double rate(const Math& math, double left, double held, double flow) const {
    check();
    require(positive(left), "there must be time left");
    const double g = std::sqrt(urgency / temporary);
    const double coth = g * left < 1e-9 ? 1.0 / left : g * cosh_over_sinh(math, g * left, g * left);
    return coth * held - flow_move * flow / (2.0 * temporary) * weight(math, g, left);
  }

 private:
  /// (1 - exp(-x s)) / x, s in the limit x -> 0.
  static double elapsed(const Math& math, double x, double s) { return std::fabs(x * s) < 1e-12 ? s : one_minus_exp(math, x * s) / x; }

  /// int_0^s sinh(g (s - w)) / sinh(g s) exp(-d w) dw
  double weight(const Math& math, double g, double s) const {
    const double d = flow_decay;
    if (g * s < 1e-4) {  // int (1 - w/s) exp(-d w) dw, the limit g -> 0
      if (d * s < 1e-4) return s / 2.0 - d * s * s / 6.0;
      return 1.0 / d - one_minus_exp(math, d * s) / (d * d * s);
    }
    const double late = std::fabs((d - g) * s) < 1.0 ? math.exp(-2.0 * g * s) * elapsed(math, d - g, s)
                                                     : (math.exp(-2.0 * g * s) - math.exp(-(g + d) * s)) / (d - g);
    return (elapsed(math, g + d, s) - late) / one_minus_exp(math, 2.0 * g * s);
  }
};

}  // namespace theory
}  // namespace sdk
#pragma GCC visibility pop
}  // namespace plimsoll
