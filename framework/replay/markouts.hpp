#pragma once
/// The markouts of one parent's fills: those still to come and those that are known.

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "metrics/records.hpp"

namespace plimsoll {

/// Fills come in the order of time, so of each horizon the oldest open one is next, and answers are appended: no old fill is touched again.
/// Thread rule: belongs to one run.
class Markouts {
 public:
  Markouts() { due_.fill(kNever); }

  /// When the earliest and the latest open one are due; kNever when none is open.
  TimePoint next() const { return next_; }
  TimePoint last() const { return next_ == kNever ? kNever : fills_.back() + kMarkoutHorizons.back(); }

  void on_fill(TimePoint time) {
    fills_.push_back(time);
    for (std::size_t horizon = 0; horizon < kMarkoutHorizons.size(); ++horizon) {
      if (due_[horizon] != kNever) continue;  // an earlier fill's comes first
      due_[horizon] = time + kMarkoutHorizons[horizon];
      next_ = std::min(next_, due_[horizon]);
    }
  }
  /// Answers all that are due before `limit`: `mid_at(time)` is the effective mid then.
  template <class MidAt>
  void answer(TimePoint limit, MidAt&& mid_at) {
    next_ = kNever;
    for (std::size_t horizon = 0; horizon < kMarkoutHorizons.size(); ++horizon) {
      TimePoint& due = due_[horizon];
      std::vector<MidX2>& mids = mids_[horizon];
      while (due < limit) {
        mids.push_back(mid_at(due));
        due = mids.size() < fills_.size() ? fills_[mids.size()] + kMarkoutHorizons[horizon] : kNever;
      }
      next_ = std::min(next_, due);
    }
  }
  /// No open one will be answered any more.
  void stop() { next_ = kNever; }

  /// Those of the first fills, as many as are known. No more is asked of this horizon then.
  std::vector<MidX2> take(std::size_t horizon) { return std::move(mids_[horizon]); }

 private:
  TimePoint next_ = kNever;
  std::array<TimePoint, kMarkoutHorizons.size()> due_;  // of each horizon the next; kNever
  std::vector<TimePoint> fills_;
  std::array<std::vector<MidX2>, kMarkoutHorizons.size()> mids_;  // of each horizon, in the order of the fills
};

}  // namespace plimsoll
