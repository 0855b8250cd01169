#pragma once
/// A scenario is a const description: where its market comes from and what its run does. An experiment file expands to a list of them.

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "replay/run_spec.hpp"

namespace plimsoll {

/// Where a tape comes from. Two scenarios with equal MarketSource share a tape and may share a pass over it.
struct MarketSource {
  std::string feed;                             ///< "lobster", "synthetic", "tape"
  std::map<std::string, std::string> settings;  ///< feed settings, canonical text ("path", "date", "timezone", "seed_book", ...)
  std::string place;                            ///< file:line of [market], for error messages; not part of equality

  bool operator==(const MarketSource& other) const { return feed == other.feed && settings == other.settings; }
  std::strong_ordering operator<=>(const MarketSource& other) const {
    if (const auto order = feed <=> other.feed; order != 0) return order;
    return settings <=> other.settings;
  }
};

/// One swept value of a scenario, as a column of /scenarios.
struct SweptValue {
  std::string key;  ///< dotted key, e.g. "parent.quantity_lots"
  std::variant<std::int64_t, double, std::string> value;
};

struct Scenario {
  std::string key;  ///< content hash of everything that decides the result of this scenario (plugin builds and tape included)
  std::shared_ptr<const MarketSource> market;  ///< never null; shared by the scenarios of one market
  RunSpec run;
  std::vector<SweptValue> swept;  ///< in the order of the axes; same keys for every scenario of an experiment
};

}  // namespace plimsoll
