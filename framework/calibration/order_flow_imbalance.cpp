#include "calibration/order_flow_imbalance.hpp"

#include <algorithm>
#include <cmath>

#include "calibration/regression.hpp"
#include "calibration/statistics.hpp"
#include "core/math.hpp"

namespace plimsoll {
namespace {

constexpr std::int64_t kIntervalsMin = 30;
constexpr std::size_t kHalfHoursMin = 10;  // for the exponent

/// The intervals of one half hour of the clock, all days.
struct HalfHour {
  std::vector<double> change, imbalance;
  std::vector<std::int32_t> day;
  double depth = 0;  ///< mean over intervals that have quotes
};

std::vector<HalfHour> half_hours(const Intervals& intervals) {
  std::vector<HalfHour> out;
  std::vector<double> quoted;
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    const auto at = static_cast<std::size_t>(intervals.half_hour[i]);
    out.resize(std::max(out.size(), at + 1));
    quoted.resize(out.size());
    out[at].change.push_back(intervals.mid_change_ticks[i]);
    out[at].imbalance.push_back(intervals.order_flow_imbalance[i]);
    out[at].day.push_back(intervals.day[i]);
    if (std::isnan(intervals.touch_lots[i])) continue;
    out[at].depth += intervals.touch_lots[i];
    ++quoted[at];
  }
  for (std::size_t at = 0; at < out.size(); ++at) out[at].depth /= quoted[at];
  return out;
}

Regression beta_of(const HalfHour& half_hour) {
  return regress(with_intercept(half_hour.imbalance), half_hour.change, half_hour.day,
                 robust_errors(half_hour.change.size(), half_hour.day));
}

bool enough(const HalfHour& half_hour) { return half_hour.change.size() >= static_cast<std::size_t>(kIntervalsMin); }

/// l of log beta = log c - l log D; refused when fewer than kHalfHoursMin half hours have a positive beta.
Regression depth_exponent(const std::vector<HalfHour>& all) {
  std::vector<double> log_depth, log_beta;
  for (const HalfHour& each : all) {
    if (!enough(each) || !(each.depth > 0)) continue;
    const Regression fit = beta_of(each);
    if (fit.refused() || !(fit.coefficients[1] > 0)) continue;
    log_depth.push_back(-math::log(each.depth));
    log_beta.push_back(math::log(fit.coefficients[1]));
  }
  return regress(with_intercept(log_depth), log_beta, {}, {Errors::hc1, 0});
}

std::string interval_words(const Intervals& intervals) { return "intervals of " + std::to_string(intervals.seconds) + " s"; }

}  // namespace

double order_flow_event(const BestQuote& before, const BestQuote& after) {
  double event = 0;
  if (after.bid >= before.bid) event += after.bid_lots;
  if (after.bid <= before.bid) event -= before.bid_lots;
  if (after.ask <= before.ask) event -= after.ask_lots;
  if (after.ask >= before.ask) event += before.ask_lots;
  return event;
}

Estimate estimate_order_flow_beta(const Intervals& intervals) {
  Estimate out;
  out.name = "order_flow_imbalance";
  out.n_of = interval_words(intervals);
  out.fit_measure = "R2";
  const std::string bad = not_finite(intervals.mid_change_ticks, "mid changes") + not_finite(intervals.order_flow_imbalance, "imbalances");
  if (!bad.empty()) return refused(out.name, bad);
  std::vector<double> variances;
  double residuals = 0, total = 0;
  std::string singular;
  const std::vector<HalfHour> all = half_hours(intervals);
  for (std::size_t at = 0; at < all.size(); ++at) {
    if (!enough(all[at])) continue;
    const Regression fit = beta_of(all[at]);
    if (fit.refused()) {
      singular = fit.refusal;
      continue;
    }
    out.parameters.push_back(symmetric("beta_" + clock_of(at), "ticks/lot", fit.coefficients[1], fit.error(1), fit.critical));
    variances.push_back(fit.covariance(1, 1));
    out.n += static_cast<std::int64_t>(all[at].change.size());
    out.method = fit.method;
    double mean = 0;
    for (const double change : all[at].change) mean += change / static_cast<double>(all[at].change.size());
    for (std::size_t i = 0; i < all[at].change.size(); ++i) {
      const double predicted = fit.coefficients[0] + fit.coefficients[1] * all[at].imbalance[i];
      residuals += (all[at].change[i] - predicted) * (all[at].change[i] - predicted);
      total += (all[at].change[i] - mean) * (all[at].change[i] - mean);
    }
  }
  if (out.parameters.empty())
    return refused(out.name, singular.empty()
                                 ? too_few(static_cast<std::int64_t>(intervals.size()), out.n_of + " in a half hour", kIntervalsMin)
                                 : singular);
  // Half hours share no interval: their errors are taken as independent.
  const std::size_t size = variances.size();
  out.covariance.assign(size * size, 0.0);
  for (std::size_t i = 0; i < size; ++i) out.covariance[i * size + i] = variances[i];
  out.fit = total > 0 ? 1 - residuals / total : kUndefined;
  return out;
}

Estimate estimate_order_flow_depth(const Intervals& intervals) {
  const std::vector<HalfHour> all = half_hours(intervals);
  std::vector<double> scaled, change;
  std::vector<std::int32_t> day;
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    const double depth = all[static_cast<std::size_t>(intervals.half_hour[i])].depth;
    if (!(depth > 0)) continue;
    scaled.push_back(intervals.order_flow_imbalance[i] / depth);
    change.push_back(intervals.mid_change_ticks[i]);
    day.push_back(intervals.day[i]);
  }
  const auto n = static_cast<std::int64_t>(scaled.size());
  Estimate out;
  out.name = "order_flow_depth";
  if (n < kIntervalsMin) return refused(out.name, too_few(n, interval_words(intervals), kIntervalsMin));
  const Matrix x = with_intercept(scaled);
  const Regression fit = regress(x, change, day, robust_errors(scaled.size(), day));
  if (fit.refused()) return refused(out.name, fit.refusal);
  out.parameters = {symmetric("depth_coefficient", "ticks", fit.coefficients[1], fit.error(1), fit.critical)};
  out.parameters[0].least = 0;
  out.covariance = {fit.covariance(1, 1)};
  out.n = n;
  out.n_of = interval_words(intervals);
  out.fit_measure = "R2";
  out.fit = fit.r2;
  out.method = fit.method + "; depth exponent 1 given";
  out.out_of_sample = r2_out_of_sample(x, change, day);
  if (static_cast<std::size_t>(std::count_if(all.begin(), all.end(), enough)) < kHalfHoursMin) return out;
  if (const Regression exponent = depth_exponent(all); !exponent.refused()) {
    out.parameters.push_back(symmetric("depth_exponent", "1", exponent.coefficients[1], exponent.error(1), exponent.critical));
    out.covariance = {fit.covariance(1, 1), 0, 0, exponent.covariance(1, 1)};
  }
  return out;
}

}  // namespace plimsoll
