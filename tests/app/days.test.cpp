// Many days and symbols in one experiment: the same rows as each day alone, resumed, grown, and in the memory of one.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <nlohmann/json.hpp>

#include "app/command_run.hpp"

using namespace plimsoll::test;
using plimsoll::Column;
using plimsoll::Table;

namespace {

const std::vector<std::string> kDays = {"2026-01-02", "2026-01-05", "2026-01-06"};

/// A minute of made-up market of one symbol and day, unlike any other.
void make_tape(const Workshop& shop, const std::string& symbol, const std::string& day, int seed) {
  fs::create_directories(shop / "tapes");
  const Ended ended = run(shop, "import synthetic -o " + (shop / ("tapes/" + symbol + "_" + day + ".h5")) +
                                    " --set duration_s=60 --set warmup_s=60 --set date=" + day + " --set seed=" + std::to_string(seed) +
                                    " --set instrument.symbol=" + symbol);
  REQUIRE(ended.code == 0);
}

void make_tapes(const Workshop& shop) {
  int seed = 0;
  for (const std::string& day : kDays)
    for (const char* symbol : {"BBB", "AAA"}) make_tape(shop, symbol, day, ++seed);
}

const std::string kTail =
    "[parent]\nside = \"buy\"\nquantity_lots = 300\nstart_s = 5\nend_s = 30\nstart_jitter_s = 20\n"
    "[strategy]\nname = \"twap\"\n[impact]\nname = \"none\"\n[experiment]\nseeds = 3\n[output]\nrecord = \"fills\"\n"
    "[sweep]\nstrategy.name = [\"twap\", \"immediate\"]\n";

std::string scenario(const std::string& market) {
  return "title = \"days\"\nsource = \"made up\"\nexpect = \"it ends\"\n[market]\n" + market + kTail;
}

const std::string kWeek = scenario(
    "feed = \"tape\"\npath = \"tapes/{symbol}_{date}.h5\"\nsymbols = [\"BBB\", \"AAA\"]\nfirst_date = \"2026-01-01\"\n"
    "last_date = \"2026-01-06\"\ncalendar = \"us_equities\"\n");

Table scenarios_of(const std::string& folder) { return plimsoll::read_result_table(folder + "/result.h5", "scenarios"); }

/// Every cell of one row but its number, as text.
std::string row_text(const Table& table, std::size_t row) {
  std::string out;
  for (const Column& column : table.columns()) {
    if (column.name == "scenario") continue;
    std::visit([&](const auto& values) { out += nlohmann::json(values[row]).dump() + "\n"; }, column.data);
  }
  return out;
}

std::vector<std::string> rows_where(const Table& table, std::int64_t first, std::int64_t end) {
  std::vector<std::string> out;
  for (std::size_t row = 0; row < table.rows(); ++row)
    if (const std::int64_t scenario = table.integers("scenario")[row]; scenario >= first && scenario < end)
      out.push_back(row_text(table, row));
  return out;
}

/// Peak resident bytes of a command that ends well.
double peak_of(const std::string& arguments) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::execl("/bin/sh", "sh", "-c", ("exec '" + command_path() + "' " + arguments + " >/dev/null 2>&1").c_str(), nullptr);
    ::_exit(127);
  }
  int status = 0;
  rusage usage{};
  REQUIRE(::wait4(child, &status, 0, &usage) == child);
  REQUIRE(WEXITSTATUS(status) == 0);
  return 1024.0 * static_cast<double>(usage.ru_maxrss);
}

}  // namespace

