#pragma once
/// Which prices of one side are occupied.

#include <cstddef>
#include <cstdint>
#include <utility>

#include "market/lazy_array.hpp"

namespace plimsoll {

/// Three levels of 64-way bitmaps, so the next best price is a few bit scans away, however far.
class PriceBitmap {
 public:
  explicit PriceBitmap(std::size_t size);
  void set(std::size_t index) {
    // A word that was not empty is known above: its pages need not be touched.
    if (std::exchange(leaf_[index >> 6], leaf_[index >> 6] | 1ull << (index & 63)) != 0) return;
    if (std::exchange(middle_[index >> 12], middle_[index >> 12] | 1ull << ((index >> 6) & 63)) != 0) return;
    top_[index >> 18] |= 1ull << ((index >> 12) & 63);
  }
  void reset(std::size_t index) {
    if ((leaf_[index >> 6] &= ~(1ull << (index & 63))) != 0) return;
    if ((middle_[index >> 12] &= ~(1ull << ((index >> 6) & 63))) != 0) return;
    top_[index >> 18] &= ~(1ull << ((index >> 12) & 63));
  }
  static constexpr std::size_t npos = ~std::size_t{0};
  std::size_t first_at_or_above(std::size_t index) const;  ///< npos when none
  std::size_t last_at_or_below(std::size_t index) const;
  void clear();

 private:
  LazyArray<std::uint64_t> leaf_, middle_, top_;
};

}  // namespace plimsoll
