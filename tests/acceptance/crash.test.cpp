// Killed at every write of a small sweep, then resumed: nothing finished is lost, nothing unfinished looks finished, and the bytes are
// those of a run that was never killed.

#include <algorithm>
#include <cstring>
#include <set>

#include "acceptance/command_line.hpp"
#include "fault/shim.hpp"

using namespace plimsoll;
using namespace plimsoll::test;

namespace {
std::set<std::string> shards_of(const std::string& folder) {
  std::set<std::string> names;
  if (!std::filesystem::exists(folder + "/shards")) return names;
  for (const auto& entry : std::filesystem::directory_iterator{folder + "/shards"})
    if (entry.path().extension() == ".h5") names.insert(entry.path().filename().string());
  return names;
}
std::map<std::string, std::string> shim(const std::string& folder, long at, const std::string& mode) {
  return {
      {"LD_PRELOAD", PLIMSOLL_KILL_AT}, {"KILL_AT", std::to_string(at)}, {"KILL_MODE", mode}, {"KILL_UNDER", folder}, {"KILL_NOSYNC", "1"}};
}
long calls_of_a_whole_run(const Scratch& scratch, const std::string& scenario) {
  const std::string folder = scratch / "counted";
  std::filesystem::create_directory(folder);
  auto environment = shim(folder, 0, "kill");
  environment["KILL_COUNT"] = scratch / "count";
  REQUIRE(run_plimsoll({"run", scenario, "-o", folder, "--threads", "1", "--batch", "4"}, environment).exit_code == 0);
  const std::string bytes = read_file(scratch / "count");
  REQUIRE(bytes.size() == 8);
  long calls = 0;
  std::memcpy(&calls, bytes.data(), sizeof calls);
  return calls;
}
}  // namespace

TEST_CASE("SIGKILL at every write of a small sweep, then resume: no finished scenario is lost and the merged bytes are equal") {
  if (!shim_can_work()) return;
  const Scratch scratch;
  const std::string scenario = scratch / "small.toml";
  write_file(scenario, small_sweep(4));
  const long calls = calls_of_a_whole_run(scratch, scenario);
  const std::string reference = read_file(scratch / "counted/result.h5");
  REQUIRE(calls > 30);
  for (const char* mode : {"kill", "torn"})
    for (long at = 1; at <= calls; ++at) {
      CAPTURE(mode, at, calls);
      const std::string folder = scratch / "killed";
      std::filesystem::remove_all(folder);
      std::filesystem::create_directory(folder);
      REQUIRE(run_plimsoll({"run", scenario, "-o", folder, "--threads", "1", "--batch", "4"}, shim(folder, at, mode)).exit_code ==
              -SIGKILL);
      const std::set<std::string> sealed = shards_of(folder);
      const Outcome resumed = run_plimsoll({"run", scenario, "-o", folder, "--threads", "2", "--batch", "16", "--json"});
      REQUIRE(resumed.exit_code == 0);
      REQUIRE(read_file(folder + "/result.h5") == reference);
      const std::set<std::string> after = shards_of(folder);
      // What was sealed before the kill was kept as it was, not done again.
      REQUIRE(std::includes(after.begin(), after.end(), sealed.begin(), sealed.end()));
    }
  WARN("killed at each of " << calls << " writes, whole and torn: 0 finished scenarios lost");
}

TEST_CASE("a full disk at every write ends with 74 naming the file, and the same command finishes once there is room") {
  if (!shim_can_work()) return;
  const Scratch scratch;
  const std::string scenario = scratch / "small.toml";
  write_file(scenario, small_sweep(4));
  const long calls = calls_of_a_whole_run(scratch, scenario);
  const std::string reference = read_file(scratch / "counted/result.h5");
  for (long at = 1; at <= calls; at += 3) {
    CAPTURE(at, calls);
    const std::string folder = scratch / "full";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directory(folder);
    auto environment = shim(folder, at, "ENOSPC");
    environment["KILL_STICKY"] = "1";
    const Outcome stopped = run_plimsoll({"run", scenario, "-o", folder, "--threads", "1", "--batch", "4"}, environment);
    CHECK((stopped.exit_code == 74 || stopped.exit_code == 73));
    CHECK(stopped.err.find(folder) != std::string::npos);
    REQUIRE(run_plimsoll({"run", scenario, "-o", folder}).exit_code == 0);
    CHECK(read_file(folder + "/result.h5") == reference);
  }
}
