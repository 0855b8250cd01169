// A run is alone: who shares its pass, and who is woken for nothing, changes no result.

#include "laws/law_runs.hpp"
#include "replay/scripted.hpp"

using namespace plimsoll;
using namespace plimsoll::test;

namespace {
/// Strategies x sides x sizes x impact models x responses, all over the quarter of an hour.
std::vector<RunSpec> many_specs() {
  const EventTape& tape = synthetic_tape();
  std::vector<RunSpec> specs;
  for (const auto& [name, choice] : every_strategy())
    for (const Side side : {Side::buy, Side::sell})
      for (const Lots lots : {Lots{200}, Lots{6'000}})
        for (const int variant : {0, 1, 2, 3}) {
          RunSpec spec = one_parent(side, lots, tape.first_time() + 30 * kSecond, tape.first_time() + 600 * kSecond, choice);
          spec.scenario = specs.size();
          spec.replicate = static_cast<std::uint32_t>(specs.size() % 3);
          spec.parents[0].start_jitter = 10 * kSecond;
          spec.markets[0].latency = {.feed = kMillisecond, .order = 2 * kMillisecond, .response = kMillisecond};
          if (variant >= 1) spec.markets[0].impact = square_root();
          if (variant == 2) spec.markets[0].rules.refill_per_s = 0.2;
          if (variant == 3) spec.markets[0].rules.response = Response::none;
          specs.push_back(spec);
        }
  return specs;
}
std::vector<std::string> digests(const std::vector<ScenarioResult>& results) {
  std::vector<std::string> out;
  for (const ScenarioResult& result : results) out.push_back(digest(result));
  return out;
}
}  // namespace

TEST_CASE("false wakes change nothing: all runs told of all rows give the same results") {
  const std::vector<RunSpec> specs = many_specs();
  CHECK(digests(run_all(synthetic_tape(), specs, {.wake_everyone = true})) == digests(run_all(synthetic_tape(), specs)));
}

TEST_CASE("64 scenarios in one pass equal 64 passes") {
  const std::vector<RunSpec> specs = many_specs();
  REQUIRE(specs.size() >= kBatchRunsMax);
  std::vector<std::string> alone;
  for (const RunSpec& spec : specs) alone.push_back(digest(run_one(synthetic_tape(), spec)));
  CHECK(digests(run_all(synthetic_tape(), specs)) == alone);
}

TEST_CASE("different scenarios differ: the digest sees sides, sizes, models and replicates") {
  std::vector<std::string> all = digests(run_all(synthetic_tape(), many_specs()));
  std::sort(all.begin(), all.end());
  CHECK(std::adjacent_find(all.begin(), all.end()) == all.end());
}

TEST_CASE("a plugin that fails ends its own scenario and no other") {
  const EventTape& tape = synthetic_tape();
  Script bad;
  bad.on_start = [](Desk& desk, const plimsoll_parent&) {
    desk.limit(Side::buy, 1, 5);
    desk.fail("out of ideas");
  };
  const RunSpec failing = one_parent(Side::buy, 100, tape.first_time() + kSecond, tape.first_time() + 60 * kSecond, scripted(bad));
  const RunSpec good = one_parent(Side::buy, 100, tape.first_time() + kSecond, tape.first_time() + 60 * kSecond, strategy("twap"));
  const RunSpec* specs[] = {&failing, &good};
  const std::vector<ScenarioResult> results = replay(tape, specs);
  CHECK(results[0].status == ScenarioStatus::failed);
  CHECK(results[0].message == "scripted: out of ideas");
  CHECK(results[0].tables.front().rows() == 0);
  CHECK(digest(results[1]) == digest(run_one(tape, good)));
}
