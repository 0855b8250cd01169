#include "experiment/experiment.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>

#include "core/contract.hpp"
#include "execution/subscriptions.hpp"
#include "experiment/executor.hpp"
#include "market/order_book.hpp"
#include "replay/scenario_run.hpp"

namespace plimsoll {

namespace {
/// Scenarios of one market keep their order; markets come in the order of their first scenario.
std::vector<std::vector<const Scenario*>> by_market(std::span<const Scenario* const> scenarios) {
  std::vector<std::vector<const Scenario*>> markets;
  std::map<MarketSource, std::size_t> index;
  for (const Scenario* scenario : scenarios) {
    const auto [at, is_new] = index.try_emplace(*scenario->market, markets.size());
    if (is_new) markets.emplace_back();
    markets[at->second].push_back(scenario);
  }
  return markets;
}
}  // namespace

std::vector<std::vector<const Scenario*>> batches_of(std::span<const Scenario* const> scenarios, std::size_t batch) {
  EXPECT(batch >= 1 && batch <= kBatchRunsMax);
  std::vector<std::vector<const Scenario*>> batches;
  for (const auto& market : by_market(scenarios))
    for (std::size_t first = 0; first < market.size(); first += batch) {
      const auto begin = market.begin() + static_cast<std::ptrdiff_t>(first);
      batches.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(std::min(batch, market.size() - first)));
    }
  return batches;
}

bool run_experiment(std::span<const Scenario* const> todo, const TapeLoader& tapes, const ExperimentOptions& options,
                    const ResultSink& sink) {
  std::mutex sink_mutex;
  std::atomic<bool> stopped{false};
  for (const auto& market : by_market(todo)) {
    const std::shared_ptr<const EventTape> tape = tapes(*market.front()->market);
    const auto batches = batches_of(market, options.batch);
    parallel_for(batches.size(), options.threads, [&](std::size_t index) {
      if (stopped || (options.stop && options.stop())) {
        stopped = true;
        return;
      }
      std::vector<const RunSpec*> specs;
      for (const Scenario* scenario : batches[index]) specs.push_back(&scenario->run);
      std::vector<ScenarioResult> results = replay(*tape, specs, options.replay);
      const std::lock_guard lock{sink_mutex};
      sink(batches[index], std::move(results));
    });
    if (stopped) return false;
  }
  return true;
}

std::size_t memory_estimate(const TapeInfo& tape, std::size_t events, unsigned threads, std::size_t batch) {
  const auto ticks = static_cast<std::size_t>(std::int64_t{tape.price_max} - tape.price_min + 1);
  const std::size_t book = ticks * 2 * sizeof(PriceLevel) + tape.slot_count * (sizeof(RestingOrder) + sizeof(RunWord));
  return events * kTapeBytesPerEvent + threads * (book + batch * sizeof(ScenarioRun));
}

}  // namespace plimsoll
