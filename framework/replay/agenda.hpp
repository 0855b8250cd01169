#pragma once
/// What a run has to do next. History needs no queue: the tape is the queue. Only a run's own few appointments are kept here.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/units.hpp"

namespace plimsoll {

/// Kinds of appointment in the order they are kept at equal times, all after the market data of that instant.
enum class DueKind : std::uint8_t {
  answer,           ///< the market answers this instant's executions: J moves
  reaction_clock,   ///< J moves on its own clock
  sample_arrival,   ///< the parent's first order could be at the venue
  sample_end,       ///< the parent's end
  sample_consumed,  ///< validity: how much of the touch have we taken
  markout,          ///< index = horizon
  order_arrival,    ///< index = child
  cancel_arrival,   ///< index = child
  start,            ///< index = actor
  wake,             ///< index = actor
  notify,           ///< index = pending notification
};

struct Due {
  TimePoint time = 0;  ///< exchange time of the book that is current then
  DueKind kind = DueKind::wake;
  std::uint32_t index = 0;
  std::uint64_t sequence = 0;  ///< order of entry: what settles the rest
};

/// Min-heap by (time, rank of kind, sequence). Thread rule: belongs to one run.
class Agenda {
 public:
  bool empty() const { return heap_.empty(); }
  TimePoint next_time() const { return heap_.empty() ? kNever : heap_.front().time; }

  void add(TimePoint time, DueKind kind, std::uint32_t index) {
    heap_.push_back({time, kind, index, next_sequence_++});
    std::push_heap(heap_.begin(), heap_.end(), later);
  }
  Due pop() {
    std::pop_heap(heap_.begin(), heap_.end(), later);
    const Due due = heap_.back();
    heap_.pop_back();
    return due;
  }
  void clear() { heap_.clear(); }

 private:
  /// Market response and measurements, order and cancel arrivals, timers, notifications.
  static int rank(DueKind kind) {
    if (kind < DueKind::sample_arrival) return 0;
    if (kind < DueKind::order_arrival) return 1;
    if (kind < DueKind::start) return 2;
    return kind == DueKind::notify ? 4 : 3;
  }
  static bool later(const Due& a, const Due& b) {
    if (a.time != b.time) return a.time > b.time;
    if (rank(a.kind) != rank(b.kind)) return rank(a.kind) > rank(b.kind);
    return a.sequence > b.sequence;
  }
  std::vector<Due> heap_;
  std::uint64_t next_sequence_ = 0;
};

}  // namespace plimsoll
