// Runs as a user meets them: the table, resume, signals, what is printed and what is kept.
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "app/command_run.hpp"
#include "data_files.hpp"
#include "io/result_file.hpp"
#include "io/sealed_file.hpp"

using namespace plimsoll::test;

TEST_CASE("a run ends in a table, a result and 0; the same command again has nothing to do") {
  const Workshop shop;
  const std::string call = "run " + shop.write("s.toml", kSmall) + " -o " + (shop / "r");
  const Ended first = run(shop, call);
  INFO(first.err);
  REQUIRE(first.code == 0);
  std::istringstream lines{first.out};
  std::size_t rows = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("result", 0) != 0 && line.rfind("read", 0) != 0 && line.rfind("    ", 0) != 0) CHECK(line.size() <= 80);
    rows += line.rfind("twap ", 0) == 0 || line.rfind("immediate ", 0) == 0 ? 1 : 0;
  }
  CHECK(rows == 6);
  const std::string bytes = contents((shop / "r") + "/result.h5");
  const Ended second = run(shop, call);
  CHECK(second.code == 0);
  CHECK(second.err.find("to do      0 (24 are sealed already)") != std::string::npos);
  CHECK(second.out == first.out);
  CHECK(contents((shop / "r") + "/result.h5") == bytes);
}

TEST_CASE("how much of an order was done stays in a narrow table when something was left: its cost looks low for want of fills") {
  const Workshop shop;
  std::string text = kSmall;
  text.replace(text.find("[100, 300, 500]"), 15, "[100, 1_000_000_000]");
  const Ended ended = run(shop, "run " + shop.write("s.toml", text) + " -o " + (shop / "r"));
  INFO(ended.out << ended.err);
  REQUIRE(ended.code == 0);
  CHECK(ended.out.find("  +-  filled%  spread") != ended.out.npos);
  CHECK(ended.out.find("below 100 a low cost is no cheap") != ended.out.npos);
}

TEST_CASE("a run in the folder of another scenario file says whose results make way") {
  const Workshop shop;
  REQUIRE(run(shop, "run " + shop.write("s.toml", kSmall) + " -o " + (shop / "r")).code == 0);
  std::string other = kSmall;
  other.replace(other.find("\"small\""), 7, "\"other\"");
  other.replace(other.find("[100, 300, 500]"), 15, "[200]");
  const Ended ended = run(shop, "run " + shop.write("other.toml", other) + " -o " + (shop / "r"));
  CHECK(ended.code == 0);
  CHECK(ended.err.find("note the folder was that of \"small\", whose result.h5 makes way; -o DIR keeps both") != ended.err.npos);
}

TEST_CASE("threads, batches, shards and stopping half-way leave one result hash") {
  const Workshop shop;
  const std::string call = "run " + shop.write("s.toml", kSmall);
  REQUIRE(run(shop, call + " --threads 1 --batch 1 -o " + (shop / "a")).code == 0);
  REQUIRE(run(shop, call + " --threads 2 --batch 64 -o " + (shop / "b")).code == 0);
  for (const char* part : {"2/3", "1/3", "3/3"}) {
    const Ended ended = run(shop, call + " --threads 2 --batch 5 -o " + (shop / "c") + " --shard " + part);
    CHECK(ended.code == 0);
    CHECK(fs::exists((shop / "c") + "/result.h5") == (std::string{part} == "3/3"));
  }
  CHECK(result_hash_of(shop / "a") == result_hash_of(shop / "b"));
  CHECK(result_hash_of(shop / "a") == result_hash_of(shop / "c"));
  CHECK(contents((shop / "a") + "/result.h5") == contents((shop / "c") + "/result.h5"));
}

TEST_CASE("what a resumed sweep has left is shared by all threads: batches were as large as for the whole plan") {
  const Workshop shop;
  const std::string call = "run " + shop.write("s.toml", kSmall) + " --threads 2 -o " + (shop / "r");
  REQUIRE(run(shop, call + " --shard 1/2").code == 0);
  const Ended rest = run(shop, call + " --json");
  CHECK(rest.code == 0);
  INFO(rest.out + rest.err);
  CHECK((rest.out + rest.err).find("\"to_do\":12,\"batches\":4,") != std::string::npos);
}

