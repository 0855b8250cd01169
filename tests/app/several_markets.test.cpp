// Several markets in one scenario, as a user meets them: the shipped files, the plan, and what decides no result.
#include <algorithm>

#include "app/command_run.hpp"

using namespace plimsoll::test;
using plimsoll::Table;

namespace {

const std::string kTwoMarkets = PLIMSOLL_SOURCE_DIR "/scenarios/two_markets.toml";

/// Rows of /parents by name of parent: the mean of a column.
double mean_of(const Table& parents, const std::string& parent, const std::string& column) {
  double sum = 0;
  int rows = 0;
  for (std::size_t row = 0; row < parents.rows(); ++row)
    if (parents.texts("parent_name")[row] == parent) sum += parents.reals(column)[row], ++rows;
  return sum / rows;
}

}  // namespace

TEST_CASE("the order in the second market pays what the one in the first does, and nothing without the model across them") {
  const Workshop shop;
  const auto reaction = [&](const std::string& folder, const std::string& options) {
    const Ended ended = run(shop, "run " + kTwoMarkets + " -o " + (shop / folder) + " --set parent.large.quantity_lots=1600 " + options);
    INFO(ended.err);
    REQUIRE(ended.code == 0);
    const Table parents = plimsoll::read_result_table((shop / folder) + "/result.h5", "parents");
    CHECK(parents.texts("market_name")[0] == "first");
    CHECK(parents.texts("market_name")[1] == "second");
    return mean_of(parents, "small", "reaction_bps");
  };
  CHECK(reaction("across", "") > 1.0);
  CHECK(reaction("none", "--set impact.name=none") == 0.0);
  const Table scenarios = plimsoll::read_result_table((shop / "none") + "/result.h5", "scenarios");
  CHECK(scenarios.texts("symbol")[0] == "AAA+BBB");
}

TEST_CASE("threads, batches and shards leave one result, with other distances between the markets among its scenarios") {
  const Workshop shop;
  const std::string call = "run " + kTwoMarkets + " --set experiment.seeds=3 --set output.record=fills --set market.first.duration_s=1600" +
                           " --set 'sweep.market.second.latency.feed_us=[50, 250, 0]'";
  REQUIRE(run(shop, call + " --threads 1 --batch 1 -o " + (shop / "a")).code == 0);
  REQUIRE(run(shop, call + " --threads 2 --batch 64 -o " + (shop / "b")).code == 0);
  for (const char* part : {"2/2", "1/2"})
    CHECK(run(shop, call + " --threads 2 --batch 5 -o " + (shop / "c") + " --shard " + part).code == 0);
  CHECK(contents((shop / "a") + "/result.h5") == contents((shop / "b") + "/result.h5"));
  CHECK(contents((shop / "a") + "/result.h5") == contents((shop / "c") + "/result.h5"));
  REQUIRE(run(shop, call + " --only 16 -o " + (shop / "one")).code == 0);
  const Table all = plimsoll::read_result_table((shop / "a") + "/result.h5", "scenarios");
  const Table one = plimsoll::read_result_table((shop / "one") + "/result.h5", "scenarios");
  REQUIRE(all.rows() == 27);
  CHECK(one.texts("key")[0] == all.texts("key")[16]);
  CHECK(one.reals("total_bps")[0] == all.reals("total_bps")[16]);
}

TEST_CASE("the plan names every market, and a plugin is tried with all markets that its model goes across") {
  const Workshop shop;
  const Ended check = run(shop, "check " + kTwoMarkets);
  CHECK(check.code == 0);
  CHECK(check.out.find("market     first, seed 1, 1800.0 s") != std::string::npos);
  CHECK(check.out.find("market     second, seed 2, 1800.0 s") != std::string::npos);
  const Ended sets = run(shop, "check " + std::string{PLIMSOLL_SOURCE_DIR "/scenarios/two_venues.toml"});
  CHECK(sets.out.find("markets    3 sets of near, far") != std::string::npos);
  check_fails(shop, "check " + kTwoMarkets + " --set 'impact.cross_impact.lambda=[[0.02]]'", 78, "SCENARIO-REFUSED");
  check_fails(shop, "check " + kTwoMarkets + " --set market.second.date=2026-01-06", 78, "MARKETS-APART");
}
