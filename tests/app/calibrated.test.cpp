// From a tape to a sweep over what the tape does not know: calibrate, then run with parameters drawn from the errors of the estimates.
#include <map>
#include <set>

#include "app/command_run.hpp"

using namespace plimsoll;
using namespace plimsoll::test;

namespace {

std::string scenario_with(const std::string& impact) {
  std::string text = kSmall;
  return text.replace(text.find("name = \"none\"\n"), 14, impact);
}

}  // namespace

TEST_CASE("parameters of a generated tape are calibrated and drawn per seed: the same bytes each time, other luck with another seed") {
  const Workshop shop;
  const std::string tape = shop / "t.h5", impact = shop / "impact.toml";
  REQUIRE(run(shop, "generate zero_intelligence -o " + tape + " --set duration_s=1800").code == 0);
  REQUIRE(run(shop, "calibrate " + tape + " -o " + impact).code == 0);
  const std::string file = shop.write("s.toml", scenario_with("name = \"linear\"\ncalibrated = \"impact.toml\"\nsample = true\n"));
  const auto result_of = [&](const std::string& name, const std::string& more = "") {
    const Ended ended = run(shop, "run " + file + " -o " + (shop / name) + more);
    INFO(ended.err);
    REQUIRE(ended.code == 0);
    return shop / name + "/result.h5";
  };
  const Ended check = run(shop, "check " + file);
  INFO(check.err);
  CHECK(check.code == 0);
  CHECK(check.err.find("drawn for each seed from the errors of impact.calibrated: impact.linear.ticks_per_lot") != std::string::npos);

  const std::string first = result_of("first"), again = result_of("again", " --threads 2 --batch 3");
  CHECK(contents(first) == contents(again));
  CHECK(result_hash(first) != result_hash(result_of("other", " --set experiment.seed=2")));

  const Table drawn = read_result_table(first, "drawn"), scenarios = read_result_table(first, "scenarios");
  REQUIRE(drawn.rows() == scenarios.rows());
  std::map<std::int64_t, std::set<double>> by_seed;
  for (std::size_t row = 0; row < drawn.rows(); ++row) {
    REQUIRE(drawn.integers("scenario")[row] == scenarios.integers("scenario")[row]);
    CHECK(drawn.texts("parameter")[row] == "impact.linear.ticks_per_lot");
    by_seed[scenarios.integers("seed")[row]].insert(drawn.reals("value")[row]);
  }
  std::set<double> all;
  for (const auto& [seed, values] : by_seed) {
    CHECK(values.size() == 1);
    all.insert(*values.begin());
  }
  CHECK(all.size() == 4);

  const std::string moved = shop / "elsewhere.toml";
  fs::rename(impact, moved);
  check_fails(shop, "run " + file + " -o " + (shop / "gone"), 66, "SCENARIO-MISSING");
  const Ended same = run(shop, "run " + file + " -o " + (shop / "first") + " --set impact.calibrated=" + moved);
  INFO(same.err);
  CHECK(same.code == 0);
  CHECK(same.err.find("to do      0") != std::string::npos);
  CHECK(run(shop, "check " + file + " --set impact.sample=false --set impact.name=propagator --set impact.calibrated=" + moved).code == 0);
}
