#include "bench/scenarios.hpp"

#include <stdexcept>

#include "bench/memory_probe.hpp"

extern "C" const plimsoll_plugin* plimsoll_entry_bench(void);

namespace plimsoll::bench {

namespace {

const PluginRegistry& registry() {
  static const PluginRegistry plugins = [] {
    std::vector<plimsoll_plugin_entry_fn> entries = builtin_plugins();
    entries.push_back(plimsoll_entry_bench);
    return PluginRegistry{entries, "built-in"};
  }();
  return plugins;
}

std::vector<ParamValue> resolved(const plimsoll_param_info* infos, std::uint32_t count, const std::vector<GivenParam>& given) {
  ResolvedParams params = resolve_params(infos, count, given, "bench", "bench");
  if (!params.errors.empty()) throw std::runtime_error(params.errors.front().text());
  return std::move(params.values);
}

}  // namespace

MemoryProbe& memory_probe() {
  static MemoryProbe probe;
  return probe;
}

StrategyChoice strategy(const std::string& name, const std::vector<GivenParam>& given) {
  const plimsoll_strategy_type* type = registry().find_strategy(name);
  if (type == nullptr) throw std::runtime_error("there is no strategy " + name);
  return {type, resolved(type->params, type->param_count, given)};
}

ImpactChoice square_root() {
  const plimsoll_impact_model_type* type = registry().find_impact_model("square_root");
  if (type == nullptr) throw std::runtime_error("there is no square_root");
  return {type, resolved(type->params, type->param_count,
                         {{"daily_volatility", 0.015, ""}, {"daily_volume_lots", std::int64_t{40'000'000}, ""}})};
}

RunSpec whole_tape(const EventTape& tape, Side side, StrategyChoice strategy, Impact impact) {
  RunSpec spec;
  spec.seed = 7;
  spec.markets[0].latency = {.feed = 200 * kMicrosecond, .order = 500 * kMicrosecond, .response = 200 * kMicrosecond};
  spec.record = RecordLevel::fills;
  if (impact == Impact::square_root) spec.markets[0].impact = square_root();
  ParentSpec& parent = spec.parents.emplace_back();
  parent.side = side;
  parent.lots = 1'000'000'000;
  parent.start = tape.first_time() + spec.markets[0].latency.feed;
  parent.end = tape.last_time();
  parent.end_policy = EndPolicy::cancel;
  parent.strategy = std::move(strategy);
  return spec;
}

Duration spacing(const EventTape& tape, std::size_t rows) {
  return static_cast<Duration>(Wide{tape.last_time() - tape.first_time()} * static_cast<std::int64_t>(rows) /
                               static_cast<std::int64_t>(tape.size()));
}

std::vector<RunSpec> quoters(const EventTape& tape, std::size_t count, std::size_t rows, Impact impact, std::int64_t orders) {
  const Duration interval = spacing(tape, rows);
  std::vector<RunSpec> specs;
  for (std::size_t i = 0; i < count; ++i) {
    const Duration phase = interval * static_cast<Duration>(i) / static_cast<Duration>(count);
    specs.push_back(whole_tape(tape, i % 2 == 0 ? Side::buy : Side::sell,
                               strategy("bench_quoter", {{"interval_ns", interval, ""},
                                                         {"phase_ns", phase, ""},
                                                         {"behind", static_cast<std::int64_t>(i / 2 % 4), ""},
                                                         {"orders", orders, ""}}),
                               impact));
    specs.back().scenario = i;
  }
  return specs;
}

std::vector<RunSpec> waiters(const EventTape& tape, std::size_t count) {
  std::vector<RunSpec> specs;
  for (std::size_t i = 0; i < count; ++i) {
    specs.push_back(whole_tape(tape, i % 2 == 0 ? Side::buy : Side::sell, strategy("bench_waiter", {})));
    specs.back().scenario = i;
  }
  return specs;
}

std::vector<ScenarioResult> pass(const EventTape& tape, std::span<const RunSpec> specs) {
  std::vector<const RunSpec*> pointers;
  for (const RunSpec& spec : specs) pointers.push_back(&spec);
  std::vector<ScenarioResult> results = replay(tape, pointers);
  for (const ScenarioResult& result : results)
    if (result.status == ScenarioStatus::failed) throw std::runtime_error("a measured run failed: " + result.message);
  return results;
}

std::size_t fills_of(const ScenarioResult& result) {
  for (const Table& table : result.tables)
    if (table.name() == "fills") return table.rows();
  return 0;
}

}  // namespace plimsoll::bench
