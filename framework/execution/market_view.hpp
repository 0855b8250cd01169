#pragma once
/// The market as one run sees it: recorded orders minus its holes, plus its private orders, moved by its reaction shift.

#include <algorithm>
#include <cstdint>

#include "execution/impact_overlay.hpp"
#include "execution/private_book.hpp"
#include "market/order_book.hpp"

namespace plimsoll {

/// One queue entry of the effective book. `level` is in recorded coordinates.
struct EffectiveOrder {
  Ticks level = 0;
  Lots lots = 0;
  const PrivateOrder* own = nullptr;  ///< nullptr: a recorded order
  std::uint32_t slot = kNoOrder;      ///< of the recorded order
};

/// Thread rule: reads one run's state; valid as long as that run.
class MarketView {
 public:
  MarketView(const OrderBook& recorded, const ImpactOverlay& overlay, const PrivateBook& orders)
      : recorded_{recorded}, overlay_{overlay}, private_{orders} {}

  Ticks reaction() const { return reaction_; }
  void set_reaction(Ticks reaction) { reaction_ = reaction; }

  /// Effective best quotes in recorded coordinates (without the shift) and as actors see them.
  Quote unshifted_quote() const {
    Quote quote;
    quote.bid = best(Side::buy, quote.bid_lots);
    quote.ask = best(Side::sell, quote.ask_lots);
    return quote;
  }
  Quote quote() const {
    Quote quote = unshifted_quote();
    if (quote.has_bid()) quote.bid += reaction_;
    if (quote.has_ask()) quote.ask += reaction_;
    return quote;
  }
  /// Effective price (as actors see it) and lots of the `depth`-th occupied level, 0 = best; false beyond the book.
  bool level(Side side, std::uint32_t depth, Ticks& price, Lots& lots) const;
  /// Effective lots standing at a level (recorded coordinates), and those of them that recorded orders have.
  Lots lots_at(Side side, Ticks level) const { return recorded_lots_at(side, level) + private_.lots_at(side, level); }
  Lots recorded_lots_at(Side side, Ticks level) const { return recorded_.level(side, level).lots - overlay_.consumed_at(side, level); }
  /// Best effective level of a side in recorded coordinates, and its lots; no_price(side) and 0 when it is empty.
  Ticks best(Side side, Lots& lots) const {
    Ticks price = recorded_.best(side);
    while ((lots = recorded_lots_at(side, price)) == 0 && price != no_price(side)) price = recorded_.next_worse(side, price);
    const auto& own = private_.side(side);
    if (own.empty() || better(side, price, own.front().level)) return price;
    if (own.front().level != price) lots = 0;
    price = own.front().level;
    lots += private_.lots_at(side, price);
    return price;
  }
  /// The same without the lots.
  Ticks best(Side side) const { return best_with(side, skip_empty(side, recorded_.best(side))); }
  /// The same while the best recorded level is `recorded`, and no hole empties it.
  Ticks best_with(Side side, Ticks recorded) const {
    const auto& own = private_.side(side);
    return own.empty() || !better(side, own.front().level, recorded) ? recorded : own.front().level;
  }
  /// The next effective level strictly worse than `level`.
  Ticks next_worse(Side side, Ticks level) const;

  /// Calls visit(const EffectiveOrder&) for the orders of a side, best price first, in queue order, until it returns false. The book must
  /// not change meanwhile.
  template <class Visit>
  void for_each(Side side, Visit&& visit) const;

 private:
  /// `recorded`, or the next worse recorded price that a hole does not empty.
  Ticks skip_empty(Side side, Ticks recorded) const {
    if (overlay_.empty(side)) return recorded;
    while (recorded != no_price(side) && recorded_.level(side, recorded).lots == overlay_.consumed_at(side, recorded))
      recorded = recorded_.next_worse(side, recorded);
    return recorded;
  }

  /// The first order of a recorded queue that a hole of `lots` leaves something of, and how many of its lots are in it.
  struct BehindHole {
    std::uint32_t slot;
    Lots gone;
  };
  BehindHole behind_hole(const PriceLevel& level, Lots lots) const;

  const OrderBook& recorded_;
  const ImpactOverlay& overlay_;
  const PrivateBook& private_;
  Ticks reaction_ = 0;
};

template <class Visit>
void MarketView::for_each(Side side, Visit&& visit) const {
  const auto& own = private_.side(side);
  auto next_own = own.begin();
  Ticks recorded_price = recorded_.best(side);
  const Ticks none = no_price(side);
  while (next_own != own.end() || recorded_price != none) {
    const bool recorded_here = next_own == own.end() || !better(side, next_own->level, recorded_price);
    const Ticks price = recorded_here ? recorded_price : next_own->level;
    const auto visit_own = [&](std::uint32_t arrival) {
      for (; next_own != own.end() && next_own->level == price && next_own->stamp <= arrival; ++next_own)
        if (!visit(EffectiveOrder{price, next_own->open, &*next_own, kNoOrder})) return false;
      return true;
    };
    if (recorded_here) {
      auto [slot, gone] = behind_hole(recorded_.level(side, price), overlay_.consumed_at(side, price));
      for (; slot != kNoOrder; slot = recorded_.order(slot).behind(), gone = 0) {
        const RestingOrder& order = recorded_.order(slot);
        if (!visit_own(order.arrival)) return;
        if (!visit(EffectiveOrder{price, order.quantity - gone, nullptr, slot})) return;
      }
      recorded_price = recorded_.next_worse(side, price);
    }
    if (!visit_own(~0u)) return;
  }
}

}  // namespace plimsoll
