#include "market/order_book.hpp"

#include <algorithm>
#include <bit>

namespace plimsoll {

namespace {
std::size_t words(std::size_t bits) { return (bits + 63) / 64; }
constexpr std::uint64_t at_or_above(std::size_t bit) { return ~0ull << bit; }
constexpr std::uint64_t at_or_below(std::size_t bit) { return ~0ull >> (63 - bit); }
std::size_t lowest(std::uint64_t word) { return static_cast<std::size_t>(std::countr_zero(word)); }
std::size_t highest(std::uint64_t word) { return 63 - static_cast<std::size_t>(std::countl_zero(word)); }
}  // namespace

const PriceLevel OrderBook::kEmptyLevel{};

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
  std::fill(leaf_.begin(), leaf_.end(), 0);
  std::fill(middle_.begin(), middle_.end(), 0);
  std::fill(top_.begin(), top_.end(), 0);
}

OrderBook::OrderBook(Ticks price_min, Ticks price_max, std::uint32_t slot_count)
    : price_min_{price_min},
      price_max_{std::max(price_min, price_max)},
      orders_(slot_count),
      occupied_{PriceBitmap{static_cast<std::size_t>(price_max_ - price_min_) + 1},
                PriceBitmap{static_cast<std::size_t>(price_max_ - price_min_) + 1}} {
  for (auto& side : ladder_) side.resize(static_cast<std::size_t>(price_max_ - price_min_) + 1);
}

void OrderBook::apply(const MarketEvent& event) {
  switch (event.action) {
    case Action::add: return add(event);
    case Action::cancel:
    case Action::fill: return reduce(event.order, event.quantity);
    case Action::trade: return;
    case Action::clear: return clear();
    case Action::halt: halted_ = true; return;
    case Action::resume: halted_ = false; return;
  }
}

void OrderBook::add(const MarketEvent& event) {
  DEBUG_EXPECT(inside(event.price) && event.order < orders_.size() && orders_[event.order].quantity == 0 && event.quantity > 0);
  const std::size_t side = index(event.side);
  const auto at = static_cast<std::size_t>(event.price - price_min_);
  PriceLevel& level = ladder_[side][at];
  RestingOrder& order = orders_[event.order];
  order = {level.back, kNoOrder, event.quantity, ++arrivals_, event.price, event.side};
  if (level.back != kNoOrder) {
    orders_[level.back].behind = event.order;
  } else {
    level.front = event.order;
    occupied_[side].set(at);
    if (better(event.side, event.price, best_[side])) best_[side] = event.price;
  }
  level.back = event.order;
  level.lots += event.quantity;
}

void OrderBook::reduce(std::uint32_t slot, std::uint32_t quantity) {
  DEBUG_EXPECT(slot < orders_.size() && orders_[slot].quantity >= quantity);
  RestingOrder& order = orders_[slot];
  const std::size_t side = index(order.side);
  const auto at = static_cast<std::size_t>(order.price - price_min_);
  PriceLevel& level = ladder_[side][at];
  level.lots -= quantity;
  if ((order.quantity -= quantity) != 0) return;
  (order.ahead != kNoOrder ? orders_[order.ahead].behind : level.front) = order.behind;
  (order.behind != kNoOrder ? orders_[order.behind].ahead : level.back) = order.ahead;
  if (level.front != kNoOrder) return;
  occupied_[side].reset(at);
  if (order.price == best_[side]) best_[side] = next_worse(order.side, order.price);
}

void OrderBook::clear() {
  for (RestingOrder& order : orders_) {
    if (order.quantity == 0) continue;
    ladder_[index(order.side)][static_cast<std::size_t>(order.price - price_min_)] = PriceLevel{};
    order.quantity = 0;
  }
  for (PriceBitmap& side : occupied_) side.clear();
  best_[0] = kNoBid;
  best_[1] = kNoAsk;
}

Ticks OrderBook::next_worse(Side side, Ticks price) const {
  if (side == Side::buy) {
    if (price <= price_min_) return kNoBid;
    const std::size_t found =
        occupied_[0].last_at_or_below(static_cast<std::size_t>(std::min<std::int64_t>(std::int64_t{price} - 1, price_max_) - price_min_));
    return found == PriceBitmap::npos ? kNoBid : price_min_ + static_cast<Ticks>(found);
  }
  if (price >= price_max_) return kNoAsk;
  const std::size_t found =
      occupied_[1].first_at_or_above(static_cast<std::size_t>(std::max<std::int64_t>(std::int64_t{price} + 1, price_min_) - price_min_));
  return found == PriceBitmap::npos ? kNoAsk : price_min_ + static_cast<Ticks>(found);
}

Quote OrderBook::quote() const { return {best_[0], best_[1], level(Side::buy, best_[0]).lots, level(Side::sell, best_[1]).lots}; }

}  // namespace plimsoll
