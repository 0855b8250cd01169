// Scenarios in batches, batches in parallel, tapes in memory while they are needed.

#include "experiment/experiment.hpp"

#include <atomic>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

#include "claims.hpp"
#include "core/error.hpp"
#include "experiment/executor.hpp"
#include "market/tape_builder.hpp"

using namespace plimsoll;

namespace {

std::shared_ptr<const MarketSet> set_of(MarketSource source) {
  return std::make_shared<const MarketSet>(MarketSet{{{std::make_shared<const MarketSource>(std::move(source)), 0}}});
}

/// Scenarios that do nothing, on the markets whose names are given.
class Scenarios final : public ScenarioSource {
 public:
  explicit Scenarios(const std::vector<std::string>& feeds) {
    std::map<std::string, std::size_t> known;
    for (const std::string& feed : feeds) {
      const auto [at, fresh] = known.try_emplace(feed, markets_.size());
      if (fresh) markets_.push_back(set_of({feed, {}, ""}));
      market_of_.push_back(at->second);
    }
  }
  std::size_t size() const override { return market_of_.size(); }
  std::size_t market_of(std::size_t number) const override { return market_of_[number]; }
  Scenario make(std::size_t number) const override {
    Scenario out;
    out.markets = markets_[market_of_[number]];
    out.run.scenario = number;
    return out;
  }

 private:
  std::vector<std::shared_ptr<const MarketSet>> markets_;
  std::vector<std::size_t> market_of_;
};

/// `each` scenarios on every one of `markets` markets.
Scenarios many(std::size_t markets, std::size_t each) {
  std::vector<std::string> feeds;
  for (std::size_t market = 0; market < markets; ++market) feeds.insert(feeds.end(), each, "market " + std::to_string(market));
  return Scenarios{feeds};
}

std::vector<std::size_t> all_of(const ScenarioSource& scenarios) {
  std::vector<std::size_t> out(scenarios.size());
  for (std::size_t number = 0; number < out.size(); ++number) out[number] = number;
  return out;
}

std::shared_ptr<const EventTape> small_tape() {
  TapeBuilder builder;
  builder.add(0, 1, Side::buy, 100, 1);
  return std::make_shared<const EventTape>(builder.finish({}));
}

/// Hands out copies of a tape and keeps an eye on them.
class Library {
 public:
  std::vector<std::string> loaded;
  std::size_t alive_max = 0;
  std::atomic<int> inside{0};
  bool twice_at_once = false;

  std::shared_ptr<const EventTape> load(const MarketSource& market) {
    twice_at_once = ++inside > 1 || twice_at_once;
    loaded.push_back(market.feed);
    auto tape = std::make_shared<const EventTape>(*tape_);
    given_.push_back(tape);
    std::size_t alive = 0;
    for (const auto& each : given_) alive += each.expired() ? 0 : 1;
    alive_max = std::max(alive_max, alive);
    --inside;
    return tape;
  }

 private:
  std::shared_ptr<const EventTape> tape_ = small_tape();
  std::vector<std::weak_ptr<const EventTape>> given_;
};

}  // namespace

