#pragma once
/// Finished scenarios on their way to disk, on threads of their own: building an HDF5 file, hashing it and waiting for two fsyncs a shard
/// is no work for a thread that simulates. A shard costs these fsyncs, so a long sweep must not leave one for every batch; what is not
/// sealed yet is lost when the process is killed, so it must not wait long either.

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "io/result_folder.hpp"

namespace plimsoll {

/// Shards of a sweep that is faster than kSealInterval a shard, until they would hold more than kShardScenariosMax.
inline constexpr std::size_t kShardsWanted = 128;
inline constexpr std::size_t kShardScenariosMax = 512;
inline constexpr std::chrono::milliseconds kSealInterval{2'000};
/// A writer without work looks this often whether something has waited for kSealInterval.
inline constexpr std::chrono::milliseconds kLookInterval{500};
/// Batches that come more seldom than this are sealed at once: there is nothing to wait for.
inline constexpr std::chrono::milliseconds kBatchInterval{500};
/// Rows of all tables together. With kShardsQueued it bounds the memory of record = "full".
inline constexpr std::size_t kShardRowsMax = 50'000;
/// Batches that end together, as the last ones of a sweep do, are sealed together; while one waits for the disk another is made.
inline constexpr std::size_t kShardWriters = 2;
/// Shards that may wait for a writer; then the simulating threads wait too.
inline constexpr std::size_t kShardsQueued = 1;

/// Scenarios that wait for each other at most, out of `to_do`.
constexpr std::size_t shard_size(std::size_t to_do) { return std::min(to_do / kShardsWanted + 1, kShardScenariosMax); }

/// How scenarios are grouped changes no result. While it lives the folder is its own: nobody else may use it.
/// Thread rule: add() and finish() by one thread at a time.
class ShardWriter {
 public:
  /// What sealing has made safe: scenarios, and how many of them failed. Only these may be called done.
  struct Sealed {
    std::size_t scenarios = 0, failed = 0;
  };
  /// `sealed` is called after each shard, on a writing thread, one at a time.
  ShardWriter(ResultFolder& folder, std::size_t to_do, std::function<void(const Sealed&)> sealed);
  /// Seals what it still has, as finish() does, but says nothing of a failure: for the way out of an exception.
  ~ShardWriter();
  ShardWriter(const ShardWriter&) = delete;
  ShardWriter& operator=(const ShardWriter&) = delete;

  /// Takes a batch. Waits while kShardsQueued shards are before it. Throws what a writing thread met (IoError).
  void add(std::vector<FinishedScenario>&& batch);
  /// Returns when everything is sealed. Nothing may be added afterwards. Throws as add().
  void finish();

 private:
  using Clock = std::chrono::steady_clock;
  using Shard = std::vector<FinishedScenario>;
  void hand_over(std::unique_lock<std::mutex>& lock);
  /// The next shard to write, an empty one at the end or when writing has failed.
  Shard next_shard();
  /// Has something been waiting for kSealInterval? Under the mutex.
  bool waited_long() const { return !filling_.empty() && Clock::now() - handed_over_ >= kSealInterval; }
  void end_threads() noexcept;
  void write_shards();

  ResultFolder& folder_;
  std::mutex telling_;  ///< held while sealed_ is called
  std::function<void(const Sealed&)> sealed_;
  const std::size_t size_;
  const Clock::time_point begun_ = Clock::now();
  // ---- under the mutex
  std::mutex mutex_;
  std::condition_variable changed_;
  Shard filling_;
  std::size_t rows_ = 0;  ///< of filling_
  std::size_t batches_ = 0;
  Clock::time_point handed_over_ = begun_;
  std::deque<Shard> queue_;
  bool ending_ = false;
  std::exception_ptr failure_;
  std::vector<std::thread> threads_;  ///< last: they use all of the above
};

}  // namespace plimsoll
