#pragma once
/// The one place where orders meet: own orders, recorded takers and recorded orders, by price, then arrival. RULES.md states every rule;
/// tests/differential/ holds the naive twin that this must equal on every row.

#include <cstdint>
#include <optional>
#include <vector>

#include "execution/fill.hpp"
#include "execution/impact_overlay.hpp"
#include "execution/market_view.hpp"
#include "execution/private_book.hpp"
#include "execution/rules.hpp"
#include "market/order_book.hpp"

namespace plimsoll {

enum class OrderType : std::uint8_t { limit = 0, market = 1, ioc = 2 };

struct OrderEntry {
  OrderId id = 0;
  ActorId owner = 0;
  Side side = Side::buy;
  OrderType type = OrderType::limit;
  Ticks limit = 0;  ///< as actors see prices; unused for market orders
  Lots lots = 0;
};

/// What happened to an own order, in the order it happened.
struct VenueEvent {
  enum class Kind : std::uint8_t { rested, filled, cancelled, rejected };
  OrderId order = 0;
  Lots lots = 0;  ///< filled or cancelled; rested: queue ahead at entry
  Lots open = 0;  ///< left resting afterwards
  ActorId owner = 0;
  Ticks price = 0;  ///< as actors see it; rested: the limit; 0 for rejections and the rest of market orders
  Kind kind = Kind::filled;
  Side side = Side::buy;
  Liquidity liquidity = Liquidity::took;
  FillCause cause = FillCause::own_order;
  Reason reason = Reason::none;
};

/// A tape row that concerns the run, after the recorded book has applied it.
struct RecordedRow {
  MarketEvent event;
  Lots size_before = 0;  ///< of the touched order, before the row
  Lots lots_ahead = 0;   ///< recorded lots in front of it at its price, before the row; those beyond the run's hole need not be counted
  std::size_t taker_group = 0;  ///< number of the row's taker group (its first row)
  Ticks taker_range = 0;        ///< |worst - first| recorded price over the group's fills
};

/// A book that a model generates around the unaffected price, for Response::model.
class GeneratedBook {
 public:
  struct Cost {
    double average_ticks = 0.0;  ///< mean displacement paid, signed, up positive
    double after_ticks = 0.0;    ///< displacement of the last lot
  };
  virtual ~GeneratedBook() = default;
  /// If a taker of `side` took `lots` now. The displacement of the last lot never gets better with size.
  virtual Cost sweep(Side side, Lots lots) = 0;
};

struct VenueCounts {
  std::int64_t spilled_lots = 0;
  std::int64_t spilled_lot_ticks = 0;  ///< spilled lots times how far from the taker's price
  std::int64_t spilled_ticks_max = 0;
  std::int64_t unserved_lots = 0;
  std::int64_t marked_orders = 0;
  std::int64_t marks_cancelled = 0;
  std::int64_t takers_displaced = 0;
  std::int64_t unfilled_makers = 0;
  std::int64_t unfilled_makers_dropped = 0;
};

/// Thread rule: belongs to one run. `recorded` is shared and const; it changes only between calls.
class Venue {
 public:
  Venue(const OrderBook& recorded, const MarketRules& rules, Subscriptions& subscriptions, RunIndex run);
  /// The book of Response::model; outlives the venue. Call before the first order.
  void trade_with(GeneratedBook& book) { generated_ = &book; }
  Venue(const Venue&) = delete;
  Venue& operator=(const Venue&) = delete;

  const MarketView& view() const { return view_; }
  const PrivateBook& orders() const { return private_; }
  const ImpactOverlay& overlay() const { return overlay_; }
  const VenueCounts& counts() const { return counts_; }

  /// Would such an order meet somebody on arrival?
  bool would_trade(Side side, OrderType type, Ticks limit) const {
    if (recorded_.halted()) return false;
    const Side other = opposite(side);
    const Ticks level = limit - view_.reaction();
    // Holes only make what stands there worse, so most orders are known not to reach it before their depth is looked at.
    if (type != OrderType::market && !reaches(side, level, view_.best_with(other, recorded_.best(other)))) return false;
    const Ticks best = view_.best(other);
    return best != no_price(other) && (type == OrderType::market || reaches(side, level, best));
  }

  /// All times are exchange times and never go back.
  void set_time(TimePoint now) { overlay_.set_time(now); }
  void submit(const OrderEntry& entry) { submit(entry, would_trade(entry.side, entry.type, entry.limit)); }
  /// The same for a caller who asked would_trade() already.
  void submit(const OrderEntry& entry, bool trades);
  /// The same for a limit order that meets nobody, without the event: rests with all its lots and returns those in front of it at its
  /// price.
  Lots rest(const OrderEntry& entry) { return rest(entry, entry.lots); }
  /// Returns what happened: the one event there is of it.
  const VenueEvent& cancel(OrderId order, ActorId owner);
  void on_recorded(const RecordedRow& row);
  void set_reaction(Ticks reaction);
  /// The model's book may have come back to what rests beyond it: trades with it what is inside the limits. Without such a book: nothing.
  void look_at_book();
  /// The run is over: its holes and orders are gone, without an event, and no row concerns it any more.
  void leave();

