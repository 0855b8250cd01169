#include "calibration/intervals.hpp"

#include <algorithm>
#include <cmath>

#include "calibration/regression.hpp"
#include "calibration/statistics.hpp"

namespace plimsoll {

std::string clock_of(std::size_t half_hour) {
  const std::string hour = std::to_string(half_hour / 2);
  return (hour.size() < 2 ? "0" : "") + hour + (half_hour % 2 == 0 ? ":00" : ":30");
}

Intervals intervals(std::span<const Observations> days, std::int64_t seconds) {
  Intervals out;
  out.seconds = seconds;
  out.levels = days.empty() ? 1 : days.front().levels;
  for (std::size_t day = 0; day < days.size(); ++day) {
    const std::vector<GridCell>& cells = days[day].cells;
    const std::int64_t start = days[day].grid_start / kGridStep;
    const auto skip = static_cast<std::size_t>((seconds - start % seconds) % seconds), step = static_cast<std::size_t>(seconds);
    for (std::size_t at = skip; at + step < cells.size(); at += step) {
      const double change = cells[at + step].mid_ticks - cells[at].mid_ticks;
      if (std::isnan(change)) continue;
      double signed_lots = 0, imbalance = 0, touch = 0, quotes = 0;
      for (std::size_t i = at; i < at + step; ++i) {
        signed_lots += cells[i].signed_lots;
        imbalance += cells[i].order_flow_imbalance;
        touch += cells[i].touch_lots;
        quotes += cells[i].quotes;
      }
      for (std::size_t level = 0; out.levels > 1 && level < out.levels; ++level) {
        double sum = 0;
        for (std::size_t i = at; i < at + step; ++i) sum += days[day].level_imbalance[i * out.levels + level];
        out.level_imbalance.push_back(sum);
      }
      out.mid_change_ticks.push_back(change);
      out.signed_lots.push_back(signed_lots);
      out.order_flow_imbalance.push_back(imbalance);
      out.touch_lots.push_back(quotes > 0 ? touch / quotes : kUndefined);
      out.day.push_back(static_cast<std::int32_t>(day));
      out.half_hour.push_back(static_cast<std::int32_t>(days[day].half_hour_of_day(start + static_cast<std::int64_t>(at))));
    }
  }
  return out;
}

std::size_t first_part(std::span<const std::int32_t> group) {
  const std::size_t groups = count_groups(group);
  if (groups <= 1) return group.size() * 2 / 3;
  std::size_t fitted = (2 * groups + 2) / 3, at = 1;
  if (fitted == groups) --fitted;
  for (; at < group.size(); ++at)
    if (group[at] != group[at - 1] && --fitted == 0) break;
  return at;
}

Matrix rows_of(const Matrix& x, std::size_t from, std::size_t to) {
  Matrix out{to - from, x.columns};
  std::copy_n(x.values.begin() + static_cast<std::ptrdiff_t>(from * x.columns), out.values.size(), out.values.begin());
  return out;
}

Matrix with_intercept(std::span<const double> a) {
  Matrix x{a.size(), 2};
  for (std::size_t i = 0; i < a.size(); ++i) {
    x(i, 0) = 1;
    x(i, 1) = a[i];
  }
  return x;
}

OutOfSample r2_out_of_sample(const Matrix& x, std::span<const double> y, std::span<const std::int32_t> group) {
  const std::size_t split = first_part(group);
  const Regression fit = regress(rows_of(x, 0, split), y.first(split), {}, {});
  if (fit.refused() || y.size() - split < 2) return {};
  return {"R2", fit.r2, r_squared(rows_of(x, split, x.rows), y.subspan(split), fit.coefficients)};
}

OutOfSample mean_out_of_sample(std::span<const double> values, std::span<const double> weights, std::span<const std::int32_t> group) {
  const auto mean = [&](std::size_t from, std::size_t to) {
    double sum = 0, weight = 0;
    for (std::size_t i = from; i < to; ++i) {
      const double each = weights.empty() ? 1 : weights[i];
      sum += each * values[i];
      weight += each;
    }
    return sum / weight;
  };
  const std::size_t split = first_part(group);
  if (split == 0 || split >= values.size()) return {};
  return {"mean", mean(0, split), mean(split, values.size())};
}

}  // namespace plimsoll
