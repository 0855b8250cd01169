#include "app/shard_writer.hpp"

#include <sys/resource.h>

#include <atomic>

#include "claims.hpp"
#include "io/result_fixture.hpp"

using namespace plimsoll;

namespace {

std::vector<FinishedScenario> batch_of(std::uint64_t first, std::uint64_t count) {
  std::vector<FinishedScenario> batch;
  for (std::uint64_t i = first; i < first + count; ++i) batch.push_back(fixture::finished(i));
  return batch;
}

}  // namespace

TEST_CASE("everything added is sealed when finish returns, by another thread, and reported once") {
  const fixture::TemporaryFolder folder;
  ResultFolder results{folder / "r", fixture::facts(), fixture::plan(40), fixture::wall()};
  std::size_t scenarios = 0, failed = 0;
  std::atomic<bool> on_this_thread = false;
  const auto here = std::this_thread::get_id();
  ShardWriter writer{results, 40, [&](const ShardWriter::Sealed& sealed) {
                       scenarios += sealed.scenarios;
                       failed += sealed.failed;
                       if (std::this_thread::get_id() == here) on_this_thread = true;
                     }};
  for (std::uint64_t first = 0; first < 40; first += 4) writer.add(batch_of(first, 4));
  writer.finish();
  CHECK(scenarios == 40);
  CHECK(failed == 5);
  CHECK_FALSE(on_this_thread);
  CHECK(results.done() == std::vector<bool>(40, true));
  CHECK(results.merge().complete);
}

TEST_CASE("a finished batch is sealed within seconds though no other comes") {
  const fixture::TemporaryFolder folder;
  ResultFolder results{folder / "r", fixture::facts(), fixture::plan(100'000), fixture::wall()};
  std::atomic<std::size_t> sealed = 0;
  ShardWriter writer{results, 100'000, [&](const ShardWriter::Sealed& now) { sealed += now.scenarios; }};
  writer.add(batch_of(0, 4));
  for (int tenths = 0; tenths < 300 && sealed < 4; ++tenths) std::this_thread::sleep_for(std::chrono::milliseconds{100});
  CHECK(sealed == 4);
  writer.finish();
  CHECK(sealed == 4);
}

TEST_CASE("writers without work sleep: they woke up thousands of times a second, for a quarter of two whole seconds is none") {
  const fixture::TemporaryFolder folder;
  ResultFolder results{folder / "r", fixture::facts(), fixture::plan(8), fixture::wall()};
  ShardWriter writer{results, 100'000, [](const ShardWriter::Sealed&) {}};
  const auto sleeps = [] {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_nvcsw;
  };
  const long before = sleeps();
  std::this_thread::sleep_for(std::chrono::milliseconds{300});
  CHECK(sleeps() - before < 100);
}

TEST_CASE("a writer that goes out of scope without finish has sealed what it was given") {
  const fixture::TemporaryFolder folder;
  ResultFolder results{folder / "r", fixture::facts(), fixture::plan(8), fixture::wall()};
  {
    ShardWriter{results, 100'000, [](const ShardWriter::Sealed&) {}}.add(batch_of(0, 8));
  }
  CHECK(results.done() == std::vector<bool>(8, true));
}

TEST_CASE("what a writing thread meets comes out of add or finish, and what was sealed before stays") {
  const fixture::TemporaryFolder folder;
  ResultFolder results{folder / "r", fixture::facts(), fixture::plan(100), fixture::wall()};
  std::size_t sealed = 0, added = 0;
  const auto fill_until_it_fails = [&] {
    ShardWriter writer{results, 100, [&](const ShardWriter::Sealed& now) {
                         sealed += now.scenarios;
                         // From now on every write fails, but the one that the other thread may have begun.
                         if (now.scenarios == sealed) std::filesystem::rename(folder / "r/shards", folder / "r/gone");
                       }};
    for (; added < 100; ++added) writer.add(batch_of(added, 1));
    writer.finish();
  };
  CHECK_THROWS_AS(fill_until_it_fails(), IoError);
  CHECK(sealed >= 1);
  CHECK(sealed <= kShardWriters);
  CHECK(added <= 1 + kShardsQueued + 1 + kShardWriters);  // it did not run on against a disk that takes nothing
}

TEST_CASE("who adds waits while the disk is behind: no more than a few shards are ever in memory") {
  const fixture::TemporaryFolder folder;
  ResultFolder results{folder / "r", fixture::facts(), fixture::plan(64), fixture::wall()};
  std::atomic<std::size_t> sealed = 0, added = 0, most = 0;
  ShardWriter writer{results, 64, [&](const ShardWriter::Sealed& now) {
                       std::this_thread::sleep_for(std::chrono::milliseconds{2});  // a slow disk
                       most = std::max<std::size_t>(most, added - sealed);
                       sealed += now.scenarios;
                     }};
  for (; added < 64; ++added) writer.add(batch_of(added, 1));
  writer.finish();
  CHECK(sealed == 64);
  CHECK(most <=
        kShardsQueued + 2 + kShardWriters);  // queued, the one on its way in, those on their way out, and the count that lags by one
}
