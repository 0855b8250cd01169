/// An experiment that grows, shrinks and changes the order of its axes: sealed results are found by key and renumbered.

#include <algorithm>

#include "claims.hpp"
#include "core/content_hash.hpp"
#include "io/result_file.hpp"
#include "io/result_folder.hpp"
#include "result_fixture.hpp"

using namespace plimsoll;
using fixture::bytes_of;
using fixture::facts;
using fixture::finished;
using fixture::wall;

namespace {

/// One swept scenario: what it is called in its key, and the swept values a plan shows.
struct Cell {
  std::string strategy;
  std::int64_t quantity;
  std::int64_t seed;
};

struct Grid {
  std::vector<std::string> strategies = {"twap", "pov"};
  std::vector<std::int64_t> quantities = {100, 300};
  std::int64_t seeds = 3;
  bool quantity_first = false;

  std::vector<Cell> cells() const {
    std::vector<Cell> all;
    const std::size_t outer = quantity_first ? quantities.size() : strategies.size();
    const std::size_t inner = quantity_first ? strategies.size() : quantities.size();
    for (std::size_t i = 0; i < outer; ++i)
      for (std::size_t k = 0; k < inner; ++k)
        for (std::int64_t seed = 0; seed < seeds; ++seed)
          all.push_back({strategies[quantity_first ? k : i], quantities[quantity_first ? i : k], seed});
    return all;
  }
  std::vector<ScenarioKey> plan() const {
    std::vector<ScenarioKey> entries;
    for (const Cell& cell : cells()) {
      const SweptValue quantity{"parent.quantity_lots", cell.quantity}, strategy{"strategy.name", cell.strategy};
      entries.push_back({entries.size(),
                         fixture::key_of(cell.strategy + std::to_string(cell.quantity) + "/" + std::to_string(cell.seed)),
                         {quantity_first ? quantity : strategy, quantity_first ? strategy : quantity, {"seed", cell.seed}}});
    }
    return entries;
  }
  ManifestFacts facts() const {
    ManifestFacts facts = fixture::facts();
    for (const ScenarioKey& entry : plan()) facts.scenario_text += entry.key + "\n";
    return facts;
  }
};

/// What the scenario gives under the number of the plan it runs in; the one of "pov 300, seed 1" fails.
FinishedScenario result_of(const ScenarioKey& planned) {
  const std::uint64_t luck = ContentHash::of(planned.key)[0] % 5u;
  FinishedScenario one = finished(planned.key == fixture::key_of("pov300/1") ? 5 : luck);
  one.key = planned.key;
  one.swept = planned.swept;
  one.result.scenario = planned.scenario;
  for (Table& table : one.result.tables)
    std::get<std::vector<std::int64_t>>(table.columns()[0].data).assign(table.rows(), static_cast<std::int64_t>(planned.scenario));
  return one;
}

/// Does what is missing, five to a shard; returns the keys it did.
std::vector<std::string> work_off(ResultFolder& folder) {
  const std::vector<bool> done = folder.done();
  std::vector<FinishedScenario> batch;
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < done.size(); ++i) {
    if (!done[i]) batch.push_back(result_of(folder.plan()[i]));
    if (!done[i]) keys.push_back(folder.plan()[i].key);
    if (batch.empty() || (batch.size() < 5 && i + 1 < done.size())) continue;
    folder.seal(batch);
    batch.clear();
  }
  if (!batch.empty()) folder.seal(batch);
  return keys;
}

std::string fresh_bytes(const Grid& grid) {
  const fixture::TemporaryFolder folder;
  ResultFolder results{folder / "r", grid.facts(), grid.plan(), wall()};
  work_off(results);
  return bytes_of(results.merge().path);
}

}  // namespace

