#pragma once
/// The markouts of a run's fills: those still to come and those that are known.

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
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
  TimePoint last() const { return next_ == kNever ? kNever : fills_.back().time + kMarkoutHorizons.back(); }

  /// `index` is what ParentMetrics::on_fill of that parent returned.
  void on_fill(std::uint32_t parent, std::size_t index, TimePoint time) {
    fills_.emplace_back(Fill{time, parent, static_cast<std::uint32_t>(index)});
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
      std::vector<std::int64_t>& mids = mids_[horizon];
      while (due < limit) {
        const MidX2 mid = mid_at(due);
        mids.emplace_back(mid.known ? mid.value : kUnknown);
        due = mids.size() < fills_.size() ? fills_[mids.size()].time + kMarkoutHorizons[horizon] : kNever;
      }
      next_ = std::min(next_, due);
    }
  }
  /// No open one will be answered any more.
  void stop() { next_ = kNever; }

  /// Calls visit(parent, index, horizon, mid) for all that are answered; whether a mid is stale is forgotten.
  template <class Visit>
  void for_each_known(Visit&& visit) const {
    for (std::size_t horizon = 0; horizon < kMarkoutHorizons.size(); ++horizon)
      for (std::size_t fill = 0; fill < mids_[horizon].size(); ++fill)
        visit(fills_[fill].parent, fills_[fill].index, horizon, MidX2{mids_[horizon][fill], mids_[horizon][fill] != kUnknown});
  }

 private:
  struct Fill {
    TimePoint time;
    std::uint32_t parent, index;
  };
  static constexpr std::int64_t kUnknown = std::numeric_limits<std::int64_t>::min();  // in place of a mid

  TimePoint next_ = kNever;
  std::array<TimePoint, kMarkoutHorizons.size()> due_;  // of each horizon the next; kNever
  std::vector<Fill> fills_;
  std::array<std::vector<std::int64_t>, kMarkoutHorizons.size()> mids_;  // of each horizon, in the order of the fills
};

}  // namespace plimsoll
