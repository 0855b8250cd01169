#pragma once
/// The recorded book by price (L2): how many lots stand where, without the queues. For whoever needs no order: spread, depth, surveys.

#include "core/contract.hpp"
#include "core/units.hpp"
#include "market/event_tape.hpp"
#include "market/lazy_array.hpp"
#include "market/price_bitmap.hpp"

namespace plimsoll {

/// Equals OrderBook in best prices and lots after every row of the same tape. Several times faster: a row is one addition, and only an
/// emptied or a new level costs more. Thread rule: one writer; const readers between two rows.
class LevelBook {
 public:
  LevelBook(Ticks price_min, Ticks price_max);
  explicit LevelBook(const TapeInfo& info) : LevelBook(info.price_min, info.price_max) {}

  /// Applies row `row` of `tape`. Rows of a tape in order, each once; preconditions are the tape's invariants.
  void apply(const TapeColumns& tape, std::size_t row) {
    const std::uint8_t kind = tape.kind[row];
    // Lots of a level change by +quantity for an add, by -quantity for a cancel or a fill.
    if (kind > tape_kind(Action::fill, Side::sell) || (kind & 7) > static_cast<std::uint8_t>(Action::fill)) [[unlikely]]
      return other(static_cast<Action>(kind & 7));
    const std::size_t side = kind >> 3;
    const std::size_t at = position(tape.price[row]);
    const Lots quantity = tape.quantity[row];
    Lots& lots = lots_[at * 2 + side];
    const Lots before = lots;
    const Lots after = (kind & 7) == 0 ? before + quantity : before - quantity;
    lots = after;
    if (before == 0 || after == 0) [[unlikely]]
      turned(side, tape.price[row], after != 0);
  }

  bool halted() const { return halted_; }
  /// Best price of a side, no_price(side) when it is empty.
  Ticks best(Side side) const { return best_[static_cast<std::size_t>(side)]; }
  /// Next occupied price strictly worse than `price`, which must lie in the range of the book.
  Ticks next_worse(Side side, Ticks price) const;
  /// Precondition: `price` lies in the range of the book.
  Lots lots(Side side, Ticks price) const { return lots_[position(price) * 2 + static_cast<std::size_t>(side)]; }

 private:
  std::size_t position(Ticks price) const { return static_cast<std::size_t>(std::int64_t{price} - price_min_); }
  /// The level of `side` at `price` has become occupied or empty.
  void turned(std::size_t side, Ticks price, bool occupied);
  void other(Action action);

  Ticks price_min_, price_max_;
  LazyArray<Lots> lots_;  // of price_min + i / 2, side i % 2
  PriceBitmap occupied_[2];
  Ticks best_[2] = {kNoBid, kNoAsk};
  bool halted_ = false;
};

}  // namespace plimsoll
