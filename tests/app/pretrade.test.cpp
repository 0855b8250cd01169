// plimsoll pretrade as a user meets it.
#include <cmath>

#include <nlohmann/json.hpp>

#include "app/command_run.hpp"

using namespace plimsoll::test;

namespace {

/// The order of Almgren and Chriss (2001), Table 1, in ticks of a cent and sessions of 6.5 h; as the README has it.
const std::string kPaper =
    "pretrade almgren_chriss --set permanent_ticks_per_lot=2.5e-5 --set temporary_ticks_s_per_lot=5.85 --set slice_s=23400 "
    "--quantity 1000000 --side sell --horizon 5d --slices 5 --volatility 95/d --half-spread 6.25 --risk-aversion 1e-6 --mid 5000";

}  // namespace

TEST_CASE("AC-01 is one command line: the table holds the paper's cost, risk and schedule, within 80 columns") {
  const Workshop shop;
  const Ended ended = run(shop, kPaper, "COLUMNS=80 ");
  INFO(ended.out << ended.err);
  REQUIRE(ended.code == 0);
  for (const char* figure : {"911,226.99", "603,430.67", "662,500.00", "2,562,500.00", "458,044", "541,956"})
    CHECK(ended.out.find(figure) != std::string::npos);
  std::istringstream lines{ended.out};
  for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 80);
}

TEST_CASE("JSON lines hold the exact figures, and a schedule of one's own next to the others") {
  const Workshop shop;
  const Ended ended = run(shop, kPaper + " --json --schedule 200000,200000,200000,200000,200000");
  REQUIRE(ended.code == 0);
  std::istringstream lines{ended.out};
  double optimal = 0.0, even = 0.0, own = 0.0;
  int frontier = 0;
  for (std::string line; std::getline(lines, line);) {
    const nlohmann::json about = nlohmann::json::parse(line);
    if (about["kind"] == "frontier") ++frontier;
    if (about["kind"] != "schedule") continue;
    if (about["name"] == "optimal") optimal = about["variance"];
    if (about["name"] == "even") even = about["cost"];
    if (about["name"] == "own") own = about["cost"];
  }
  CHECK(optimal == Approx(3.641285721e11).epsilon(1e-8));
  CHECK(own == Approx(even).epsilon(1e-12));
  CHECK(frontier > 5);
}

TEST_CASE("a volatility is per any time: 190 over four days are 95 over one") {
  const Workshop shop;
  std::string four = kPaper;
  four.replace(four.find("95/d"), 4, "190/4d");
  const Ended ended = run(shop, four);
  CHECK(ended.code == 0);
  CHECK(ended.out == run(shop, kPaper).out);
}

TEST_CASE("CSV holds the whole schedule in whole lots, or the frontier") {
  const Workshop shop;
  const Ended schedule = run(shop, kPaper + " --csv schedule");
  REQUIRE(schedule.code == 0);
  CHECK(schedule.out.rfind("trade,time_s,even_lots,optimal_lots,left_lots,optimal_exact\n1,0.0,200000,458044,541956,", 0) == 0);
  CHECK(std::count(schedule.out.begin(), schedule.out.end(), '\n') == 6);
  const Ended frontier = run(shop, kPaper + " --csv frontier");
  CHECK(frontier.out.rfind("risk_aversion,cost,risk\n", 0) == 0);
  CHECK(frontier.out.find("911226.98") != std::string::npos);
}

TEST_CASE("the search for manipulation tells what the model declares and what was found") {
  const Workshop shop;
  const std::string settings = " --set daily_volatility=0.02 --set daily_volume_lots=1000000 --set merge_window_s=0";
  const Ended found = run(shop, "pretrade square_root --check-manipulation" + settings);
  CHECK(found.code == 0);
  CHECK(found.out.find("does not declare itself free") != std::string::npos);
  CHECK(found.out.find("one earns") != std::string::npos);
  const Ended none = run(shop, "pretrade linear --check-manipulation --set ticks_per_lot=0.1 --json");
  CHECK(none.code == 0);
  CHECK(nlohmann::json::parse(none.out)["profitable"] == false);
}

