#include "market/price_bitmap.hpp"

#include <bit>

namespace plimsoll {

namespace {
std::size_t words(std::size_t bits) { return (bits + 63) / 64; }
constexpr std::uint64_t at_or_above(std::size_t bit) { return ~0ull << bit; }
constexpr std::uint64_t at_or_below(std::size_t bit) { return ~0ull >> (63 - bit); }
std::size_t lowest(std::uint64_t word) { return static_cast<std::size_t>(std::countr_zero(word)); }
std::size_t highest(std::uint64_t word) { return 63 - static_cast<std::size_t>(std::countl_zero(word)); }
}  // namespace

PriceBitmap::PriceBitmap(std::size_t size) : leaf_(words(size)), middle_(words(leaf_.size())), top_(words(middle_.size())) {}

std::size_t PriceBitmap::first_at_or_above(std::size_t at) const {
  std::size_t leaf = at >> 6;
  if (leaf >= leaf_.size()) return npos;
  if (const std::uint64_t word = leaf_[leaf] & at_or_above(at & 63)) return (leaf << 6) + lowest(word);
  if (++leaf >= leaf_.size()) return npos;
  std::size_t middle = leaf >> 6;
  std::uint64_t word = middle_[middle] & at_or_above(leaf & 63);
  if (word == 0) {
    if (++middle >= middle_.size()) return npos;
    std::size_t top = middle >> 6;
    std::uint64_t top_word = top_[top] & at_or_above(middle & 63);
    while (top_word == 0) {
      if (++top >= top_.size()) return npos;
      top_word = top_[top];
    }
    middle = (top << 6) + lowest(top_word);
    word = middle_[middle];
  }
  leaf = (middle << 6) + lowest(word);
  return (leaf << 6) + lowest(leaf_[leaf]);
}

std::size_t PriceBitmap::last_at_or_below(std::size_t at) const {
  std::size_t leaf = at >> 6;
  if (leaf >= leaf_.size()) {
    leaf = leaf_.size() - 1;
    at = (leaf << 6) + 63;
  }
  if (const std::uint64_t word = leaf_[leaf] & at_or_below(at & 63)) return (leaf << 6) + highest(word);
  if (leaf-- == 0) return npos;
  std::size_t middle = leaf >> 6;
  std::uint64_t word = middle_[middle] & at_or_below(leaf & 63);
  if (word == 0) {
    if (middle-- == 0) return npos;
    std::size_t top = middle >> 6;
    std::uint64_t top_word = top_[top] & at_or_below(middle & 63);
    while (top_word == 0) {
      if (top-- == 0) return npos;
      top_word = top_[top];
    }
    middle = (top << 6) + highest(top_word);
    word = middle_[middle];
  }
  leaf = (middle << 6) + highest(word);
  return (leaf << 6) + highest(leaf_[leaf]);
}

void PriceBitmap::clear() {
  leaf_ = LazyArray<std::uint64_t>{leaf_.size()};
  middle_ = LazyArray<std::uint64_t>{middle_.size()};
  top_ = LazyArray<std::uint64_t>{top_.size()};
}

}  // namespace plimsoll