TEST_CASE("every job runs once, on one thread or on several") {
  for (const unsigned threads : {1u, 2u, 5u}) {
    std::vector<std::atomic<int>> done(1'000);
    parallel_for(done.size(), threads, [&](std::size_t job) { ++done[job]; });
    for (const std::atomic<int>& count : done) REQUIRE(count == 1);
  }
}

TEST_CASE("an exception of a job comes out of parallel_for") {
  for (const unsigned threads : {1u, 2u})
    CHECK_THROWS_AS(parallel_for(100, threads,
                                 [](std::size_t job) {
                                   if (job == 37) throw std::runtime_error{"37"};
                                 }),
                    std::runtime_error);
}

TEST_CASE("a batch holds neighbours of one market, in order, and never more than asked") {
  const Scenarios scenarios{{"a", "b", "a", "a", "b", "a", "a"}};
  const std::vector<std::size_t> todo = {0, 2, 3, 5, 6, 1, 4};
  std::vector<std::vector<std::size_t>> numbers;
  std::vector<std::size_t> markets;
  for (const Batch& batch : batches_of(todo, scenarios, 2)) {
    numbers.emplace_back(batch.numbers.begin(), batch.numbers.end());
    markets.push_back(batch.market);
  }
  CHECK(numbers == std::vector<std::vector<std::size_t>>{{0, 2}, {3, 5}, {6}, {1, 4}});
  CHECK(markets == std::vector<std::size_t>{0, 0, 0, 1});
}

TEST_CASE("a fair batch is as full as a pass allows and leaves two for every thread") {
  CHECK(fair_batch(10'000, 2) == 64);
  CHECK(fair_batch(256, 2) == 64);
  CHECK(fair_batch(100, 2) == 25);
  CHECK(fair_batch(16, 2) == 4);  // it was one batch of 16, and the other thread had nothing to do
  CHECK(fair_batch(5, 2) == 2);
  CHECK(fair_batch(1, 64) == 1);
  CHECK(fair_batch(0, 2) == 1);
}

TEST_CASE("without a size a sweep of one market is cut into two batches a thread") {
  const Scenarios scenarios = many(1, 12);
  const std::vector<std::size_t> todo = all_of(scenarios);
  Library library;
  std::vector<std::size_t> sizes;
  ExperimentOptions options;
  options.threads = 2;
  run_experiment(
      todo, scenarios, [&](const MarketSource& market) { return library.load(market); }, options,
      [&](std::span<const Scenario> batch, std::vector<ScenarioResult>&&) { sizes.push_back(batch.size()); });
  CHECK(sizes == std::vector<std::size_t>(4, 3));
}

TEST_CASE("a tape is loaded once, one at a time, dropped after its last scenario, and no more are kept than there are threads") {
  for (const unsigned threads : {1u, 2u}) {
    CAPTURE(threads);
    const Scenarios scenarios = many(50, 7);
    const std::vector<std::size_t> todo = all_of(scenarios);
    Library library;
    std::set<std::uint64_t> finished;
    std::atomic<int> inside{0};
    ExperimentOptions options;
    options.threads = threads;
    options.batch = 3;
    CHECK(run_experiment(
        todo, scenarios, [&](const MarketSource& market) { return library.load(market); }, options,
        [&](std::span<const Scenario> batch, std::vector<ScenarioResult>&& results) {
          CHECK(++inside == 1);
          CHECK(batch.size() == results.size());
          for (const ScenarioResult& result : results) CHECK(finished.insert(result.scenario).second);
          --inside;
        }));
    CHECK(finished.size() == scenarios.size());
    CHECK(library.loaded.size() == 50);
    CHECK(std::set<std::string>{library.loaded.begin(), library.loaded.end()}.size() == 50);
    CHECK_FALSE(library.twice_at_once);
    CHECK(library.alive_max <= threads);
  }
}

TEST_CASE("nobody waits for a market to be finished before the next one is begun") {
  const Scenarios scenarios = many(2, 1);
  const std::vector<std::size_t> todo = all_of(scenarios);
  const auto tape = small_tape();
  std::atomic<int> begun{0};
  std::atomic<bool> met{false};
  ExperimentOptions options;
  options.threads = 2;
  if (default_threads() < 2) return;
  options.stop = [&] {  // asked by each worker before its market: with a barrier the second never comes
    ++begun;
    for (int patience = 0; begun < 2 && patience < 5'000; ++patience) std::this_thread::sleep_for(std::chrono::milliseconds{1});
    if (begun >= 2) met = true;
    return false;
  };
  run_experiment(
      todo, scenarios, [&](const MarketSource&) { return tape; }, options, [](auto&&...) {});
  CHECK(met);
}

TEST_CASE("stop begins no new batch") {
  const Scenarios scenarios = many(2, 20);
  const std::vector<std::size_t> todo = all_of(scenarios);
  Library library;
  std::size_t finished = 0;
  ExperimentOptions options;
  options.threads = 1;
  options.batch = 3;
  options.stop = [&] { return finished >= 6; };
  CHECK_FALSE(run_experiment(
      todo, scenarios, [&](const MarketSource& market) { return library.load(market); }, options,
      [&](std::span<const Scenario> batch, std::vector<ScenarioResult>&&) { finished += batch.size(); }));
  CHECK(finished == 6);
  CHECK(library.loaded == std::vector<std::string>{"market 0"});
}

TEST_CASE("a tape that cannot be loaded ends the run with its error, and what was finished before has been handed over") {
  for (const unsigned threads : {1u, 2u}) {
    const Scenarios scenarios = many(40, 2);
    const std::vector<std::size_t> todo = all_of(scenarios);
    Library library;
    std::set<std::uint64_t> finished;
    ExperimentOptions options;
    options.threads = threads;
    const auto loader = [&](const MarketSource& market) {
      if (market.feed == "market 20") throw BadInput{ExitCode::no_input, {"DATA-MISSING", "", "", "gone", ""}};
      return library.load(market);
    };
    CHECK_THROWS_AS(run_experiment(todo, scenarios, loader, options,
                                   [&](std::span<const Scenario> batch, std::vector<ScenarioResult>&&) {
                                     for (const Scenario& scenario : batch) finished.insert(scenario.run.scenario);
                                   }),
                    BadInput);
    for (std::uint64_t number = 0; number < 38; ++number) CHECK(finished.contains(number));  // one market may have been under way
    CHECK_FALSE(finished.contains(40));
    CHECK(finished.size() < 60);
  }
}

TEST_CASE("a stub quote far away adds the pages it stands on to the plan's memory, not the prices in between") {
  TapeInfo near, far;
  near.price_max = 1'000;
  far.price_max = 19'999'900;
  near.slot_count = far.slot_count = 100;
  constexpr std::size_t rows = 500;
  CHECK(memory_estimate(far, rows, 1, 16) < memory_estimate(near, rows, 1, 16) + 3 * rows * 4096 + 800 * 512);
  CHECK(memory_estimate(far, rows, 1, 16) < 8'000'000);
  // With rows for every price the ladders count in full: 16 bytes a tick and side.
  CHECK(memory_estimate(far, 1'000'000'000, 1, 16) > 2 * 16 * std::size_t{19'999'900});
  CHECK(memory_estimate(near, rows, 2, 16) == 2 * memory_estimate(near, rows, 1, 16));
}
