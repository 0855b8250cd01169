#include "calibration/calibration.hpp"

#include <algorithm>

#include "calibration/kyle.hpp"
#include "calibration/level_imbalance.hpp"
#include "calibration/market_figures.hpp"
#include "calibration/order_flow_imbalance.hpp"
#include "calibration/square_root.hpp"
#include "core/contract.hpp"

namespace plimsoll {
namespace {

double value_or_undefined(const Calibration& calibration, const std::string& estimate, const std::string& parameter) {
  const Estimate& from = calibration.of(estimate);
  return from.refused() ? kUndefined : from.value(parameter);
}

ImpactParameters impact_of(const Calibration& calibration, bool has_own) {
  ImpactParameters out;
  out.ticks_per_lot = value_or_undefined(calibration, "kyle", "ticks_per_lot");
  out.prefactor = has_own ? value_or_undefined(calibration, "square_root", "prefactor") : kUndefined;
  out.daily_volatility = value_or_undefined(calibration, "volatility", "daily_volatility");
  out.daily_volume_lots = value_or_undefined(calibration, "daily_volume", "daily_volume_lots");
  out.depth_lots_per_tick = value_or_undefined(calibration, "depth", "depth_lots_per_tick");
  out.resilience_per_s = value_or_undefined(calibration, "resilience", "resilience_per_s");
  out.permanent_ticks_per_lot = value_or_undefined(calibration, "resilience", "lasting_share") / out.depth_lots_per_tick;
  out.kernel_per_s = calibration.propagator.per_second;
  return out;
}

}  // namespace

const Estimate& Calibration::of(const std::string& name) const {
  const auto found = std::find_if(estimates.begin(), estimates.end(), [&](const Estimate& each) { return each.name == name; });
  EXPECT(found != estimates.end());
  return *found;
}

bool Calibration::any_number() const {
  return std::any_of(estimates.begin(), estimates.end(), [](const Estimate& each) { return !each.refused(); });
}

Calibration calibrate(std::span<const Observations> days, std::span<const Metaorder> own, const CalibrationSettings& settings) {
  Calibration out;
  const BlockBootstrap how{.cells_per_block = 1, .replicates = settings.replicates, .seed = settings.seed};
  out.estimates.push_back(estimate_kyle(intervals(days, settings.flow_interval_s)));
  const Intervals short_intervals = intervals(days, settings.imbalance_interval_s);
  out.estimates.push_back(estimate_order_flow_beta(short_intervals));
  out.estimates.push_back(estimate_order_flow_depth(short_intervals));
  if (short_intervals.levels > 1) out.estimates.push_back(estimate_order_flow_levels(short_intervals));
  out.propagator = estimate_propagator(days, {.lags = settings.lags, .bootstrap = how});
  out.estimates.push_back(out.propagator.estimate);
  out.estimates.push_back(estimate_depth(days, settings.band_ticks));
  std::vector<RecoveryBlock> blocks;
  for (const Observations& day : days) {
    const std::vector<RecoveryBlock> more = recovery_blocks(day);
    blocks.insert(blocks.end(), more.begin(), more.end());
  }
  out.recovery = recovery_curve(blocks);
  out.estimates.push_back(estimate_resilience(blocks, how));
  out.estimates.push_back(estimate_volatility(days, settings.session_s));
  out.estimates.push_back(estimate_signature(days));
  out.estimates.push_back(estimate_daily_volume(days, settings.session_s));
  out.estimates.push_back(estimate_volume_curve(days));
  out.estimates.push_back(estimate_quoted_spread(days));
  out.estimates.push_back(estimate_effective_spread(days));
  if (!own.empty()) {
    const double volatility = value_or_undefined(out, "volatility", "daily_volatility");
    const double volume = value_or_undefined(out, "daily_volume", "daily_volume_lots");
    out.estimates.push_back(estimate_square_root(own, volatility, volume));
  }
  out.impact = impact_of(out, !own.empty());
  return out;
}

}  // namespace plimsoll
