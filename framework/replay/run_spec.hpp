#pragma once
/// The const description of one scenario's run, apart from the tape: what the scenario file says, resolved.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/units.hpp"
#include "execution/rules.hpp"
#include "sdk/plimsoll.h"

namespace plimsoll {

/// One resolved plugin parameter; owns its text.
struct ParamValue {
  std::string name;
  std::uint32_t type = 0;  ///< PLIMSOLL_INTEGER ...
  std::int64_t integer = 0;
  double real = 0.0;
  std::string text;
  std::vector<double> reals;
  friend bool operator==(const ParamValue&, const ParamValue&) = default;
};

/// The parameters of a plugin as a const list that copies share: a sweep has many scenarios and few distinct lists.
class SharedParams {
 public:
  SharedParams() = default;
  SharedParams(std::vector<ParamValue> values)  // NOLINT(google-explicit-constructor): a list is what it is
      : values_{std::make_shared<const std::vector<ParamValue>>(std::move(values))} {}

  operator const std::vector<ParamValue>&() const {  // NOLINT(google-explicit-constructor)
    static const std::vector<ParamValue> kNone;
    return values_ == nullptr ? kNone : *values_;
  }
  const ParamValue& operator[](std::size_t index) const { return (*values_)[index]; }

 private:
  std::shared_ptr<const std::vector<ParamValue>> values_;
};

struct StrategyChoice {
  const plimsoll_strategy_type* type = nullptr;  ///< lives as long as the plugin registry
  SharedParams params;
};
struct ImpactChoice {
  const plimsoll_impact_model_type* type = nullptr;  ///< nullptr: "none"
  SharedParams params;
};

enum class EndPolicy : std::uint32_t { cross = PLIMSOLL_END_CROSS, cancel = PLIMSOLL_END_CANCEL, extend = PLIMSOLL_END_EXTEND };

/// A market that a run trades in: its rules, how far away it is, what it charges and how it answers.
struct MarketSpec {
  std::shared_ptr<const std::string> name;  ///< as the scenario names it; nullptr: the only one
  MarketRules rules;
  LatencyRules latency;
  FeeRules fees;
  ImpactChoice impact;  ///< a model across instruments is named alike in all markets of a run, and is one instance
};

struct ParentSpec {
  std::shared_ptr<const std::string> name;  ///< as the scenario names it; nullptr: the only one
  std::uint32_t market = 0;                 ///< index into RunSpec::markets
  std::uint32_t owner = 0;                  ///< parents of one owner never trade with each other
  Side side = Side::buy;
  Lots lots = 0;
  TimePoint start = 0;  ///< receipt time, before jitter
  TimePoint end = 0;
  Duration start_jitter = 0;  ///< start and end move later by a draw from [0, start_jitter), the same for all scenarios of a replicate
  std::optional<Ticks> limit;
  EndPolicy end_policy = EndPolicy::cross;
  StrategyChoice strategy;
};

enum class RecordLevel : std::uint8_t { summary, fills, full };

struct RunSpec {
  std::uint64_t scenario = 0;   ///< number within the experiment
  std::uint64_t seed = 0;       ///< [experiment] seed
  std::uint32_t replicate = 0;  ///< 0 .. seeds-1
  std::vector<MarketSpec> markets = std::vector<MarketSpec>(1);
  std::vector<ParentSpec> parents;  ///< at least one; each is worked by its own actor
  RecordLevel record = RecordLevel::summary;
};

}  // namespace plimsoll
