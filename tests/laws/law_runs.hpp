#pragma once
/// Whole runs for the laws: real strategies and impact models by name, on tapes the tests make.

#include <algorithm>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "claims.hpp"
#include "execution/subscriptions.hpp"
#include "experiment/plugin_registry.hpp"
#include "feed/feed.hpp"
#include "market/tape_builder.hpp"
#include "replay/single_run.hpp"
#include "result_digest.hpp"

namespace plimsoll::test {

using Settings = std::vector<GivenParam>;

inline const PluginRegistry& registry() {
  static const PluginRegistry plugins;
  return plugins;
}
inline std::vector<ParamValue> resolved(const plimsoll_param_info* infos, std::uint32_t count, const Settings& given) {
  ResolvedParams params = resolve_params(infos, count, given, "test", "test");
  for (const InputError& error : params.errors) FAIL(error.text());
  return params.values;
}
inline StrategyChoice strategy(const std::string& name, const Settings& given = {}) {
  const plimsoll_strategy_type* type = registry().find_strategy(name);
  REQUIRE(type != nullptr);
  return {type, resolved(type->params, type->param_count, given)};
}
inline ImpactChoice impact(const std::string& name, const Settings& given = {}) {
  const plimsoll_impact_model_type* type = registry().find_impact_model(name);
  REQUIRE(type != nullptr);
  return {type, resolved(type->params, type->param_count, given)};
}
inline ImpactChoice square_root() {
  return impact("square_root", {{"daily_volatility", 0.02, ""}, {"daily_volume_lots", std::int64_t{2'000'000}, ""}});
}

/// Every shipped strategy, in the ways they trade: taking, resting, following volume, along an optimal schedule.
inline std::vector<std::pair<std::string, StrategyChoice>> every_strategy() {
  return {
      {"immediate", strategy("immediate")},
      {"twap", strategy("twap", {{"slices", std::int64_t{12}, ""}, {"jitter", 0.3, ""}})},
      {"twap join", strategy("twap", {{"slices", std::int64_t{12}, ""}, {"style", std::string{"join"}, ""}})},
      {"pov", strategy("pov", {{"rate", 0.15, ""}})},
      {"pov join", strategy("pov", {{"rate", 0.15, ""}, {"style", std::string{"join"}, ""}})},
      {"almgren_chriss",
       strategy("almgren_chriss", {{"temporary_ticks_s_per_lot", 0.5, ""}, {"volatility_ticks", 5.0, ""}, {"risk_aversion", 1e-6, ""}})},
      {"almgren_chriss_portfolio", strategy("almgren_chriss_portfolio", {{"symbols", std::string{"SYNTHETIC"}, ""},
                                                                         {"basket", std::vector<double>{1.0}, ""},
                                                                         {"covariance", std::vector<double>{0.04}, ""},
                                                                         {"temporary", std::vector<double>{0.005}, ""},
                                                                         {"risk_aversion", 1e-4, ""}})},
      {"almgren_power",
       strategy("almgren_power", {{"temporary_prefactor", 0.5, ""}, {"volatility_ticks", 5.0, ""}, {"risk_aversion", 1e-6, ""}})},
      {"obizhaeva_wang", strategy("obizhaeva_wang", {{"resilience_per_s", 0.02, ""}})},
      {"bertsimas_lo", strategy("bertsimas_lo", {{"impact_ticks_per_lot", 0.01, ""}})},
      {"gueant",
       strategy("gueant",
                {{"intensity_per_s", 1.0, ""}, {"decay_per_tick", 0.1, ""}, {"volatility_ticks", 5.0, ""}, {"risk_aversion", 1e-5, ""}})},
      {"cartea_jaimungal", strategy("cartea_jaimungal", {{"temporary_ticks_s_per_lot", 0.5, ""}, {"flow_ticks_per_lot", 0.01, ""}})}};
}

inline std::vector<ScenarioResult> run_all(const EventTape& tape, const std::vector<RunSpec>& specs, const ReplayOptions& options = {}) {
  std::vector<const RunSpec*> pointers;
  for (const RunSpec& spec : specs) pointers.push_back(&spec);
  std::vector<ScenarioResult> results;
  for (std::size_t first = 0; first < pointers.size(); first += kBatchRunsMax) {
    const std::size_t count = std::min(kBatchRunsMax, pointers.size() - first);
    for (ScenarioResult& result : replay(tape, std::span{pointers}.subspan(first, count), options)) results.push_back(std::move(result));
  }
  for (const ScenarioResult& result : results)
    if (result.status == ScenarioStatus::failed) FAIL(result.message);
  return results;
}
inline ScenarioResult run_one(const EventTape& tape, const RunSpec& spec) { return std::move(run_all(tape, {spec}).front()); }

/// A quarter of an hour of the embedded zero-intelligence market.
inline const EventTape& synthetic_tape() {
  static const EventTape tape = load_feed("synthetic", {{"duration_s", "900"}, {"seed", "11"}});
  return tape;
}

/// Copies rows of a tape into a builder by its own order numbers, so that a test can go on differently.
class TapeCopy {
 public:
  explicit TapeCopy(const EventTape& tape) : tape_{tape}, id_of_slot_(tape.info().slot_count) {}
  void copy(std::size_t row) {
    const MarketEvent event = tape_[row];
    switch (event.action) {
      case Action::add:
        id_of_slot_[event.order] = ++last_id_;
        builder.add(event.time, last_id_, event.side, event.price, event.quantity);
        break;
      case Action::cancel: builder.cancel(event.time, id_of_slot_[event.order], event.quantity); break;
      case Action::fill: builder.fill(event.time, id_of_slot_[event.order], event.quantity); break;
      case Action::trade: builder.trade(event.time, event.side, event.price, event.order, event.quantity); break;
      case Action::clear: builder.clear(event.time); break;
      case Action::halt: builder.halt(event.time); break;
      case Action::resume: builder.resume(event.time); break;
    }
  }
  std::uint64_t new_id() { return ++last_id_; }
  EventTape finish() {
    TapeInfo info;
    info.instrument = tape_.info().instrument;
    return builder.finish(info);
  }
  TapeBuilder builder;

 private:
  const EventTape& tape_;
  std::vector<std::uint64_t> id_of_slot_;
  std::uint64_t last_id_ = 0;
};

}  // namespace plimsoll::test
