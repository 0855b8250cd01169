#include "app/shard_writer.hpp"

#include <system_error>
#include <utility>

namespace plimsoll {

ShardWriter::ShardWriter(ResultFolder& folder, std::size_t to_do, std::function<void(const Sealed&)> sealed)
    : folder_{folder}, sealed_{std::move(sealed)}, size_{shard_size(to_do)} {
  try {
    while (threads_.size() < kShardWriters) threads_.emplace_back([this] { write_shards(); });
  } catch (const std::system_error&) {
    if (threads_.empty()) throw;  // else those there are do it
  }
}

ShardWriter::~ShardWriter() {
  if (threads_.empty()) return;
  try {
    std::unique_lock lock{mutex_};
    hand_over(lock);
  } catch (...) {
    // Something worse is already on its way to the user; what is not sealed is done again by the next run.
  }
  end_threads();
}

void ShardWriter::add(std::vector<FinishedScenario>&& batch) {
  std::unique_lock lock{mutex_};
  for (FinishedScenario& one : batch) {
    for (const Table& table : one.result.tables) rows_ += table.rows();
    filling_.push_back(std::move(one));
  }
  const bool slow = Clock::now() - begun_ >= kBatchInterval * static_cast<std::int64_t>(++batches_);
  if (slow || filling_.size() >= size_ || rows_ >= kShardRowsMax || waited_long()) hand_over(lock);
}

void ShardWriter::finish() {
  {
    std::unique_lock lock{mutex_};
    hand_over(lock);
  }
  end_threads();
  if (failure_) std::rethrow_exception(failure_);
}

void ShardWriter::hand_over(std::unique_lock<std::mutex>& lock) {
  changed_.wait(lock, [this] { return failure_ != nullptr || queue_.size() < kShardsQueued; });
  if (failure_) std::rethrow_exception(failure_);
  if (!filling_.empty()) queue_.push_back(std::exchange(filling_, {}));
  changed_.notify_all();
  rows_ = 0;
  handed_over_ = Clock::now();
}

void ShardWriter::end_threads() noexcept {
  {
    const std::lock_guard lock{mutex_};
    ending_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

ShardWriter::Shard ShardWriter::next_shard() {
  std::unique_lock lock{mutex_};
  // What is finished must not wait for the next batch, which may be long in coming.
  while (queue_.empty() && !ending_ && !failure_ && !waited_long()) changed_.wait_for(lock, kLookInterval);
  if (failure_) return {};
  if (queue_.empty()) {
    if (ending_) return {};
    rows_ = 0;
    handed_over_ = Clock::now();
    return std::exchange(filling_, {});
  }
  Shard shard = std::move(queue_.front());
  queue_.pop_front();
  return shard;
}

void ShardWriter::write_shards() {
  for (;;) {
    const Shard shard = next_shard();
    if (shard.empty()) return;
    changed_.notify_all();
    try {
      folder_.seal(shard);
      Sealed sealed{shard.size(), 0};
      for (const FinishedScenario& one : shard) sealed.failed += one.result.status == ScenarioStatus::failed ? 1 : 0;
      const std::lock_guard one_at_a_time{telling_};
      sealed_(sealed);
    } catch (...) {
      const std::lock_guard lock{mutex_};
      if (!failure_) failure_ = std::current_exception();
      changed_.notify_all();
      return;
    }
  }
}

}  // namespace plimsoll
