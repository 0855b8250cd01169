#include "calibration/market_figures.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "calibration/intervals.hpp"
#include "calibration/regression.hpp"
#include "calibration/statistics.hpp"

namespace plimsoll {
namespace {

constexpr std::array<std::int64_t, 6> kLags_s = {1, 5, 10, 30, 60, 300};
constexpr std::int64_t kChangesMin = 30;
constexpr double kWholeSession = 0.9;

Estimate mean_of(const std::string& name, const Parameter& what, std::span<const double> values, std::span<const double> weights,
                 std::span<const std::int32_t> day, const std::string& n_of) {
  const auto n = static_cast<std::int64_t>(values.size());
  if (n < kChangesMin) return refused(name, too_few(n, n_of, kChangesMin));
  const Regression mean = long_run_mean(values, weights, day);
  if (mean.refused()) return refused(name, mean.refusal);
  Estimate out;
  out.name = name;
  out.parameters = {symmetric(what.name, what.unit, mean.coefficients[0], mean.error(0), mean.critical)};
  out.covariance = {mean.covariance(0, 0)};
  out.n = n;
  out.n_of = n_of;
  out.method = mean.method;
  out.out_of_sample = mean_out_of_sample(values, weights, day);
  return out;
}

/// Mean over days with errors from their differences; of few days the mean alone.
Parameter over_days(const std::string& name, const std::string& unit, std::span<const double> days) {
  const auto n = static_cast<double>(days.size());
  double mean = 0, squares = 0;
  for (const double each : days) mean += each / n;
  for (const double each : days) squares += (each - mean) * (each - mean);
  Parameter out{.name = name, .unit = unit, .value = mean};
  if (days.size() >= kClustersMin) out = symmetric(name, unit, mean, std::sqrt(squares / (n - 1) / n), student_975(n - 1));
  out.least = 0;
  return out;
}

std::string days_method(std::size_t days) {
  return days >= kClustersMin ? "mean of days, errors from their differences"
                              : "no error from " + std::to_string(days) + (days == 1 ? " day" : " days");
}

double volume_of(const Observations& day) {
  double lots = 0;
  for (const GridCell& cell : day.cells) lots += cell.lots;
  return lots;
}

struct SquaredChanges {
  std::vector<double> per_s;  ///< squared change / lag
  std::vector<std::int32_t> day;
};
SquaredChanges squared_changes(std::span<const Observations> days, std::int64_t lag) {
  const Intervals changes = intervals(days, lag);
  SquaredChanges out;
  for (const double change : changes.mid_change_ticks) out.per_s.push_back(change * change / static_cast<double>(lag));
  out.day = changes.day;
  return out;
}

/// Variance per second at the lags that have enough changes.
struct Signature {
  std::vector<std::int64_t> lag_s;
  std::vector<Regression> variance;
};
Signature signature_of(std::span<const Observations> days) {
  Signature out;
  for (const std::int64_t lag : kLags_s) {
    const SquaredChanges changes = squared_changes(days, lag);
    if (static_cast<std::int64_t>(changes.per_s.size()) < kChangesMin) break;
    Regression mean = long_run_mean(changes.per_s, {}, changes.day);
    if (mean.refused() || !(mean.coefficients[0] > 0)) break;
    out.lag_s.push_back(lag);
    out.variance.push_back(std::move(mean));
  }
  return out;
}

std::size_t first_beyond_noise(const Signature& signature) {
  for (std::size_t i = 0; i + 1 < signature.variance.size(); ++i) {
    bool agrees = true;
    for (std::size_t j = i + 1; j < signature.variance.size(); ++j) {
      const double difference = std::abs(signature.variance[i].coefficients[0] - signature.variance[j].coefficients[0]);
      agrees = agrees && difference <= 3 * std::sqrt(signature.variance[i].covariance(0, 0) + signature.variance[j].covariance(0, 0));
    }
    if (agrees) return i;
  }
  return signature.variance.size() - 1;
}

Parameter volatility_parameter(const std::string& name, const std::string& unit, const Regression& variance, double scale) {
  const double log_error = variance.error(0) / variance.coefficients[0] / 2;
  return log_symmetric(name, unit, scale * std::sqrt(variance.coefficients[0]), log_error, variance.critical);
}

double mean_mid(std::span<const Observations> days) {
  double sum = 0, count = 0;
  for (const Observations& day : days)
    for (const GridCell& cell : day.cells)
      if (!std::isnan(cell.mid_ticks)) sum += cell.mid_ticks, count += 1;
  return sum / count;
}

std::string changes_of(std::int64_t lag) { return "changes over " + std::to_string(lag) + " s"; }

Estimate no_changes(const std::string& name, std::span<const Observations> days) {
  return refused(name,
                 too_few(static_cast<std::int64_t>(squared_changes(days, 1).per_s.size()), changes_of(1) + " that move", kChangesMin));
}

}  // namespace

Estimate estimate_volume_curve(std::span<const Observations> days) {
  std::array<std::vector<double>, kHalfHoursOfDay> shares;  // [half hour][day]; empty where no day trades
  std::size_t traded = 0;
  for (const Observations& day : days) {
    const double total = volume_of(day);
    if (!(total > 0)) continue;
    for (std::size_t i = 0; i < day.cells.size(); ++i) {
      const std::size_t at = day.half_hour_of_day(day.grid_start / kSecond + static_cast<std::int64_t>(i));
      shares[at].resize(traded + 1);
      shares[at][traded] += day.cells[i].lots / total;
    }
    ++traded;
  }
  if (traded == 0) return refused("volume_curve", too_few(0, "days with volume", 1));
  Estimate out;
  out.name = "volume_curve";
  for (std::size_t at = 0; at < shares.size(); ++at) {
    if (shares[at].empty()) continue;
    shares[at].resize(traded);
    out.parameters.push_back(over_days("share_" + clock_of(at), "1", shares[at]));
    out.parameters.back().most = 1;
  }
  out.n = static_cast<std::int64_t>(traded);
  out.n_of = "days";
  out.method = days_method(traded);
  return out;
}

Estimate estimate_daily_volume(std::span<const Observations> days, double session_s) {
  std::vector<double> volumes;
  bool scaled = false;
  for (const Observations& day : days) {
    const double covered = static_cast<double>(day.cells.size());
    if (!(volume_of(day) > 0)) continue;
    const bool part = covered < kWholeSession * session_s;
    volumes.push_back(volume_of(day) * (part ? session_s / covered : 1.0));
    scaled = scaled || part;
  }
  if (volumes.empty()) return refused("daily_volume", too_few(0, "days with volume", 1));
  Estimate out;
  out.name = "daily_volume";
  out.parameters = {over_days("daily_volume_lots", "lots", volumes)};
  const double error = out.parameters[0].standard_error;
  out.covariance = {error * error};
  out.n = static_cast<std::int64_t>(volumes.size());
  out.n_of = "days";
  out.method = days_method(volumes.size()) + (scaled ? "; part of the session, scaled by time" : "");
  return out;
}

Estimate estimate_signature(std::span<const Observations> days) {
  const Signature signature = signature_of(days);
  if (signature.lag_s.empty()) return no_changes("signature", days);
  Estimate out;
  out.name = "signature";
  for (std::size_t i = 0; i < signature.lag_s.size(); ++i)
    out.parameters.push_back(
        volatility_parameter("at_" + std::to_string(signature.lag_s[i]) + "_s", "ticks/sqrt(s)", signature.variance[i], 1));
  out.n = static_cast<std::int64_t>(signature.variance[0].n);
  out.n_of = changes_of(1);
  out.method = signature.variance[0].method + " at 1 s";
  return out;
}

Estimate estimate_volatility(std::span<const Observations> days, double session_s) {
  const Signature signature = signature_of(days);
  if (signature.lag_s.empty()) return no_changes("volatility", days);
  const std::size_t at = first_beyond_noise(signature);
  const Regression& variance = signature.variance[at];
  const SquaredChanges changes = squared_changes(days, signature.lag_s[at]);
  const double per_day = std::sqrt(session_s) / mean_mid(days);
  Estimate out;
  out.name = "volatility";
  out.parameters = {volatility_parameter("ticks_per_sqrt_s", "ticks/sqrt(s)", variance, 1),
                    volatility_parameter("daily_volatility", "1", variance, per_day)};
  const double square = out.parameters[0].standard_error * out.parameters[0].standard_error;
  out.covariance = {square, square * per_day, square * per_day, square * per_day * per_day};
  out.n = static_cast<std::int64_t>(variance.n);
  out.n_of = changes_of(signature.lag_s[at]);
  out.method = variance.method + "; session of " + std::to_string(static_cast<std::int64_t>(session_s)) + " s";
  out.out_of_sample = mean_out_of_sample(changes.per_s, {}, changes.day);
  if (out.out_of_sample.known())
    out.out_of_sample = {"ticks/sqrt(s)", std::sqrt(out.out_of_sample.first), std::sqrt(out.out_of_sample.rest)};
  return out;
}

Estimate estimate_quoted_spread(std::span<const Observations> days) {
  constexpr std::size_t step = 10;
  std::vector<double> spreads, weights;
  std::vector<std::int32_t> day_of;
  for (std::size_t day = 0; day < days.size(); ++day) {
    const std::vector<GridCell>& cells = days[day].cells;
    for (std::size_t at = 0; at + step <= cells.size(); at += step) {
      double sum = 0, lasted = 0;
      for (std::size_t i = at; i < at + step; ++i) {
        sum += cells[i].spread_ticks_ns;
        lasted += cells[i].two_sided_ns;
      }
      if (!(lasted > 0)) continue;
      spreads.push_back(sum / lasted);
      weights.push_back(lasted / (step * static_cast<double>(kSecond)));
      day_of.push_back(static_cast<std::int32_t>(day));
    }
  }
  return mean_of("quoted_spread", {.name = "quoted_spread_ticks", .unit = "ticks"}, spreads, weights, day_of, "intervals of 10 s");
}

Estimate estimate_effective_spread(std::span<const Observations> days) {
  constexpr Duration step = 10 * kSecond;
  std::vector<double> spreads, weights;
  std::vector<std::int32_t> day_of;
  for (std::size_t day = 0; day < days.size(); ++day) {
    TimePoint until = kLongAgo;
    for (const SignedTrade& trade : days[day].trades) {
      if (trade.time >= until) {
        until = (trade.time / step + 1) * step;
        spreads.push_back(0);
        weights.push_back(0);
        day_of.push_back(static_cast<std::int32_t>(day));
      }
      const double lots = std::abs(trade.signed_lots);
      weights.back() += lots;
      spreads.back() += (trade.effective_ticks - spreads.back()) * lots / weights.back();  // running mean
    }
  }
  return mean_of("effective_spread", {.name = "effective_spread_ticks", .unit = "ticks"}, spreads, weights, day_of,
                 "intervals of 10 s with trades");
}

}  // namespace plimsoll
