#pragma once
/// Recorded history, decoded once: plain columns, never changed, shared by every scenario and thread.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/units.hpp"
#include "market/instrument.hpp"

namespace plimsoll {

/// What one row does. The words are DBN's; `modify` does not reach the tape: a feed writes it as a cancel of what went away, or as
/// cancel + add when priority is lost.
enum class Action : std::uint8_t {
  add = 0,     ///< an order joins the back of its price
  cancel = 1,  ///< `quantity` lots of a resting order are withdrawn
  fill = 2,    ///< `quantity` lots of a resting order are executed; the aggressor is on the other side
  trade = 3,   ///< a print that no displayed order took part in (hidden, cross); the book does not change
  clear = 4,   ///< the book is emptied (a snapshot follows)
  halt = 5,    ///< continuous trading stops
  resume = 6,  ///< continuous trading starts (again)
};

struct MarketEvent {
  TimePoint time;          ///< exchange time
  Ticks price;             ///< trade: rounded down to a tick, see trade_subticks()
  std::uint32_t quantity;  ///< lots; > 0 for add, cancel, fill and trade
  std::uint32_t order;     ///< dense slot of the order, recycled after the order is gone; trade: the price's remainder in subticks
  Action action;
  Side side;  ///< of the resting (passive) order, for trades too
};

/// A print's exact price in units of tick/subticks.
constexpr std::int64_t trade_subticks(const MarketEvent& event, std::int32_t subticks) {
  const std::int64_t whole = std::int64_t{event.price} * subticks;
  return event.action == Action::trade ? whole + event.order : whole;
}

/// Rows as columns: 21 bytes an event. kind = action | side << 3.
struct TapeColumns {
  std::span<const TimePoint> time;
  std::span<const Ticks> price;
  std::span<const std::uint32_t> quantity;
  std::span<const std::uint32_t> order;
  std::span<const std::uint8_t> kind;

  MarketEvent row(std::size_t at) const {
    return {time[at], price[at], quantity[at], order[at], static_cast<Action>(kind[at] & 7), static_cast<Side>(kind[at] >> 3)};
  }
};
constexpr std::uint8_t tape_kind(Action action, Side side) {
  return static_cast<std::uint8_t>(static_cast<unsigned>(action) | static_cast<unsigned>(side) << 3);
}
inline constexpr std::size_t kTapeBytesPerEvent = 8 + 4 + 4 + 4 + 1;

/// What a feed met on the way, by kind. Stored with the tape and in every result. Nothing here stops an import unless strict.
struct ImportReport {
  std::int64_t rows_read = 0;    ///< rows of the vendor file
  std::int64_t dropped = 0;      ///< rows that could not be used at all
  std::int64_t reordered = 0;    ///< rows moved because their time went back
  std::int64_t repaired = 0;     ///< orders changed to agree with the vendor's own book snapshot
  std::int64_t invented = 0;     ///< anonymous orders added: seeds of the first snapshot and levels revealed without a message
  std::int64_t unknown_ids = 0;  ///< cancels and fills of orders never seen
  std::int64_t halts = 0;
  std::int64_t crossed_ns = 0;  ///< time with best bid >= best ask
  std::int64_t gaps = 0;        ///< silences longer than gap_limit_ns
  std::int64_t longest_gap_ns = 0;
  // Of feeds that know price levels and not orders:
  std::int64_t chain_gaps = 0;    ///< breaks in the venue's own numbering of its messages
  std::int64_t overtaken = 0;     ///< levels withdrawn because a print behind them says that they were gone
  std::int64_t unbooked = 0;      ///< trades of which the book did not hold all: what is missing is a print outside the book
  std::int64_t checked = 0;       ///< best quotes compared with the venue's own of the same moment ...
  std::int64_t contradicted = 0;  ///< ... and those that differ
  static constexpr Duration gap_limit_ns = 10 * kSecond;
  friend bool operator==(const ImportReport&, const ImportReport&) = default;
};

struct TapeInfo {
  Instrument instrument;
  std::string feed;          ///< "lobster", "synthetic" ...
  std::string source;        ///< file name or generator settings, for people
  std::string timezone;      ///< of the session, IANA name; scenario clock times are read in it. "" = UTC
  std::string levels;        ///< how orders were made up from price levels (CancelRule: "pro_rata" ..); "" when they are the venue's own
  std::string content_hash;  ///< of instrument and columns (ContentHash); set by TapeBuilder
  std::uint32_t slot_count = 0;
  Ticks price_min = 0;  ///< over rows that touch the book
  Ticks price_max = 0;
  ImportReport report;
};

/// Thread rule: immutable; share freely. Invariants (checked by TapeBuilder and by the tape file reader): times never decrease; a slot is
/// added before it is reduced and never reduced below zero; slots < slot_count; prices of book rows within [price_min, price_max].
class EventTape {
 public:
  /// `owner` keeps the memory behind the columns alive (vectors or a mapped file).
  EventTape(TapeInfo info, TapeColumns columns, std::shared_ptr<const void> owner)
      : info_{std::move(info)}, columns_{columns}, owner_{std::move(owner)} {}

  std::size_t size() const { return columns_.time.size(); }
  MarketEvent operator[](std::size_t row) const { return columns_.row(row); }
  TimePoint first_time() const { return columns_.time.empty() ? 0 : columns_.time.front(); }
  TimePoint last_time() const { return columns_.time.empty() ? 0 : columns_.time.back(); }
  const TapeInfo& info() const { return info_; }
  const TapeColumns& columns() const { return columns_; }

  /// Hash of instrument and columns: what `content_hash` must say.
  std::string compute_hash() const;
  /// Checks the invariants above in one pass; returns "" or what is wrong, with the row.
  std::string find_fault() const;

 private:
  TapeInfo info_;
  TapeColumns columns_;
  std::shared_ptr<const void> owner_;
};

}  // namespace plimsoll