TEST_CASE("days and symbols together give the rows that each day gives alone, but for their numbers") {
  const Workshop shop;
  make_tapes(shop);
  REQUIRE(run(shop, "run " + shop.write("week.toml", kWeek) + " -o " + (shop / "week")).code == 0);
  const auto week = plimsoll::read_result((shop / "week") + "/result.h5");
  const Table& all = *week.find("scenarios");
  REQUIRE(all.rows() == 3 * 2 * 2 * 3);
  std::int64_t first = 0;
  for (const std::string& day : kDays)
    for (const char* symbol : {"BBB", "AAA"}) {
      CAPTURE(day, symbol);
      const std::string name = std::string{symbol} + "_" + day;
      const std::string one = shop.write(name + ".toml", scenario("feed = \"tape\"\npath = \"tapes/" + name + ".h5\"\n"));
      REQUIRE(run(shop, "run " + one + " -o " + (shop / name)).code == 0);
      const auto alone = plimsoll::read_result((shop / name) + "/result.h5");
      for (const char* table : {"scenarios", "parents", "children", "fills"}) {
        CAPTURE(table);
        const std::vector<std::string> rows = rows_where(*alone.find(table), 0, 6);
        REQUIRE(rows.size() >= 6);
        CHECK(rows == rows_where(*week.find(table), first, first + 6));
      }
      for (std::size_t row = static_cast<std::size_t>(first); row < static_cast<std::size_t>(first) + 6; ++row) {
        CHECK(all.texts("symbol")[row] == symbol);
        CHECK(all.texts("date")[row] == day);
      }
      first += 6;
    }
}

TEST_CASE("a plan over many markets names days, symbols and events, and what is to be in memory is one tape a thread") {
  const Workshop shop;
  make_tapes(shop);
  const Ended plan = run(shop, "check " + shop.write("week.toml", kWeek));
  INFO(plan.out << plan.err);
  CHECK(plan.code == 0);
  CHECK(plan.out.find("markets    6 (tape): 3 days from 2026-01-02 to 2026-01-06, 2 symbols, ") != std::string::npos);
  CHECK(plan.out.find("scenarios  36 = 6 markets x 2 combinations x 3 seeds") != std::string::npos);
  const auto json = nlohmann::json::parse(run(shop, "check --json " + (shop / "week.toml")).out).at("plan");
  CHECK(json.at("markets") == 6);
  CHECK(json.at("days") == 3);
  CHECK(json.at("symbols") == 2);
  std::uint64_t events = 0;
  for (const std::string& day : kDays)
    for (const char* symbol : {"AAA", "BBB"}) {
      const std::string path = "tapes/" + std::string{symbol} + "_" + day + ".h5";
      events += nlohmann::json::parse(
                    run(shop, "check --json " + shop.write("one.toml", scenario("feed = \"tape\"\npath = \"" + path + "\"\n"))).out)
                    .at("plan")
                    .at("events")
                    .get<std::uint64_t>();
    }
  CHECK(json.at("events") == events);
}

TEST_CASE("every missing day is named in one error before anything runs") {
  const Workshop shop;
  make_tapes(shop);
  const Ended ended = run(shop, "run " + shop.write("week.toml", kWeek) + " -o " + (shop / "r") + " --set market.last_date=2026-01-08");
  INFO(ended.err);
  CHECK(ended.code == 66);
  for (const char* name : {"AAA_2026-01-07", "BBB_2026-01-07", "AAA_2026-01-08", "BBB_2026-01-08"})
    CHECK(ended.err.find("error DATA-MISSING " + (shop / "week.toml") + ":4:2 [path] " + (shop / ("tapes/" + std::string{name} + ".h5"))) !=
          std::string::npos);
  CHECK(std::count(ended.err.begin(), ended.err.end(), '\n') == 4);
  CHECK_FALSE(fs::exists(shop / "r"));
}

TEST_CASE("a longer list runs the new days only, and ends where the whole list ends") {
  const Workshop shop;
  make_tapes(shop);
  const std::string call = "run " + shop.write("week.toml", kWeek) + " -o ";
  REQUIRE(run(shop, call + (shop / "grown") + " --set market.last_date=2026-01-05").code == 0);
  const Ended grown = run(shop, call + (shop / "grown"));
  CHECK(grown.code == 0);
  CHECK(grown.err.find("to do      12 (24 are sealed already)") != std::string::npos);
  REQUIRE(run(shop, call + (shop / "whole")).code == 0);
  CHECK(contents((shop / "grown") + "/result.h5") == contents((shop / "whole") + "/result.h5"));
}

