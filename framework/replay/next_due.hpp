#pragma once
/// Which run of a batch has to act next. A winner tree: as many comparisons to change one run's time as the batch has doublings.

#include <array>
#include <bit>
#include <cstdint>

#include "core/units.hpp"
#include "execution/subscriptions.hpp"

namespace plimsoll {

/// Thread rule: belongs to one batch.
class NextDue {
 public:
  explicit NextDue(std::size_t runs) : leaves_{std::bit_ceil(runs)} {
    times_.fill(kNever);
    for (std::size_t leaf = 0; leaf < leaves_; ++leaf) winner_[leaves_ + leaf] = static_cast<std::uint8_t>(leaf);
    for (std::size_t node = leaves_; node-- > 1;) winner_[node] = winner_[2 * node];
  }
  /// kNever when every run waits for the market, or for nothing.
  TimePoint time() const { return time_; }
  RunIndex run() const { return run_; }
  void set(RunIndex run, TimePoint time) {
    if (times_[run] == time) return;
    times_[run] = time;
    // Who wins is not to be foreseen, so there is no branch on it; and what is carried up waits for no load but its rival's.
    std::size_t winner = run;
    TimePoint first = time;
    for (std::size_t node = leaves_ + run; node > 1; node /= 2) {
      const std::size_t rival = winner_[node ^ 1];
      const TimePoint its = times_[rival];
      const int wins = int{its < first} | (int{its == first} & static_cast<int>(node & 1));  // at equal times the left one
      winner = wins != 0 ? rival : winner;
      first = wins != 0 ? its : first;
      winner_[node / 2] = static_cast<std::uint8_t>(winner);
    }
    time_ = first;
    run_ = static_cast<RunIndex>(winner);
  }

 private:
  TimePoint time_ = kNever;
  RunIndex run_ = 0;
  std::size_t leaves_;
  std::array<TimePoint, kBatchRunsMax> times_;
  std::array<std::uint8_t, 2 * kBatchRunsMax> winner_{};
};

}  // namespace plimsoll
