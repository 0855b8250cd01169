#pragma once
/// The price levels of one book and the first-in-first-out queue at each, for whoever keeps the orders: OrderBook those of one tape,
/// ItchBooks those of all stocks in one place.

#include <cstdint>

#include "core/contract.hpp"
#include "core/units.hpp"
#include "market/lazy_array.hpp"
#include "market/price_bitmap.hpp"

namespace plimsoll {

inline constexpr std::uint32_t kNoOrder = ~0u;

/// A displayed order: 16 bytes, all zero when the slot was never used. Its price and side are those of every row that names it. `arrival`
/// numbers the adds from 1 and never repeats, so a recycled slot is never mistaken for its earlier tenant.
struct RestingOrder {
  std::uint32_t ahead_link = 0;  ///< slot + 1, so that zero is none
  std::uint32_t behind_link = 0;
  std::uint32_t quantity = 0;  ///< open lots; 0: the slot is free
  std::uint32_t arrival = 0;

  std::uint32_t ahead() const { return ahead_link - 1; }  ///< slot of the neighbour in front at the same price, or kNoOrder
  std::uint32_t behind() const { return behind_link - 1; }
};

struct PriceLevel {
  std::uint32_t front_link = 0;
  std::uint32_t back_link = 0;
  Lots lots = 0;

  std::uint32_t front() const { return front_link - 1; }  ///< slot, or kNoOrder
  std::uint32_t back() const { return back_link - 1; }
};

struct Quote {
  Ticks bid = kNoBid;
  Ticks ask = kNoAsk;
  Lots bid_lots = 0;
  Lots ask_lots = 0;

  bool has_bid() const { return bid != kNoBid; }
  bool has_ask() const { return ask != kNoAsk; }
  bool two_sided() const { return has_bid() && has_ask(); }
  /// bid + ask: twice the mid, in ticks. Precondition: two-sided.
  std::int64_t mid_x2() const { return std::int64_t{bid} + ask; }
  friend bool operator==(const Quote&, const Quote&) = default;
};

/// `Orders`, in what follows: anything of which `orders[slot]` is a RestingOrder&; the same one in every call.
/// Thread rule: one writer; const readers between two changes.
class PriceQueues {
 public:
  /// Room for prices [price_min, price_max]. Memory: 16 bytes a tick and side, by the page of 4 KiB and only where something stood: a stub
  /// quote far away costs a page.
  PriceQueues(Ticks price_min, Ticks price_max);

  /// Best price of a side, no_price(side) when it is empty.
  Ticks best(Side side) const { return best_[index(side)]; }
  /// Next occupied price strictly worse than `price`; `price` need not be occupied nor inside the ladder.
  Ticks next_worse(Side side, Ticks price) const;
  /// Level at any price; an empty one outside the ladder.
  const PriceLevel& level(Side side, Ticks price) const { return inside(price) ? ladder_[index(side)][position(price)] : kEmptyLevel; }
  Quote quote() const { return {best_[0], best_[1], level(Side::buy, best_[0]).lots, level(Side::sell, best_[1]).lots}; }

  /// Puts an order behind all others at its price. Preconditions: the slot is free, quantity > 0, the price is inside.
  template <class Orders>
  void add(Orders& orders, std::uint32_t slot, Side side, Ticks price, std::uint32_t quantity, std::uint32_t arrival);
  /// Takes `quantity` off an order; an order of which nothing is left leaves its queue. Preconditions: it stands on this side, at this
  /// price, with at least so much.
  template <class Orders>
  void reduce(Orders& orders, std::uint32_t slot, Side side, Ticks price, std::uint32_t quantity);
  /// Forgets all queues; their orders are the caller's to forget.
  void clear();

 private:
  static constexpr std::size_t index(Side side) { return static_cast<std::size_t>(side); }
  static const PriceLevel kEmptyLevel;
  bool inside(Ticks price) const { return position(price) < ladder_[0].size(); }  // a price below the first wraps around
  std::size_t position(std::int64_t price) const { return static_cast<std::size_t>(price - price_min_); }
  void opened(Side side, Ticks price);
  void emptied(Side side, Ticks price);
  template <class Orders>
  static RestingOrder& linked(Orders& orders, std::size_t link) {
    return orders[link - 1];
  }
  template <class Orders>
  void take_out(Orders& orders, const RestingOrder& order, PriceLevel& level, Side side, Ticks price);

  std::int64_t price_min_, price_max_;  // as wide as their difference
  LazyArray<PriceLevel> ladder_[2];
  PriceBitmap occupied_[2];
  Ticks best_[2] = {kNoBid, kNoAsk};
};

template <class Orders>
inline void PriceQueues::add(Orders& orders, std::uint32_t slot, Side side, Ticks price, std::uint32_t quantity, std::uint32_t arrival) {
  DEBUG_EXPECT(inside(price) && quantity > 0 && orders[slot].quantity == 0);
  PriceLevel& level = ladder_[index(side)][position(price)];
  RestingOrder& order = orders[slot];
  order = {level.back_link, 0, quantity, arrival};
  level.lots += quantity;
  if (level.back_link != 0) {
    linked(orders, level.back_link).behind_link = slot + 1;
  } else [[unlikely]] {
    level.front_link = slot + 1;
    opened(side, price);
  }
  level.back_link = slot + 1;
}

template <class Orders>
inline void PriceQueues::reduce(Orders& orders, std::uint32_t slot, Side side, Ticks price, std::uint32_t quantity) {
  RestingOrder& order = orders[slot];
  DEBUG_EXPECT(order.quantity >= quantity);
  PriceLevel& level = ladder_[index(side)][position(price)];
  level.lots -= quantity;
  if ((order.quantity -= quantity) == 0) take_out(orders, order, level, side, price);
}

template <class Orders>
inline void PriceQueues::take_out(Orders& orders, const RestingOrder& order, PriceLevel& level, Side side, Ticks price) {
  (order.ahead_link != 0 ? linked(orders, order.ahead_link).behind_link : level.front_link) = order.behind_link;
  (order.behind_link != 0 ? linked(orders, order.behind_link).ahead_link : level.back_link) = order.ahead_link;
  if (level.front_link == 0) [[unlikely]]
    emptied(side, price);
}

}  // namespace plimsoll
