#pragma once
/// Scenarios in batches, batches in parallel, over as many markets as there are: one pass over a tape is the unit of work, and a tape is in
/// memory from the first pass over it to the last.

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

/// Gives the tape of a market. Called by any worker, one at a time; once a set of markets when its scenarios stand together. May throw
/// BadInput.
using TapeLoader = std::function<std::shared_ptr<const EventTape>(const MarketSource&)>;

/// Takes a finished batch: the scenarios and their results, in the same order. Called by one thread at a time, batch by batch as they
/// finish.
using ResultSink = std::function<void(std::span<const Scenario>, std::vector<ScenarioResult>&&)>;

struct ExperimentOptions {
  unsigned threads = 0;        ///< 0: one per core
  std::size_t batch = 0;       ///< scenarios sharing one pass over a tape, at most kBatchRunsMax; 0: fair_batch()
  std::function<bool()> stop;  ///< asked before each batch; true: begin no more. May be empty. Called from any thread
  ReplayOptions replay;
};

/// Numbers of neighbours in a list of scenarios, all of one set of markets.
struct Batch {
  std::span<const std::size_t> numbers;
  std::size_t market = 0;  ///< the set
};

/// Scenarios a batch, when nobody says. The more share a pass the less each costs (64 of them a half to a tenth of what they cost alone),
/// so as many as may, but every thread gets two batches: with one each, the last thread would work alone for as long as the scenarios
/// that are slower than others take.
std::size_t fair_batch(std::size_t scenarios, unsigned threads);

/// Cuts `todo`, in its order, into batches of at most `batch` scenarios of one set of markets. Views of `todo`.
std::vector<Batch> batches_of(std::span<const std::size_t> todo, const ScenarioSource& scenarios, std::size_t batch);

/// Runs the scenarios numbered in `todo` and hands every finished batch to `sink`. Workers take batches in the order of `todo`, without
/// waiting for each other between markets; so with the scenarios of each market together there are at most `threads` tapes in memory.
/// Results do not depend on threads or batch. False when `stop` ended it early. What `sink` or `tapes` throws comes out here; batches that
/// were running then have gone to the sink before.
bool run_experiment(std::span<const std::size_t> todo, const ScenarioSource& scenarios, const TapeLoader& tapes,
                    const ExperimentOptions& options, const ResultSink& sink);

/// Bytes that replaying `batch` scenarios on `threads` threads over a tape of `rows` rows takes at once beside the tape: books, what runs
/// have standing there, and runs. An upper estimate of what is touched: a ladder over many prices, most of them never named, is address
/// space and no memory. Results and scenarios are counted elsewhere.
std::size_t memory_estimate(const TapeInfo& tape, std::size_t rows, unsigned threads, std::size_t batch);

}  // namespace plimsoll
