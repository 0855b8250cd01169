// The program as a user meets it: exit codes, error form, resume, signals.
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "claims.hpp"
#include "data_files.hpp"
#include "io/result_file.hpp"

namespace fs = std::filesystem;

namespace {

/// A folder of its own, gone at the end.
class Workshop {
 public:
  Workshop() {
    std::string pattern = (fs::temp_directory_path() / "plimsoll_app_XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~Workshop() { fs::remove_all(path_); }
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;

  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream{path_ / name, std::ios::binary} << text;
    return *this / name;
  }

 private:
  fs::path path_;
};

std::string command_path() {
  const char* set = std::getenv("PLIMSOLL_COMMAND");
  return set != nullptr ? set : std::string{PLIMSOLL_BINARY_DIR} + "/plimsoll";
}

std::string contents(const std::string& path) {
  std::ostringstream out;
  out << std::ifstream{path, std::ios::binary}.rdbuf();
  return out.str();
}

struct Ended {
  int code;
  std::string out, err;
};

Ended run(const Workshop& shop, const std::string& arguments, const std::string& before = "") {
  const std::string call =
      before + "'" + command_path() + "' " + arguments + " >'" + (shop / "out") + "' 2>'" + (shop / "err") + "' </dev/null";
  const int status = std::system(call.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), contents(shop / "out"), contents(shop / "err")};
}

/// Exit code and first word after "error".
void check_fails(const Workshop& shop, const std::string& arguments, int code, const std::string& word) {
  const Ended ended = run(shop, arguments);
  INFO(arguments << "\n" << ended.err);
  CHECK(ended.code == code);
  CHECK(ended.err.find("error " + word) != std::string::npos);
}

const std::string kSmall =
    "title = \"small\"\nsource = \"made up\"\nexpect = \"it ends\"\n[experiment]\nseeds = 4\n[market]\nfeed = \"synthetic\"\nduration_s = "
    "120\nwarmup_s = 60\n"
    "[parent]\nside = \"buy\"\nquantity_lots = 300\nstart_s = 10\nend_s = 60\nstart_jitter_s = 20\n"
    "[strategy]\nname = \"twap\"\n[impact]\nname = \"none\"\n"
    "[sweep]\nstrategy.name = [\"twap\", \"immediate\"]\nparent.quantity_lots = [100, 300, 500]\n";

std::string result_hash_of(const std::string& folder) { return plimsoll::result_hash(folder + "/result.h5"); }

}  // namespace

TEST_CASE("wrong usage ends with 64 and a suggestion") {
  const Workshop shop;
  check_fails(shop, "rnu", 64, "USAGE-COMMAND [rnu] is not a command; did you mean \"run\"?");
  check_fails(shop, "run", 64, "USAGE-ARGUMENT");
  check_fails(shop, "run a.toml b.toml", 64, "USAGE-ARGUMENT");
  check_fails(shop, "run a.toml --thread 2", 64, "USAGE-OPTION [--thread] unknown option; did you mean --threads?");
  check_fails(shop, "run a.toml --threads none", 64, "USAGE-VALUE [--threads]");
  check_fails(shop, "run a.toml --batch 65", 64, "USAGE-VALUE [--batch]");
  check_fails(shop, "run a.toml --shard 3/2", 64, "USAGE-VALUE [--shard]");
  check_fails(shop, "run a.toml --shard 1/2 --only 1", 64, "USAGE-CONFLICT");
  check_fails(shop, "import lobstr x -o y", 64, "USAGE-FEED [lobstr] is not a feed; did you mean \"lobster\"?");
  check_fails(shop, "import synthetic", 64, "USAGE-ARGUMENT [-o]");
  check_fails(shop, "list strategies pvo", 64, "USAGE-ARGUMENT");
  check_fails(shop, "run " + shop.write("s.toml", kSmall) + " --only 24", 64, "USAGE-VALUE [--only] there is no scenario 24");
  CHECK(run(shop, "").code == 64);
}

TEST_CASE("help, version and lists go to standard output and end with 0") {
  const Workshop shop;
  for (const char* arguments : {"--help", "--version", "run --help", "check --help", "import --help", "list --help", "merge --help", "list",
                                "list strategies pov", "list impact_models square_root", "list feeds lobster"}) {
    const Ended ended = run(shop, arguments);
    INFO(arguments);
    CHECK(ended.code == 0);
    CHECK(ended.err.empty());
    CHECK(ended.out.size() > 20);
  }
}

TEST_CASE("a bad scenario ends with 78 and every fault, before anything is written") {
  const Workshop shop;
  const std::string bad = shop.write("bad.toml", kSmall + "[latency]\nordr_us = 1\norder_us = \"x\"\nfeed_us = -1\nfeed_us = 2\n");
  const Ended ended = run(shop, "run " + bad + " -o " + (shop / "r"));
  INFO(ended.err);
  CHECK(ended.code == 78);
  for (const char* code : {"SCENARIO-UNKNOWN-KEY", "SCENARIO-TYPE", "SCENARIO-RANGE", "SCENARIO-DUPLICATE-KEY"})
    CHECK(ended.err.find(code) != std::string::npos);
  CHECK_FALSE(fs::exists(shop / "r"));
  const Ended json = run(shop, "check --json " + bad);
  CHECK(json.err.find("{\"error\":\"SCENARIO-UNKNOWN-KEY\"") != std::string::npos);
}

