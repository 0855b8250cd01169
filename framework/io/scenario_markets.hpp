#pragma once
/// The market list of an experiment: [market] names one market, a list of files, or a pattern over days and symbols. Internal to the
/// scenario_*.cpp files.

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "io/scenario_sweep.hpp"

namespace plimsoll {

struct MarketList {
  std::vector<std::string> paths;                   ///< [market] paths: files, sorted by name
  std::vector<std::string> symbols;                 ///< [market] symbols
  std::vector<std::chrono::sys_days> dates;         ///< sessions of first_date .. last_date
  bool names_symbols = false, names_dates = false;  ///< the file has such keys, sound or not
  std::size_t size() const;                         ///< at least 1
};

/// Reads the keys of the list and the files they name (globs, a calendar). Faults are added; what is not there goes to `missing`.
MarketList read_market_list(const KeysInForce& base, const std::vector<SweepAxis>& axes, const std::string& folder,
                            const ScenarioNames& names, ScenarioFaults& faults, std::vector<InputError>& missing);

/// Days and symbols that leave a market as it is, placeholders that nothing fills.
void check_market_pattern(const MarketSource& market, const MarketList& list, const ScenarioNames& names, ScenarioFaults& faults);

/// Market `index` of the list: days slowest. `market` is what [market] says otherwise.
MarketSource market_of_list(const MarketSource& market, const MarketList& list, std::size_t index, const ScenarioNames& names);

}  // namespace plimsoll