TEST_CASE("after a change of the plan only what was never done is done, and the result has the bytes of a fresh run") {
  Grid more_seeds, value_in_front, value_removed, axes_swapped, back_again;
  more_seeds.seeds = 4;
  value_in_front.quantities = {50, 100, 300};
  value_removed.quantities = {300};
  axes_swapped.quantity_first = true;
  struct Step {
    const char* what;
    Grid grid;
    std::size_t done_anew, stale;
  };
  // Each on a folder that holds the plan 2 x 2 x 3.
  for (const Step& step : {Step{"seeds raised", more_seeds, 4, 0}, Step{"a value in front of an axis", value_in_front, 6, 0},
                           Step{"a value removed", value_removed, 0, 6}, Step{"axes in another order", axes_swapped, 0, 0},
                           Step{"the same", back_again, 0, 0}}) {
    CAPTURE(step.what);
    const fixture::TemporaryFolder folder;
    {
      ResultFolder results{folder / "r", Grid{}.facts(), Grid{}.plan(), wall()};
      CHECK(work_off(results).size() == 12);
      results.merge();
    }
    const auto plan = step.grid.plan();
    {
      ResultFolder results{folder / "r", step.grid.facts(), plan, wall()};
      CHECK(results.findings().stale == step.stale);
      CHECK(results.findings().changed == (plan == Grid{}.plan() ? std::vector<std::string>{} : std::vector<std::string>{"scenario"}));
      const std::vector<std::string> anew = work_off(results);
      CHECK(anew.size() == step.done_anew);
      for (const ScenarioKey& before : Grid{}.plan()) CHECK(std::find(anew.begin(), anew.end(), before.key) == anew.end());
      const MergeOutcome outcome = results.merge();
      CHECK(outcome.complete);
      REQUIRE(outcome.failed.size() == 1);
      CHECK(plan[outcome.failed[0]].key == fixture::key_of("pov300/1"));
      CHECK(outcome.result_hash == result_hash(outcome.path));
    }
    const std::string fresh = fresh_bytes(step.grid);
    CHECK((bytes_of(folder / "r/result.h5") == fresh));
    std::filesystem::remove(folder / "r/result.h5");
    CHECK(ResultFolder::open(folder / "r").merge().complete);  // from the manifest alone
    CHECK((bytes_of(folder / "r/result.h5") == fresh));

    ResultFolder again{folder / "r", step.grid.facts(), plan, wall(), {{1, 1}, true}};
    CHECK(again.findings().changed.empty());
    CHECK(work_off(again) == std::vector<std::string>{fixture::key_of("pov300/1")});
    CHECK(again.merge().complete);
  }
}

TEST_CASE("an axis that was a single value before, and integers that became reals, show the swept values of the present plan") {
  const fixture::TemporaryFolder folder;
  const std::string new_key = fixture::key_of("new"), old_key = fixture::key_of("old");
  const auto plan_with = [&](std::vector<SweptValue> of_old, std::vector<SweptValue> of_new) {
    std::vector<ScenarioKey> plan = {{0, new_key, std::move(of_new)}, {1, old_key, std::move(of_old)}};
    if (plan[0].swept.empty()) plan = {{0, old_key, plan[1].swept}};
    return plan;
  };
  const std::vector<ScenarioKey> before = plan_with({{"seed", std::int64_t{0}}}, {});
  const std::vector<ScenarioKey> after =
      plan_with({{"strategy.pov.rate", 2.0}, {"seed", std::int64_t{0}}}, {{"strategy.pov.rate", 0.5}, {"seed", std::int64_t{0}}});
  {
    ResultFolder results{folder / "r", facts(), before, wall()};
    CHECK(work_off(results).size() == 1);
  }
  ResultFolder results{folder / "r", facts(), after, wall()};
  CHECK(work_off(results) == std::vector<std::string>{new_key});
  const Table scenarios = read_result_table(results.merge().path, "scenarios");
  CHECK(scenarios.reals("strategy.pov.rate") == std::vector<double>{0.5, 2.0});
  CHECK(scenarios.texts("key") == std::vector<std::string>{new_key, old_key});
  CHECK(scenarios.integers("scenario") == std::vector<std::int64_t>{0, 1});
}

TEST_CASE("two scenarios of one key share a result, each under its own number and swept values") {
  const fixture::TemporaryFolder folder;
  const std::vector<ScenarioKey> twins = {{0, fixture::key_of("same"), {{"market.path", std::string{"a.csv"}}}},
                                          {1, fixture::key_of("same"), {{"market.path", std::string{"copy of a.csv"}}}}};
  ResultFolder results{folder / "r", facts(), twins, wall()};
  const FinishedScenario first = result_of(twins[0]);
  results.seal({&first, 1});
  CHECK(results.done() == std::vector<bool>{true, true});
  const MergeOutcome outcome = results.merge();
  CHECK(outcome.complete);
  const ResultFile read = read_result(outcome.path);
  CHECK(read.find("scenarios")->integers("scenario") == std::vector<std::int64_t>{0, 1});
  CHECK(read.find("scenarios")->texts("market.path") == std::vector<std::string>{"a.csv", "copy of a.csv"});
  const auto& parents = read.find("parents")->integers("scenario");
  CHECK(std::count(parents.begin(), parents.end(), 0) == std::count(parents.begin(), parents.end(), 1));
}
