#pragma once
/// A scenario is a const description: where its market comes from and what its run does. An experiment is a list of them, which makes each
/// one when it is asked for.

#include <compare>
#include <cstddef>
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

/// One column of /scenarios that says which scenario it is: a swept value, the replicate "seed", the market's "symbol" and "date".
struct SweptValue {
  std::string key;  ///< dotted key, e.g. "parent.quantity_lots"
  std::variant<std::int64_t, double, std::string> value;
};

/// A number that was drawn for a scenario before its run began.
struct DrawnParameter {
  std::string name;  ///< dotted key, of a list with the entry: "impact.propagator.weights_ticks_per_lot[0]"
  double value = 0.0;
};

/// The tapes of a scenario, in the order of its markets, and how much later than those of the quickest market their rows are met: the feed
/// delay less the smallest. Scenarios of equal sets may share a pass.
struct MarketSet {
  struct Member {
    std::shared_ptr<const MarketSource> source;  ///< never null
    Duration lag = 0;
  };
  std::vector<Member> members;  ///< at least one
};

struct Scenario {
  std::string key;  ///< content hash of everything that decides the result of this scenario (plugin builds and tape included)
  std::shared_ptr<const MarketSet> markets;  ///< never null; shared by the scenarios of one set
  RunSpec run;
  std::vector<SweptValue> swept;      ///< axes in their order, then "seed", "symbol", "date"; same keys for every scenario of an experiment
  std::vector<DrawnParameter> drawn;  ///< parameters of the impact model that are this scenario's own luck; in `run` already
};

/// The scenarios of an experiment, numbered from 0. They are not stored: an idle one costs nothing but its part in the plan of the results.
/// Thread rule: const; call from any thread.
class ScenarioSource {
 public:
  virtual ~ScenarioSource() = default;
  virtual std::size_t size() const = 0;
  /// Number of the set of markets a scenario runs on.
  virtual std::size_t market_of(std::size_t number) const = 0;
  virtual Scenario make(std::size_t number) const = 0;
};

}  // namespace plimsoll
