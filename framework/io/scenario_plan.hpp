#pragma once
/// The steps of ScenarioFile::plan beside names and sweep: checks of the whole file, resolution of one combination. Internal to the
/// scenario_*.cpp files.

#include <set>
#include <string>
#include <vector>

#include "io/scenario_draft.hpp"
#include "io/scenario_names.hpp"
#include "io/scenario_sweep.hpp"

namespace plimsoll {

/// Tables and keys that nobody knows. Keys of the sweep are checked with their axes.
void check_names(const FlatDocument& document, const ScenarioNames& names, ScenarioFaults& faults);
/// Keys that hold a list of texts.
void check_text_lists(const FlatDocument& document, ScenarioFaults& faults);
/// What [latency] and the like say of all markets, and no market takes.
void check_shared_keys(const KeysInForce& base, const std::vector<SweepAxis>& axes, const ScenarioNames& names, ScenarioFaults& faults);
/// Tables of plugins that are not among `selected`: "strategy.pov", "market.spot.impact.linear".
void check_unused_tables(const FlatDocument& document, const std::set<std::string>& selected, const ScenarioNames& names,
                         ScenarioFaults& faults);
/// A calibrated file where there is no model.
void check_calibrated(const KeysInForce& base, const std::set<std::string>& selected, const ScenarioNames& names, ScenarioFaults& faults);

class CalibratedFiles;

/// Resolves one combination: types, ranges, defaults, plugin parameters. Faults are added and the combination is then of no use.
Combination resolve_combination(const KeysInForce& keys, const FlatDocument& document, const std::string& path, const std::string& folder,
                                const ScenarioNames& names, CalibratedFiles& calibrated, ScenarioFaults& faults);

}  // namespace plimsoll
