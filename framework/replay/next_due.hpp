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
  TimePoint time() const { return times_[winner_[1]]; }
  RunIndex run() const { return winner_[1]; }
  void set(RunIndex run, TimePoint time) {
    if (times_[run] == time) return;
    times_[run] = time;
    // Who wins is not to be foreseen, so there is no branch on it.
    std::uint8_t winner = static_cast<std::uint8_t>(run);
    for (std::size_t node = leaves_ + run; node > 1; node /= 2) {
      const std::uint8_t rival = winner_[node ^ 1];
      const TimePoint ours = times_[winner], its = times_[rival];
      const int wins = int{its < ours} | (int{its == ours} & static_cast<int>(node & 1));  // at equal times the left one
      winner ^= static_cast<std::uint8_t>((winner ^ rival) & -wins);
      winner_[node / 2] = winner;
    }
  }

 private:
  std::size_t leaves_;
  std::array<TimePoint, kBatchRunsMax> times_;
  std::array<std::uint8_t, 2 * kBatchRunsMax> winner_{};
};

}  // namespace plimsoll
