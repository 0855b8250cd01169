// The program as a user meets it: exit codes and error form.
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
  check_fails(shop, "run " + shop.write("s.toml", kSmall) + " --only 24", 64,
              "USAGE-VALUE [--only] \"24\" is not a whole number from 0 to 23");
  check_fails(shop, "run " + (shop / "s.toml") + " --only -1", 64, "USAGE-VALUE [--only] \"-1\" is not a whole number from 0 to 23");
  CHECK(run(shop, "").code == 64);
}

TEST_CASE("help, version and lists go to standard output and end with 0") {
  const Workshop shop;
  for (const char* arguments :
       {"--help", "--version", "run --help", "check --help", "import --help", "list --help", "merge --help", "generate --help",
        "inspect --help", "list feeds hawkes", "list", "list strategies pov", "list impact_models square_root", "list feeds lobster"}) {
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
    check_fails(shop, "check " + scenario + " --set market='{feed=\"tape\", path=\"" + path + "\"}'", 65, "DATA-");
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

TEST_CASE("damage anywhere in a column of a tape ends a run with 65, and nothing is written") {
  const Workshop shop;
  const std::string scenario = shop.write("s.toml", kSmall);
  REQUIRE(run(shop, "import synthetic -o " + (shop / "tape.h5") + " --set duration_s=120").code == 0);
  const std::string bytes = contents(shop / "tape.h5");
  const plimsoll::Seal seal = plimsoll::check_seal("tape.h5", "tape", bytes);
  REQUIRE(seal.unhashed.size() == 5);
  for (const plimsoll::ByteRange& column : seal.unhashed)
    for (const std::uint64_t at : {std::uint64_t{0}, column.length / 2, column.length - 1}) {
      std::string damaged = bytes;
      damaged[column.offset + at] = static_cast<char>(damaged[column.offset + at] ^ (1 << at % 8));
      const std::string market = " --set market='{feed=\"tape\", path=\"" + shop.write("damaged.h5", damaged) + "\"}'";
      check_fails(shop, "run " + scenario + " -o " + (shop / "r") + market, 65, "DATA-FORMAT");
      CHECK_FALSE(fs::exists(shop / "r"));
    }
}

TEST_CASE("import replaces an older tape and nothing else: anything in its place ends with 73 and stays") {
  const Workshop shop;
  const std::string input =
      shop.write("AAPL_2012-06-21_34200000_37800000_message_10.csv", "34200.1,1,5,100,5859400,1\n34200.2,1,6,100,5859300,1\n");
  const std::string text = contents(input);
  fs::create_symlink(input, shop / "link");
  fs::create_hard_link(input, shop / "other_name");
  REQUIRE(::mkfifo((shop / "pipe").c_str(), 0600) == 0);
  shop.write("notes.txt", "the only copy");
  const std::string call = "import lobster " + input + " -o ";
  for (const std::string& place : {input, shop / "link", shop / "other_name"})
    check_fails(shop, call + place, 73, "OUTPUT-EXISTS " + place + " is the file that path reads");
  for (const std::string& place : {shop / "pipe", shop / "notes.txt", shop / "", std::string{"/dev/null"}})
    check_fails(shop, call + place, 73, "OUTPUT-EXISTS");
  CHECK(contents(input) == text);
  CHECK(fs::is_symlink(shop / "link"));
  CHECK(fs::is_fifo(shop / "pipe"));
  CHECK(contents(shop / "notes.txt") == "the only copy");
  CHECK(fs::is_character_file("/dev/null"));
  CHECK(run(shop, call + (shop / "t.h5")).code == 0);
  CHECK(run(shop, call + (shop / "t.h5")).code == 0);
}

TEST_CASE("an experiment that grows, shrinks or swaps its axes does again only what is new, and ends in the bytes of a fresh run") {
  const Workshop shop;
  const std::string scenario = shop.write("s.toml", kSmall);
  struct Change {
    const char* set;
    const char* to_do;
  };
  const Change changes[] = {{"--set experiment.seeds=5", "to do      6 (24 are sealed already)"},
                            {"--set 'sweep.parent.quantity_lots=[50, 100, 300, 500]'", "to do      8 (24 are sealed already)"},
                            {"--set 'sweep.parent.quantity_lots=[500, 100]'", "to do      0 (16 are sealed already)"},
                            {"--set sweep.strategy.name='[\"immediate\", \"twap\"]'", "to do      0 (24 are sealed already)"}};
  for (const Change& change : changes) {
    const std::string folder = shop / ("r" + std::to_string(&change - changes));
    REQUIRE(run(shop, "run " + scenario + " -o " + folder).code == 0);
    const Ended ended = run(shop, "run " + scenario + " -o " + folder + " " + change.set);
    INFO(change.set << "\n" << ended.err);
    CHECK(ended.code == 0);
    CHECK(ended.err.find(change.to_do) != std::string::npos);
    const std::string fresh = folder + "_fresh";
    REQUIRE(run(shop, "run " + scenario + " -o " + fresh + " " + change.set).code == 0);
    CHECK(contents(folder + "/result.h5") == contents(fresh + "/result.h5"));
    fs::remove(folder + "/result.h5");
    CHECK(run(shop, "merge " + folder).code == 0);
    CHECK(contents(folder + "/result.h5") == contents(fresh + "/result.h5"));
  }
}

TEST_CASE("a place that cannot be written ends with 73 before any scenario runs") {
  const Workshop shop;
  const std::string scenario = shop.write("s.toml", kSmall);
  check_fails(shop, "run " + scenario + " -o " + shop.write("a_file", "x"), 73, "IO-");
  check_fails(shop, "import synthetic -o " + (shop / "a_file/t.h5"), 73, "IO-");
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
