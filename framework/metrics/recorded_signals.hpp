#pragma once
/// The recorded market's running totals, once per row for all runs of a batch. Header only: it stands on the hot path.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/contract.hpp"
#include "core/units.hpp"
#include "market/event_tape.hpp"
#include "market/order_book.hpp"
#include "metrics/records.hpp"

namespace plimsoll {

/// The recorded touch from `time` on.
struct RecordedTouch {
  TimePoint time = kLongAgo;
  Ticks bid = kNoBid;
  Ticks ask = kNoAsk;
  MidX2 mid;  ///< as RecordedSignals::mid()
};

/// Thread rule: one writer; const readers between two rows.
class RecordedSignals {
 public:
  /// After `event` was applied to the book; `bid` and `ask` are the best prices then (kNoBid, kNoAsk when empty). Times never decrease.
  void on_event(const MarketEvent& event, Ticks bid, Ticks ask, std::int32_t subticks) {
    if (event.action == Action::fill || event.action == Action::trade) count_print(event, subticks);
    if (bid != bid_ || ask != ask_) change_touch(event.time, bid, ask);
  }

  /// Totals with the mid's integral up to `now`. Precondition: `now` is not before the last row given.
  RecordedTotals at(TimePoint now) const {
    RecordedTotals totals = totals_;
    extend(totals, now);
    return totals;
  }
  /// Recorded mid; with an empty side the last one, stale.
  MidX2 mid() const { return mid_; }

  /// The touch after all rows of times up to `time` that were given. Precondition: forget_touches() has not been called since then.
  const RecordedTouch& touch_at(TimePoint time) const {
    const RecordedTouch* touch = &touches_.back();  // what is asked for is hardly ever old
    while (touch->time > time) --touch;
    return *touch;
  }
  std::size_t touches_kept() const { return touches_.size(); }
  /// Forgets the touches before the current one.
  void forget_touches() { touches_.erase(touches_.begin(), touches_.end() - 1); }

 private:
  void count_print(const MarketEvent& event, std::int32_t subticks) {
    totals_.volume_lots += event.quantity;
    if (event.action == Action::fill) totals_.visible_lots += event.quantity;
    totals_.notional_subtick_lots += static_cast<Wide>(trade_subticks(event, subticks)) * event.quantity;
    totals_.last_trade = event.price;
    ++totals_.prints;
  }
  void change_touch(TimePoint time, Ticks bid, Ticks ask) {
    extend(totals_, time);
    mid_since_ = time;
    bid_ = bid;
    ask_ = ask;
    if (bid != kNoBid && ask != kNoAsk) {
      mid_ = {std::int64_t{bid} + ask, true, false};
    } else {
      mid_.stale = mid_.known;
    }
    touches_.push_back({time, bid, ask, mid_});
  }
  void extend(RecordedTotals& totals, TimePoint now) const {
    if (!mid_.known) return;
    DEBUG_EXPECT(now >= mid_since_);
    totals.mid_x2_ns += static_cast<Wide>(mid_.value) * (now - mid_since_);
    totals.mid_known_ns += now - mid_since_;
  }

  RecordedTotals totals_;
  MidX2 mid_;
  TimePoint mid_since_ = 0;
  Ticks bid_ = kNoBid;
  Ticks ask_ = kNoAsk;
  std::vector<RecordedTouch> touches_{RecordedTouch{}};
};

}  // namespace plimsoll
