#pragma once
/// The file that `plimsoll calibrate` writes: TOML 1.0, for people and for scenarios.
///
///   [impact.NAME]       parameters of an impact model under the names its plugin declares; only what was measured
///   [calibration.NAME]  parameters, values, units, standard_errors, low, high (95 %), least, most, covariance, n, fit, method,
///   out_of_sample [data]              the files, their content hashes, rows, first and last time
///
/// Numbers have the shortest decimal that reads back as the same double; nan is no error claimed, inf no bound.

#include <span>
#include <string>

#include "calibration/calibration.hpp"

namespace plimsoll {

std::string impact_toml(const Calibration& calibration, std::span<const Observations> days, const CalibrationSettings& settings);

/// "2012-06-21T13:30:00.004241176Z".
std::string utc_text(TimePoint time);

}  // namespace plimsoll
