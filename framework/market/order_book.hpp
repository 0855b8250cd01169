#pragma once
/// The recorded book, order by order (L3), with a first-in-first-out queue at every price.
///
/// It replays what the tape says and never repairs it: a side may be empty, and locked or crossed is legal (history without one
/// taker usually is). It knows nothing of our orders. `apply` is the one place of this program that must be fast.

#include <cstdint>
#include <limits>

#include "core/contract.hpp"
#include "core/units.hpp"
#include "market/event_tape.hpp"
#include "market/lazy_array.hpp"
#include "market/price_bitmap.hpp"

namespace plimsoll {

inline constexpr std::uint32_t kNoOrder = ~0u;
inline constexpr Lots kEveryLot = std::numeric_limits<Lots>::max();  ///< for lots_ahead(): count them all

/// A displayed order: 16 bytes, all zero when the slot was never used. Its price and side are those of every row that names it. `arrival`
/// numbers the adds of the tape from 1 and never repeats, so a recycled slot is never mistaken for its earlier tenant.
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

/// Thread rule: one writer; const readers between two calls of apply().
class OrderBook {
 public:
  /// Room for prices [price_min, price_max]; slots come as they are used. Memory: 16 bytes a slot and 16 bytes a tick and side, both by
  /// the page of 4 KiB and only where something stood: a stub quote far away costs a page.
  OrderBook(Ticks price_min, Ticks price_max, std::uint32_t slot_count = 0);
  explicit OrderBook(const TapeInfo& info) : OrderBook(info.price_min, info.price_max, info.slot_count) {}
  OrderBook(const OrderBook&) = default;  ///< a full copy
  OrderBook& operator=(const OrderBook&) = default;
  OrderBook(OrderBook&&) = default;
  OrderBook& operator=(OrderBook&&) = default;

  /// Applies one row. Preconditions are the tape's invariants (EventTape).
  void apply(const MarketEvent& event) {
    switch (event.action) {
      case Action::add: return add(event);
      case Action::cancel:
      case Action::fill: return reduce(event);
      case Action::trade: return;
      case Action::clear: return clear();
      case Action::halt: halted_ = true; return;
      case Action::resume: halted_ = false; return;
    }
  }
  /// Brings the order of a coming row into the cache. Changes nothing.
  void expect(std::uint32_t slot) const { __builtin_prefetch(orders_.data() + slot, 1); }

  bool halted() const { return halted_; }
  /// Number of adds applied so far; the arrival number of the latest order.
  std::uint32_t arrivals() const { return arrivals_; }
  std::uint32_t slot_count() const { return static_cast<std::uint32_t>(orders_.size()); }

  /// Best price of a side, no_price(side) when it is empty.
  Ticks best(Side side) const { return best_[index(side)]; }
  /// Next occupied price strictly worse than `price`; `price` need not be occupied nor inside the ladder.
  Ticks next_worse(Side side, Ticks price) const;
  /// Level at any price; an empty one outside the ladder.
  const PriceLevel& level(Side side, Ticks price) const { return inside(price) ? ladder_[index(side)][position(price)] : kEmptyLevel; }
  Quote quote() const { return {best_[0], best_[1], level(Side::buy, best_[0]).lots, level(Side::sell, best_[1]).lots}; }
  /// Lots in front of the order that a row names, at its price; not counted further than to `enough`.
  Lots lots_ahead(const MarketEvent& event, Lots enough) const {
    Lots lots = 0;
    for (std::uint32_t slot = level(event.side, event.price).front(); slot != event.order && lots < enough; slot = orders_[slot].behind())
      lots += orders_[slot].quantity;
    return lots;
  }
  /// Precondition: slot < slot_count().
  const RestingOrder& order(std::uint32_t slot) const { return orders_[slot]; }

 private:
  static constexpr std::size_t index(Side side) { return static_cast<std::size_t>(side); }
  static const PriceLevel kEmptyLevel;
  bool inside(Ticks price) const { return price >= price_min_ && price <= price_max_; }
  std::size_t position(Ticks price) const { return static_cast<std::size_t>(std::int64_t{price} - price_min_); }
  void add(const MarketEvent& event);
  void reduce(const MarketEvent& event);
  void take_out(const RestingOrder& order, PriceLevel& level, const MarketEvent& event);
  void clear();

  Ticks price_min_, price_max_;
  LazyArray<RestingOrder> orders_;
  LazyArray<PriceLevel> ladder_[2];
  PriceBitmap occupied_[2];
  Ticks best_[2] = {kNoBid, kNoAsk};
  std::uint32_t arrivals_ = 0;
  bool halted_ = false;
};

inline void OrderBook::add(const MarketEvent& event) {
  DEBUG_EXPECT(inside(event.price) && event.quantity > 0);
  if (event.order >= orders_.size()) [[unlikely]]
    orders_.grow(std::size_t{event.order} * 2 + 1024);
  DEBUG_EXPECT(orders_[event.order].quantity == 0);
  const std::size_t side = index(event.side);
  const std::size_t at = position(event.price);
  PriceLevel& level = ladder_[side][at];
  const std::uint32_t link = event.order + 1;
  orders_[event.order] = {level.back_link, 0, event.quantity, ++arrivals_};
  level.lots += event.quantity;
  if (level.back_link != 0) {
    orders_[level.back()].behind_link = link;
  } else {
    level.front_link = link;
    occupied_[side].set(at);
    if (better(event.side, event.price, best_[side])) best_[side] = event.price;
  }
  level.back_link = link;
}

inline void OrderBook::reduce(const MarketEvent& event) {
  DEBUG_EXPECT(event.order < orders_.size() && orders_[event.order].quantity >= event.quantity);
  RestingOrder& order = orders_[event.order];
  PriceLevel& level = ladder_[index(event.side)][position(event.price)];
  level.lots -= event.quantity;
  if ((order.quantity -= event.quantity) == 0) take_out(order, level, event);
}

inline void OrderBook::take_out(const RestingOrder& order, PriceLevel& level, const MarketEvent& event) {
  (order.ahead_link != 0 ? orders_[order.ahead()].behind_link : level.front_link) = order.behind_link;
  (order.behind_link != 0 ? orders_[order.behind()].ahead_link : level.back_link) = order.ahead_link;
  if (level.front_link != 0) return;
  const std::size_t side = index(event.side);
  occupied_[side].reset(position(event.price));
  if (event.price == best_[side]) best_[side] = next_worse(event.side, event.price);
}

}  // namespace plimsoll
