#pragma once
/// The recorded book, order by order (L3), with a first-in-first-out queue at every price.
///
/// It replays what the tape says and never repairs it: a side may be empty, and locked or crossed is legal (history without one
/// taker usually is). It knows nothing of our orders. `apply` is the one place of this program that must be fast.

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "core/contract.hpp"
#include "core/units.hpp"
#include "market/event_tape.hpp"

namespace plimsoll {

inline constexpr std::uint32_t kNoOrder = ~0u;

/// A displayed order. `arrival` numbers the adds of the tape from 1 and never repeats, so a recycled slot is never mistaken for its
/// earlier tenant.
struct RestingOrder {
  std::uint32_t ahead = kNoOrder;  ///< slot of the neighbour in front, at the same price
  std::uint32_t behind = kNoOrder;
  std::uint32_t quantity = 0;  ///< open lots; 0: the slot is free
  std::uint32_t arrival = 0;
  Ticks price = 0;
  Side side = Side::buy;
};

struct PriceLevel {
  std::uint32_t front = kNoOrder;
  std::uint32_t back = kNoOrder;
  Lots lots = 0;
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

/// Which prices of one side are occupied: three levels of 64-way bitmaps, so the next best price is a few bit scans away.
class PriceBitmap {
 public:
  explicit PriceBitmap(std::size_t size);
  void set(std::size_t index) {
    leaf_[index >> 6] |= 1ull << (index & 63);
    middle_[index >> 12] |= 1ull << ((index >> 6) & 63);
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
  std::vector<std::uint64_t> leaf_, middle_, top_;
};

/// Thread rule: one writer; const readers between two calls of apply().
class OrderBook {
 public:
  /// Room for prices [price_min, price_max] and slots < slot_count, as TapeInfo states. Memory: 24 bytes a slot and 32 bytes a tick
  /// of the range, used or not.
  OrderBook(Ticks price_min, Ticks price_max, std::uint32_t slot_count);
  explicit OrderBook(const TapeInfo& info) : OrderBook(info.price_min, info.price_max, info.slot_count) {}
  OrderBook(const OrderBook&) = default;  ///< a full copy
  OrderBook& operator=(const OrderBook&) = default;

  /// Applies one row. Preconditions are the tape's invariants (EventTape).
  void apply(const MarketEvent& event);

  bool halted() const { return halted_; }
  /// Number of adds applied so far; the arrival number of the latest order.
  std::uint32_t arrivals() const { return arrivals_; }
  std::uint32_t slot_count() const { return static_cast<std::uint32_t>(orders_.size()); }

  /// Best price of a side, no_price(side) when it is empty.
  Ticks best(Side side) const { return best_[index(side)]; }
  /// Next occupied price strictly worse than `price`; `price` need not be occupied nor inside the ladder.
  Ticks next_worse(Side side, Ticks price) const;
  /// Level at any price; an empty one outside the ladder.
  const PriceLevel& level(Side side, Ticks price) const {
    return inside(price) ? ladder_[index(side)][static_cast<std::size_t>(price - price_min_)] : kEmptyLevel;
  }
  Quote quote() const;
  const RestingOrder& order(std::uint32_t slot) const { return orders_[slot]; }

 private:
  static constexpr std::size_t index(Side side) { return static_cast<std::size_t>(side); }
  static const PriceLevel kEmptyLevel;
  bool inside(Ticks price) const { return price >= price_min_ && price <= price_max_; }
  void add(const MarketEvent& event);
  void reduce(std::uint32_t slot, std::uint32_t quantity);
  void clear();

  Ticks price_min_, price_max_;
  std::vector<RestingOrder> orders_;
  std::vector<PriceLevel> ladder_[2];
  PriceBitmap occupied_[2];
  Ticks best_[2] = {kNoBid, kNoAsk};
  std::uint32_t arrivals_ = 0;
  bool halted_ = false;
};

}  // namespace plimsoll
