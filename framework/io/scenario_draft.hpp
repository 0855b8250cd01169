#pragma once
/// A combination of swept values, resolved as far as that goes without the tape. Internal to the scenario_*.cpp files.

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "experiment/scenario.hpp"
#include "io/parameter_draws.hpp"

namespace plimsoll {

/// Where a value stands in the file, for a fault that only the tape shows.
struct ValueWords {
  std::string field;
  std::string place;
  friend auto operator<=>(const ValueWords&, const ValueWords&) = default;
};

/// A start or end as the file gives it.
struct DraftTime {
  Duration offset = 0;
  std::uint32_t words = 0;         ///< in ScenarioDrafts::words
  bool after_first_event = false;  ///< else since local midnight
};

/// A parent without its times and limit on the tape.
struct ParentDraft {
  ParentSpec spec;
  DraftTime start, end;
  std::optional<double> limit_price;
  std::uint32_t limit_words = 0;
};

/// No parameter is drawn.
inline constexpr std::uint32_t kNoDraws = ~std::uint32_t{0};

/// A market without its tape.
struct MarketDraft {
  MarketSpec spec;  ///< fees per unit still in currency
  std::uint32_t take_fee_words = 0, make_fee_words = 0;
  std::uint32_t draws = kNoDraws;  ///< in ScenarioDrafts::draws
};

/// What is kept of a combination. There may be a million: what they have in common is shared, and `identity` stands for all values.
struct ScenarioDraft {
  RunSpec run;  ///< without markets and parents
  std::vector<MarketDraft> markets;
  std::vector<ParentDraft> parents;
  std::uint32_t family = 0;            ///< which settings of the markets: with the market list they give the set of markets
  std::array<char, 32> identity = {};  ///< content hash of every value in force and of the plugins in use
};

/// One axis: its values once, however many combinations have them.
struct DraftColumn {
  std::string key;
  std::vector<std::optional<decltype(SweptValue::value)>> values;  ///< by index on the axis; the last one: not used in a combination
};

/// All combinations of a file.
struct ScenarioDrafts {
  std::vector<ScenarioDraft> combinations;
  std::vector<DraftColumn> columns;
  std::vector<std::uint32_t> value_of;  ///< combinations x columns: index into DraftColumn::values
  std::vector<ValueWords> words;
  std::vector<ParameterDraws> draws;

  const decltype(SweptValue::value)& value(std::size_t combination, std::size_t column) const {
    return *columns[column].values[value_of[combination * columns.size() + column]];
  }
};

/// What belongs to one parent of a combination while it is resolved.
struct ParentParts {
  ValueWords start_words, end_words, limit_words;
  std::string strategy;  ///< "strategy.pov"
  std::vector<ParamValue> strategy_params;
};

/// What belongs to one market of a combination while it is resolved.
struct MarketParts {
  ValueWords take_fee_words, make_fee_words;
  MarketSource source;
  std::vector<ParamValue> impact_params;
  std::string calibrated;  ///< the file's name as TOML, where one gives parameters
  std::optional<ParameterDraws> draws;
};

/// A combination while it is resolved.
struct Combination {
  ScenarioDraft draft;                            ///< without family and identity, and with words yet to be numbered
  std::vector<MarketParts> markets;               ///< of draft.markets
  std::vector<ParentParts> parents;               ///< of draft.parents
  std::map<std::string, std::string> values;      ///< every key in force -> its value as TOML
  std::map<std::string, ParamValue> resolved;     ///< every key in force, resolved
  std::vector<std::string> data_keys;             ///< keys that say where the data lies: that decides no result
  std::vector<std::string> plugins;               ///< identity of each plugin in use
  std::map<std::string, std::string> calibrated;  ///< keys of `values` that a calibrated file gives -> MarketParts::calibrated
  bool random = false;                            ///< two seeds can differ
  std::uint32_t seeds = 1;
};

}  // namespace plimsoll
