#include <cmath>
#include <set>

#include "claims.hpp"
#include "facts.hpp"
#include "metrics/result_tables.hpp"
#include "metrics/summary.hpp"

using namespace facts;

TEST_CASE("every column of every table has a unique name, a unit and a meaning, and the first is the scenario") {
  for (const Table& table : {parents_schema(), children_schema(), fills_schema(), trajectory_schema(), drawn_schema()}) {
    INFO(table.name());
    REQUIRE_FALSE(table.columns().empty());
    CHECK(table.columns().front().name == "scenario");
    CHECK(table.rows() == 0);
    std::set<std::string> names;
    for (const Column& column : table.columns()) {
      INFO(column.name);
      CHECK(names.insert(column.name).second);
      CHECK_FALSE(column.unit.empty());
      CHECK_FALSE(column.meaning.empty());
      CHECK(column.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos);
    }
  }
}

TEST_CASE("a result holds the tables asked for, in their order, and each row carries its scenario") {
  ResultTables tables{42, {.fills = true, .trajectory = true}};
  ParentMetrics metrics{42, 1};
  metrics.on_child();
  FillFact sold = take(Side::sell, 3, 99, 201, 100);
  sold.child = 8;
  sold.time = 77;
  sold.cause = FillCause::own_order;
  metrics.on_fill(sold);
  ChildFact child;
  child.child = 8;
  child.type = 2;
  child.outcome = "filled";
  const ChildRow row{42, child};
  tables.add_children({&row, 1});
  tables.add_point({0, 5, "pace_lots", 1.5});
  tables.add_parent(metrics, parent(Side::sell, 3, 200, 200, 200), {});
  const ScenarioResult result = tables.done();

  CHECK(result.scenario == 42);
  CHECK(result.status == ScenarioStatus::done);
  REQUIRE(result.tables.size() == 4);
  const char* order[] = {"parents", "children", "fills", "trajectory"};
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(result.tables[i].name() == order[i]);
    REQUIRE(result.tables[i].rows() == 1);
    for (const Column& column : result.tables[i].columns()) CHECK(column.size() == 1);
    CHECK(result.tables[i].integers("scenario")[0] == 42);
  }
  CHECK(result.tables[0].integers("side")[0] == -1);
  CHECK(result.tables[0].integers("children")[0] == 1);
  CHECK(result.tables[1].texts("type")[0] == "ioc");
  CHECK(std::isnan(result.tables[1].reals("limit_ticks")[0]));
  CHECK(result.tables[2].texts("cause")[0] == "own_order");
  CHECK(result.tables[2].integers("child")[0] == 8);
  CHECK(result.tables[2].integers("time")[0] == 77);
  CHECK(result.tables[2].reals("mid_before_ticks")[0] == 100.5);
  CHECK(result.tables[3].reals("value")[0] == 1.5);
}

TEST_CASE("tables that were not asked for do not exist") {
  ResultTables tables{1, {}};
  tables.add_children(std::vector<ChildRow>(1));
  tables.add_point({});
  CHECK(tables.done().tables.size() == 1);
}

TEST_CASE("a failed scenario keeps its message and the tables, without a row") {
  ResultTables tables{3, {.fills = true}};
  tables.add_children(std::vector<ChildRow>(1));
  tables.add_parent(ParentMetrics{3, 1}, parent(Side::buy, 3, 200, 200, 200), {});
  const ScenarioResult result = tables.failed("strategy threw: out of coffee");
  CHECK(result.status == ScenarioStatus::failed);
  CHECK(result.message == "strategy threw: out of coffee");
  REQUIRE(result.tables.size() == 3);
  for (const Table& table : result.tables) CHECK(table.rows() == 0);
}

namespace {
/// Scenario rows with strategy, size, replicate and the summarised columns; every statistic has the value `total`.
Table scenarios() {
  Table table{"scenarios"};
  table.add_text("strategy.name", "text", "strategy");
  table.add_real("strategy.pov.rate", "1", "rate");
  table.add_integer("replicate", "1", "number of the seed");
  for (const char* name : {"total_bps", "spread_bps", "sweep_bps", "reaction_bps", "vwap_slippage_bps", "participation", "fill_rate"})
    table.add_real(name, "bps", name);
  return table;
}
void add(Table& table, const std::string& strategy, double rate, int replicate, double total) {
  table.append(strategy, rate, replicate, total, total, total, total, total, total, total);
}
}  // namespace

