#pragma once
/// The impact curve of simulated parents: how far orders of each size have moved the market, and how it comes back.
///
/// Impact is the effective less the recorded mid of the same run, so history's own noise is not in it (models.md 9.5 measures it on real
/// orders, where it is). Fit: log of the mean impact of each size on the log of the size, least squares, sizes weighing alike. Errors of
/// exponent and decay: jackknife over clusters (days, or seeds), whose parents trade in one stretch of one market (Efron and Stein, The
/// Jackknife Estimate of Variance, Annals of Statistics 9, 1981). Thread rule: pure functions.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "metrics/records.hpp"
#include "metrics/summary.hpp"

namespace plimsoll {

inline constexpr std::size_t kLooks = kImpactLooks.size();

/// One parent.
struct CurveParent {
  std::int64_t lots = 0;
  std::array<double, kLooks> impact_bps = {};  ///< of the arrival mid, + = moved against it; NaN where undefined
  double participation = 0;
  double cost_bps = 0;
  std::string cluster;
};

/// Parents of one size.
struct CurvePoint {
  std::int64_t lots = 0;
  std::array<MeanEstimate, kLooks> impact_bps;
  MeanEstimate participation, cost_bps;
};

struct ErrorEstimate {
  double value = kNoTicks;
  double standard_error = kNoTicks;  ///< NaN with one cluster
};

struct ImpactCurve {
  std::vector<CurvePoint> points;  ///< by size
  ErrorEstimate exponent;          ///< NaN with fewer than two sizes whose mean impact is positive
  double r2 = kNoTicks;
  std::size_t sizes = 0;  ///< in the fit
  std::size_t clusters = 0;
  std::array<ErrorEstimate, kLooks> decay;  ///< what is left at each look of what was there when the parents were done: sum over sum
};

ImpactCurve impact_curve(std::span<const CurveParent> parents);

}  // namespace plimsoll