TEST_CASE("SIGTERM seals what is done and ends with 75; the same command goes on; killed is as good") {
  const Workshop shop;
  const std::string scenario = shop.write("s.toml", kSmall);
  const std::string call = "run " + scenario + " --batch 1 --threads 1 --set market.duration_s=1800 --set experiment.seeds=60";
  REQUIRE(run(shop, call + " -o " + (shop / "whole")).code == 0);
  for (const int signal : {SIGTERM, SIGKILL}) {
    const std::string folder = shop / ("stopped" + std::to_string(signal));
    const std::string wait_for_shard =
        "( until ls '" + folder + "'/shards/*.h5 >/dev/null 2>&1; do sleep 0.01; done; kill -" + std::to_string(signal) + " $PID ) &";
    const std::string script =
        "'" + command_path() + "' " + call + " -o '" + folder + "' >/dev/null 2>&1 & PID=$!; " + wait_for_shard + " wait $PID";
    const int status = std::system(("bash -c '" +
                                    [&] {
                                      std::string quoted;
                                      for (const char c : script) quoted += c == '\'' ? std::string{"'\\''"} : std::string(1, c);
                                      return quoted;
                                    }() +
                                    "'")
                                       .c_str());
    CHECK(WEXITSTATUS(status) == (signal == SIGTERM ? 75 : 128 + SIGKILL));
    CHECK_FALSE(fs::exists(folder + "/result.h5"));
    CHECK(run(shop, "merge " + folder).code == 75);
    const Ended resumed = run(shop, call + " -o " + folder);
    CHECK(resumed.code == 0);
    CHECK(resumed.err.find("are sealed already") != std::string::npos);
    CHECK(contents(folder + "/result.h5") == contents((shop / "whole") + "/result.h5"));
  }
}

TEST_CASE("a merge that meets a damaged shard says which, and where it is now") {
  const Workshop shop;
  const std::string folder = shop / "r";
  REQUIRE(run(shop, "run " + shop.write("s.toml", kSmall) + " -o " + folder).code == 0);
  const fs::path shard = fs::directory_iterator { folder + "/shards" } -> path();
  fs::resize_file(shard, fs::file_size(shard) / 2);
  const Ended merged = run(shop, "merge " + folder);
  CHECK(merged.code == 75);
  CHECK(merged.err.find("error SHARD-CORRUPT " + shard.string()) != std::string::npos);
  CHECK(merged.err.find(folder + "/quarantine") != std::string::npos);
}

TEST_CASE("one scenario of a sweep can be repeated with everything recorded, and costs the same") {
  const Workshop shop;
  const std::string scenario = shop.write("s.toml", kSmall);
  REQUIRE(run(shop, "run " + scenario + " -o " + (shop / "all")).code == 0);
  REQUIRE(run(shop, "run " + scenario + " -o " + (shop / "one") + " --only 7 --record full").code == 0);
  const auto all = plimsoll::read_result((shop / "all") + "/result.h5");
  const auto one = plimsoll::read_result((shop / "one") + "/result.h5");
  REQUIRE(one.find("scenarios")->rows() == 1);
  CHECK(one.find("scenarios")->integers("scenario").front() == 7);
  CHECK(one.find("scenarios")->reals("total_bps").front() == all.find("scenarios")->reals("total_bps")[7]);
  REQUIRE(one.find("fills") != nullptr);
  CHECK(one.find("fills")->rows() > 0);
  CHECK(one.find("trajectory") != nullptr);
  CHECK(all.find("fills") == nullptr);
}

TEST_CASE("a dry run and a check show the plan and write nothing") {
  const Workshop shop;
  const std::string scenario = shop.write("s.toml", kSmall);
  for (const std::string& arguments : {"run --dry-run " + scenario + " -o " + (shop / "r"), "check " + scenario}) {
    const Ended ended = run(shop, arguments);
    CHECK(ended.code == 0);
    CHECK(ended.out.find("24 = 6 combinations x 4 seeds") != std::string::npos);
    CHECK(ended.out.find("memory     about ") != std::string::npos);
    CHECK_FALSE(fs::exists(shop / "r"));
  }
}

