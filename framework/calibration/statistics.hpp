#pragma once
/// Quantiles, and the few lines of statistics that all estimators share. Thread rule: pure functions.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "calibration/estimate.hpp"
#include "core/random.hpp"

namespace plimsoll {

inline constexpr double kNormal975 = 1.959963984540054;

/// x with P(Z < x) = p, Z standard normal, p in (0, 1): P. Acklam's rational approximation (2003), relative error below 1.2e-9.
double inverse_normal(double p);
/// Standard normal draw `index` of a stream: one uniform number each, so that draws keep their addresses.
double normal_draw(const RandomStream& stream, std::uint64_t index);

/// 97.5 % quantile of Student's t, degrees >= 3: Abramowitz and Stegun 26.7.5 (error below 0.005 at 3, 1e-3 from 4 on).
double student_975(double degrees);
/// What replaces 1.96 when a Bartlett (Newey-West) error of truncation `lag` comes from `n` observations, b = (lag + 1) / n: Kiefer and
/// Vogelsang (2005), Econometric Theory 21, table 1: 1.9600 + 2.9694 b + 0.4160 b^2 - 0.5324 b^3. Without it intervals are too short.
double bartlett_975(std::size_t lag, std::size_t n);

/// 4 (n / 100)^(2/9), whole: Newey and West (1994).
std::size_t newey_west_lag(std::size_t n);
/// Bartlett bandwidth for a series that is correlated like an AR(1): 1.1447 (4 r^2 / (1 - r^2)^2 n)^(1/3), Andrews (1991), Econometrica 59;
/// r the first autocorrelation of `scores` within groups, at most 0.97. Never below newey_west_lag() nor above n / 4.
std::size_t andrews_lag(std::span<const double> scores, std::span<const std::int32_t> group);

/// From this many groups (days) on, errors are clustered by group: t with groups - 1 degrees then has tails one can use.
inline constexpr std::size_t kClustersMin = 5;
/// Number of runs of equal values; groups are contiguous.
std::size_t count_groups(std::span<const std::int32_t> group);

/// A parameter with the symmetric interval value -+ critical x standard error.
Parameter symmetric(std::string name, std::string unit, double value, double standard_error, double critical);
/// One whose logarithm has that interval: for what is positive and skewed. `log_error` is the standard error of the logarithm; the
/// standard error stated is value x log_error (delta method).
Parameter log_symmetric(std::string name, std::string unit, double value, double log_error, double critical);

/// Covariance of the columns of equally long replicates; `correction` multiplies it.
std::vector<double> replicate_covariance(const std::vector<std::vector<double>>& replicates, double correction);

}  // namespace plimsoll
