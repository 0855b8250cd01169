#pragma once
/// The random numbers of one generated session, drawn in order from its stream, and the few distributions that generators need.
///
/// Draw k of a session is RandomStream::bits(k). They are made a few at a time: independent rounds of Philox overlap in the processor.
/// Thread rule: one owner.

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/math.hpp"
#include "core/random.hpp"
#include "core/units.hpp"

namespace plimsoll {

class FlowDraws {
 public:
  explicit FlowDraws(RandomStream random) : random_{random} {}

  std::uint64_t bits() {
    if (at_ == kAhead) refill();
    return ahead_[at_++];
  }
  /// In [0, 1), 53 bits.
  double uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }
  /// In [0, bound), bound > 0.
  std::uint64_t below(std::uint64_t bound) { return static_cast<std::uint64_t>((static_cast<unsigned __int128>(bits()) * bound) >> 64); }
  Side either_side() { return below(2) == 0 ? Side::buy : Side::sell; }
  /// Time until the next event of a Poisson process, rounded to a nanosecond.
  Duration exponential(double per_s) { return math::round_half_away(-math::log(1.0 - uniform()) / per_s * 1e9); }

 private:
  static constexpr std::size_t kAhead = 8;
  void refill() {
    for (std::size_t i = 0; i < kAhead; ++i) ahead_[i] = random_.bits(next_ + i);
    next_ += kAhead;
    at_ = 0;
  }

  RandomStream random_;
  std::array<std::uint64_t, kAhead> ahead_{};
  std::uint64_t next_ = 0;
  std::size_t at_ = kAhead;
};

}  // namespace plimsoll