TEST_CASE("no line of the plan or of the table is wider than the terminal, but for a word that is") {
  const Workshop shop;
  const std::string text = "title = \"" + std::string(20, 'a') + " " + [] {
    std::string words;
    for (int word = 0; word < 60; ++word) words += "w\u00f6rter ";
    return words;
  }() + "\"\n";
  const std::string scenario = shop.write("s.toml", text + kSmall.substr(kSmall.find('\n') + 1));
  for (const std::size_t columns : {40U, 60U, 120U}) {
    const Ended check = run(shop, "check " + scenario, "COLUMNS=" + std::to_string(columns) + " ");
    const Ended whole =
        run(shop, "run " + scenario + " -o " + (shop / ("r" + std::to_string(columns))), "COLUMNS=" + std::to_string(columns) + " ");
    REQUIRE(check.code == 0);
    REQUIRE(whole.code == 0);
    std::size_t widest = 0;
    std::istringstream lines{check.out + whole.err + whole.out.substr(0, whole.out.find("\nresult "))};
    for (std::string line; std::getline(lines, line);) {
      if (line.find(shop / "") != std::string::npos) continue;
      const auto width = std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xC0) != 0x80; });
      INFO(line);
      CHECK(static_cast<std::size_t>(width) <= columns);
      widest = std::max(widest, static_cast<std::size_t>(width));
    }
    CHECK(widest > columns - 10);
    CHECK(check.out.find("\n           w\u00f6rter") != std::string::npos);
  }
}

TEST_CASE("flagged scenarios are counted by reason under the table, and without flags nothing is said") {
  const Workshop shop;
  const std::string call = "run " + shop.write("s.toml", kSmall);
  const Ended eaten = run(shop, call + " -o " + (shop / "eaten") + " --set 'sweep.parent.quantity_lots=[3, 50000]'");
  INFO(eaten.err << eaten.out);
  const auto flags = plimsoll::read_result_table((shop / "eaten") + "/result.h5", "scenarios").texts("flags");
  const auto flagged = std::count_if(flags.begin(), flags.end(), [](const std::string& text) { return !text.empty(); });
  const auto much =
      std::count_if(flags.begin(), flags.end(), [](const std::string& text) { return text.find("participation 0.") != std::string::npos; });
  REQUIRE(flagged > 0);
  REQUIRE(much > 0);
  CHECK(eaten.out.find("\nflagged  " + std::to_string(flagged) + " of 16 scenarios: ") != std::string::npos);
  CHECK(eaten.out.find("participation above 0.20 " + std::to_string(much)) != std::string::npos);
  const Ended json = run(shop, call + " --json -o " + (shop / "eaten") + " --set 'sweep.parent.quantity_lots=[3, 50000]'");
  CHECK(json.out.find("{\"flagged\":{\"scenarios\":" + std::to_string(flagged) + ",\"of\":16,\"reasons\":{") != std::string::npos);
  const Ended clean = run(shop, call + " -o " + (shop / "clean") + " --set 'sweep.parent.quantity_lots=[1]' --set strategy.name=immediate");
  CHECK(clean.code == 0);
  CHECK(clean.out.find("flagged") == std::string::npos);
}

TEST_CASE("a short run says how long it took, not 0:01") {
  const Workshop shop;
  const Ended ended = run(shop, "run " + shop.write("s.toml", kSmall) + " -o " + (shop / "r"));
  const std::size_t at = ended.err.find("24/24 scenarios  ");
  REQUIRE(at != std::string::npos);
  const std::string line = ended.err.substr(at, ended.err.find('\n', at) - at);
  INFO(line);
  const std::size_t in = line.find("/s  in ");
  REQUIRE(in != std::string::npos);
  CHECK(line.ends_with(" s"));
  CHECK(line[line.size() - 5] == '.');
}

TEST_CASE("a long sweep leaves few shards, whatever its batches") {
  const Workshop shop;
  const std::string call = "run " + shop.write("s.toml", kSmall) + " --batch 1 --set experiment.seeds=100 -o " + (shop / "r");
  REQUIRE(run(shop, call).code == 0);
  const auto shards = std::distance(fs::directory_iterator{(shop / "r") + "/shards"}, fs::directory_iterator{});
  CHECK(shards >= 10);
  CHECK(shards <= 130);  // 600 batches
}

