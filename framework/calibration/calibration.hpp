#pragma once
/// All estimators over some recorded days, and the parameters of impact models that come out of them.

#include <span>
#include <string>
#include <vector>

#include "calibration/estimate.hpp"
#include "calibration/metaorders.hpp"
#include "calibration/observations.hpp"
#include "calibration/propagator.hpp"
#include "calibration/resilience.hpp"

namespace plimsoll {

struct CalibrationSettings {
  std::int64_t flow_interval_s = 30;       ///< Kyle's lambda
  std::int64_t imbalance_interval_s = 10;  ///< order-flow imbalance
  Ticks band_ticks = 10;                   ///< width of the band in which depth counts; observe() must have had the same
  double session_s = 23'400;               ///< trading seconds of a day: US equities 23,400; crypto 86,400
  std::size_t lags = 0;                    ///< of the propagator, in trades; 0: by the number of trades
  std::size_t replicates = 200;            ///< of the bootstrap
  std::uint64_t seed = 0;                  ///< of the bootstrap
};

/// What a scenario's [impact.NAME] takes. NaN or empty: not measured.
struct ImpactParameters {
  double ticks_per_lot = kUndefined;  ///< linear
  double prefactor = kUndefined;      ///< square_root
  double daily_volatility = kUndefined, daily_volume_lots = kUndefined;
  double depth_lots_per_tick = kUndefined, permanent_ticks_per_lot = kUndefined, resilience_per_s = kUndefined;  ///< obizhaeva_wang
  ExponentialKernel kernel_per_s;                                                                                ///< propagator
};

struct Calibration {
  std::vector<Estimate> estimates;  ///< refused ones too
  PropagatorFit propagator;         ///< its estimate is among them
  RecoveryCurve recovery{};         ///< E(t) / E(0) at kRecoveryLags
  ImpactParameters impact;

  const Estimate& of(const std::string& name) const;
  bool any_number() const;
};

/// Days in order of time; own parents may be none. Permanent impact of Obizhaeva-Wang is lasting_share / depth. Thread rule: pure.
Calibration calibrate(std::span<const Observations> days, std::span<const Metaorder> own, const CalibrationSettings& settings);

}  // namespace plimsoll
