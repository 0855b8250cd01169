#pragma once
// The runs that are measured, built like those of a scenario file: through the registry, with checked parameters.

#include <span>
#include <string>
#include <vector>

#include "bench/workload.hpp"
#include "experiment/plugin_registry.hpp"
#include "replay/replay.hpp"
#include "result_digest.hpp"

namespace plimsoll::bench {

// The built-in plugins and, for strategies, those of bench_strategies.cpp.
StrategyChoice strategy(const std::string& name, const std::vector<GivenParam>& given);
// daily_volume_lots set so that a few hundred lots move the mid of W1 by ticks.
ImpactChoice square_root();

enum class Impact { none, square_root };

// One parent over the whole tape, with delays of 200, 500 and 200 us, overlay, fills recorded. It never gets done.
RunSpec whole_tape(const EventTape& tape, Side side, StrategyChoice strategy, Impact impact = Impact::none);

// `count` runs of bench_quoter that act every `rows` rows of the tape on average, evenly staggered, on
// alternating sides and, as the yardstick's, 0 to 3 ticks behind the touch. The first one is at the touch.
std::vector<RunSpec> quoters(const EventTape& tape, std::size_t count, std::size_t rows, Impact impact, std::int64_t orders = 2);
std::vector<RunSpec> waiters(const EventTape& tape, std::size_t count);

// One pass for all of them. Throws std::runtime_error when a run failed: then it measured something else.
std::vector<ScenarioResult> pass(const EventTape& tape, std::span<const RunSpec> specs);

// Of every bit a scenario left behind.
using test::digest;
std::size_t fills_of(const ScenarioResult& result);

// Mean time between `rows` rows of a tape.
Duration spacing(const EventTape& tape, std::size_t rows);

}  // namespace plimsoll::bench