TEST_CASE("a tape that turns out damaged stops the run with 65, the days before it are sealed, and the same command goes on") {
  const Workshop shop;
  make_tapes(shop);
  const std::string call = "run " + shop.write("week.toml", kWeek) + " --threads 1 -o ";
  REQUIRE(run(shop, call + (shop / "sound")).code == 0);
  const std::string tape = shop / "tapes/AAA_2026-01-05.h5", sound = contents(tape);
  std::string damaged = sound;
  damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 1);
  shop.write("tapes/AAA_2026-01-05.h5", damaged);
  const Ended stopped = run(shop, call + (shop / "mended"));
  INFO(stopped.err);
  CHECK(stopped.code == 65);
  CHECK(stopped.err.find("error DATA-FORMAT " + tape) != std::string::npos);
  CHECK(stopped.err.find("is sealed in " + (shop / "mended") + "; once it is mended the same command goes on") != std::string::npos);
  CHECK_FALSE(fs::exists((shop / "mended") + "/result.h5"));
  shop.write("tapes/AAA_2026-01-05.h5", sound);
  const Ended resumed = run(shop, call + (shop / "mended"));
  CHECK(resumed.code == 0);
  CHECK(resumed.err.find("to do      18 (18 are sealed already)") != std::string::npos);
  CHECK(contents((shop / "mended") + "/result.h5") == contents((shop / "sound") + "/result.h5"));
}

TEST_CASE("the closing table pools days: the mean over days and seeds, its standard error from the days, a row for each symbol") {
  const Workshop shop;
  make_tapes(shop);
  const std::string call = "run " + shop.write("week.toml", kWeek) + " -o " + (shop / "r");
  const Ended text = run(shop, call);
  CHECK(text.out.find("symbol  strategy ") == 1);
  CHECK(text.out.find("in the mean over 3 days and their") != std::string::npos);
  const Table all = scenarios_of(shop / "r");
  std::map<std::pair<std::string, std::string>, std::map<std::string, std::vector<double>>> costs;
  for (std::size_t row = 0; row < all.rows(); ++row)
    costs[{all.texts("symbol")[row], all.texts("strategy.name")[row]}][all.texts("date")[row]].push_back(all.reals("total_bps")[row]);
  std::istringstream lines{run(shop, call + " --json").out};
  std::size_t rows = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto json = nlohmann::json::parse(line);
    if (!json.contains("summary")) continue;
    ++rows;
    const auto& summary = json.at("summary");
    const auto& days = costs.at({summary.at("symbol").get<std::string>(), summary.at("strategy.name").get<std::string>()});
    CHECK(summary.at("days") == 3);
    CHECK(summary.at("scenarios") == 9);
    double mean = 0, squares = 0;
    std::vector<double> day_means;
    for (const auto& [day, values] : days) day_means.push_back((values.at(0) + values.at(1) + values.at(2)) / 3);
    for (const double each : day_means) mean += each / 3;
    for (const double each : day_means) squares += (each - mean) * (each - mean);
    CHECK(summary.at("total_bps_mean").get<double>() == Approx(mean).epsilon(1e-12));
    CHECK(summary.at("total_bps_se").get<double>() == Approx(std::sqrt(squares / 2 / 3)).epsilon(1e-12));
  }
  CHECK(rows == 4);
  const Ended one_symbol = run(shop, call + "1 --set 'market.symbols=[\"AAA\"]'");
  CHECK(one_symbol.out.find("\nstrategy ") == 0);
  CHECK(one_symbol.out.find("symbol") == std::string::npos);
}

TEST_CASE("a day that is listed again as a copy or a link is an error that names both files") {
  const Workshop shop;
  make_tapes(shop);
  fs::copy_file(shop / "tapes/AAA_2026-01-05.h5", shop / "tapes/AAA_copy.h5");
  fs::create_symlink(shop / "tapes/BBB_2026-01-05.h5", shop / "tapes/BBB_link.h5");
  const std::string file = shop.write("w.toml", scenario("feed = \"tape\"\npaths = [\"tapes/*.h5\"]\n"));
  const Ended ended = run(shop, "check " + file);
  INFO(ended.err);
  CHECK(ended.code == 78);
  for (const char* symbol : {"AAA", "BBB"}) {
    const std::string again = shop / ("tapes/" + std::string{symbol} + (symbol[0] == 'A' ? "_copy.h5" : "_link.h5"));
    CHECK(ended.err.find("error SCENARIO-CONFLICT " + file + ":4:2 [market] " + again + " holds the same data as " +
                         (shop / ("tapes/" + std::string{symbol} + "_2026-01-05.h5"))) != std::string::npos);
  }
  fs::remove(shop / "tapes/AAA_copy.h5");
  fs::remove(shop / "tapes/BBB_link.h5");
  CHECK(run(shop, "check " + file).code == 0);
  // A swept setting may leave the tape as it is: that is a comparison, and no day counts twice.
  const std::string copies = "market.path = [\"tapes/AAA_2026-01-05.h5\", \"tapes/AAA_other.h5\"]\n";
  fs::copy_file(shop / "tapes/AAA_2026-01-05.h5", shop / "tapes/AAA_other.h5");
  CHECK(run(shop, "check " + shop.write("s.toml", scenario("feed = \"tape\"\npath = \"tapes/AAA_2026-01-05.h5\"\n") + copies)).code == 0);
}

