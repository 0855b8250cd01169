#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "claims.hpp"

// The closing line of ./dev test is what people and CI believe, so its arithmetic is tested on planted ctest reports.

namespace {

struct Outcome {
  std::string output;
  int status;
};

Outcome dev(const std::string& arguments) {
  const std::string command = std::string{"'"}.append(PLIMSOLL_SOURCE_DIR).append("/dev' ").append(arguments).append(" 2>&1 </dev/null");
  std::FILE* pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string output;
  std::array<char, 4096> buffer;
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe)) output.append(buffer.data(), got);
  return {output, WEXITSTATUS(::pclose(pipe))};
}

/// What `./dev count` says about a report with these test cases.
std::string counts_of(const std::string& cases) {
  std::string folder = (std::filesystem::temp_directory_path() / "plimsoll-count-XXXXXX").string();
  REQUIRE(::mkdtemp(folder.data()) != nullptr);
  const std::filesystem::path report = std::filesystem::path{folder} / "tests.xml";
  std::ofstream{report} << "<?xml version=\"1.0\"?>\n<testsuite name=\"x\">\n" << cases << "</testsuite>\n";
  const Outcome outcome = dev("count '" + report.string() + "'");
  std::filesystem::remove_all(folder);
  REQUIRE(outcome.status == 0);
  return outcome.output;
}

std::string program(const std::string& status, const std::string& output, const std::string& element = "") {
  return "\t<testcase name=\"a\" classname=\"a\" time=\"0.1\" status=\"" + status + "\">\n" + element + "\t\t<system-out>" + output +
         "</system-out>\n\t</testcase>\n";
}

}  // namespace

TEST_CASE("the closing count sums test cases over programs, whichever way Catch2 words its summary") {
  CHECK(counts_of(program("run", "All tests passed (30 assertions in 12 test cases)\n") +
                  program("run", "x\nAll tests passed (1 assertion in 1 test case)\n")) == "13 passed, 0 failed, 0 skipped\n");
  CHECK(counts_of(program("fail", "test cases:  4 |  3 passed | 1 failed\nassertions: 9 | 8 passed | 1 failed\n")) ==
        "3 passed, 1 failed, 0 skipped\n");
  CHECK(counts_of(program("run", "test cases: 6 | 4 passed | 1 failed as expected | 1 skipped\n")) == "5 passed, 0 failed, 1 skipped\n");
}

TEST_CASE("a test that says SKIPPED counts as skipped once, however many files it misses") {
  const std::string twice = "SKIPPED: a law on real data (no lobster/a.csv)\nSKIPPED: a law on real data (no lobster/b.csv)\n";
  CHECK(counts_of(program("run", twice + "All tests passed (3 assertions in 2 test cases)\n")) == "1 passed, 0 failed, 1 skipped\n");
  CHECK(counts_of(program("run", "SKIPPED: no strace here\n")) == "0 passed, 0 failed, 1 skipped\n");
}

TEST_CASE("a program that dies, cannot start or fails after its last test counts as failed") {
  CHECK(counts_of(program("fail", "")) == "0 passed, 1 failed, 0 skipped\n");
  CHECK(counts_of(program("notrun", "", "\t\t<skipped message=\"Unable to find executable\"/>\n")) == "0 passed, 1 failed, 0 skipped\n");
  CHECK(counts_of(program("fail", "All tests passed (3 assertions in 2 test cases)\nleak\n")) == "2 passed, 1 failed, 0 skipped\n");
}

TEST_CASE("tests that are no Catch2 programs count one each") {
  CHECK(counts_of(program("run", "fine\n") + program("fail", "no\n") +
                  program("notrun", "", "\t\t<skipped message=\"SKIP_RETURN_CODE=77\"/>\n")) == "1 passed, 1 failed, 1 skipped\n");
}

TEST_CASE("the script refuses what it does not understand, with the exit codes of sysexits") {
  CHECK(dev("dance").status == 64);
  CHECK(dev("run").status == 64);
  CHECK(dev("run no-such-scenario.toml").status == 66);
  CHECK(dev("help").status == 0);
}
