#pragma once
/// What a run has to do next. History needs no queue: the tape is the queue. Only a run's own few appointments are kept here.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/contract.hpp"
#include "core/units.hpp"

namespace plimsoll {

/// Kinds of appointment in the order they are kept at equal times, all after the market data of that instant. ScenarioRun keeps two more
/// kinds, which come in an order of their own: markouts, between reaction_clock and sample_arrival, and news for the actors, last.
enum class DueKind : std::uint8_t {
  answer,          ///< the market answers this instant's executions: J moves
  reaction_clock,  ///< J moves on its own clock
  sample_arrival,  ///< the parent's first order could be at the venue
  sample_end,      ///< the parent's end
  sample_impact,   ///< index = actor x kImpactLooks + look
  order_arrival,   ///< index = child
  cancel_arrival,  ///< index = child
  start,           ///< index = actor
  wake,            ///< index = actor
};

struct Due {
  TimePoint time = kNever;  ///< exchange time of the book that is current then
  DueKind kind = DueKind::wake;
  std::uint32_t index = 0;
};

/// By Item::time, then order of entry. Meant for items that come nearly in that order. Thread rule: belongs to one run.
template <class Item>
class TimeQueue {
 public:
  bool empty() const { return next_ == kNever; }
  const Item& front() const { return items_[first_]; }
  /// kNever when it is empty. No item has this time.
  TimePoint next_time() const { return next_; }
  /// The new item, of which only the time is given yet. It is filled where it stands, and until the next call: a copy would wait for what
  /// was just written to it piece by piece.
  Item& add(TimePoint time) {
    if (empty()) {
      clear();
    } else if (first_ > kGoneMax) {
      items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(first_));
      first_ = 0;
    }
    std::size_t at = items_.size();
    items_.emplace_back();
    for (; at > first_ && items_[at - 1].time > time; --at) items_[at] = items_[at - 1];
    items_[at].time = time;
    next_ = std::min(next_, time);
    return items_[at];
  }
  void pop() { next_ = ++first_ == items_.size() ? kNever : front().time; }
  void clear() {
    items_.clear();
    first_ = 0;
    next_ = kNever;
  }

 private:
  static constexpr std::size_t kGoneMax = 256;
  TimePoint next_ = kNever;
  std::size_t first_ = 0;
  std::vector<Item> items_;
};

/// By (time, rank of kind, order of entry). Messages to a venue come in the order of time; only the rest, a handful, is sorted.
/// Thread rule: belongs to one run.
class Agenda {
 public:
  TimePoint next_time() const { return next_; }
  /// The next one. Precondition: there is one. Valid until the next change.
  const Due& next() const { return next_arrives() ? arrivals_.front() : sorted_.back(); }

  void add(TimePoint time, DueKind kind, std::uint32_t index) {
    next_ = std::min(next_, time);
    if (rank(kind) == kArrivals) {
      Due& due = arrivals_.add(time);
      due.kind = kind;
      due.index = index;
      return;
    }
    const Due due{time, kind, index};
    if (sorted_.empty() || later(sorted_.back(), due))  // timers mostly are the next
      sorted_.push_back(due);
    else
      sorted_.insert(std::lower_bound(sorted_.begin(), sorted_.end(), due, later), due);
  }
  /// Removes the next one. Precondition: there is one.
  void pop() {
    if (next_arrives())
      arrivals_.pop();
    else
      sorted_.pop_back();
    next_ = std::min(arrivals_.next_time(), sorted_.empty() ? kNever : sorted_.back().time);
  }
  void clear() {
    sorted_.clear();
    arrivals_.clear();
    next_ = kNever;
  }

 private:
  static constexpr int kArrivals = 2;
  /// Market response, milestones, order and cancel arrivals, timers.
  static int rank(DueKind kind) {
    if (kind < DueKind::sample_arrival) return 0;
    if (kind < DueKind::order_arrival) return 1;
    return kind < DueKind::start ? kArrivals : 3;
  }
  static bool later(const Due& a, const Due& b) { return a.time != b.time ? a.time > b.time : rank(a.kind) > rank(b.kind); }
  bool next_arrives() const { return arrivals_.next_time() == next_ && (sorted_.empty() || later(sorted_.back(), arrivals_.front())); }

  TimePoint next_ = kNever;  // of both
  std::vector<Due> sorted_;  // the next one last
  TimeQueue<Due> arrivals_;
};

}  // namespace plimsoll
