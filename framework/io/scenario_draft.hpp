#pragma once
/// A combination of swept values, resolved as far as that goes without the tape. Internal to the scenario_*.cpp files.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "experiment/scenario.hpp"

namespace plimsoll {

/// A start or end as the file gives it.
struct DraftTime {
  bool after_first_event = false;  ///< else since local midnight
  Duration offset = 0;
  std::string field;
  std::string place;
};

/// What is kept of a combination. There may be a million: what they have in common is shared, and `identity` stands for all values.
struct ScenarioDraft {
  std::shared_ptr<const MarketSource> market;
  RunSpec run;  ///< one parent; without its times and limit, and fees per unit still in currency
  DraftTime start, end;
  std::optional<double> limit_price;
  std::string limit_place;
  std::vector<SweptValue> swept;  ///< without "seed"
  std::string identity;           ///< content hash of every value in force and of the plugins in use
  bool random = false;            ///< two seeds can differ
};

/// A combination while it is resolved.
struct Combination {
  ScenarioDraft draft;  ///< without `swept` and `identity`
  MarketSource market;
  std::vector<ParamValue> strategy_params, impact_params;
  std::map<std::string, std::string> values;   ///< every key in force -> its value as TOML
  std::map<std::string, ParamValue> resolved;  ///< every key in force, resolved
  std::vector<std::string> data_paths;         ///< keys whose values are paths: where the data lies decides no result
  std::vector<std::string> plugins;            ///< identity of each plugin in use
  std::uint32_t seeds = 1;
};

}  // namespace plimsoll
