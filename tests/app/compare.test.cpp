// plimsoll compare as a user meets it: planted differences, fresh runs, gates, and what it refuses.
#include <cmath>
#include <map>

#include "app/command_run.hpp"
#include "core/content_hash.hpp"
#include "io/result_folder.hpp"

using namespace plimsoll::test;

namespace {

/// A scenario of a planted result: what it asks and what came out.
struct Planted {
  std::string strategy;
  std::int64_t lots, seed;
  std::string date;
  double total, markout;
  bool failed = false;
};

/// Written by the program's own writer: the first `done` scenarios of its plan. The name makes the keys, so that two results are two
/// experiments.
std::string planted_result(const Workshop& shop, const std::string& name, const std::vector<Planted>& scenarios,
                           std::size_t done = ~std::size_t{0}) {
  using namespace plimsoll;
  std::vector<ScenarioKey> plan;
  std::vector<FinishedScenario> finished;
  for (const Planted& each : scenarios) {
    const std::uint64_t number = plan.size();
    FinishedScenario one;
    one.key = ContentHash::of(name + std::to_string(number));
    one.swept = {{"strategy.name", each.strategy},
                 {"parent.quantity_lots", each.lots},
                 {"seed", each.seed},
                 {"symbol", std::string{"ABC"}},
                 {"date", each.date}};
    one.result.scenario = number;
    one.result.status = each.failed ? ScenarioStatus::failed : ScenarioStatus::done;
    if (each.failed) one.result.message = "planted";
    Table parents{"parents"};
    parents.add_integer("scenario", "1", "number");
    parents.add_real("total_bps", "bps", "cost");
    parents.add_real("markout_1s_bps", "bps", "gain");
    parents.add_real("fill_rate", "1", "share");
    if (!each.failed) parents.append(number, each.total, each.markout, 0.5);
    one.result.tables = {parents};
    plan.push_back({number, one.key, one.swept});
    finished.push_back(std::move(one));
  }
  const ManifestFacts facts{name, "impact.name = \"" + name + "\"\ntitle = \"planted\"\n", 7, {{"tape.h5", "d0"}}, {}, "plimsoll", "b0"};
  ResultFolder folder{shop / name, facts, plan, {"testhost", "2026-11-22T10:00:00Z", "test"}};
  finished.resize(std::min(done, finished.size()));
  folder.seal(finished);
  return folder.merge(true).path;
}

/// Days x sizes; B costs `more` more than A, give or take what is the same within a day.
std::vector<Planted> days(double more, double markout_less, bool shuffled) {
  std::vector<Planted> out;
  for (int day = 1; day <= 6; ++day)
    for (const std::int64_t lots : {100, 200}) {
      const double wobble = more == 0 ? 0 : 0.01 * day;
      out.push_back(
          {"twap", lots, 0, "2026-01-0" + std::to_string(day), static_cast<double>(day * day) + more + wobble, 1.0 - markout_less});
    }
  if (shuffled) std::reverse(out.begin(), out.end());
  return out;
}

/// One line of a CSV, by the names of its first.
struct Line {
  std::map<std::string, std::string> cells;
  const std::string& text(const std::string& column) const { return cells.at(column); }
  double number(const std::string& column) const { return std::stod(cells.at(column)); }
};

std::vector<std::string> fields(const std::string& line) {
  std::vector<std::string> out(1);
  for (const char each : line) {
    if (each == ',')
      out.emplace_back();
    else
      out.back() += each;
  }
  return out;
}

Line metric(const std::string& csv, const std::string& name) {
  std::istringstream all{csv};
  std::string line;
  std::getline(all, line);
  const std::vector<std::string> names = fields(line);
  while (std::getline(all, line)) {
    const std::vector<std::string> cells = fields(line);
    if (std::find(cells.begin(), cells.end(), name) == cells.end()) continue;
    Line out;
    for (std::size_t i = 0; i < names.size(); ++i) out.cells[names[i]] = cells.at(i);
    return out;
  }
  FAIL("no line of " << name);
  return {};
}

}  // namespace

