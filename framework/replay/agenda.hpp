#pragma once
/// What a run has to do next. History needs no queue: the tape is the queue. Only a run's own few appointments are kept here.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/units.hpp"

namespace plimsoll {

/// Kinds of appointment in the order they are kept at equal times, all after the market data of that instant. Markouts stand between
/// reaction_clock and sample_arrival; ScenarioRun keeps them, because they come in the order of the fills.
enum class DueKind : std::uint8_t {
  answer,          ///< the market answers this instant's executions: J moves
  reaction_clock,  ///< J moves on its own clock
  sample_arrival,  ///< the parent's first order could be at the venue
  sample_end,      ///< the parent's end
  order_arrival,   ///< index = child
  cancel_arrival,  ///< index = child
  start,           ///< index = actor
  wake,            ///< index = actor
  notify,          ///< index = pending notification
};

struct Due {
  TimePoint time = 0;            ///< exchange time of the book that is current then
  std::uint64_t precedence = 0;  ///< at equal times: rank of the kind, then order of entry
  DueKind kind = DueKind::wake;
  std::uint32_t index = 0;
};

/// Min-heap by (time, rank of kind, order of entry). Thread rule: belongs to one run.
class Agenda {
 public:
  bool empty() const { return heap_.empty(); }
  TimePoint next_time() const { return heap_.empty() ? kNever : heap_.front().time; }
  /// Is the next one the market's answer? Precondition: not empty.
  bool next_is_response() const { return heap_.front().kind <= DueKind::reaction_clock; }

  void add(TimePoint time, DueKind kind, std::uint32_t index) {
    heap_.push_back({time, rank(kind) << 56 | next_sequence_++, kind, index});
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
  /// Market response, milestones, order and cancel arrivals, timers, notifications.
  static std::uint64_t rank(DueKind kind) {
    if (kind < DueKind::sample_arrival) return 0;
    if (kind < DueKind::order_arrival) return 1;
    if (kind < DueKind::start) return 2;
    return kind == DueKind::notify ? 4 : 3;
  }
  static bool later(const Due& a, const Due& b) { return a.time != b.time ? a.time > b.time : a.precedence > b.precedence; }
  std::vector<Due> heap_;
  std::uint64_t next_sequence_ = 0;
};

}  // namespace plimsoll
