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
#include "market/price_queues.hpp"

namespace plimsoll {

inline constexpr Lots kEveryLot = std::numeric_limits<Lots>::max();  ///< for lots_ahead(): count them all

/// Thread rule: one writer; const readers between two calls of apply().
class OrderBook {
 public:
  /// Room for prices [price_min, price_max]; slots come as they are used. Memory: 16 bytes a slot and 16 bytes a tick and side, both by
  /// the page of 4 KiB and only where something stood: a stub quote far away costs a page.
  OrderBook(Ticks price_min, Ticks price_max, std::uint32_t slot_count = 0) : queues_{price_min, price_max}, orders_{slot_count} {}
  explicit OrderBook(const TapeInfo& info) : OrderBook(info.price_min, info.price_max, info.slot_count) { made_up_ = !info.levels.empty(); }
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
  /// Are these orders made up from the sizes of price levels (L2)? Then only the levels are facts.
  bool made_up() const { return made_up_; }
  /// Number of adds applied so far; the arrival number of the latest order.
  std::uint32_t arrivals() const { return arrivals_; }
  std::uint32_t slot_count() const { return static_cast<std::uint32_t>(orders_.size()); }

  /// As those of PriceQueues.
  Ticks best(Side side) const { return queues_.best(side); }
  Ticks next_worse(Side side, Ticks price) const { return queues_.next_worse(side, price); }
  const PriceLevel& level(Side side, Ticks price) const { return queues_.level(side, price); }
  Quote quote() const { return queues_.quote(); }
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
  void add(const MarketEvent& event) {
    if (event.order >= orders_.size()) [[unlikely]]
      orders_.grow(std::size_t{event.order} * 2 + 1024);
    queues_.add(orders_, event.order, event.side, event.price, event.quantity, ++arrivals_);
  }
  void reduce(const MarketEvent& event) {
    DEBUG_EXPECT(event.order < orders_.size());
    queues_.reduce(orders_, event.order, event.side, event.price, event.quantity);
  }
  void clear() {
    orders_ = LazyArray<RestingOrder>{orders_.size()};
    queues_.clear();
  }

  PriceQueues queues_;
  LazyArray<RestingOrder> orders_;
  std::uint32_t arrivals_ = 0;
  bool halted_ = false;
  bool made_up_ = false;
};

}  // namespace plimsoll
