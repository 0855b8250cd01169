/// Kill and fail at every call that changes a file. The child is this very program, run on the hidden test case below under the
/// LD_PRELOAD shim tests/fault/kill_at.c.

#include <fcntl.h>
#include <sys/wait.h>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <map>
#include <set>
#include <sstream>

#include "claims.hpp"
#include "fault/shim.hpp"
#include "io/result_file.hpp"
#include "result_fixture.hpp"

using namespace plimsoll;
using fixture::bytes_of;

namespace {

constexpr std::uint64_t kFew = 9;
constexpr std::size_t kPerShard = 2;

/// Tells the parent, past all buffers, so that it stands even when the next call kills.
void acknowledge(const std::string& line) {
  const std::string text = line + "\n";
  if (::write(STDERR_FILENO, text.data(), text.size()) < 0) std::_Exit(99);
}

std::string built_shim(const fixture::TemporaryFolder& folder) {
  const std::string shim = folder / "kill_at.so";
  const std::string command = "cc -shared -fPIC -O1 -o " + shim + " " PLIMSOLL_SOURCE_DIR "/tests/fault/kill_at.c";
  REQUIRE(std::system(command.c_str()) == 0);
  return shim;
}

struct ChildEnd {
  bool killed = false;
  int exit_code = 0;
  std::set<std::uint64_t> acknowledged;
  std::string said;
};

/// Runs the child to its end in `results`, under the shim with these settings.
ChildEnd run_child(const std::string& results, const std::string& shim, const std::map<std::string, std::string>& settings) {
  const std::string log = results + ".log";
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
    ::dup2(out, STDERR_FILENO);
    ::dup2(::open("/dev/null", O_WRONLY), STDOUT_FILENO);
    ::setenv("PLIMSOLL_CHILD_RESULTS", results.c_str(), 1);
    {
      ::setenv("LD_PRELOAD", shim.c_str(), 1);
      ::setenv("KILL_NOSYNC", "1", 1);
      ::setenv("KILL_UNDER", results.c_str(), 1);
      ::setenv("ASAN_OPTIONS", "verify_asan_link_order=0", 1);
      for (const auto& [name, value] : settings) ::setenv(name.c_str(), value.c_str(), 1);
    }
    ::execl("/proc/self/exe", "test_io", "[crash-child]", static_cast<char*>(nullptr));
    std::_Exit(98);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ChildEnd end;
  end.killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  end.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  end.said = bytes_of(log);
  std::istringstream lines{end.said};
  for (std::string word; lines >> word;)
    if (word.starts_with("sealed:")) end.acknowledged.insert(std::stoull(word.substr(7)));
  return end;
}

/// Every acknowledged scenario is in a sound shard, and nothing was found damaged.
void check_nothing_lost(const std::string& results, const std::set<std::uint64_t>& acknowledged) {
  if (acknowledged.empty()) return;
  const ResultFolder folder = ResultFolder::open(results);
  CHECK(folder.findings().quarantined.empty());
  const std::vector<bool> done = folder.done();
  for (const std::uint64_t scenario : acknowledged) CHECK(done[scenario]);
}

std::string settings_text(const std::string& mode, long at) { return mode + " at " + std::to_string(at); }

}  // namespace

TEST_CASE("child: seals what is not done, merges, closes", "[.][crash-child]") {
  const char* path = std::getenv("PLIMSOLL_CHILD_RESULTS");
  REQUIRE(path != nullptr);
  try {
    ResultFolder results{path, fixture::facts(), fixture::plan(kFew), fixture::wall()};
    const std::vector<bool> done = results.done();
    std::vector<FinishedScenario> batch;
    for (std::uint64_t i = 0; i < kFew; ++i) {
      if (!done[i]) batch.push_back(fixture::finished(i));
      if (batch.empty() || (batch.size() < kPerShard && i + 1 < kFew)) continue;
      results.seal(batch);
      for (const FinishedScenario& one : batch) acknowledge("sealed:" + std::to_string(one.result.scenario));
      batch.clear();
    }
    if (results.merge().complete) acknowledge("merged");
    results.close("2026-11-22T10:00:05Z", 5.0);
  } catch (const IoError& error) {
    acknowledge(error.what());
    std::_Exit(static_cast<int>(error.exit_code()));
  }
  std::_Exit(0);
}

