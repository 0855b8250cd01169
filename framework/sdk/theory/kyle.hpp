#pragma once
/// Closed forms of Kyle (1985), Continuous auctions and insider trading, Econometrica 53(6), 1315-1335: what an insider's trading makes of
/// prices when market makers see only its sum with the flow of noise traders. Units: price p (currency), flow in shares; sigma_u is the
/// standard deviation of the noise traders' flow over the whole game, Sigma the variance of the value given all flow so far.
/// Arguments must be positive; otherwise the functions throw std::invalid_argument. Pure functions.

#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <vector>

namespace plimsoll::sdk::theory {

/// One auction: the insider trades beta (v - p0), the price becomes p0 + lambda (all flow). Section 2, Theorem 1 [KYLE-01].
struct KyleAuction {
  double lambda = 0.0;              ///< price per share: sqrt(Sigma0) / (2 sigma_u)
  double beta = 0.0;                ///< shares per price: sigma_u / sqrt(Sigma0)
  double expected_profit = 0.0;     ///< of the insider, before the value is known: sqrt(Sigma0) sigma_u / 2
  double posterior_variance = 0.0;  ///< Sigma0 / 2: one auction tells half of what there is to know
  double price(double prior, double flow) const { return prior + lambda * flow; }
};

inline KyleAuction kyle_auction(double prior_variance, double sigma_u) {
  if (!(prior_variance > 0.0 && sigma_u > 0.0)) throw std::invalid_argument("Kyle's auction needs positive Sigma0 and sigma_u");
  const double sigma = std::sqrt(prior_variance);
  return {sigma / (2.0 * sigma_u), sigma_u / sigma, sigma * sigma_u / 2.0, prior_variance / 2.0};
}

/// Auction n of N equally spaced ones over [0, 1], dt = 1/N. Section 3, Theorem 2 [KYLE-02].
struct KyleStep {
  double lambda = 0.0;    ///< price per share of flow
  double beta = 0.0;      ///< the insider trades beta dt (v - p)
  double variance = 0.0;  ///< Sigma_n, after the auction
  double alpha = 0.0;     ///< expected profit still to come after it: alpha_n (v - p_n)^2 + delta_n; alpha_N = delta_N = 0
  double delta = 0.0;
};
struct KyleEquilibrium {
  std::vector<KyleStep> steps;
  double expected_profit = 0.0;  ///< alpha_0 Sigma_0 + delta_0
};

/// lambda_n = beta_n Sigma_n / sigma_u^2,  Sigma_n = (1 - beta_n lambda_n dt) Sigma_(n-1),
/// beta_n dt = (1 - 2 y) / (2 lambda_n (1 - y)) with y = alpha_n lambda_n,  alpha_(n-1) = 1 / (4 lambda_n (1 - y)),
/// delta_(n-1) = delta_n + alpha_n lambda_n^2 sigma_u^2 dt, and the second-order condition lambda_n (1 - y) > 0.
///
/// Solved backwards without shooting: the equations are homogeneous, so Sigma_N may be 1 and everything be scaled to Sigma_0 at the end.
/// In y each step is  Sigma_n alpha_n^2 (1 - 2 y) = 2 sigma_u^2 dt y^2 (1 - y),  whose left side falls and right side rises on (0, 1/2):
/// the one root there meets the condition.
inline KyleEquilibrium kyle_equilibrium(double prior_variance, double sigma_u, std::size_t auctions) {
  if (!(prior_variance > 0.0 && sigma_u > 0.0) || auctions == 0)
    throw std::invalid_argument("Kyle's equilibrium needs positive Sigma0 and sigma_u and at least one auction");
  const double dt = 1.0 / static_cast<double>(auctions);
  const double noise = sigma_u * sigma_u * dt;
  KyleEquilibrium out;
  out.steps.resize(auctions);
  double variance = 1.0, alpha = 0.0, delta = 0.0;
  for (std::size_t n = auctions; n-- > 0;) {
    double y = 0.0;
    if (alpha > 0.0) {
      double low = 0.0, high = 0.5;
      for (int halving = 0; halving < 200 && low < high; ++halving) {
        y = 0.5 * (low + high);
        const bool too_low = variance * alpha * alpha * (1.0 - 2.0 * y) > 2.0 * noise * y * y * (1.0 - y);
        (too_low ? low : high) = y;
      }
    }
    const double lambda = alpha > 0.0 ? y / alpha : std::sqrt(variance / (2.0 * noise));
    const double beta_dt = (1.0 - 2.0 * y) / (2.0 * lambda * (1.0 - y));
    out.steps[n] = {lambda, beta_dt / dt, variance, alpha, delta};
    delta += alpha * lambda * lambda * noise;
    alpha = 1.0 / (4.0 * lambda * (1.0 - y));
    variance /= 1.0 - beta_dt * lambda;
  }
  const double scale = std::sqrt(prior_variance / variance);  // of a price
  for (KyleStep& step : out.steps)
    step = {step.lambda * scale, step.beta / scale, step.variance * scale * scale, step.alpha / scale, step.delta * scale};
  out.expected_profit = alpha / scale * prior_variance + delta * scale;
  return out;
}

}  // namespace plimsoll::sdk::theory
