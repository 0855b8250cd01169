#pragma once
/// Linear regression with errors that forgive what market data do: unequal variance, correlation in time, days that differ.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "calibration/estimate.hpp"
#include "calibration/linear_algebra.hpp"

namespace plimsoll {

/// Covariance of the coefficients, with B = (X'X)^-1 and scores s_i = x_i e_i:
///   ols         e'e / (n - k) B
///   hc1         n / (n - k) B (sum s_i s_i') B                       MacKinnon and White (1985)
///   newey_west  B (S_0 + sum_{l=1..L} (1 - l/(L+1)) (S_l + S_l')) B  Newey and West (1987), S_l = sum s_i s_{i-l}' within a group;
///               no small-sample factor
///   cluster     G/(G-1) (n-1)/(n-k) B (sum_g s_g s_g') B             Liang and Zeger (1986), s_g the sum over group g
enum class Errors { ols, hc1, newey_west, cluster };

struct RegressionErrors {
  Errors kind = Errors::ols;
  std::size_t lag = 0;  ///< of newey_west
};

struct Regression {
  std::vector<double> coefficients;
  Matrix covariance;
  std::size_t n = 0;
  double r2 = kUndefined;  ///< about the mean of y when `x` holds a constant column, else about 0
  double critical =
      kUndefined;       ///< half width of a 95 % interval in standard errors: t(n - k); t(groups - 1) of clusters; fixed-b for newey_west
  std::string method;   ///< "OLS, Newey-West errors, lag 4"
  std::string refusal;  ///< why there are no coefficients: "singular: ...", "not finite: ...", "insufficient: ..."

  bool refused() const { return !refusal.empty(); }
  double error(std::size_t at) const;
};

/// y = X b + e. Groups (days) are contiguous: `group[i]` is that of row i; empty: one group. Refused when n < k + 8 (no t quantile worth
/// having), when anything is not finite, and when X'X is singular.
Regression regress(const Matrix& x, std::span<const double> y, std::span<const std::int32_t> group, const RegressionErrors& errors);

/// The errors that fit: clustered by group from kClustersMin groups on, else Newey-West within groups at newey_west_lag().
RegressionErrors robust_errors(std::size_t n, std::span<const std::int32_t> group);

/// Mean of values with weights (empty: equal), for a series correlated in time: errors clustered by group, or Newey-West with
/// andrews_lag(). The one coefficient is the mean.
Regression long_run_mean(std::span<const double> values, std::span<const double> weights, std::span<const std::int32_t> group);

/// 1 - sum (y - X b)^2 / sum (y - mean y)^2: how well given coefficients do on data they may not have seen. NaN without variance.
double r_squared(const Matrix& x, std::span<const double> y, std::span<const double> coefficients);

}  // namespace plimsoll