TEST_CASE("rows of unequal numbers of days show them, and a single day among several has no standard error") {
  const Workshop shop;
  for (int day = 5; day < 8; ++day) make_tape(shop, "BUSY", "2026-01-0" + std::to_string(day), day);
  make_tape(shop, "QUIET", "2026-01-05", 9);
  const std::string file = shop.write("w.toml", scenario("feed = \"tape\"\npaths = [\"tapes/*.h5\"]\n"));
  const Ended ended = run(shop, "run " + file + " -o " + (shop / "r"));
  INFO(ended.out << ended.err);
  REQUIRE(ended.code == 0);
  CHECK(ended.out.find("days") < ended.out.find("cost"));
  CHECK(ended.out.find("from the differences between days: a single day has none") != std::string::npos);
  std::size_t busy = 0, quiet = 0;
  std::istringstream lines{ended.out};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words{line};
    std::string symbol, strategy, days, cost, error;
    words >> symbol >> strategy >> days >> cost >> error;
    if (symbol == "BUSY") CHECK((++busy > 0 && days == "3" && error != "-"));
    if (symbol == "QUIET") CHECK((++quiet > 0 && days == "1" && error == "-"));
  }
  CHECK(busy == 2);
  CHECK(quiet == 2);
  // One day on its own is told by its seeds.
  const Ended alone =
      run(shop, "run " + file + " -o " + (shop / "q") + " --set 'market.paths=[\"" + (shop / "tapes/QUIET_2026-01-05.h5") + "\"]'");
  CHECK(alone.out.find("+-") != std::string::npos);
  CHECK(alone.out.find("days ") == std::string::npos);
}

TEST_CASE("inspect of a result of many tapes shows five of them and says how many more there are") {
  const Workshop shop;
  make_tapes(shop);
  REQUIRE(run(shop, "run " + shop.write("week.toml", kWeek) + " -o " + (shop / "r")).code == 0);
  const Ended seen = run(shop, "inspect " + (shop / "r") + "/result.h5");
  INFO(seen.out);
  CHECK(seen.code == 0);
  CHECK(seen.out.find("and 1 more\n") != std::string::npos);
}

TEST_CASE("a symbol that is no file name is written by generate and import inside the folder, and a scenario finds it again") {
  const Workshop shop;
  fs::create_directories(shop / "tapes");
  const std::string brief = " --set duration_s=60 --set warmup_s=60 ";
  const Ended evil = run(shop, "generate zero_intelligence -o '" + (shop / "tapes/{symbol}_{mmddyyyy}.h5") + "'" + brief +
                                   "--days 2 --first-date 2026-01-05 --set instrument.symbol=../evil");
  INFO(evil.err);
  REQUIRE(evil.code == 0);
  CHECK(fs::exists(shop / "tapes/%2E.%2Fevil_01052026.h5"));
  for (const auto& entry : fs::directory_iterator{shop / ""}) {
    INFO(entry.path().string());
    CHECK(entry.path().filename().string().find("evil") == std::string::npos);
  }
  REQUIRE(run(shop, "generate zero_intelligence -o '" + (shop / "tapes/{symbol}_{mmddyyyy}.h5") + "'" + brief +
                        "--days 2 --first-date 2026-01-05 --set instrument.symbol=BAC+A")
              .code == 0);
  const std::string file =
      shop.write("e.toml", scenario("feed = \"tape\"\npath = \"tapes/{symbol}_{mmddyyyy}.h5\"\nsymbols = [\"../evil\", \"BAC+A\"]\n"
                                    "first_date = \"2026-01-05\"\nlast_date = \"2026-01-06\"\n"));
  const Ended ended = run(shop, "run " + file + " -o " + (shop / "r"));
  INFO(ended.err);
  REQUIRE(ended.code == 0);
  const Table all = scenarios_of(shop / "r");
  CHECK(std::set<std::string>{all.texts("symbol").begin(), all.texts("symbol").end()} == std::set<std::string>{"../evil", "BAC+A"});
}

