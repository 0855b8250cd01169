#pragma once
/// What the runs of a batch have standing in the recorded book, so that a row finds the few it concerns. A batch is at most 64 runs: the
/// answer is one machine word, and a row that concerns nobody costs one or two comparisons.

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/contract.hpp"
#include "core/units.hpp"
#include "market/event_tape.hpp"
#include "market/lazy_array.hpp"
#include "market/order_book.hpp"

namespace plimsoll {

inline constexpr std::size_t kBatchRunsMax = 64;
using RunWord = std::uint64_t;   ///< bit i = run i of the batch
using RunIndex = std::uint32_t;  ///< 0 .. kBatchRunsMax - 1
constexpr RunWord run_bit(std::size_t run) { return RunWord{1} << run; }

template <class F>
void for_each_run(RunWord word, F&& f) {
  for (; word != 0; word &= word - 1) f(static_cast<RunIndex>(std::countr_zero(word)));
}

/// Thread rule: belongs to one batch, thus to one thread.
class Subscriptions {
 public:
  explicit Subscriptions(std::uint32_t slot_count) : marked_{slot_count} {}

  void mark(std::uint32_t slot, RunIndex run) { marked_[slot] |= run_bit(run); }
  void unmark(std::uint32_t slot, RunIndex run) { marked_[slot] &= ~run_bit(run); }
  /// The best price of a side at which `run` has a mark; no_price(side): it has none.
  void set_best_mark(Side side, Ticks price, RunIndex run) {
    const auto at = static_cast<std::size_t>(side);
    best_mark_[at][run] = price;
    with_marks_[at] = price != no_price(side) ? with_marks_[at] | run_bit(run) : with_marks_[at] & ~run_bit(run);
  }
  RunWord with_marks() const { return with_marks_[0] | with_marks_[1]; }
  /// Runs whose best mark of a side is at `price`.
  RunWord marked_first_at(Side side, Ticks price) const {
    const auto at = static_cast<std::size_t>(side);
    RunWord runs = 0;
    for_each_run(with_marks_[at], [&](RunIndex run) { runs |= RunWord{best_mark_[at][run] == price} << run; });
    return runs;
  }

  /// What private orders of `side` the run has at recorded price `price`: the smallest stamp of its own ones, and whether a history order.
  void set_resting(Side side, Ticks price, RunIndex run, std::optional<std::uint32_t> own_stamp, bool history);

  /// Runs to be told of every recorded print, and of every change of the recorded touch.
  void watch_trades(RunWord run, bool on) { trades_ = on ? trades_ | run : trades_ & ~run; }
  void watch_touch(RunWord run, bool on) { touch_ = on ? touch_ | run : touch_ & ~run; }
  RunWord watching_trades() const { return trades_; }
  RunWord watching_touch() const { return touch_; }

  /// The runs a row concerns: they marked its order, or have a private order that it reaches (RULES.md). `book` has not applied it yet.
  RunWord concerned(const MarketEvent& event, const OrderBook& book) const {
    switch (event.action) {
      case Action::add: return reached_by(opposite(event.side), event.price);
      case Action::cancel: return marked_[event.order];
      case Action::fill: return marked_[event.order] | standing_before(event.side, event.price, book.order(event.order).arrival);
      case Action::trade: return reached_by(event.side, event.price);
      case Action::clear:
      case Action::halt:
      case Action::resume: return ~RunWord{0};
    }
    return 0;
  }

 private:
  struct Place {
    Ticks price;
    std::uint32_t stamps;       ///< where its own stamps are kept
    std::uint32_t first_stamp;  ///< no own stamp is smaller
    RunWord own, history;
  };
  using Stamps = std::array<std::uint32_t, kBatchRunsMax>;

  RunWord reached_by(Side side, Ticks price) const {
    RunWord runs = 0;
    for (const Place& at : resting_[static_cast<std::size_t>(side)]) {
      if (!at_least_as_good(side, at.price, price)) break;
      runs |= at.own | at.history;
    }
    return runs;
  }
  /// Private orders at better prices, and own ones of this price with a stamp up to `arrival`: they are served before the maker. History
  /// orders of this very price alone change nothing (RULES.md, 3).
  RunWord standing_before(Side side, Ticks price, std::uint32_t arrival) const {
    RunWord runs = 0;
    for (const Place& at : resting_[static_cast<std::size_t>(side)]) {
      if (!at_least_as_good(side, at.price, price)) break;
      if (at.price != price) {
        runs |= at.own | at.history;
      } else if (at.first_stamp <= arrival) {
        for_each_run(at.own, [&](RunIndex run) { runs |= RunWord{stamps_[at.stamps][run] <= arrival} << run; });
      }
    }
    return runs;
  }

  LazyArray<RunWord> marked_;  // by recorded slot
  std::array<Ticks, kBatchRunsMax> best_mark_[2] = {};
  RunWord with_marks_[2] = {0, 0};
  std::vector<Place> resting_[2];  // best price first
  std::vector<Stamps> stamps_;
  std::vector<std::uint32_t> free_stamps_;
  RunWord trades_ = 0;
  RunWord touch_ = 0;
};

}  // namespace plimsoll