TEST_CASE("a summary has one row per group in order of appearance, with mean and standard error over its seeds") {
  Table table = scenarios();
  add(table, "pov", 0.1, 0, 1);
  add(table, "twap", kUndefined, 0, 10);
  add(table, "pov", 0.1, 1, 3);
  add(table, "twap", kUndefined, 1, 20);
  add(table, "pov", 0.1, 2, 8);
  add(table, "twap", kUndefined, 2, kUndefined);  // failed
  add(table, "pov", 0.2, 0, 5);
  const Table summary = summarise(table, {"strategy.name", "strategy.pov.rate"});
  REQUIRE(summary.rows() == 3);
  CHECK(summary.texts("strategy.name") == std::vector<std::string>{"pov", "twap", "pov"});
  CHECK(summary.integers("scenarios") == std::vector<std::int64_t>{3, 3, 1});
  CHECK(summary.integers("measured") == std::vector<std::int64_t>{3, 2, 1});
  CHECK(summary.reals("total_bps_mean")[0] == 4.0);
  CHECK(summary.reals("total_bps_se")[0] == Approx(std::sqrt(13.0 / 3)).epsilon(1e-14));  // variance (9 + 1 + 16) / 2
  CHECK(summary.reals("fill_rate_mean")[1] == 15.0);
  CHECK(summary.reals("fill_rate_se")[1] == 5.0);
  CHECK(std::isnan(summary.reals("total_bps_se")[2]));
}

TEST_CASE("days are pooled: the mean of all rows, a standard error from the means of the days, whatever happens within one") {
  // Days with means 2, 6 and 10: mean 6, sd 4, standard error 4 / sqrt(3).
  const std::vector<std::string> days = {"a", "a", "b", "b", "c", "c"};
  const MeanEstimate even = pooled_estimate({1, 3, 6, 6, 0, 20}, days);
  CHECK(even.mean == 6.0);
  CHECK(even.standard_error == Approx(4 / std::sqrt(3.0)).epsilon(1e-14));
  CHECK(even.n == 6);
  // One seed of the last day failed: mean 36 / 5 of 1, 3, 6, 6, 20; deviations of the days from it -10.4, -2.4 and 12.8.
  const MeanEstimate uneven = pooled_estimate({1, 3, 6, 6, kUndefined, 20}, days);
  CHECK(uneven.mean == 7.2);
  CHECK(uneven.standard_error == Approx(std::sqrt(1.5 * (10.4 * 10.4 + 2.4 * 2.4 + 12.8 * 12.8)) / 5).epsilon(1e-14));
  // On one day only seeds differ.
  CHECK(pooled_estimate({1, 3}, {"a", "a"}).standard_error == mean_estimate({1, 3}).standard_error);
  CHECK(pooled_estimate({1, kUndefined}, {"a", "b"}).n == 1);
  CHECK(std::isnan(pooled_estimate({1, kUndefined}, {"a", "b"}).standard_error));
}

TEST_CASE("among several days a group of one day has no standard error: its seeds do not say how days differ") {
  Table table = scenarios();
  table.add_text("date", "text", "day");
  const auto add_day = [&](const std::string& strategy, const std::string& day, double total) {
    table.append(strategy, 0.1, 0, total, total, total, total, total, total, total, day);
  };
  add_day("quiet", "a", 1);
  add_day("quiet", "a", 3);
  const Table alone = summarise(table, {"strategy.name"}, "date");
  CHECK(alone.reals("total_bps_se")[0] == 1.0);  // all there is is one day: its seeds
  add_day("busy", "a", 2);
  add_day("busy", "b", 4);
  add_day("lame", "a", 2);
  add_day("lame", "a", 3);
  add_day("lame", "b", kUndefined);
  const Table summary = summarise(table, {"strategy.name"}, "date");
  CHECK(summary.integers("days") == std::vector<std::int64_t>{1, 2, 2});
  CHECK(std::isnan(summary.reals("total_bps_se")[0]));
  CHECK(summary.reals("total_bps_mean")[0] == 2.0);
  CHECK(summary.reals("total_bps_se")[1] == 1.0);
  CHECK(std::isnan(summary.reals("total_bps_se")[2]));  // measured on one day
}

TEST_CASE("no keys make one group, and no rows make no group") {
  Table table = scenarios();
  CHECK(summarise(table, {}).rows() == 0);
  add(table, "pov", 0.1, 0, 1);
  add(table, "twap", 0.1, 0, 3);
  const Table summary = summarise(table, {});
  REQUIRE(summary.rows() == 1);
  CHECK(summary.reals("total_bps_mean")[0] == 2.0);
}
