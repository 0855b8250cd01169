#pragma once
/// Quantiles, and the few lines of statistics that all estimators share. Thread rule: pure functions.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "calibration/estimate.hpp"

namespace plimsoll {

inline constexpr double kNormal975 = 1.959963984540054;

/// 97.5 % quantile of Student's t, degrees >= 3: Abramowitz and Stegun 26.7.5 (error below 0.005 at 3, 1e-3 from 4 on).
double student_975(double degrees);
/// What replaces 1.96 when a Bartlett (Newey-West) error of truncation `lag` comes from `n` observations, b = (lag + 1) / n: Kiefer and
/// Vogelsang (2005), Econometric Theory 21, table 1: 1.9600 + 2.9694 b + 0.4160 b^2 - 0.5324 b^3. Without it intervals are too short.
double bartlett_975(std::size_t lag, std::size_t n);

/// 4 (n / 100)^(2/9), whole: Newey and West (1994).
std::size_t newey_west_lag(std::size_t n);
/// Variance of the sum of a series that is correlated in time (mean 0): Newey-West on the innovations of an AR(1) within groups, recoloured
/// by 1 / (1 - r)^2. Andrews and Monahan (1992), Econometrica 60. r is the first
/// autocorrelation, or the ratio of the second to the first where that is smaller and the first is above a half; within [0, 0.97].
struct LongRunVariance {
  double of_sum = 0;
  double independent = 0;  ///< so many independent observations would be worth as much: n (1 - r) / (1 + r)
};
LongRunVariance long_run_variance(std::span<const double> scores, std::span<const std::int32_t> group);

/// From this many groups (days) on, errors are clustered by group: t with groups - 1 degrees then has tails one can use.
inline constexpr std::size_t kClustersMin = 5;
/// Number of runs of equal values; groups are contiguous.
std::size_t count_groups(std::span<const std::int32_t> group);

/// A parameter with the symmetric interval value -+ critical x standard error.
Parameter symmetric(std::string name, std::string unit, double value, double standard_error, double critical);
/// One whose logarithm has that interval: for what is positive and skewed. `log_error` is the standard error of the logarithm; the
/// standard error stated is value x log_error (delta method).
Parameter log_symmetric(std::string name, std::string unit, double value, double log_error, double critical);

/// For a parameter whose estimator keeps it within [least, most]: its interval ends there too.
Parameter bounded(Parameter parameter, double least, double most);

/// Covariance of the columns of equally long replicates; `correction` multiplies it.
std::vector<double> replicate_covariance(const std::vector<std::vector<double>>& replicates, double correction);

}  // namespace plimsoll