TEST_CASE("one scenario does not overwrite the result of a whole sweep") {
  const Workshop shop;
  const std::string call = "run " + shop.write("s.toml", kSmall) + " -o " + (shop / "r");
  REQUIRE(run(shop, call).code == 0);
  const std::string result = contents((shop / "r") + "/result.h5"), manifest = contents((shop / "r") + "/manifest.json");
  check_fails(shop, call + " --only 7", 73, "IO-FOLDER " + (shop / "r") + " [--only] the folder holds another experiment's results");
  CHECK(contents((shop / "r") + "/result.h5") == result);
  CHECK(contents((shop / "r") + "/manifest.json") == manifest);
  const std::string one = "run " + (shop / "s.toml") + " -o " + (shop / "one");
  CHECK(run(shop, one + " --only 7").code == 0);
  CHECK(run(shop, one + " --only 7").code == 0);
  check_fails(shop, one + " --only 8", 73, "IO-FOLDER");
}

TEST_CASE("the plan's memory and result size are within a factor of two of what is measured") {
  if (!memory_is_ours()) return;
  const Workshop shop;
  const std::string scenario = shop.write("s.toml", kSmall);
  const auto planned = [](const std::string& json, const std::string& key) {
    const std::size_t at = json.find("\"" + key + "\":");
    REQUIRE(at != std::string::npos);
    return std::stod(json.substr(at + key.size() + 3));
  };
  for (const int seeds : {30, 3400}) {
    const std::string options = " --batch 16 --threads 2 --set experiment.seeds=" + std::to_string(seeds);
    const std::string json = run(shop, "check --json " + scenario + options).out;
    rusage usage{};
    const std::string folder = shop / ("r" + std::to_string(seeds));
    const std::string call = "run " + scenario + options + " -o " + folder;
    const pid_t child = ::fork();
    if (child == 0) {
      ::execl("/bin/sh", "sh", "-c", ("exec '" + command_path() + "' " + call + " >/dev/null 2>&1").c_str(), nullptr);
      ::_exit(127);
    }
    int status = 0;
    REQUIRE(::wait4(child, &status, 0, &usage) == child);
    REQUIRE(WEXITSTATUS(status) == 0);
    const double peak = 1024.0 * static_cast<double>(usage.ru_maxrss);
    const auto bytes = static_cast<double>(fs::file_size(folder + "/result.h5"));
    INFO(json << "peak " << peak << ", result " << bytes);
    CHECK(planned(json, "memory_bytes") > peak / 2);
    CHECK(planned(json, "memory_bytes") < peak * 2);
    CHECK(planned(json, "result_bytes") > bytes / 2);
    CHECK(planned(json, "result_bytes") < bytes * 2);
  }
}

TEST_CASE("an experiment that would not fit into memory is refused before it is planned") {
  if (!memory_is_ours()) return;
  const Workshop shop;
  const std::string call = "check " + shop.write("s.toml", kSmall) + " --set experiment.seeds=100000";
  const Ended small = run(shop, call, "ulimit -v 600000; ");
  INFO(small.err);
  CHECK(small.code == 78);
  CHECK(small.err.find("error MEMORY " + (shop / "s.toml") + " 600,000 scenarios need about ") != std::string::npos);
}

TEST_CASE("a stub quote at 199,999 makes no experiment large") {
  const Workshop shop;
  std::string rows = "34200.1,1,1,100,1999999900,-1\n34200.2,1,2,100,100,1\n";
  for (int row = 0; row < 60; ++row)
    rows += std::to_string(34201 + row) + ",1," + std::to_string(3 + row) + ",500," + (row % 2 == 0 ? "5853300,-1" : "5853200,1") + "\n";
  shop.write("day.csv", rows);
  const std::string stub = shop.write("s.toml",
                                      "title = \"stub\"\nsource = \"made up\"\nexpect = \"it ends\"\n[market]\nfeed = \"lobster\"\n"
                                      "path = \"day.csv\"\ndate = \"2012-06-21\"\n[parent]\nside = \"buy\"\nquantity_lots = 300\n"
                                      "start_s = 10\nend_s = 40\n[strategy]\nname = \"twap\"\n[impact]\nname = \"none\"\n");
  const Ended plan = run(shop, "check --json --threads 2 " + stub);
  INFO(plan.out << plan.err);
  REQUIRE(plan.code == 0);
  const std::size_t at = plan.out.find("\"memory_bytes\":");
  REQUIRE(at != std::string::npos);
  CHECK(std::stod(plan.out.substr(at + 15)) < 6e7);
  if (!memory_is_ours()) return;
  const Ended tight = run(shop, "run --threads 1 " + stub + " -o " + (shop / "r"), "ulimit -v 1000000; ");
  INFO(tight.err);
  CHECK(tight.code == 0);
}