TEST_CASE("one scenario of many days needs the tape of its day alone, and gives the row it gives among all") {
  const Workshop shop;
  make_tapes(shop);
  const std::string call = "run " + shop.write("week.toml", kWeek) + " -o ";
  REQUIRE(run(shop, call + (shop / "all")).code == 0);
  const std::vector<std::string> row = rows_where(scenarios_of(shop / "all"), 20, 21);
  for (const std::string& day : kDays)
    for (const char* symbol : {"AAA", "BBB"})
      if (day + symbol != "2026-01-05AAA") shop.write("tapes/" + std::string{symbol} + "_" + day + ".h5", "no tape");
  const Ended one = run(shop, call + (shop / "one") + " --only 20");
  INFO(one.err);
  CHECK(one.code == 0);
  CHECK(rows_where(scenarios_of(shop / "one"), 20, 21) == row);
}

TEST_CASE("a feed that is not a tape runs over days too, and says what an import would save") {
  const Workshop shop;
  const std::string market =
      "feed = \"synthetic\"\nduration_s = 60\nwarmup_s = 60\nfirst_date = \"2026-01-02\"\nlast_date = \"2026-01-04\"\n";
  const Ended ended = run(shop, "run " + shop.write("s.toml", scenario(market)) + " -o " + (shop / "r"));
  INFO(ended.err);
  CHECK(ended.code == 0);
  CHECK(ended.err.find("each of the 3 markets is decoded twice") != std::string::npos);
  const Table all = scenarios_of(shop / "r");
  CHECK(std::set<std::string>{all.texts("date").begin(), all.texts("date").end()} ==
        std::set<std::string>{"2026-01-02", "2026-01-03", "2026-01-04"});
}

TEST_CASE("the repository's scenario of many days passes its check on tapes of its days and symbols") {
  const Workshop shop;
  for (const char* symbol : {"BUSY", "QUIET"})
    for (const char* day : {"2026-01-05", "2026-01-06"})
      REQUIRE(run(shop, "import synthetic -o " + (shop / (std::string{symbol} + "_" + day + ".h5")) +
                            " --set duration_s=1800 --set date=" + day + " --set instrument.symbol=" + symbol)
                  .code == 0);
  const Ended ended =
      run(shop, "check " + std::string{PLIMSOLL_SOURCE_DIR} + "/scenarios/many_days.toml --set market.last_date=2026-01-06 " +
                    "--set 'market.path=" + (shop / "{symbol}_{date}.h5") + "'");
  INFO(ended.err);
  CHECK(ended.code == 0);
  CHECK(ended.out.find("scenarios  120 = 4 markets x 6 combinations x 5 seeds") != std::string::npos);
}

TEST_CASE("thirty days take the memory of one, to within four megabytes, and parts of them are days") {
  const Workshop shop;
  for (int day = 1; day <= 30; ++day) make_tape(shop, "AAA", "2026-01-" + std::string(day < 10 ? "0" : "") + std::to_string(day), day);
  const std::string scenario_file = shop.write(
      "m.toml", scenario("feed = \"tape\"\npath = \"tapes/AAA_{date}.h5\"\nfirst_date = \"2026-01-01\"\nlast_date = \"2026-01-30\"\n"));
  const std::string options = " --threads 2 --set output.record=summary ";
  const auto part = nlohmann::json::parse(run(shop, "check --json --shard 2/3 " + scenario_file).out).at("plan");
  CHECK(part.at("to_do") == 60);
  CHECK(part.at("batches") == 10);  // whole days: full batches, and a third of the tapes
  if (!memory_is_ours()) return;
  const double one = peak_of("run " + scenario_file + options + "--set market.last_date=2026-01-01 -o " + (shop / "one"));
  const double thirty = peak_of("run " + scenario_file + options + "-o " + (shop / "thirty"));
  INFO("one day " << one << ", thirty " << thirty);
  CHECK(thirty < one + 4e6);
}
