// One result for any threads, batch, shards, kill and resume: the real command, compared byte by byte.

#include "acceptance/command_line.hpp"
#include "fault/shim.hpp"
#include "io/result_file.hpp"

using namespace plimsoll;
using namespace plimsoll::test;

namespace {
struct Layout {
  std::string threads, batch;
  int shards;
};
std::vector<Layout> layouts() {
  std::vector<Layout> all;
  for (const char* threads : {"1", "2"})
    for (const char* batch : {"1", "16", "64"})
      for (const int shards : {1, 3}) all.push_back({threads, batch, shards});
  return all;
}
/// Runs every shard of a layout; the last one merges. Returns the last exit code.
int run(const std::string& scenario, const std::string& folder, const Layout& layout,
        const std::map<std::string, std::string>& environment = {}) {
  int exit_code = 0;
  for (int shard = 1; shard <= layout.shards; ++shard) {
    const Outcome outcome = run_plimsoll({"run", scenario, "-o", folder, "--threads", layout.threads, "--batch", layout.batch, "--shard",
                                          std::to_string(shard) + "/" + std::to_string(layout.shards)},
                                         environment);
    exit_code = outcome.exit_code;
    if (exit_code != 0) return exit_code;
  }
  return exit_code;
}
}  // namespace

TEST_CASE("one result over threads {1, 2} x batch {1, 16, 64} x shards {1, 3}, run through or killed and resumed") {
  if (!shim_can_work()) return;
  const Scratch scratch;
  const std::string scenario = scratch / "small.toml";
  write_file(scenario, small_sweep(8));
  REQUIRE(run_plimsoll({"run", scenario, "-o", scratch / "reference"}).exit_code == 0);
  const std::string reference = read_file(scratch / "reference/result.h5");
  REQUIRE(reference.size() > 10'000);
  const std::vector<Layout> all = layouts();
  for (std::size_t i = 0; i < all.size(); ++i) {
    CAPTURE(all[i].threads, all[i].batch, all[i].shards);
    const std::string folder = scratch / ("through" + std::to_string(i));
    REQUIRE(run(scenario, folder, all[i]) == 0);
    CHECK(read_file(folder + "/result.h5") == reference);
    CHECK(result_hash(folder + "/result.h5") == result_hash(scratch / "reference/result.h5"));

    // Killed at some write, resumed in another layout.
    const std::string killed = scratch / ("killed" + std::to_string(i));
    std::filesystem::create_directory(killed);
    REQUIRE(run(scenario, killed, all[i],
                {{"LD_PRELOAD", PLIMSOLL_KILL_AT}, {"KILL_AT", std::to_string(10 + i)}, {"KILL_UNDER", killed}}) == -SIGKILL);
    REQUIRE(run(scenario, killed, all[(i + 5) % all.size()]) == 0);
    CHECK(read_file(killed + "/result.h5") == reference);
  }
}

TEST_CASE("three days of two symbols give one result in every layout, run through or killed and resumed") {
  if (!shim_can_work()) return;
  const Scratch scratch;
  int seed = 0;
  for (const char* day : {"2026-01-02", "2026-01-05", "2026-01-06"})
    for (const char* symbol : {"AAA", "BBB"})
      REQUIRE(run_plimsoll({"import", "synthetic", "-o", scratch / (std::string{symbol} + "_" + day + ".h5"), "--set", "duration_s=600",
                            "--set", std::string{"date="} + day, "--set", "seed=" + std::to_string(++seed), "--set",
                            std::string{"instrument.symbol="} + symbol})
                  .exit_code == 0);
  std::string text = small_sweep(3);
  const std::string feed = "feed = \"synthetic\"\nduration_s = 600\n";
  text.replace(text.find(feed), feed.size(),
               "feed = \"tape\"\npath = \"{symbol}_{date}.h5\"\nsymbols = [\"AAA\", \"BBB\"]\nfirst_date = \"2026-01-02\"\n"
               "last_date = \"2026-01-06\"\ncalendar = \"us_equities\"\n");
  const std::string scenario = scratch / "days.toml";
  write_file(scenario, text);
  REQUIRE(run_plimsoll({"run", scenario, "-o", scratch / "reference"}).exit_code == 0);
  const std::string reference = read_file(scratch / "reference/result.h5");
  REQUIRE(read_result(scratch / "reference/result.h5").find("scenarios")->rows() == 6 * 6 * 3);
  const std::vector<Layout> all = {{"1", "1", 1}, {"2", "16", 1}, {"2", "64", 3}, {"1", "5", 2}};
  for (std::size_t i = 0; i < all.size(); ++i) {
    CAPTURE(all[i].threads, all[i].batch, all[i].shards);
    const std::string folder = scratch / ("through" + std::to_string(i)), killed = scratch / ("killed" + std::to_string(i));
    REQUIRE(run(scenario, folder, all[i]) == 0);
    CHECK(read_file(folder + "/result.h5") == reference);
    std::filesystem::create_directory(killed);
    REQUIRE(run(scenario, killed, all[i],
                {{"LD_PRELOAD", PLIMSOLL_KILL_AT}, {"KILL_AT", std::to_string(12 + i)}, {"KILL_UNDER", killed}}) == -SIGKILL);
    REQUIRE(run(scenario, killed, all[(i + 1) % all.size()]) == 0);
    CHECK(read_file(killed + "/result.h5") == reference);
  }
}

TEST_CASE("the result does not know the clock, the time zone, the language or the folder it was made in") {
  const Scratch scratch;
  const std::string scenario = scratch / "small.toml";
  write_file(scenario, small_sweep(2));
  REQUIRE(run_plimsoll({"run", scenario, "-o", scratch / "a"}).exit_code == 0);
  std::filesystem::create_directories(scratch / "elsewhere/deep");
  std::filesystem::copy_file(scenario, scratch / "elsewhere/deep/small.toml");
  REQUIRE(run_plimsoll({"run", scratch / "elsewhere/deep/small.toml", "-o", scratch / "elsewhere/b"},
                       {{"TZ", "Asia/Tokyo"}, {"LANG", "de_DE.UTF-8"}, {"LC_ALL", "de_DE.UTF-8"}})
              .exit_code == 0);
  CHECK(read_file(scratch / "a/result.h5") == read_file(scratch / "elsewhere/b/result.h5"));
}

TEST_CASE("run --only repeats one scenario of a sweep with everything recorded, and gets the same fills") {
  const Scratch scratch;
  const std::string scenario = scratch / "small.toml";
  write_file(scenario, small_sweep(3));
  REQUIRE(run_plimsoll({"run", scenario, "-o", scratch / "all"}).exit_code == 0);
  REQUIRE(run_plimsoll({"run", scenario, "--only", "10", "--record", "full", "-o", scratch / "one"}).exit_code == 0);
  const ResultFile all = read_result(scratch / "all/result.h5");
  const ResultFile one = read_result(scratch / "one/result.h5");
  const auto fills_of = [](const Table& fills, std::int64_t scenario_id) {
    std::vector<std::vector<std::int64_t>> rows;
    for (std::size_t row = 0; row < fills.rows(); ++row)
      if (fills.integers("scenario")[row] == scenario_id)
        rows.push_back({fills.integers("time")[row], fills.integers("price_ticks")[row], fills.integers("quantity_lots")[row],
                        fills.integers("sweep_money")[row], fills.integers("reaction_money")[row]});
    return rows;
  };
  CHECK(fills_of(*all.find("fills"), 10).size() > 0);
  CHECK(fills_of(*one.find("fills"), 10) == fills_of(*all.find("fills"), 10));
  CHECK(one.find("trajectory")->rows() > 0);
  CHECK(one.find("scenarios")->rows() == 1);
}
