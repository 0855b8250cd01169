#pragma once
/// Integer schedules: how many lots belong to which slice, with the remainder rule stated instead of left to rounding.
/// Every quantity is int64 lots up to 9.2e18 and nothing overflows: products are divided first.

#include <algorithm>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string_view>

namespace plimsoll {
#pragma GCC visibility push(hidden)
namespace sdk {

/// floor(amount * numerator / denominator), at most the largest int64. amount >= 0, 0 <= numerator <= 2^31, 0 < denominator <= 2^31.
constexpr std::int64_t scaled_down(std::int64_t amount, std::int64_t numerator, std::int64_t denominator) {
  constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
  const std::int64_t whole = amount / denominator;
  const std::int64_t rest = amount % denominator * numerator / denominator;
  if (numerator > 0 && whole > (kLargest - rest) / numerator) return kLargest;
  return whole * numerator + rest;
}

/// Where the lots go that do not divide evenly (models.md 6.1, Q lots, N slices):
///   cumulative  floor(Q(k+1)/N) - floor(Qk/N): spreads them, never more than 1 lot from the ideal line
///   front       the first Q mod N slices get one more
///   last        floor(Q/N) each, all the rest in the last slice
enum class Remainder { cumulative, front, last };

inline Remainder remainder_named(std::string_view name) {
  if (name == "cumulative") return Remainder::cumulative;
  if (name == "front") return Remainder::front;
  if (name == "last") return Remainder::last;
  throw std::invalid_argument("a remainder rule is cumulative, front or last");
}

/// Lots of the first `slices_done` slices together. lots >= 0, 0 <= slices_done <= slices, 1 <= slices <= 2^31.
constexpr std::int64_t scheduled_lots(Remainder rule, std::int64_t lots, std::int64_t slices, std::int64_t slices_done) {
  switch (rule) {
    case Remainder::front: return lots / slices * slices_done + std::min(lots % slices, slices_done);
    case Remainder::last: return slices_done == slices ? lots : lots / slices * slices_done;
    case Remainder::cumulative: break;
  }
  return scaled_down(lots, slices_done, slices);
}

/// Lots of slice `slice` (0-based); 0 is possible when there are more slices than lots.
constexpr std::int64_t slice_lots(Remainder rule, std::int64_t lots, std::int64_t slices, std::int64_t slice) {
  return scheduled_lots(rule, lots, slices, slice + 1) - scheduled_lots(rule, lots, slices, slice);
}

/// Participation (models.md 6.3): our cumulative target against `others_lots` traded by others, rounded down.
///   own volume included:  rate / (1 - rate) * others     (rate is our share of everything traded)
///   own volume excluded:  rate * others                  (rate is relative to the others)
/// The rate counts in steps of 1e-9, so that 0.1 of 450 is 50 and not 49.99.
class Participation {
 public:
  /// 0 < rate < 1; throws std::invalid_argument else.
  Participation(double rate, bool include_own) {
    if (!(rate > 0.0 && rate < 1.0)) throw std::invalid_argument("a participation rate lies between 0 and 1");
    billionths_ = std::clamp<std::int64_t>(static_cast<std::int64_t>(rate * 1e9 + 0.5), 1, kBillion - 1);
    relative_to_ = include_own ? kBillion - billionths_ : kBillion;
  }
  std::int64_t target_lots(std::int64_t others_lots) const { return scaled_down(others_lots, billionths_, relative_to_); }

 private:
  static constexpr std::int64_t kBillion = 1'000'000'000;
  std::int64_t billionths_ = 0;
  std::int64_t relative_to_ = 0;
};

}  // namespace sdk
#pragma GCC visibility pop
}  // namespace plimsoll
