// Scenarios in batches, batches in parallel.

#include "experiment/experiment.hpp"

#include <atomic>
#include <set>
#include <stdexcept>

#include "claims.hpp"
#include "experiment/executor.hpp"
#include "market/tape_builder.hpp"

using namespace plimsoll;

namespace {
std::shared_ptr<const MarketSource> market_of(const std::string& feed) {
  MarketSource market;
  market.feed = feed;
  return std::make_shared<const MarketSource>(std::move(market));
}
std::vector<Scenario> scenarios_of_markets(const std::vector<std::string>& feeds) {
  std::vector<Scenario> out;
  for (const std::string& feed : feeds) {
    Scenario& scenario = out.emplace_back();
    scenario.market = market_of(feed);
    scenario.run.scenario = out.size() - 1;
  }
  return out;
}
std::vector<const Scenario*> pointers(const std::vector<Scenario>& scenarios) {
  std::vector<const Scenario*> out;
  for (const Scenario& scenario : scenarios) out.push_back(&scenario);
  return out;
}
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

TEST_CASE("a batch holds scenarios of one market, in order, and never more than asked") {
  const std::vector<Scenario> scenarios = scenarios_of_markets({"a", "b", "a", "a", "b", "a", "a"});
  const auto batches = batches_of(pointers(scenarios), 2);
  std::vector<std::vector<std::uint64_t>> numbers;
  for (const auto& batch : batches) {
    auto& row = numbers.emplace_back();
    for (const Scenario* scenario : batch) row.push_back(scenario->run.scenario);
  }
  CHECK(numbers == std::vector<std::vector<std::uint64_t>>{{0, 2}, {3, 5}, {6}, {1, 4}});
}

TEST_CASE("a tape is loaded once a market, the sink is never entered twice at a time, and stop begins no new batch") {
  TapeBuilder builder;
  builder.add(0, 1, Side::buy, 100, 1);
  const auto tape = std::make_shared<const EventTape>(builder.finish({}));
  std::vector<Scenario> scenarios = scenarios_of_markets(std::vector<std::string>(40, "a"));
  for (Scenario& scenario : scenarios) scenario.market = market_of(scenario.run.scenario % 2 == 0 ? "a" : "b");
  std::multiset<std::string> loaded;
  std::set<std::uint64_t> finished;
  std::atomic<int> inside{0};
  const auto loader = [&](const MarketSource& market) {
    loaded.insert(market.feed);
    return tape;
  };
  const auto sink = [&](std::span<const Scenario* const> batch, std::vector<ScenarioResult>&& results) {
    CHECK(++inside == 1);
    CHECK(batch.size() == results.size());
    for (const ScenarioResult& result : results) CHECK(finished.insert(result.scenario).second);
    --inside;
  };
  ExperimentOptions options;
  options.threads = 2;
  options.batch = 3;
  CHECK(run_experiment(pointers(scenarios), loader, options, sink));
  CHECK(finished.size() == 40);
  CHECK(loaded == std::multiset<std::string>{"a", "b"});

  finished.clear();
  options.threads = 1;
  options.stop = [&] { return finished.size() >= 6; };
  CHECK_FALSE(run_experiment(pointers(scenarios), loader, options, sink));
  CHECK(finished.size() == 6);
}
