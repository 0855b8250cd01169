#pragma once
/// The propagator (transient impact): what a trade does to the mid l trades later.
///
///   p_t = sum_{t' < t} G(t - t') x_t' + noise       Bouchaud, Gefen, Potters and Wyart (2004), Quantitative Finance 4; here linear in x
///
/// p_t is the mid just before trade t, x_t its signed lots, G in ticks per lot. With C(n) = E[x_t x_{t+n}]:
///   R(l) = E[(p_{t+l} - p_t) x_t] = sum_{0 <= n < l} G(l - n) C(n) + sum_{n > 0} [G(l + n) - G(n)] C(n)
///
/// Estimation. The increments K(n) = G(n + 1) - G(n), G(0) = 0, satisfy the symmetric Toeplitz system
///   S(l) = E[(p_{t+l+1} - p_{t+l}) x_t] = sum_{n=0..L-1} C(|l - n|) K(n),     l = 0 .. L - 1
/// (the same statement as R(l), differenced; G is taken as constant beyond L). It is solved with a penalty
/// ridge C(0) sum_{n=1..L-2} (n / L)^2 (K(n+1) - K(n))^2 on the second differences of G, which grows with the lag because a kernel that
/// decays has its curvature at short lags. Then two kernels are fitted to G(1..L):
///   exponentials   sum_m w_m exp(-r_m l), w_m >= 0, by NNLS on a log grid of rates: completely monotone, so free of price manipulation
///   power law      g0 (1 + l / l0)^-beta with l0 given
/// The weights of the exponentials have the errors of a fit at these very rates. Neighbours replace each other, so it takes their
/// covariance to draw a kernel; their intervals one by one say little.
/// Errors: circular block bootstrap of S and C. A product belongs to the later trade, so what the mid does of its own is new in every term
/// and blocks may be short (10 trades, or L / 4); variances are multiplied by k / (k - L), k the number of blocks, for L numbers are
/// fitted.
///
/// Trades that move the price and trades that do not are one kind here (TIM1), which is the known limit of the model.

#include <cstdint>
#include <span>
#include <vector>

#include "calibration/bootstrap.hpp"
#include "calibration/estimate.hpp"
#include "calibration/observations.hpp"

namespace plimsoll {

struct ExponentialKernel {
  std::vector<double> weights_ticks_per_lot;  ///< > 0
  std::vector<double> rates;                  ///< increasing; per trade, or per second
  double at(double lag) const;
};

struct PropagatorSettings {
  std::size_t lags = 0;  ///< L; 0: a fiftieth of the trades, within [10, 200]
  double ridge = 1;
  double power_lag0 = 1;  ///< l0, in trades
  BlockBootstrap bootstrap{.cells_per_block = 1, .replicates = 200, .seed = 0};
};

struct PropagatorFit {
  Estimate estimate;             ///< "propagator": kernel_1, kernel_10, .. (G in ticks/lot), power_scale (g0), power_exponent (beta),
                                 ///< weights_ticks_per_lot[0], .. of the exponentials
  std::vector<double> response;  ///< R(1..L), ticks x lots
  std::vector<double> sign_correlation;  ///< autocorrelation of trade signs at lags 1..L
  std::vector<double> kernel;            ///< G(1..L) as solved
  ExponentialKernel per_trade;
  ExponentialKernel per_second;  ///< the same with rates times the mean number of trades a second
  double trades_per_s = kUndefined;
};

/// R(l), l = 1 .. correlation.size(), of the formula above for a kernel G(1), G(2), .. that is constant beyond its end and a correlation
/// C(0), C(1), .. that is 0 beyond its end.
std::vector<double> response_of(std::span<const double> kernel, std::span<const double> correlation);

/// G(1..L) from S(0..L-1) and C(0..L-1); empty when the system is singular.
std::vector<double> solve_kernel(std::span<const double> covariance, std::span<const double> correlation, double ridge);

/// Non-negative exponentials through G(1..L), weighted least squares (empty: equal weights): rates on a log grid of 12 from 0.1 / L to 1
/// per trade; those of weight 0 are left out.
ExponentialKernel fit_exponentials(std::span<const double> kernel, std::span<const double> weights);

/// Needs 2 L blocks, at least 30. Within days: nothing reaches over a night.
PropagatorFit estimate_propagator(std::span<const Observations> days, const PropagatorSettings& settings);

}  // namespace plimsoll
