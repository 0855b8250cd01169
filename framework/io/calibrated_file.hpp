#pragma once
/// [impact] calibrated: a file with parameters of impact models and how sure they are, as `plimsoll calibrate` writes it. TOML; read are
///
///   [impact.NAME]      parameters of the model under their declared names
///   [calibration.ANY]  of one estimate: `parameters`, their `values`, the `covariance` of their errors (a list of rows) or, when there is
///                      none, `standard_errors` (independent ones); NaN: no error is claimed; `least` and `most`: bounds of the values
///
/// and nothing else. An entry of `parameters` speaks of parameter KEY of model NAME when it is "KEY", or "KEY[i]" of a list, and its value
/// is the very number that [impact.NAME] gives; without `values` a table speaks of the model it is named after. Internal to the
/// scenario_*.cpp files.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "io/parameter_draws.hpp"
#include "io/scenario_names.hpp"
#include "io/scenario_text.hpp"

namespace plimsoll {

/// The calibrated files of an experiment, each read once. Thread rule: one thread.
class CalibratedFiles {
 public:
  /// What is wrong with a file is added to `faults`, what cannot be read to missing(); then nullptr. Valid as long as this object.
  const FlatDocument* open(const std::string& path, const std::string& place, ScenarioFaults& faults);
  const std::vector<InputError>& missing() const { return missing_; }

 private:
  std::map<std::string, std::optional<FlatDocument>> files_;
  std::vector<InputError> missing_;
};

/// The keys that the file gives of `table` ("impact.linear").
KeysInForce calibrated_keys(const FlatDocument& file, const std::string& table);

/// The numbers of `table` that have an error, in its declared parameters `infos`. `given` tells the keys that the scenario gives itself.
/// Faults: SCENARIO-TYPE, SCENARIO-CONFLICT (two estimates of one number), CALIBRATION-COVARIANCE.
ParameterDraws calibrated_draws(const FlatDocument& file, const std::string& table, const std::vector<plimsoll_param_info>& infos,
                                const std::function<bool(const std::string&)>& given, ScenarioFaults& faults);

}  // namespace plimsoll
