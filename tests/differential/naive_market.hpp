#pragma once
/// The naive twin of the private market of one run: framework/execution/RULES.md, word for word, over a full private copy of
/// everything. One sorted map per side *is* the effective queue: recorded orders (with their marks), own orders and history orders, best
/// price first, then in queue order. Nothing is shared, nothing is incremental, nothing is clever.
///
/// It knows no header of framework/execution but rules.hpp, so an error would have to be made twice to go unseen.

#include <compare>
#include <cstdint>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "core/units.hpp"
#include "execution/rules.hpp"
#include "market/event_tape.hpp"
#include "market/order_book.hpp"

namespace plimsoll::naive {

enum class Kind { recorded, own, history };
enum class OrderType { limit, immediate_or_cancel, market };
enum class Cause { own_order, recorded_fill, recorded_print, recorded_add, spill, shift, actor };

inline constexpr int kHistory = -1;  ///< the owner of the recorded makers whose fill we took

/// One line of the effective book.
struct Line {
  Side side;
  Ticks price;  ///< effective: recorded price + J; an own order's absolute limit
  Kind kind;
  std::uint64_t order;  ///< own: its id; recorded: its slot; history: 0
  Lots lots;            ///< effective, > 0
  friend bool operator==(const Line&, const Line&) = default;
};

enum class What { rested, filled, cancelled, rejected };

/// What happened to an own order.
struct Event {
  What what;
  TimePoint time;
  std::uint64_t order;
  Ticks price;              ///< absolute; 0 for rejections and the rest of market and IOC orders
  Lots lots;                ///< filled or cancelled; rested: effective lots in front at its price; rejected: the order's lots
  Cause cause;              ///< of a fill
  std::string_view reason;  ///< of a cancellation or rejection
  friend bool operator==(const Event&, const Event&) = default;
};

struct Counters {
  std::int64_t spilled_lots = 0;       ///< of recorded takers who went on and were served; RULES.md leaves the rest open
  std::int64_t spilled_lot_ticks = 0;  ///< ... times the distance from their own price
  std::int64_t spilled_ticks_max = 0;
  std::int64_t unserved_lots = 0;            ///< ... and were not served
  std::int64_t marked_orders = 0;            ///< recorded orders that got a mark
  std::int64_t marks_cancelled = 0;          ///< ... that the record withdrew entirely while marked
  std::int64_t takers_displaced = 0;         ///< recorded fills served at another price than recorded, or not at all
  std::int64_t unfilled_makers = 0;          ///< history orders made
  std::int64_t unfilled_makers_dropped = 0;  ///< ... dropped because they were reached or the bound was met
  friend bool operator==(const Counters&, const Counters&) = default;
};

class NaiveMarket {
 public:
  /// `made_up`: the orders are made up from price levels (L2).
  NaiveMarket(const MarketRules& rules, std::int32_t subticks, bool made_up) : rules_{rules}, subticks_{subticks}, made_up_{made_up} {}

  /// One row of the tape, in tape order; `group` and `range` of its taker group when it is an execution (tests/laws/taker_groups.hpp).
  void on_row(const MarketEvent& row, std::size_t group, Ticks range);

  /// `limit` is absolute and ignored for a market order; ids are the caller's and never repeat.
  void submit(std::uint64_t id, int owner, Side side, OrderType type, Ticks limit, Lots lots, TimePoint time);
  void cancel(std::uint64_t id, TimePoint time);
  void set_shift(Ticks shift, TimePoint time);
  void look(TimePoint time);  ///< what follows is read at this time

  std::vector<Line> lines(Side side) const;  ///< the whole effective side, best first
  std::vector<Line> level(Side side, Ticks effective_price) const;
  Quote quote() const;  ///< effective prices and effective lots
  std::vector<Line> own_orders() const;
  const std::vector<Event>& events() const { return events_; }
  const Counters& counters() const { return counters_; }
  Ticks shift() const { return shift_; }
  bool halted() const { return halted_; }