TEST_CASE("without volatility a permanent impact has a cost and no optimum, and the reader is told why") {
  const Workshop shop;
  const std::string linear = "pretrade linear --set ticks_per_lot=0.1 --quantity 10 --slices 2 --half-spread 0.5";
  const Ended table = run(shop, linear);
  INFO(table.out << table.err);
  CHECK(table.code == 0);
  CHECK(table.out.find("even") != std::string::npos);
  CHECK(table.out.find("optimal") == std::string::npos);
  CHECK(table.out.find("Without volatility there is no risk, and so no optimum") != std::string::npos);
  const Ended csv = run(shop, linear + " --csv schedule");
  CHECK(csv.out == "trade,time_s,even_lots,optimal_lots,left_lots,optimal_exact\n1,0.0,5,,5,\n2,1800.0,5,,0,\n");
  std::istringstream lines{run(shop, linear + " --json").out};
  for (std::string line; std::getline(lines, line);) {
    const nlohmann::json about = nlohmann::json::parse(line);
    CHECK(about.value("name", "") != "optimal");
    if (about["kind"] == "schedule") CHECK(about["cost"] == Approx(0.01 * (0.1 * 10 * 10 / 2 + 0.5 * 10)).epsilon(1e-12));
  }
}

TEST_CASE("bad settings and bad orders give a reason and no number") {
  const Workshop shop;
  const std::string linear = "pretrade linear --set ticks_per_lot=0.1";
  check_fails(shop, "pretrade lineal --quantity 5", 78, "PLUGIN-MISSING");
  check_fails(shop, "pretrade linear --quantity 5", 78, "SCENARIO-MISSING-KEY");
  check_fails(shop, "pretrade linear --set ticks_per_lot=-1 --quantity 5", 78, "SCENARIO-RANGE");
  check_fails(shop, "pretrade linear --set ticks_per_lot=nan --quantity 5", 78, "SCENARIO-");
  check_fails(shop, "pretrade linear --set ticks_per_lot=much --quantity 5", 78, "SCENARIO-TYPE");
  check_fails(shop, linear + " --set lots=3 --quantity 5", 78, "SCENARIO-UNKNOWN-KEY");
  check_fails(shop, linear + " --quantity 5 --volatility 1 --risk-aversion -1", 78, "PRETRADE-NO-OPTIMUM");
  check_fails(shop, linear + " --quantity 5 --volatility 1 --risk-aversion 1 --slices 5000", 78, "PRETRADE-SIZE");
  check_fails(shop, "pretrade constant_product --set base_lots=10 --quantity 5000", 78, "PRETRADE-MODEL");
  check_fails(shop, linear, 64, "USAGE-ARGUMENT");
  check_fails(shop, linear + " --quantity 0", 64, "USAGE-VALUE");
  check_fails(shop, linear + " --quantity 5 --volatility nan", 64, "USAGE-VALUE");
  check_fails(shop, linear + " --quantity 5 --volatility 1/w", 64, "USAGE-VALUE");
  check_fails(shop, linear + " --quantity 5 --volatility 1/", 64, "USAGE-VALUE");
  check_fails(shop, linear + " --quantity 5 --horizon 1x", 64, "USAGE-VALUE [--horizon] \"1x\" is not a time");
  check_fails(shop, linear + " --quantity 5 --horizon -3", 64, "USAGE-VALUE");
  check_fails(shop, linear + " --quantity 5 --risk-aversion inf", 64, "USAGE-VALUE");
  check_fails(shop, linear + " --quantity 5 --side both", 64, "USAGE-VALUE");
  check_fails(shop, linear + " --quantity 5 --schedule 1,2", 64, "USAGE-VALUE");
  check_fails(shop, linear + " --quantity 5 --csv all", 64, "USAGE-VALUE");
  check_fails(shop, linear + " --set ticks_per_lot=1 --quantity 5", 64, "USAGE-CONFLICT");
}
