#include "calibration/kyle.hpp"

#include "calibration/regression.hpp"
#include "calibration/statistics.hpp"

namespace plimsoll {

namespace {
constexpr std::int64_t kTooFewBelow = 30;
}

Estimate estimate_kyle(const Intervals& intervals) {
  const auto n = static_cast<std::int64_t>(intervals.size());
  const std::string what = "intervals of " + std::to_string(intervals.seconds) + " s";
  if (n < kTooFewBelow) return refused("kyle", too_few(n, what, kTooFewBelow));
  const Matrix x = with_intercept(intervals.signed_lots);
  const Regression fit = regress(x, intervals.mid_change_ticks, intervals.day, robust_errors(intervals.size(), intervals.day));
  if (fit.refused()) return refused("kyle", fit.refusal);
  Estimate out;
  out.name = "kyle";
  out.parameters = {symmetric("ticks_per_lot", "ticks/lot", fit.coefficients[1], fit.error(1), fit.critical)};
  out.covariance = {fit.covariance(1, 1)};
  out.parameters[0].least = 0;  // a model that pays takers is none
  out.n = n;
  out.n_of = what;
  out.fit_measure = "R2";
  out.fit = fit.r2;
  out.method = fit.method;
  out.out_of_sample = r2_out_of_sample(x, intervals.mid_change_ticks, intervals.day);
  return out;
}

}  // namespace plimsoll
