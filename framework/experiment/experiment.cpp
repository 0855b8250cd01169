#include "experiment/experiment.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>

#include "core/contract.hpp"
#include "execution/subscriptions.hpp"
#include "experiment/executor.hpp"
#include "market/lazy_array.hpp"
#include "market/order_book.hpp"
#include "metrics/schema.hpp"
#include "replay/scenario_run.hpp"

namespace plimsoll {

namespace {

// What Subscriptions holds: of each price where runs have something standing, and at how many prices one run has.
constexpr std::size_t kPlaceBytes = 800, kPlacesOfRun = 32;

using Tapes = std::vector<std::shared_ptr<const EventTape>>;

/// The tapes that are in use: those of each set loaded by the first batch that needs it, dropped after the last.
class TapesInUse {
 public:
  TapesInUse(const TapeLoader& load, std::span<const Batch> batches) : load_{load} {
    for (const Batch& batch : batches) ++batches_left_[batch.market];
  }

  Tapes take(const Batch& batch, const MarketSet& markets) {
    Place* place = nullptr;
    {
      const std::lock_guard lock{mutex_};
      place = &places_[batch.market];
    }
    const std::lock_guard this_set{place->mutex};  // the others of this set wait, those of another do not
    if (place->tapes.empty()) {
      const std::lock_guard one_at_a_time{loading_};
      Tapes loaded;
      for (const MarketSet::Member& each : markets.members) loaded.push_back(load_(*each.source));
      place->tapes = std::move(loaded);
    }
    return place->tapes;
  }

  void done_with(const Batch& batch) {
    const std::lock_guard lock{mutex_};
    if (--batches_left_.at(batch.market) == 0) places_.erase(batch.market);
  }

 private:
  struct Place {
    std::mutex mutex;
    Tapes tapes;
  };
  const TapeLoader& load_;
  std::mutex mutex_, loading_;
  std::map<std::size_t, std::size_t> batches_left_;
  std::map<std::size_t, Place> places_;
};

std::vector<ScenarioResult> replay_on(const Tapes& tapes, const MarketSet& markets, std::span<const RunSpec* const> specs,
                                      const ReplayOptions& options) {
  std::vector<LaggedTape> lagged;
  for (std::size_t index = 0; index < tapes.size(); ++index) lagged.push_back({*tapes[index], markets.members[index].lag});
  return replay(lagged, specs, options);
}

void add_drawn(std::span<const Scenario> scenarios, std::vector<ScenarioResult>& results) {
  for (std::size_t index = 0; index < scenarios.size(); ++index) {
    if (scenarios[index].drawn.empty()) continue;
    Table& drawn = results[index].tables.emplace_back(drawn_schema());
    for (const DrawnParameter& each : scenarios[index].drawn) drawn.append(scenarios[index].run.scenario, each.name, each.value);
  }
}

}  // namespace

std::size_t fair_batch(std::size_t scenarios, unsigned threads) {
  const std::size_t batches = std::size_t{2} * std::max(1u, threads);
  return std::clamp<std::size_t>((scenarios + batches - 1) / batches, 1, kBatchRunsMax);
}

std::vector<Batch> batches_of(std::span<const std::size_t> todo, const ScenarioSource& scenarios, std::size_t batch) {
  EXPECT(batch >= 1 && batch <= kBatchRunsMax);
  std::vector<Batch> batches;
  for (std::size_t index = 0; index < todo.size(); ++index) {
    const std::size_t market = scenarios.market_of(todo[index]);
    if (!batches.empty() && batches.back().market == market && batches.back().numbers.size() < batch)
      batches.back().numbers = {batches.back().numbers.data(), batches.back().numbers.size() + 1};
    else
      batches.push_back({todo.subspan(index, 1), market});
  }
  return batches;
}

bool run_experiment(std::span<const std::size_t> todo, const ScenarioSource& scenarios, const TapeLoader& tapes,
                    const ExperimentOptions& options, const ResultSink& sink) {
  const unsigned threads = options.threads > 0 ? options.threads : default_threads();
  const std::size_t most = options.batch > 0 ? options.batch : fair_batch(todo.size(), threads);
  const std::vector<Batch> batches = batches_of(todo, scenarios, most);
  TapesInUse tapes_in_use{tapes, batches};
  std::mutex sink_mutex;
  std::atomic<bool> stopped{false};
  std::atomic<std::size_t> next{0};  // the executor may begin its jobs in any order; tapes want theirs
  parallel_for(batches.size(), threads, [&](std::size_t) {
    if (stopped || (options.stop && options.stop())) {
      stopped = true;
      return;
    }
    const Batch& batch = batches[next++];
    std::vector<Scenario> made;
    std::vector<const RunSpec*> specs;
    made.reserve(batch.numbers.size());
    for (const std::size_t number : batch.numbers) specs.push_back(&made.emplace_back(scenarios.make(number)).run);
    const MarketSet& markets = *made.front().markets;
    std::vector<ScenarioResult> results = replay_on(tapes_in_use.take(batch, markets), markets, specs, options.replay);
    tapes_in_use.done_with(batch);
    add_drawn(made, results);
    const std::lock_guard lock{sink_mutex};
    sink(made, std::move(results));
  });
  return !stopped;
}

std::size_t memory_estimate(const TapeInfo& tape, std::size_t rows, unsigned threads, std::size_t batch) {
  const auto ticks = static_cast<std::size_t>(std::int64_t{tape.price_max} - tape.price_min + 1);
  // A row touches one price of one side, so both sides together have no more pages in use than there are rows.
  const auto lazy = [&](std::size_t bytes) { return std::min(bytes, rows * kLazyPage); };
  const std::size_t occupied = ticks / 8 + ticks / 512 + ticks / 32'768;  // PriceBitmap's three levels
  const std::size_t book = lazy(2 * ticks * sizeof(PriceLevel)) + lazy(2 * occupied) + tape.slot_count * sizeof(RestingOrder);
  const std::size_t links = lazy(2 * ticks * sizeof(std::uint32_t));
  const std::size_t places = std::min(2 * ticks, batch * kPlacesOfRun) * kPlaceBytes;
  return threads * (book + links + places + batch * (sizeof(ScenarioRun) + sizeof(TradedMarket)));
}

}  // namespace plimsoll
