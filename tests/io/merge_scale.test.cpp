// What a merge costs does not depend on into how many shards the scenarios were cut.

#include <sys/resource.h>
#include <sys/wait.h>

#include "claims.hpp"
#include "io/shard.hpp"
#include "result_fixture.hpp"

using namespace plimsoll;

namespace {

constexpr std::size_t kScenarios = 2'000;

/// A folder with all scenarios in shards of `per_shard`, written without waiting for the disk.
void fill_folder(const std::string& path, std::size_t per_shard) {
  const ResultFolder results{path, fixture::facts(), fixture::plan(kScenarios), fixture::wall()};
  const InputHashes inputs = InputHashes::of(fixture::facts());
  for (std::size_t first = 0; first < kScenarios; first += per_shard) {
    std::vector<FinishedScenario> some;
    for (std::size_t i = first; i < std::min(first + per_shard, kScenarios); ++i) some.push_back(fixture::finished(i));
    const SealedShard shard = make_shard(some, inputs);
    std::string bytes;
    for (const std::string_view part : shard.parts) bytes += part;
    fixture::put_bytes(path + "/shards/" + shard.name, bytes);
  }
}

/// Peak resident bytes of a process of its own that merges the folder.
double merge_in_child(const std::string& path) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const bool complete = ResultFolder::open(path).merge().complete;
    ::_exit(complete ? 0 : 1);
  }
  struct rusage usage {};
  int status = 0;
  REQUIRE(::wait4(child, &status, 0, &usage) == child);
  REQUIRE(WIFEXITED(status));
  REQUIRE(WEXITSTATUS(status) == 0);
  return 1024.0 * static_cast<double>(usage.ru_maxrss);
}

}  // namespace

TEST_CASE("2,000 shards merge to the bytes of one, and each costs less than 8 kB of memory meanwhile") {
  const fixture::TemporaryFolder folder;
  fill_folder(folder / "one", kScenarios);
  fill_folder(folder / "many", 1);
  REQUIRE(fixture::files_in(folder / "many/shards").size() == kScenarios);
  const double one = merge_in_child(folder / "one"), many = merge_in_child(folder / "many");
  CHECK((fixture::bytes_of(folder / "one/result.h5") == fixture::bytes_of(folder / "many/result.h5")));
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  INFO("one shard " << one << ", 2,000 shards " << many);
  CHECK(many - one < 8'000.0 * kScenarios);
#endif
}
