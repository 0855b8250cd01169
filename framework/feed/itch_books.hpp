#pragma once
/// Raw ITCH 5.0 bytes to the books of all stocks, order by order, in one pass and without a tape: for looking into a file, and for
/// measuring how fast a feed can be followed.
///
/// A book's prices are rungs of the legal grid: every 0.0001 below one dollar, every cent from there on (SEC rule 612), so that one
/// ladder holds all of it and neighbours stay neighbours. A displayed price between rungs is not booked and is counted.
/// What E, C, X, D, U, A and F do to a book is as in itch_stock.hpp; other messages do nothing here.

#include <cstdint>
#include <deque>

#include "feed/itch_messages.hpp"
#include "market/order_ids.hpp"
#include "market/price_queues.hpp"

namespace plimsoll {

inline constexpr std::uint32_t kItchDollar = 10'000;  ///< in 0.0001
inline constexpr std::uint32_t kItchUnitsPerCent = 100;

inline constexpr Ticks kItchOffGrid = -1;
/// Rung of a displayed price, kItchOffGrid between rungs; the order of rungs is the order of prices.
constexpr Ticks itch_rung(std::uint32_t units) {
  if (units < kItchDollar) [[unlikely]]
    return units > 0 ? static_cast<Ticks>(units) : kItchOffGrid;
  const std::uint32_t cents = units / kItchUnitsPerCent;
  if (cents * kItchUnitsPerCent != units || units > kItchMostUnits) [[unlikely]]
    return kItchOffGrid;
  return static_cast<Ticks>(cents + (kItchDollar - kItchDollar / kItchUnitsPerCent));
}
constexpr std::uint32_t itch_units(Ticks rung) {
  const auto at = static_cast<std::uint32_t>(rung);
  return at < kItchDollar ? at : kItchDollar + (at - kItchDollar) * kItchUnitsPerCent;
}

/// Thread rule: one owner.
class ItchBooks {
 public:
  ItchBooks() = default;
  ItchBooks(const ItchBooks&) = delete;
  ItchBooks& operator=(const ItchBooks&) = delete;

  /// Applies every message that is left in `reader`. Framing faults go to `faults`; the books are then those of the messages before.
  void read(ItchReader& reader, FaultList& faults);
  void apply(const ItchMessage& message);

  /// nullptr when the locate had no order yet. Prices are rungs, quantities shares.
  const PriceQueues* book(std::uint16_t locate) const { return by_locate_[locate]; }
  /// Precondition: a slot that a book or an order names.
  const RestingOrder& order(std::uint32_t slot) const { return orders_[slot]; }
  /// E, C, X, D and U of orders that are not in their stock's book.
  std::int64_t unknown_ids() const { return unknown_ids_; }
  /// Adds that could not be booked: no shares, a price between rungs, a side that is none, a reference that is live in any stock.
  std::int64_t dropped() const { return dropped_; }

 private:
  static constexpr std::size_t kLocates = 65'536;
  /// Orders of all stocks stand in one place, each in half a cache line with what its messages do not repeat. A slot that is free links to
  /// the next free one by `behind_link`, counted from the slot behind it: zeroed memory is a list of free slots.
  struct Order : RestingOrder {
    std::uint64_t id;
    Ticks rung;
    std::uint16_t locate;  ///< a wrong one finds no order and touches no book
    Side side;
  };
  static_assert(sizeof(Order) == 32);
  static constexpr std::size_t kReserved = std::size_t{1} << 26;  ///< address space, not memory: live orders of a busy day of all stocks

  OrderIds::Place find(const ItchMessage& message) const;
  bool book(std::uint64_t id, std::uint16_t locate, Side side, std::uint32_t shares, std::uint32_t units);
  void take(OrderIds::Place place, std::uint32_t shares);
  void open_book(std::uint16_t locate);
  void apply_rare(ItchMessage message);
  void apply_inline(const ItchMessage& message);
  void add(const ItchMessage& message);
  void reduce(const ItchMessage& message, std::uint32_t shares);
  void replace(const ItchMessage& message);

  std::deque<PriceQueues> books_;
  LazyArray<PriceQueues*> by_locate_{kLocates};
  OrderIds ids_{65'536};
  LazyArray<Order, Pages::huge> orders_{kReserved};
  std::uint32_t first_free_ = 0;
  std::uint32_t arrivals_ = 0;
  std::int64_t unknown_ids_ = 0, dropped_ = 0;
};

}  // namespace plimsoll
