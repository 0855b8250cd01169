#pragma once
/// Normal numbers by address: one uniform number each, so that draws keep their addresses. Thread rule: values and pure functions.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/random.hpp"

namespace plimsoll {

/// x with P(Z < x) = p, Z standard normal, p in (0, 1): P. Acklam's rational approximation (2003), relative error below 1.2e-9.
double inverse_normal(double p);
/// Standard normal draw `index` of a stream.
double normal_draw(const RandomStream& stream, std::uint64_t index);

/// Values that make sense, bounds included unless said otherwise.
struct ValueRange {
  double least, most;
  bool least_excluded = false, most_excluded = false;
  bool holds(double value) const;
};

/// Estimated parameters as a distribution: mean + L z, z standard normal and L L' the covariance of their errors, truncated to the box of
/// their ranges.
class TruncatedNormal {
 public:
  /// Covariance row by row; one range and one row for each mean. Nothing when it is no covariance: not finite, not symmetric, or not
  /// positive semidefinite (to 1e-9 of the variances).
  static std::optional<TruncatedNormal> make(std::vector<double> mean, std::span<const double> covariance, std::vector<ValueRange> ranges);

  /// A draw with any number outside its range is drawn again, all of it; after kAttempts it is the mean, whatever its ranges. Uses the
  /// numbers first .. first + kAttempts x size - 1 of the stream.
  std::vector<double> draw(const RandomStream& stream, std::uint64_t first) const;
  static constexpr std::uint64_t kAttempts = 256;

 private:
  std::vector<double> mean_;
  std::vector<double> root_;  ///< L, row by row
  std::vector<ValueRange> ranges_;
};

}  // namespace plimsoll
