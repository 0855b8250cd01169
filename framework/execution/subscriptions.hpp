#pragma once
/// Which runs of a batch asked to be told about which recorded order and which price. A batch is at most 64 runs, so the answer is one
/// machine word, and a row that nobody asked about costs one comparison.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/contract.hpp"
#include "core/units.hpp"
#include "market/event_tape.hpp"

namespace plimsoll {

inline constexpr std::size_t kBatchRunsMax = 64;
using RunWord = std::uint64_t;  ///< bit i = run i of the batch
constexpr RunWord run_bit(std::size_t run) { return RunWord{1} << run; }

/// Thread rule: belongs to one batch, thus to one thread.
class Subscriptions {
 public:
  explicit Subscriptions(std::uint32_t slot_count) : marked_(slot_count) {}

  void mark(std::uint32_t slot, RunWord run) { marked_[slot] |= run; }
  void unmark(std::uint32_t slot, RunWord run) { marked_[slot] &= ~run; }

  /// `run` has a private order of `side` at recorded price `price` (call once per run and price).
  void rest(Side side, Ticks price, RunWord run) {
    auto& prices = resting_[static_cast<std::size_t>(side)];
    const auto at = position(side, price);
    if (at != prices.end() && at->price == price) {
      at->runs |= run;
    } else {
      prices.insert(at, {price, run});
    }
  }
  void leave(Side side, Ticks price, RunWord run) {
    auto& prices = resting_[static_cast<std::size_t>(side)];
    const auto at = position(side, price);
    EXPECT(at != prices.end() && at->price == price);
    if ((at->runs &= ~run) == 0) prices.erase(at);
  }

  /// Runs to be told of every recorded print, and of every change of the recorded touch.
  void watch_trades(RunWord run, bool on) { trades_ = on ? trades_ | run : trades_ & ~run; }
  void watch_touch(RunWord run, bool on) { touch_ = on ? touch_ | run : touch_ & ~run; }
  RunWord watching_trades() const { return trades_; }
  RunWord watching_touch() const { return touch_; }

  /// The runs a row concerns: they marked its order, or have a private order that it reaches.
  RunWord concerned(const MarketEvent& event) const {
    switch (event.action) {
      case Action::add: return resting_at_least_as_good(opposite(event.side), event.price);
      case Action::cancel: return marked_[event.order];
      case Action::fill: return marked_[event.order] | resting_at_least_as_good(event.side, event.price);
      case Action::trade: return resting_at_least_as_good(event.side, event.price);
      case Action::clear:
      case Action::halt:
      case Action::resume: return ~RunWord{0};
    }
    return 0;
  }

 private:
  struct Resting {
    Ticks price;
    RunWord runs;
  };
  std::vector<Resting>::iterator position(Side side, Ticks price) {
    auto& prices = resting_[static_cast<std::size_t>(side)];
    return std::find_if(prices.begin(), prices.end(), [&](const Resting& at) { return !better(side, at.price, price); });
  }
  RunWord resting_at_least_as_good(Side side, Ticks price) const {
    RunWord runs = 0;
    for (const Resting& at : resting_[static_cast<std::size_t>(side)]) {
      if (!at_least_as_good(side, at.price, price)) break;
      runs |= at.runs;
    }
    return runs;
  }

  std::vector<RunWord> marked_;      // by recorded slot
  std::vector<Resting> resting_[2];  // best price first
  RunWord trades_ = 0;
  RunWord touch_ = 0;
};

}  // namespace plimsoll
