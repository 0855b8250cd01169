#pragma once
/// Finished scenarios on their way to disk. A shard costs two fsyncs, and a megabyte while it is merged, so a long sweep must not leave one
/// for every batch; what is not sealed yet is lost when the process is killed, so it must not wait long either.

#include <chrono>
#include <cstddef>
#include <vector>

#include "io/result_folder.hpp"

namespace plimsoll {

/// Shards of a sweep that is faster than kSealInterval a shard.
inline constexpr std::size_t kShardsWanted = 128;
inline constexpr std::chrono::seconds kSealInterval{2};
/// Batches that come more seldom than this are sealed at once: there is nothing to wait for.
inline constexpr std::chrono::milliseconds kBatchInterval{500};
/// Rows of all tables together: bounds the memory of record = "full".
inline constexpr std::size_t kShardRowsMax = 100'000;

/// Scenarios that wait for each other at most, out of `to_do`.
constexpr std::size_t shard_size(std::size_t to_do) { return to_do / kShardsWanted + 1; }

/// How scenarios are grouped changes no result. Thread rule: one thread at a time.
class ShardWriter {
 public:
  ShardWriter(ResultFolder& folder, std::size_t to_do) : folder_{folder}, size_{shard_size(to_do)} {}
  /// What sealing has made safe: scenarios, and how many of them failed. Only these may be called done.
  struct Sealed {
    std::size_t scenarios = 0, failed = 0;
  };
  /// Takes a batch and seals what has come together if it is enough, or has waited long enough. Throws IoError.
  Sealed add(std::vector<FinishedScenario>&& batch);
  /// Seals the rest. Throws IoError.
  Sealed flush();

 private:
  using Clock = std::chrono::steady_clock;
  ResultFolder& folder_;
  std::size_t size_, rows_ = 0;
  std::vector<FinishedScenario> waiting_;
  std::size_t batches_ = 0;
  Clock::time_point begun_ = Clock::now(), sealed_ = begun_;
};

}  // namespace plimsoll