  /// What happened since the last call of clear_events(), in order.
  const std::vector<VenueEvent>& events() const { return events_; }
  void clear_events() { events_.clear(); }

 private:
  struct Take {
    EffectiveOrder order;
    Lots lots;
  };

  /// Does an order of `side` at `price` reach one of the other side at `other`?
  static bool reaches(Side side, Ticks price, Ticks other) { return at_least_as_good(side, price, other); }
  bool overlays() const { return rules_.response == Response::overlay; }
  Lots rest(const OrderEntry& entry, Lots lots) {
    const Ticks level = entry.limit - view_.reaction();
    return view_.recorded_lots_at(entry.side, level) +
           private_.insert({entry.id, entry.owner, entry.side, level, recorded_.arrivals() + 1, lots, next_sequence_++});
  }
  /// An arriving order takes what it reaches of the other side. Returns the lots that are left.
  Lots trade(const OrderEntry& entry);
  /// Recorded sizes bound nobody: what stands at the touch stands for all that is there.
  bool depthless() const { return rules_.response == Response::shift || rules_.response == Response::model; }
  /// How many of at most `lots` the generated book at the recorded price `level` trades inside the limit, if there is one.
  Lots affordable(Side side, std::optional<Ticks> limit, Ticks level, Lots lots) const;
  /// Fills `lots` of `entry` in the generated book at `level`; `open` is what is then left.
  void fill_generated(const OrderEntry& entry, Ticks level, Lots lots, Lots open);
  void on_add(const RecordedRow& row);
  void on_fill(const RecordedRow& row);
  void on_print(const RecordedRow& row);
  void on_clear();
  /// Orders that were taken out stand again, so many ticks on and all with this stamp.
  void put_back(const std::vector<PrivateOrder>& orders, Ticks moved, std::uint32_t stamp);
  /// A recorded taker goes on for `lots` through the side of the maker it did not find, whose price keeps a hole of `hole` lots, and more
  /// by what is served behind it.
  void spill(const RecordedRow& row, Lots lots, Lots hole);
  /// Tells whom it belongs to, if it is an own one.
  void report_fill(const PrivateOrder& order, Lots lots, FillCause cause);
  /// Fills own resting order or history order `order`, which stands in the book or is a copy of what does.
  void fill_private(const PrivateOrder& order, Lots lots, FillCause cause);
  /// Makes the recorded part of takes_ a hole on side `passive`.
  void take_recorded(Side passive);
  /// RULES.md 3: nothing of ours stands before the maker but history orders of its own price.
  bool untouched(const RecordedRow& row, Lots hole) const;
  /// How a cancel or fill finds the hole at its price.
  struct Found {
    Lots hole = 0;       ///< in force before the row
    Lots mark = 0;       ///< its part within the order
    Lots hole_left = 0;  ///< less what the row removes of that part
  };
  Found found(const RecordedRow& row) const;
  /// Fills private orders that stand before the recorded maker; returns their lots.
  Lots fill_before_maker(const RecordedRow& row);
  /// The recorded fill of a maker that a hole reaches, `before` lots of it taken by private orders.
  void fill_marked(const RecordedRow& row, const Found& at, Lots before);
  std::optional<Ticks> spill_limit(const RecordedRow& row);
  void count_spilled(Lots lots, Ticks distance);
  void on_cancel(const RecordedRow& row);
  void keep_unfilled_maker(const RecordedRow& row, Lots lots);
  /// Drops history orders of `side` that an order of the other side at `other` reaches.
  void drop_reached_history(Side side, Ticks other);
  void settle_crossed();
  void settle_crossed(Side side, FillCause cause);
  /// `order`: an own one, as it arrives or rests.
  template <class Order>
  [[gnu::always_inline]] void emit(VenueEvent::Kind kind, const Order& order, Ticks price, Lots lots, Lots open,
                                   Reason reason = Reason::none, Liquidity liquidity = Liquidity::took,
                                   FillCause cause = FillCause::own_order) {
    VenueEvent& event = events_.emplace_back();  // in place: a copy of what was just written waits for it
    event.kind = kind;
    event.order = order.id;
    event.owner = order.owner;
    event.side = order.side;
    event.price = price;
    event.lots = lots;
    event.open = open;
    event.liquidity = liquidity;
    event.cause = cause;
    event.reason = reason;
  }
  Ticks shifted(const PrivateOrder& order) const { return order.level + view_.reaction(); }

  const OrderBook& recorded_;
  MarketView view_;
  PrivateBook private_;
  ImpactOverlay overlay_;
  const MarketRules rules_;
  GeneratedBook* generated_ = nullptr;
  VenueCounts counts_;
  std::vector<VenueEvent> events_;
  std::vector<Take> takes_;        // of one arrival, while it is worked through
  std::vector<PrivateOrder> met_;  // private orders it meets: copies, because filling one moves the others
  std::uint64_t next_sequence_ = 0;
  std::size_t spill_group_ = ~std::size_t{0};  // taker group whose spill limit is fixed
  Ticks spill_limit_ = 0;
};

}  // namespace plimsoll
