#include "app/shard_writer.hpp"

#include <utility>

namespace plimsoll {

ShardWriter::ShardWriter(ResultFolder& folder, std::size_t to_do, std::function<void(const Sealed&)> sealed)
    : folder_{folder}, sealed_{std::move(sealed)}, size_{shard_size(to_do)}, thread_{[this] { write_shards(); }} {}

ShardWriter::~ShardWriter() {
  if (!thread_.joinable()) return;
  try {
    hand_over();
  } catch (...) {
    // Something worse is already on its way to the user; what is not sealed is done again by the next run.
  }
  end_thread();
}

void ShardWriter::add(std::vector<FinishedScenario>&& batch) {
  for (FinishedScenario& one : batch) {
    for (const Table& table : one.result.tables) rows_ += table.rows();
    filling_.push_back(std::move(one));
  }
  const auto now = Clock::now();
  const bool slow = now - begun_ >= kBatchInterval * static_cast<std::int64_t>(++batches_);
  if (slow || filling_.size() >= size_ || rows_ >= kShardRowsMax || now - handed_over_ >= kSealInterval) hand_over();
}

void ShardWriter::finish() {
  hand_over();
  end_thread();
  if (failure_) std::rethrow_exception(failure_);
}

void ShardWriter::hand_over() {
  std::unique_lock lock{mutex_};
  changed_.wait(lock, [this] { return failure_ != nullptr || queue_.size() < kShardsQueued; });
  if (failure_) std::rethrow_exception(failure_);
  if (!filling_.empty()) queue_.push_back(std::exchange(filling_, {}));
  changed_.notify_all();
  rows_ = 0;
  handed_over_ = Clock::now();
}

void ShardWriter::end_thread() noexcept {
  {
    const std::lock_guard lock{mutex_};
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void ShardWriter::write_shards() {
  for (;;) {
    Shard shard;
    {
      std::unique_lock lock{mutex_};
      changed_.wait(lock, [this] { return ending_ || !queue_.empty(); });
      if (queue_.empty()) return;
      shard = std::move(queue_.front());
      queue_.pop_front();
    }
    changed_.notify_all();
    try {
      folder_.seal(shard);
      Sealed sealed{shard.size(), 0};
      for (const FinishedScenario& one : shard) sealed.failed += one.result.status == ScenarioStatus::failed ? 1 : 0;
      sealed_(sealed);
    } catch (...) {
      const std::lock_guard lock{mutex_};
      failure_ = std::current_exception();
      changed_.notify_all();
      return;
    }
  }
}

}  // namespace plimsoll
