#pragma once
/// Raw ITCH 5.0 bytes to the books of all stocks, order by order, in one pass and without a tape: for looking into a file, and for
/// measuring how fast a feed can be followed.
///
/// A book's prices are rungs of the legal grid: every 0.0001 below one dollar, every cent from there on (SEC rule 612), so that one
/// ladder holds all of it and neighbours stay neighbours. A displayed price between rungs is not booked and is counted.
/// What E, C, X, D, U, A and F do to a book is as in itch_stock.hpp; other messages do nothing here.

#include <cstdint>
#include <memory>
#include <vector>

#include "feed/itch_messages.hpp"
#include "market/order_book.hpp"
#include "market/order_ids.hpp"

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
  ItchBooks() : stocks_(kLocates) {}

  /// Applies every message that is left in `reader`. Framing faults go to `faults`; the books are then those of the messages before.
  void read(ItchReader& reader, FaultList& faults);
  void apply(const ItchMessage& message);

  /// nullptr when the locate had no order yet. Prices are rungs, quantities shares.
  const OrderBook* book(std::uint16_t locate) const { return stocks_[locate] ? &stocks_[locate]->book : nullptr; }
  /// E, C, X, D and U of orders that are not in their stock's book.
  std::int64_t unknown_ids() const { return unknown_ids_; }
  /// Adds that could not be booked: no shares, a price between rungs, a side that is none, a live reference.
  std::int64_t dropped() const { return dropped_; }

 private:
  static constexpr std::size_t kLocates = 65'536;
  /// What an order's messages do not repeat.
  struct Order {
    std::uint64_t id;
    std::int32_t rung;        ///< bids as they are, asks complemented
    std::uint32_t next_free;  ///< slot, when this one is free
    Side side() const { return rung >= 0 ? Side::buy : Side::sell; }
    Ticks price() const { return rung >= 0 ? rung : ~rung; }
  };
  /// Every stock has slots of its own, so that a wrong locate finds no order and touches no book.
  struct Stock {
    OrderBook book{itch_rung(1), itch_rung(kItchMostUnits)};
    OrderIds ids;
    std::vector<Order> orders{{0, 0, kNoSlot}};  ///< by slot; at least one is free
    std::uint32_t first_free = 0;

    std::uint32_t find(std::uint64_t id) const {
      return ids.find(id, [this](std::uint32_t slot) { return orders[slot].id; });
    }
    bool add(std::uint64_t id, Side side, std::uint32_t shares, std::uint32_t units);
    void take(std::uint32_t slot, std::uint32_t shares);
  };
  void apply_inline(const ItchMessage& message);
  void add(const ItchMessage& message);
  void reduce(const ItchMessage& message, std::uint32_t shares);
  void replace(const ItchMessage& message);

  std::vector<std::unique_ptr<Stock>> stocks_;  ///< by locate
  std::int64_t unknown_ids_ = 0, dropped_ = 0;
};

}  // namespace plimsoll