TEST_CASE("a planted difference is found with its sign, its interval over days and its verdict, whatever the order of the rows") {
  const Workshop shop;
  const std::string a = planted_result(shop, "one", days(0, 0, false)), b = planted_result(shop, "two", days(0.5, 0.25, true));
  const std::string csv = run(shop, "compare --csv " + a + " " + b).out;
  const Line total = metric(csv, "total_bps");
  CHECK(total.number("pairs") == 12);
  CHECK(total.number("clusters") == 6);
  CHECK(total.number("difference") == Approx(0.535));
  // Six days that differ by 0.51 .. 0.56: sd 0.0187083, t(5) = 2.5705818.
  CHECK(total.number("low") == Approx(0.535 - 2.5705818 * 0.018708287 / std::sqrt(6.0)));
  CHECK(total.text("verdict") == "B worse");
  CHECK(total.number("share_worse") == 1.0);
  CHECK(metric(csv, "markout_1s_bps").text("verdict") == "B worse");
  CHECK(metric(csv, "fill_rate").text("verdict") == "equal");
  CHECK(metric(csv, "spread_bps").number("pairs") == 0);
  CHECK(metric(csv, "spread_bps").text("difference").empty());
  const std::string json = run(shop, "compare --json " + a + " " + b).out;
  CHECK(json.find(R"("changed":[{"what":"impact.name","a":"\"one\"","b":"\"two\""}])") != std::string::npos);
  CHECK(json.find(R"({"difference":{"metric":"total_bps","pairs":12,"left_out":0,"clusters":6,"mean_a":)") != std::string::npos);
  CHECK(json.find(R"({"difference":{"metric":"spread_bps","pairs":0,"left_out":12,"clusters":0,"mean_a":null)") != std::string::npos);

  const Line back = metric(run(shop, "compare --csv " + b + " " + a).out, "total_bps");
  CHECK(back.number("difference") == -total.number("difference"));
  CHECK(back.number("low") == -total.number("high"));
  CHECK(back.text("verdict") == "B better");
}

TEST_CASE("what is undefined, failed or without a partner is counted and named, never a zero") {
  const Workshop shop;
  std::vector<Planted> one = days(0, 0, false), two = days(1, 0, false);
  one[0].total = std::nan("");
  two[3].failed = true;
  two.pop_back();
  two.push_back({"pov", 700, 3, "2026-01-09", 1, 1});
  const std::string a = planted_result(shop, "one", one), b = planted_result(shop, "two", two);
  const Ended text = run(shop, "compare " + a + " " + b);
  CHECK(text.code == 0);
  CHECK(text.out.find("pairs       11, ") != std::string::npos);
  CHECK(text.out.find("1 of A: scenario 11 (strategy.name=twap, parent.quantity_lots=200") != std::string::npos);
  CHECK(text.out.find("1 of B: scenario 11 (strategy.name=pov, parent.quantity_lots=700") != std::string::npos);
  CHECK(text.out.find("1 pairs are done in A and failed in B") != std::string::npos);
  const Line total = metric(run(shop, "compare --csv " + a + " " + b).out, "total_bps");
  CHECK(total.number("pairs") == 9);
  CHECK(total.number("left_out") == 2);
  CHECK(run(shop, "compare --fail-above total=9 " + a + " " + b).code == 3);  // the failed one
}

