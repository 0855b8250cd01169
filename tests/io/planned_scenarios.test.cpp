#include "io/planned_scenarios.hpp"

#include "claims.hpp"
#include "result_fixture.hpp"

using namespace plimsoll;

TEST_CASE("a key is 32 lower-case hexadecimal digits and comes back as it was; anything else is none") {
  const std::string key = "00f1e2d3c4b5a697887766554433221f";
  REQUIRE(ResultKey::parse(key).has_value());
  CHECK(ResultKey::parse(key)->text() == key);
  CHECK(*ResultKey::parse(key) < *ResultKey::parse("00f1e2d3c4b5a6978877665544332220"));
  std::string upper = key;
  upper[3] = 'A';
  std::string foreign = key;
  foreign[31] = 'g';
  for (const std::string& none : {std::string{}, key.substr(1), key + "0", upper, foreign}) CHECK_FALSE(ResultKey::parse(none).has_value());
}

TEST_CASE("a plan gives back every row it was given, and stores a value that many scenarios share once") {
  const std::vector<ScenarioKey> rows = fixture::plan(50);
  const PlannedScenarios plan{rows};
  REQUIRE(plan.size() == rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) CHECK(plan[i] == rows[i]);
  REQUIRE(plan.axes().size() == 3);
  CHECK(plan.axes()[0].values.size() == 50);
  CHECK(plan.axes()[1].values.size() == 2);
  CHECK(plan.axes()[2].values.size() == 2);
  CHECK(plan == PlannedScenarios{rows});
  std::vector<ScenarioKey> other = rows;
  other[49].swept[1].value = std::string{"vwap"};
  CHECK_FALSE(plan == PlannedScenarios{other});
}

TEST_CASE("a plan of any size comes back from the manifest, numbers with gaps included") {
  const fixture::TemporaryFolder folder;
  for (const std::uint64_t count : {0u, 1u, 63u, 64u, 65u, 1000u}) {
    std::vector<ScenarioKey> rows;
    for (ScenarioKey& row : fixture::plan(count)) {
      row.scenario = 7 * row.scenario + 3;
      rows.push_back(std::move(row));
    }
    write_manifest(folder / "m.json", {fixture::facts(), rows, {}});
    CHECK(read_manifest(folder / "m.json").plan == PlannedScenarios{rows});
  }
}