TEST_CASE("missing input ends with 66, also a folder or a pipe in its place") {
  const Workshop shop;
  check_fails(shop, "run " + (shop / "none.toml"), 66, "SCENARIO-MISSING");
  check_fails(shop, "import lobster " + (shop / "none.csv") + " -o " + (shop / "t.h5"), 66, "DATA-MISSING");
  REQUIRE(::mkfifo((shop / "pipe").c_str(), 0600) == 0);
  check_fails(shop, "run " + (shop / "pipe"), 66, "SCENARIO-MISSING");
  check_fails(shop, "import lobster " + (shop / "pipe") + " -o " + (shop / "t.h5"), 66, "DATA-MISSING");
  const std::string scenario = shop.write("s.toml", kSmall);
  check_fails(shop, "check " + scenario + " --set market='{feed=\"tape\", path=\"" + (shop / "none.h5") + "\"}'", 66, "DATA-MISSING");
  check_fails(shop, "merge " + (shop / "none"), 66, "DATA-MISSING");
}

TEST_CASE("bad data ends with 65: empty, cut, damaged and foreign files") {
  const Workshop shop;
  const std::string scenario = shop.write("s.toml", kSmall);
  const std::string tape = shop / "tape.h5";
  const auto check_tape = [&](const std::string& path) {
    check_fails(shop, "check --verify " + scenario + " --set market='{feed=\"tape\", path=\"" + path + "\"}'", 65, "DATA-");
  };
  REQUIRE(run(shop, "import synthetic -o " + tape + " --set duration_s=30").code == 0);
  const std::string bytes = contents(tape);
  check_tape(shop.write("empty.h5", ""));
  check_tape(shop.write("cut.h5", bytes.substr(0, bytes.size() / 2)));
  std::string damaged = bytes;
  damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 1);
  check_tape(shop.write("damaged.h5", damaged));
  check_tape(shop.write("foreign.h5", "PK\x03\x04 this is a zip file"));

  const auto check_message = [&](const std::string& text, const std::string& word) {
    check_fails(shop, "import lobster " + shop.write("AAPL_2012-06-21_34200000_37800000_message_10.csv", text) + " -o " + (shop / "x.h5"),
                65, word);
  };
  check_message("", "DATA-");
  check_message("34200.1,1,5,100,5859400", "DATA-");
  check_message("this,is,not,a,message,file\n", "DATA-");
  CHECK_FALSE(fs::exists(shop / "x.h5"));
}

TEST_CASE("a place that cannot be written ends with 73 before any scenario runs") {
  const Workshop shop;
  const std::string scenario = shop.write("s.toml", kSmall);
  check_fails(shop, "run " + scenario + " -o " + shop.write("a_file", "x"), 73, "IO-");
  check_fails(shop, "import synthetic -o " + (shop / "no/such/folder/t.h5"), 73, "IO-");
}

TEST_CASE("a missing plugin, one of another version and one that is none end with 78") {
  const Workshop shop;
  const std::string scenario = shop.write("s.toml", kSmall);
  check_fails(shop, "check " + scenario + " --set strategy.name=twpa", 78, "PLUGIN-MISSING");
  check_fails(shop, "check " + scenario + " --plugins " + (shop / "none"), 78, "PLUGIN-MISSING");
  fs::create_directory(shop / "plugins");
  const fs::path built = fs::path{PLIMSOLL_BINARY_DIR} / "test_plugins";
  for (const char* name : {"other_abi.so", "no_entry.so"}) {
    fs::copy_file(built / name, fs::path{shop / "plugins"} / name);
    fs::permissions(fs::path{shop / "plugins"} / name, fs::perms::owner_read | fs::perms::owner_write);
  }
  check_fails(shop, "check " + scenario + " --plugins " + (shop / "plugins"), 78, "PLUGIN-ABI");
  check_fails(shop, "check " + scenario + " --plugins " + (shop / "plugins"), 78, "PLUGIN-ENTRY");
}

TEST_CASE("a strategy that throws fails its own scenarios, the others finish, and the exit code is 2") {
  const Workshop shop;
  fs::create_directory(shop / "plugins");
  fs::copy_file(fs::path{PLIMSOLL_BINARY_DIR} / "test_plugins/throwing.so", fs::path{shop / "plugins/throwing.so"});
  fs::permissions(shop / "plugins/throwing.so", fs::perms::owner_read | fs::perms::owner_write);
  const std::string scenario = shop.write("s.toml", kSmall + "[plugins]\ndirectories = [\"plugins\"]\n");
  const Ended ended = run(shop, "run " + scenario + " -o " + (shop / "r") +
                                    " --set 'sweep.strategy.name=[\"twap\", \"throwing\"]' --set strategy.throwing.throws_in=on_start");
  INFO(ended.err);
  CHECK(ended.code == 2);
  CHECK(ended.err.find("error SCENARIO-FAILED scenario 12 ") != std::string::npos);
  const plimsoll::Table scenarios = plimsoll::read_result_table((shop / "r") + "/result.h5", "scenarios");
  REQUIRE(scenarios.rows() == 24);
  for (std::size_t row = 0; row < 24; ++row) CHECK(scenarios.texts("status")[row] == (row < 12 ? "done" : "failed"));
}

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
      run(shop, "run " + scenario + " -o " + (shop / "tape") + " --verify --set market='{feed=\"tape\", path=\"" + (shop / "t.h5") + "\"}'")
          .code == 0);
  CHECK(result_hash_of(shop / "feed") == result_hash_of(shop / "tape"));
}

TEST_CASE("the scenarios of the repository pass their check") {
  const Workshop shop;
  const std::string folder = std::string{PLIMSOLL_SOURCE_DIR} + "/scenarios/";
  CHECK(run(shop, "check " + folder + "quickstart.toml").code == 0);
  if (data_file("lobster/AAPL_2012-06-21_34200000_37800000_message_50.csv")) {
    const Ended ended = run(shop, "check " + folder + "aapl_hour.toml");
    INFO(ended.err);
    CHECK(ended.code == 0);
    CHECK(ended.out.find("270 = 27 combinations x 10 seeds") != std::string::npos);
  }
}
