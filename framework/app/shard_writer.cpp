#include "app/shard_writer.hpp"

#include <utility>

namespace plimsoll {

ShardWriter::Sealed ShardWriter::add(std::vector<FinishedScenario>&& batch) {
  for (FinishedScenario& one : batch) {
    for (const Table& table : one.result.tables) rows_ += table.rows();
    waiting_.push_back(std::move(one));
  }
  const auto now = Clock::now();
  const bool slow = now - begun_ >= kBatchInterval * static_cast<std::int64_t>(++batches_);
  const bool enough = slow || waiting_.size() >= size_ || rows_ >= kShardRowsMax || now - sealed_ >= kSealInterval;
  return enough ? flush() : Sealed{};
}

ShardWriter::Sealed ShardWriter::flush() {
  Sealed sealed;
  sealed.scenarios = waiting_.size();
  for (const FinishedScenario& one : waiting_) sealed.failed += one.result.status == ScenarioStatus::failed ? 1 : 0;
  if (!waiting_.empty()) folder_.seal(waiting_);
  waiting_.clear();
  rows_ = 0;
  sealed_ = Clock::now();
  return sealed;
}

}  // namespace plimsoll
