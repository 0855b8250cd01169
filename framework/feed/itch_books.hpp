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

/// Is a displayed price on the grid?
constexpr bool itch_on_grid(std::uint32_t units) {
  return units > 0 && units <= kItchMostUnits && (units < kItchDollar || units % kItchUnitsPerCent == 0);
}
/// Rung of a price on the grid; the order of rungs is the order of prices.
constexpr Ticks itch_rung(std::uint32_t units) {
  return static_cast<Ticks>(units < kItchDollar ? units : kItchDollar + (units - kItchDollar) / kItchUnitsPerCent);
}
constexpr std::uint32_t itch_units(Ticks rung) {
  const auto at = static_cast<std::uint32_t>(rung);
  return at < kItchDollar ? at : kItchDollar + (at - kItchDollar) * kItchUnitsPerCent;
}

/// Thread rule: one owner.
class ItchBooks {
 public:
  ItchBooks() : books_(kLocates) {}

  /// Applies every message that is left in `reader`. Framing faults go to `faults`; the books are then those of the messages before.
  void read(ItchReader& reader, FaultList& faults);
  void apply(const ItchMessage& message);

  /// nullptr when the locate had no order yet. Prices are rungs, quantities shares.
  const OrderBook* book(std::uint16_t locate) const { return books_[locate].book.get(); }
  std::int64_t messages() const { return messages_; }  ///< applied
  std::int64_t unknown_ids() const { return unknown_ids_; }
  /// Adds that could not be booked: no shares, a price between rungs, a side that is none, a live reference.
  std::int64_t dropped() const { return dropped_; }

 private:
  static constexpr std::size_t kLocates = 65'536;
  /// What an order's messages do not repeat.
  struct Order {
    std::uint64_t id;
    std::uint32_t slot;  ///< within its book
    std::int32_t rung;   ///< bids as they are, asks complemented
    std::uint16_t locate;
    Side side() const { return rung >= 0 ? Side::buy : Side::sell; }
    Ticks price() const { return rung >= 0 ? rung : ~rung; }
  };
  struct Stock {
    std::unique_ptr<OrderBook> book;
    std::vector<std::uint32_t> free_slots;
    std::uint32_t used_slots = 0;
  };
  /// Where the order stands in orders_; kNoSlot, counted, when it is unknown or another stock's.
  std::uint32_t find(std::uint64_t id, std::uint16_t locate);
  void add(std::uint16_t locate, std::uint64_t id, Side side, std::uint32_t shares, std::uint32_t units);
  void reduce(std::uint16_t locate, std::uint64_t id, std::uint32_t shares);
  void replace(const ItchMessage& message);
  void take(std::uint32_t at, std::uint32_t shares);
  void expect_reference(const ItchMessage& message) const;
  void expect_order(const ItchMessage& message) const;
  void expect_level(const ItchMessage& message) const;

  OrderIds ids_;
  std::vector<Order> orders_;
  std::vector<std::uint32_t> free_orders_;
  std::uint32_t used_orders_ = 0;
  std::vector<Stock> books_;
  std::int64_t messages_ = 0, unknown_ids_ = 0, dropped_ = 0;
};

}  // namespace plimsoll