 private:
  /// Sorts a side: better price, then smaller stamp (a recorded order's is its arrival), private before recorded at an equal one, then
  /// smaller sequence.
  struct Place {
    std::int64_t badness;
    std::uint32_t stamp;
    bool is_recorded;
    std::uint64_t sequence;
    friend auto operator<=>(const Place&, const Place&) = default;
  };
  struct Order {
    int owner = kHistory;  ///< private orders
    std::uint64_t id = 0;  ///< slot of a recorded order, caller's id of an own order
    Lots size = 0;         ///< S of a recorded order, open lots of a private one
    Lots mark = 0;         ///< M: the part of its price's hole that lies within it now
  };
  struct Hole {
    Lots lots = 0;        ///< H, as last made real
    Lots at_change = 0;   ///< H right after the run's last change of holes
    Lots worse = 0;       ///< holes at worse prices then
    TimePoint since = 0;  ///< L2: when it was `lots`
  };
  using Queue = std::map<Place, Order>;
  struct Refill {
    TimePoint t0 = 0;
    Lots c0 = 0;
  };

  static std::int64_t badness(Side side, Ticks price) { return side == Side::buy ? -std::int64_t{price} : price; }
  static Ticks price_of(Side side, const Place& place) { return static_cast<Ticks>(side == Side::buy ? -place.badness : place.badness); }
  static Lots effective(const Place& place, const Order& order) { return place.is_recorded ? order.size - order.mark : order.size; }
  static bool is_own(const Place& place, const Order& order) { return !place.is_recorded && order.owner != kHistory; }
  static bool is_history(const Place& place, const Order& order) { return !place.is_recorded && order.owner == kHistory; }
  Queue& queue(Side side) { return queues_[static_cast<std::size_t>(side)]; }
  const Queue& queue(Side side) const { return queues_[static_cast<std::size_t>(side)]; }
  bool overlay() const { return rules_.response == Response::overlay; }
  Line line(Side side, const Place& place, const Order& order) const;

  void on_add(const MarketEvent& row);
  void on_reduce(const MarketEvent& row, std::size_t group, Ticks range);
  void on_print(const MarketEvent& row);
  void on_clear();
  void spill(Side side, Ticks price, Lots lots, std::size_t group, Ticks range);
  void keep_unfilled_maker(Side side, Ticks price, std::uint32_t stamp, Lots lots);
  void drop_reached_history(Side side, Ticks price);
  void trade_reached_own_orders();

  void rest(Side side, Place place, Order order);
  void fill_private(Side side, Queue::iterator at, Lots lots, Cause cause);
  Lots in_force(Side side, const Hole& hole) const;
  void set(Hole& hole, Lots lots) const { hole.lots = lots, hole.since = now_; }
  void take(Side side, const std::vector<std::pair<std::int64_t, Lots>>& takes);
  /// Works out the marks of the orders at a price, or of a whole side, from its holes.
  void spread(Side side, std::int64_t badness);
  void spread(Side side);
  void tell(What what, std::uint64_t order, Ticks price, Lots lots, Cause cause = Cause::own_order, std::string_view reason = "") {
    events_.push_back({what, now_, order, price, lots, cause, reason});
  }

  MarketRules rules_;
  std::int32_t subticks_;
  bool made_up_;
  Queue queues_[2];
  std::map<std::int64_t, Hole> holes_[2];                     ///< by badness
  std::map<std::uint64_t, std::pair<Side, Place>> recorded_;  ///< by slot
  std::map<std::uint64_t, std::pair<Side, Place>> own_;       ///< by id
  std::map<std::uint64_t, std::pair<Side, Place>> history_;   ///< by sequence
  Refill refill_[2];
  TimePoint now_ = 0;
  Ticks shift_ = 0;
  bool halted_ = false;
  std::uint32_t arrivals_ = 0;
  std::uint64_t last_sequence_ = 0;
  std::size_t spilling_group_ = ~std::size_t{0};
  Ticks spill_limit_ = 0;
  std::vector<Event> events_;
  Counters counters_;
};

}  // namespace plimsoll::naive