TEST_CASE("killed before every call that changes a file: nothing acknowledged is lost, and the resumed result has the unkilled bytes") {
  if (!shim_can_work()) return;
  const fixture::TemporaryFolder folder;
  const std::string shim = built_shim(folder);
  REQUIRE(run_child(folder / "whole", shim, {}).exit_code == 0);
  const std::string expected = bytes_of(folder / "whole/result.h5");
  REQUIRE(!expected.empty());

  for (const std::string mode : {"kill", "torn"}) {
    long points = 0;
    for (long at = 1;; ++at) {
      CAPTURE(settings_text(mode, at));
      const std::string results = folder / (mode + std::to_string(at));
      const ChildEnd end = run_child(results, shim, {{"KILL_AT", std::to_string(at)}, {"KILL_MODE", mode}});
      if (!end.killed) {
        REQUIRE(end.exit_code == 0);
        break;
      }
      ++points;
      check_nothing_lost(results, end.acknowledged);
      REQUIRE(run_child(results, shim, {}).exit_code == 0);
      CHECK((bytes_of(results + "/result.h5") == expected));
      CHECK(fixture::files_in(results + "/quarantine").empty());
      for (const std::string& name : fixture::files_in(results + "/shards")) CHECK(name.front() != '.');
      std::filesystem::remove_all(results);
    }
    std::cout << "kill points (" << mode << "): " << points << "\n";
    CHECK(points > 40);
  }
}

TEST_CASE("killed again and again while resuming, the run still ends with the same bytes") {
  if (!shim_can_work()) return;
  const fixture::TemporaryFolder folder;
  const std::string shim = built_shim(folder);
  REQUIRE(run_child(folder / "whole", shim, {}).exit_code == 0);
  for (const long stride : {24L, 27L}) {
    const std::string results = folder / ("nested" + std::to_string(stride));
    std::set<std::uint64_t> acknowledged;
    int kills = 0;
    for (;; ++kills) {
      REQUIRE(kills < 100);
      const ChildEnd end = run_child(results, shim, {{"KILL_AT", std::to_string(stride)}});
      acknowledged.insert(end.acknowledged.begin(), end.acknowledged.end());
      if (!end.killed) break;
    }
    CHECK(kills > 1);
    check_nothing_lost(results, acknowledged);
    CHECK((bytes_of(results + "/result.h5") == bytes_of(folder / "whole/result.h5")));
  }
}

TEST_CASE("a full disk or a device error at every call ends with 74 or 73 and the file's name; sealed shards stay; a resume completes") {
  if (!shim_can_work()) return;
  const fixture::TemporaryFolder folder;
  const std::string shim = built_shim(folder);
  REQUIRE(run_child(folder / "whole", shim, {}).exit_code == 0);
  const std::string expected = bytes_of(folder / "whole/result.h5");
  struct Fault {
    const char* mode;
    const char* sticky;
    int exit_code;
  };
  for (const Fault fault : {Fault{"ENOSPC", "1", 74}, Fault{"EIO", "0", 74}, Fault{"EACCES", "0", 73}}) {
    long points = 0;
    for (long at = 1;; ++at) {
      CAPTURE(settings_text(fault.mode, at));
      const std::string results = folder / (fault.mode + std::to_string(at));
      const ChildEnd end =
          run_child(results, shim, {{"KILL_AT", std::to_string(at)}, {"KILL_MODE", fault.mode}, {"KILL_STICKY", fault.sticky}});
      CAPTURE(end.said);
      if (end.exit_code == 0) break;
      ++points;
      CHECK((end.exit_code == fault.exit_code || (fault.exit_code == 73 && end.exit_code == 74)));
      CHECK(end.said.find(results) != std::string::npos);
      check_nothing_lost(results, end.acknowledged);
      REQUIRE(run_child(results, shim, {}).exit_code == 0);
      CHECK((bytes_of(results + "/result.h5") == expected));
      std::filesystem::remove_all(results);
    }
    std::cout << "failure points (" << fault.mode << "): " << points << "\n";
    CHECK(points > 40);
  }
}

TEST_CASE("interrupted and short writes are no errors") {
  if (!shim_can_work()) return;
  const fixture::TemporaryFolder folder;
  const std::string shim = built_shim(folder);
  REQUIRE(run_child(folder / "whole", shim, {}).exit_code == 0);
  const std::string expected = bytes_of(folder / "whole/result.h5");
  for (const std::string mode : {"EINTR", "short"})
    for (long at = 1; at <= 60; ++at) {
      CAPTURE(settings_text(mode, at));
      const std::string results = folder / (mode + std::to_string(at));
      const ChildEnd end = run_child(results, shim, {{"KILL_AT", std::to_string(at)}, {"KILL_MODE", mode}});
      CAPTURE(end.said);
      CHECK(end.exit_code == 0);
      CHECK((bytes_of(results + "/result.h5") == expected));
      std::filesystem::remove_all(results);
    }
}
