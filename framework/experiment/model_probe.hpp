#pragma once
/// An impact model asked outside a replay: what would these trades cost, what would the mid do?
///
/// The unaffected mid stands still; our trades are all that happens. The cost of a trade is its signed lots times the mean displacement of
/// the mid it trades at, in ticks x lots, so a purchase that pushes the price up costs, and half-spread and fees are left out:
///   a book model        sweep() of all its lots at once
///   any other model     the mean of the displacement right before and right after: its own jump counts half, which is exact for models
///                       linear in size. `parts` > 1 sends a trade as that many equal parts at one instant (integer lots, cumulative
///                       remainder), each charged so; for a law that depends only on what was traded in total this converges to the
///                       integral of the path (n parts of a square root: within 0.21 n^-1.5 of its lots times its peak).
/// A plugin that fails, or answers with something that is no number, becomes a ModelFailure with the plugin's own words.
/// Thread rule: belongs to one thread; two probes are independent.

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/units.hpp"
#include "experiment/plugin_registry.hpp"
#include "replay/plugin_instance.hpp"
#include "replay/run_spec.hpp"
#include "sdk/plimsoll.h"

namespace plimsoll {

struct ModelFailure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The impact model of that name with these settings, the others at their defaults. Throws BadInput (78) with all that is wrong.
ImpactChoice model_named(const PluginRegistry& plugins, const std::string& name, const std::vector<GivenParam>& given);

/// Where a model is asked. Texts of an instrument are not owned and must outlive the probe's construction.
struct ProbeSetting {
  std::vector<plimsoll_instrument> instruments = {{sizeof(plimsoll_instrument), 0, 0.01, 1.0, 1.0, "PROBE", "USD"}};
  double mid_ticks = 10'000.0;  ///< the unaffected mid of every instrument
  std::uint64_t seed = 1;       ///< of what the model draws
};

/// Lots bought (positive) or sold (negative) at once, for one parent.
struct ProbeTrade {
  TimePoint time = 0;
  Lots signed_lots = 0;
  std::uint32_t parent = 0;
  std::uint32_t instrument = 0;
};

class ModelProbe {
 public:
  /// Throws ModelFailure when the model refuses its settings.
  ModelProbe(const ImpactChoice& model, const ProbeSetting& setting);
  ModelProbe(const ModelProbe&) = delete;
  ModelProbe& operator=(const ModelProbe&) = delete;

  /// Tells the model of a parent order at its start. Parents are named by the caller; each may be announced once.
  void announce(std::uint32_t parent, Side side, Lots lots, TimePoint start, TimePoint end, std::uint32_t instrument = 0);

  /// Displacement of the mid in ticks, up positive. `time` is never before the last execution.
  double displacement(TimePoint time, std::uint32_t instrument = 0) const;

  /// Executes and gives the cost in ticks x lots. The parent must have been announced; times never go back.
  double execute(const ProbeTrade& trade, std::int64_t parts = 1);

  bool is_book() const { return model_.type().sweep != nullptr; }

 private:
  double execute_part(const ProbeTrade& trade);
  void did(std::int32_t outcome, const char* call) const;

  ImpactModelInstance model_;
  double mid_ticks_;
  std::uint64_t seed_;
  mutable std::string failure_;
  plimsoll_host_base host_{};
};

/// The whole list on a fresh model, in ticks x lots. Trades stand in time order; those of one parent share side and instrument, and the
/// parent is announced before its first trade with the sum of its lots, from its first trade to its last, at least one second.
/// A trade of 0 lots is skipped.
double cost_of(const ImpactChoice& model, const ProbeSetting& setting, std::span<const ProbeTrade> trades, std::int64_t parts = 1);

/// The same, trade by trade.
std::vector<double> costs_of(const ImpactChoice& model, const ProbeSetting& setting, std::span<const ProbeTrade> trades,
                             std::int64_t parts = 1);

}  // namespace plimsoll