TEST_CASE("a gate looks at the end of the interval it is told to, per group, and an undefined metric breaches it") {
  const Workshop shop;
  const std::string a = planted_result(shop, "one", days(0, 0, false)), b = planted_result(shop, "two", days(0.5, 0.25, false));
  const auto code = [&](const std::string& options, bool swapped = false) {
    return run(shop, "compare " + options + " " + (swapped ? b + " " + a : a + " " + b)).code;
  };
  CHECK(code("--fail-above total=0.51") == 3);  // the interval is 0.515 .. 0.555 around 0.535
  CHECK(code("--fail-above total_bps=0.52") == 0);
  CHECK(code("--fail-above total=0.52 --fail-on mean") == 3);
  CHECK(code("--fail-above total=0.54 --fail-on mean") == 0);
  CHECK(code("--fail-above total=0.54 --fail-on upper") == 3);
  CHECK(code("--fail-above total=0.56 --fail-on upper") == 0);
  CHECK(code("--fail-above markout_1s=0.2") == 3);  // 0.25 less of what is good
  CHECK(code("--fail-above markout_1s=0.2", true) == 0);
  CHECK(code("--fail-above total=0", true) == 0);
  CHECK(code("--fail-above spread=5") == 3);
  CHECK(code("--fail-above total=0.51 --group parent.quantity_lots") == 3);
  const Ended ended = run(shop, "compare --group date --metric total --fail-above total=0.535 " + a + " " + b);
  CHECK(ended.code == 3);  // a day by itself has no interval, so its mean decides
  CHECK(ended.err.find("[total_bps of date = 2026-01-04]") != std::string::npos);
  CHECK(ended.err.find("[total_bps of date = 2026-01-03]") == std::string::npos);
}

TEST_CASE("half a night breaches the gate: what is not done yet may be what got worse") {
  const Workshop shop;
  const std::string a = planted_result(shop, "one", days(0, 0, false)), b = planted_result(shop, "two", days(0, 0, false), 6);
  CHECK(run(shop, "compare " + a + " " + b).code == 0);
  const Ended ended = run(shop, "compare --fail-above total=9 " + a + " " + b);
  CHECK(ended.code == 3);
  CHECK(ended.err.find("[scenarios of A without a pair in B, which is a part of its plan] 6, where none may be") != std::string::npos);
  CHECK(run(shop, "compare --fail-above total=9 " + b + " " + a).code == 0);
  CHECK(run(shop, "compare --fail-above total=9 " + b + " " + b).code == 0);  // nothing that A has is missing
}

TEST_CASE("fresh runs with two impact models differ in the reaction and in nothing of history, in text that fits and CSV that agrees") {
  const Workshop shop;
  REQUIRE(run(shop, "run " + shop.write("s.toml", kSmall) + " -o " + (shop / "a")).code == 0);
  REQUIRE(
      run(shop, "run " + (shop / "s.toml") + " --set impact.name=linear --set impact.linear.ticks_per_lot=0.01 -o " + (shop / "b")).code ==
      0);
  const std::string both = (shop / "a/result.h5") + " " + (shop / "b/result.h5");
  const std::string csv = run(shop, "compare --csv " + both).out;
  CHECK(metric(csv, "spread_bps").text("verdict") == "equal");
  CHECK(metric(csv, "reaction_bps").text("verdict") == "B worse");
  CHECK(metric(csv, "reaction_bps").number("clusters") == 4);
  CHECK(run(shop, "compare --json " + both).out.find(R"("clustered_by":"seed")") != std::string::npos);
  for (const std::size_t width : {40u, 60u, 80u}) {
    const std::string text = run(shop, "compare --group strategy.name " + both, "COLUMNS=" + std::to_string(width) + " ").out;
    std::string after = text.substr(text.find("changed"));
    INFO(text);
    CHECK(widest(after) <= width);
    CHECK(text.find("strategy.name = twap, 12 pairs") != std::string::npos);
    CHECK(text.find("B worse") != std::string::npos);
    CHECK(text.find("impact.name: \"none\" in A") != std::string::npos);
  }
  const std::string one = run(shop, "compare --csv --metric reaction " + both).out;
  CHECK(one.find("metric,pairs,left_out,clusters,mean_a,mean_b,difference,low,high,share_worse,verdict\nreaction_bps,24,0,4,0,") == 0);

  const Ended same = run(shop, "compare --fail-above total=0 " + (shop / "a/result.h5") + " " + (shop / "a/result.h5"));
  CHECK(same.code == 0);
  CHECK(same.out.find("both files hold the same numbers") != std::string::npos);
  CHECK(same.out.find("B worse") == std::string::npos);
  CHECK(same.out.find("B better") == std::string::npos);
  const std::string within = run(shop, "compare --csv --where-a strategy.name=twap --where-b strategy.name=immediate " +
                                           (shop / "a/result.h5") + " " + (shop / "a/result.h5"))
                                 .out;
  CHECK(metric(within, "sweep_bps").number("pairs") == 12);
  CHECK(metric(within, "sweep_bps").text("verdict") == "B worse");
}

