#pragma once
/// Equal intervals of the recorded days, side by side: what regressions of price changes on flow are made of.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "calibration/estimate.hpp"
#include "calibration/linear_algebra.hpp"
#include "calibration/observations.hpp"

namespace plimsoll {

/// One entry an interval, days in order. An interval counts when it lies within a day and has a mid at both ends.
struct Intervals {
  std::int64_t seconds = 0;
  std::vector<double> mid_change_ticks;  ///< from its start to the start of the next one
  std::vector<double> signed_lots;
  std::vector<double> order_flow_imbalance;
  std::vector<double> touch_lots;       ///< mean of (bid + ask) / 2 over its quotes; NaN without any
  std::vector<std::int32_t> day;        ///< index into the days given
  std::size_t levels = 1;               ///< of the days
  std::vector<double> level_imbalance;  ///< order-flow imbalance of the i-th best prices, [interval x levels + i]; only with levels > 1
  std::vector<std::int32_t> half_hour;  ///< of the market's day, 0 (from midnight) to 47

  std::size_t size() const { return mid_change_ticks.size(); }
};

/// "09:30": when a half hour of the day begins.
std::string clock_of(std::size_t half_hour);

/// Intervals begin at whole multiples of `seconds` of UTC. Precondition: seconds >= 1.
Intervals intervals(std::span<const Observations> days, std::int64_t seconds);

/// Where the part that is fitted ends, for `group` (days) of rows: after two thirds of the days (rounded up), or of the rows of an only
/// day. Equal to the size when nothing would be left.
std::size_t first_part(std::span<const std::int32_t> group);
/// Rows [from, to).
Matrix rows_of(const Matrix& x, std::size_t from, std::size_t to);

/// Columns [1, a]: a regression with an intercept.
Matrix with_intercept(std::span<const double> a);

/// R2 of OLS on the first part, there and on the rest; unknown when either part is too small or singular.
OutOfSample r2_out_of_sample(const Matrix& x, std::span<const double> y, std::span<const std::int32_t> group);
/// Mean of the values in the first part and in the rest.
OutOfSample mean_out_of_sample(std::span<const double> values, std::span<const double> weights, std::span<const std::int32_t> group);

}  // namespace plimsoll
