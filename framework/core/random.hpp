#pragma once
/// Counter-based random numbers: a draw is a function of its address, so adding a draw somewhere never moves another one,
/// and no thread, batch or order of evaluation can matter.
///
/// Philox4x32-10: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11, section 3.3 and its
/// known-answer tests (key 0, counter 0 -> 6627e8d5 e169c58d bc57ac4c 9b00dbd8).
/// Thread rule: values only; use from anywhere.

#include <array>
#include <cstdint>

namespace plimsoll {

/// What a draw is for. One number per purpose, for ever: append only.
enum class Purpose : std::uint32_t {
  parent_start = 1,  ///< start_jitter_s of a parent order
  strategy = 2,      ///< what strategies draw through the SDK; index chosen by the strategy
  impact_model = 3,
  synthetic_flow = 4,  ///< the zero-intelligence generator
  hawkes_flow = 5,
  queue_reactive_flow = 6,
  bootstrap = 7,              ///< which clusters or blocks a resampling takes
  calibrated_parameters = 8,  ///< parameters of a model, drawn from the covariance of their estimate
  round_trips = 9,            ///< the search for price manipulation; replicate = number of the schedule
  test = 100,
};

using PhiloxBlock = std::array<std::uint32_t, 4>;

constexpr PhiloxBlock philox4x32(PhiloxBlock counter, std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = std::uint64_t{0xD2511F53u} * counter[0];
    const std::uint64_t b = std::uint64_t{0xCD9E8D57u} * counter[2];
    counter = {static_cast<std::uint32_t>(b >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(b),
               static_cast<std::uint32_t>(a >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(a)};
    key[0] += 0x9E3779B9u;
    key[1] += 0xBB67AE85u;
  }
  return counter;
}

/// The random stream of (seed, replicate, purpose). `replicate` is the number of the seed within an experiment
/// (0 .. seeds-1), not the scenario: two strategies of the same replicate meet the same luck (common random numbers).
class RandomStream {
 public:
  constexpr RandomStream(std::uint64_t seed, std::uint32_t replicate, Purpose purpose)
      : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
        replicate_{replicate},
        purpose_{static_cast<std::uint32_t>(purpose)} {}

  constexpr std::uint64_t bits(std::uint64_t index) const {
    const PhiloxBlock block =
        philox4x32({static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32), replicate_, purpose_}, key_);
    return (std::uint64_t{block[1]} << 32) | block[0];
  }
  /// Uniform in [0, 1), 53 bits.
  constexpr double uniform(std::uint64_t index) const { return static_cast<double>(bits(index) >> 11) * 0x1p-53; }
  /// Uniform integer in [0, bound), bound > 0 (multiply-shift; bias below bound / 2^64).
  constexpr std::uint64_t below(std::uint64_t index, std::uint64_t bound) const {
    return static_cast<std::uint64_t>((static_cast<unsigned __int128>(bits(index)) * bound) >> 64);
  }

 private:
  std::array<std::uint32_t, 2> key_;
  std::uint32_t replicate_;
  std::uint32_t purpose_;
};

}  // namespace plimsoll
