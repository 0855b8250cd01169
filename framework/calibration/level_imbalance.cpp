#include "calibration/level_imbalance.hpp"

#include <array>
#include <cmath>

#include "calibration/regression.hpp"
#include "core/contract.hpp"

namespace plimsoll {
namespace {

constexpr std::array<double, 9> kPenalties = {0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10};
constexpr std::size_t kStretches = 5;
constexpr std::int64_t kIntervalsPerLevel = 30;

struct Ridge {
  std::vector<double> coefficients;  ///< intercept first; of the columns as they are
  bool singular = false;
};

/// Rows outside [skip_from, skip_to).
Ridge ridge(const Matrix& x, std::span<const double> y, std::size_t skip_from, std::size_t skip_to, double penalty) {
  const std::size_t k = x.columns;
  std::vector<double> mean(k), scale(k), moment(k);
  Matrix gram{k, k};
  double n = 0, y_mean = 0;
  const auto each_row = [&](const auto& act) {
    for (std::size_t i = 0; i < x.rows; ++i)
      if (i < skip_from || i >= skip_to) act(i);
  };
  each_row([&](std::size_t i) {
    n += 1;
    y_mean += y[i];
    for (std::size_t j = 0; j < k; ++j) mean[j] += x(i, j);
  });
  y_mean /= n;
  for (double& each : mean) each /= n;
  each_row([&](std::size_t i) {
    for (std::size_t j = 0; j < k; ++j) scale[j] += (x(i, j) - mean[j]) * (x(i, j) - mean[j]) / n;
  });
  Ridge out;
  for (double& each : scale) {
    if (!(each > 0)) return out.singular = true, out;
    each = std::sqrt(each);
  }
  each_row([&](std::size_t i) {
    for (std::size_t j = 0; j < k; ++j) {
      const double a = (x(i, j) - mean[j]) / scale[j];
      moment[j] += a * (y[i] - y_mean);
      for (std::size_t l = 0; l < k; ++l) gram(j, l) += a * (x(i, l) - mean[l]) / scale[l];
    }
  });
  for (std::size_t j = 0; j < k; ++j) gram(j, j) += n * penalty;
  const auto solved = solve_spd(gram, moment);
  if (!solved) return out.singular = true, out;
  out.coefficients.assign(k + 1, y_mean);
  for (std::size_t j = 0; j < k; ++j) {
    out.coefficients[j + 1] = (*solved)[j] / scale[j];
    out.coefficients[0] -= out.coefficients[j + 1] * mean[j];
  }
  return out;
}

double squares(const Matrix& x, std::span<const double> y, const Ridge& fit, std::size_t from, std::size_t to) {
  double sum = 0;
  for (std::size_t i = from; i < to; ++i) {
    double miss = y[i] - fit.coefficients[0];
    for (std::size_t j = 0; j < x.columns; ++j) miss -= fit.coefficients[j + 1] * x(i, j);
    sum += miss * miss;
  }
  return sum;
}

double r2(const Matrix& x, std::span<const double> y, const Ridge& fit, std::size_t from, std::size_t to) {
  double sum = 0, total = 0;
  for (std::size_t i = from; i < to; ++i) sum += y[i] / static_cast<double>(to - from);
  for (std::size_t i = from; i < to; ++i) total += (y[i] - sum) * (y[i] - sum);
  return total > 0 ? 1 - squares(x, y, fit, from, to) / total : kUndefined;
}

/// Over the first `rows` rows.
double best_penalty(const Matrix& x, std::span<const double> y, std::size_t rows) {
  const Matrix part = rows_of(x, 0, rows);
  double best = kPenalties[0], least = std::numeric_limits<double>::infinity();
  for (const double penalty : kPenalties) {
    double sum = 0;
    for (std::size_t stretch = 0; stretch < kStretches; ++stretch) {
      const std::size_t from = rows * stretch / kStretches, to = rows * (stretch + 1) / kStretches;
      const Ridge fit = ridge(part, y.first(rows), from, to, penalty);
      if (fit.singular) return penalty;
      sum += squares(part, y, fit, from, to);
    }
    if (!(sum < least)) continue;
    least = sum;
    best = penalty;
  }
  return best;
}

}  // namespace

Estimate estimate_order_flow_levels(const Intervals& intervals) {
  EXPECT(intervals.levels > 1);
  const std::string name = "order_flow_levels", what = "intervals of " + std::to_string(intervals.seconds) + " s";
  const std::size_t rows = intervals.size(), levels = intervals.levels;
  const auto n = static_cast<std::int64_t>(rows), need = kIntervalsPerLevel * static_cast<std::int64_t>(levels);
  if (n < need) return refused(name, too_few(n, what, need));
  const std::string bad = not_finite(intervals.level_imbalance, "imbalances") + not_finite(intervals.mid_change_ticks, "mid changes");
  if (!bad.empty()) return refused(name, bad);
  Matrix x{rows, levels};
  x.values = intervals.level_imbalance;
  const std::span<const double> y{intervals.mid_change_ticks};
  const double penalty = best_penalty(x, y, rows);
  const Ridge fit = ridge(x, y, 0, 0, penalty);
  if (fit.singular) return refused(name, "singular: the imbalance of a level never varies");
  Estimate out;
  out.name = name;
  for (std::size_t level = 1; level <= levels; ++level)
    out.parameters.push_back({.name = "beta_level_" + std::to_string(level), .unit = "ticks/lot", .value = fit.coefficients[level]});
  out.n = n;
  out.n_of = what;
  out.fit_measure = "R2";
  out.fit = r2(x, y, fit, 0, rows);
  out.method = "ridge, five-fold cross-validation; no error is claimed of what is shrunk";
  const std::size_t split = first_part(intervals.day);
  const Ridge first = ridge(rows_of(x, 0, split), y.first(split), 0, 0, best_penalty(x, y, split));
  if (!first.singular) out.out_of_sample = {"R2", r2(x, y, first, 0, split), r2(x, y, first, split, rows)};
  return out;
}

}  // namespace plimsoll