TEST_CASE("with --json every line of both streams is an object") {
  const Workshop shop;
  const Ended ended = run(shop, "run --json " + shop.write("s.toml", kSmall) + " -o " + (shop / "r"));
  CHECK(ended.code == 0);
  std::istringstream lines{ended.out + ended.err};
  for (std::string line; std::getline(lines, line);) {
    CHECK(line.front() == '{');
    CHECK(line.back() == '}');
  }
  CHECK(ended.out.find("\"result_hash\":\"" + result_hash_of(shop / "r") + "\"") != std::string::npos);
}

TEST_CASE("an imported tape gives the results of the feed it came from") {
  const Workshop shop;
  const std::string scenario = shop.write("s.toml", kSmall);
  REQUIRE(run(shop, "import synthetic -o " + (shop / "t.h5") + " --set duration_s=120 --set warmup_s=60").code == 0);
  REQUIRE(run(shop, "run " + scenario + " -o " + (shop / "feed")).code == 0);
  REQUIRE(
      run(shop, "run " + scenario + " -o " + (shop / "tape") + " --set market='{feed=\"tape\", path=\"" + (shop / "t.h5") + "\"}'").code ==
      0);
  CHECK(result_hash_of(shop / "feed") == result_hash_of(shop / "tape"));
}

TEST_CASE("the scenarios of the repository pass their check") {
  const Workshop shop;
  struct Shipped {
    const char* file;
    const char* data;  ///< what it needs of the shared data
    const char* plan;
  };
  const char* hour = "lobster/AAPL_2012-06-21_34200000_37800000_message_50.csv";
  const Shipped shipped[] = {{"quickstart", nullptr, "180 = 9 combinations x 20 seeds"},
                             {"two_parents", nullptr, "30 = 3 combinations x 10 seeds"},
                             {"two_markets", nullptr, "30 = 3 combinations x 10 seeds"},
                             {"two_venues", nullptr, "120 = 3 combinations x 40 seeds"},
                             {"impact_curve", nullptr, "256 = 32 combinations x 8 seeds"},
                             {"aapl_hour", hour, "270 = 27 combinations x 10 seeds"},
                             {"impact_curve_aapl", hour, "400 = 40 combinations x 10 seeds"},
                             {"hedge_binance", "binance-raw/spot_btcusdt_20240808.gz", "3 = 3 combinations x 1 seed"},
                             {"impact_curve_binance", "binance-raw/usdm_btcusdt_20240808.gz", "400 = 40 combinations x 10 seeds"}};
  for (const auto& [file, data, plan] : shipped) {
    if (data != nullptr && !data_file(data)) continue;
    const Ended ended = run(shop, "check " PLIMSOLL_SOURCE_DIR "/scenarios/" + std::string{file} + ".toml");
    INFO(file << ended.out << ended.err);
    CHECK(ended.code == 0);
    CHECK(ended.out.find(plan) != std::string::npos);
  }
}

TEST_CASE("a table of more than 200 rows is cut and says where the rest is") {
  const Workshop shop;
  std::string sizes;
  for (int lots = 1; lots <= 101; ++lots) sizes += std::to_string(lots) + ",";
  const std::string scenario = shop.write("s.toml", kSmall);
  const Ended ended =
      run(shop, "run " + scenario + " --set 'sweep.parent.quantity_lots=[" + sizes + "]' --set experiment.seeds=1 -o " + (shop / "r"));
  CHECK(ended.code == 0);
  CHECK(ended.out.find("and 2 more rows: all are in /scenarios of the result") != std::string::npos);
}

TEST_CASE("one scenario does not overwrite a result whose manifest cannot be read") {
  const Workshop shop;
  const std::string scenario = shop.write("s.toml", kSmall);
  REQUIRE(run(shop, "run " + scenario + " -o " + (shop / "all")).code == 0);
  const std::string before = contents(shop / "all/result.h5");
  shop.write("all/manifest.json", "{\"format\": 1}");
  check_fails(shop, "run " + scenario + " --only 3 -o " + (shop / "all"), 73, "IO-FOLDER");
  CHECK(contents(shop / "all/result.h5") == before);
}