TEST_CASE("scenarios with several parents are paired parent by parent, and one parent can be held against another") {
  const Workshop shop;
  REQUIRE(run(shop, "run " PLIMSOLL_SOURCE_DIR "/scenarios/two_parents.toml -o " + (shop / "r")).code == 0);
  const std::string result = shop / "r/result.h5";
  const plimsoll::Table parents = plimsoll::read_result_table(result, "parents");
  const Ended by_name = run(shop, "compare --csv --metric total --group parent_name " + result + " " + result);
  REQUIRE(by_name.code == 0);
  double of_parent = 0;
  std::size_t rows = 0;
  const std::string name = parents.texts("parent_name")[1];
  for (std::size_t row = 0; row < parents.rows(); ++row) {
    if (parents.texts("parent_name")[row] != name) continue;
    of_parent += parents.reals("total_bps")[row];
    ++rows;
  }
  REQUIRE(rows * 2 == parents.rows());
  CHECK(metric(by_name.out, name).number("pairs") == static_cast<double>(rows));
  CHECK(metric(by_name.out, name).number("mean_b") == Approx(of_parent / static_cast<double>(rows)));
  const std::string first = parents.texts("parent_name")[0];
  const Ended across =
      run(shop, "compare --csv --where-a parent_name=" + first + " --where-b parent_name=" + name + " " + result + " " + result);
  CHECK(metric(across.out, "total_bps").number("pairs") == static_cast<double>(rows));
  CHECK(metric(across.out, "total_bps").number("difference") != 0);
}

TEST_CASE("results that cannot be paired, files that are no results and words that mean nothing are refused with the way out") {
  const Workshop shop;
  const std::string a = planted_result(shop, "one", days(0, 0, false));
  std::vector<Planted> others = days(0, 0, false);
  for (Planted& each : others) each.strategy = "pov";
  const std::string b = planted_result(shop, "two", others);
  check_fails(shop, "compare " + a + " " + b, 65, "COMPARE-NOTHING " + b);
  CHECK(run(shop, "compare " + a + " " + b).err.find("--where-a strategy.name=twap --where-b strategy.name=pov") != std::string::npos);
  CHECK(run(shop, "compare --where-a strategy.name=twap --where-b strategy.name=pov " + a + " " + b).code == 0);
  check_fails(shop, "compare --where-a date=2026-01-02 " + a + " " + b, 65, "COMPARE-AMBIGUOUS " + b + " [date]");
  const std::string shard = fs::directory_iterator { shop / "one/shards" } -> path().string();
  check_fails(shop, "compare " + a + " " + shard, 65, "DATA-FORMAT " + shard);
  check_fails(shop, "compare " + a + " " + shop.write("x.h5", "hello"), 65, "DATA-FORMAT");
  REQUIRE(run(shop, "generate zero_intelligence -o " + (shop / "t.h5") + " --set duration_s=30").code == 0);
  check_fails(shop, "compare " + a + " " + (shop / "t.h5"), 65, "DATA-FORMAT");
  check_fails(shop, "compare " + a + " " + (shop / "none.h5"), 66, "DATA-MISSING");
  check_fails(shop, "compare " + a, 64, "USAGE-ARGUMENT");
  CHECK(run(shop, "compare --json --csv " + a + " " + b).code == 64);
  for (const char* options : {"--group dat", "--metric totl", "--fail-above total=x", "--fail-above total=nan", "--fail-on low",
                              "--where-a strategy.name=immediate", "--where-a sed=1"})
    check_fails(shop, std::string{"compare "} + options + " " + a + " " + a, 64, "USAGE-VALUE");
}
