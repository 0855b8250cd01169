#pragma once
/// Scenarios in batches, batches in parallel.

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "experiment/scenario.hpp"
#include "market/event_tape.hpp"
#include "metrics/scenario_result.hpp"
#include "replay/replay.hpp"

namespace plimsoll {

/// Gives the tape of a market. Called once per distinct market of an experiment, from the calling thread. May throw BadInput.
using TapeLoader = std::function<std::shared_ptr<const EventTape>(const MarketSource&)>;

/// Takes a finished batch: the scenarios and their results, in the same order. Called by one thread at a time, batch by batch as they
/// finish.
using ResultSink = std::function<void(std::span<const Scenario* const>, std::vector<ScenarioResult>&&)>;

struct ExperimentOptions {
  unsigned threads = 0;        ///< 0: one per core
  std::size_t batch = 16;      ///< scenarios sharing one pass over a tape, 1 .. kBatchRunsMax
  std::function<bool()> stop;  ///< asked before each batch; true: begin no more. May be empty. Called from any thread
  ReplayOptions replay;
};

/// A batch: scenarios of one market, at most `batch` of them, in scenario order.
std::vector<std::vector<const Scenario*>> batches_of(std::span<const Scenario* const> scenarios, std::size_t batch);

/// Runs `todo` and hands every finished batch to `sink`. Results do not depend on threads or batch. False when `stop` ended it early. What
/// `sink` or `tapes` throws comes out here.
bool run_experiment(std::span<const Scenario* const> todo, const TapeLoader& tapes, const ExperimentOptions& options,
                    const ResultSink& sink);

/// Bytes that replaying `batch` scenarios on `threads` threads over a tape takes at once: tape, books and runs. An upper
/// estimate, for the plan; results and scenarios are counted elsewhere.
std::size_t memory_estimate(const TapeInfo& tape, std::size_t events, unsigned threads, std::size_t batch);

}  // namespace plimsoll
