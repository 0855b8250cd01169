#pragma once
/// What the runs of a batch have standing in the recorded book, so that a row finds the few it concerns. A batch is at most 64 runs: the
/// answer is one machine word, and a row that concerns nobody costs a look-up at its price.

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "core/contract.hpp"
#include "core/units.hpp"
#include "market/event_tape.hpp"
#include "market/lazy_array.hpp"
#include "market/order_book.hpp"

namespace plimsoll {

inline constexpr std::size_t kBatchRunsMax = 64;
using RunWord = std::uint64_t;   ///< bit i = run i of the batch
using RunIndex = std::uint32_t;  ///< 0 .. kBatchRunsMax - 1
inline constexpr std::uint32_t kNoStamp = ~0u;
constexpr RunWord run_bit(std::size_t run) { return RunWord{1} << run; }

template <class F>
void for_each_run(RunWord word, F&& f) {
  for (; word != 0; word &= word - 1) f(static_cast<RunIndex>(std::countr_zero(word)));
}

/// Thread rule: belongs to one batch, thus to one thread.
class Subscriptions {
 public:
  explicit Subscriptions(const TapeInfo& info);

  /// The run's hole at a recorded price has this many lots; 0: there is none.
  void set_hole(Side side, Ticks price, RunIndex run, Lots lots);
  /// The first of the run's own orders of `side` at recorded price `price` has this stamp. kNoStamp: it has none there.
  void set_own(Side side, Ticks price, RunIndex run, std::uint32_t stamp) {
    Place& place = find_or_make(side, price);
    const RunWord before = place.resting(), bit = run_bit(run);
    place.stamps[run] = stamp;
    place.own = stamp != kNoStamp ? place.own | bit : place.own & ~bit;
    place.first_stamp = place.own == 0 ? kNoStamp : std::min(place.first_stamp, stamp);
    rested(side, place, before);
  }
  /// Does the run have history orders there?
  void set_history(Side side, Ticks price, RunIndex run, bool any) {
    Place& place = find_or_make(side, price);
    const RunWord before = place.resting(), bit = run_bit(run);
    place.history = any ? place.history | bit : place.history & ~bit;
    rested(side, place, before);
  }

  /// Runs whose hole at a price is deeper than that.
  RunWord with_hole_deeper_than(Lots lots, Side side, Ticks price) const { return deeper_than(places_[link(side, price)], lots); }
  /// The lots of the deepest hole at a price; 0: there is none.
  Lots deepest_hole_at(Side side, Ticks price) const { return places_[link(side, price)].deepest; }
  bool any_hole() const { return holes_ != 0; }

  /// Runs to be told of every recorded print, and of every change of the recorded touch.
  void watch_trades(RunWord run, bool on) { trades_ = on ? trades_ | run : trades_ & ~run; }
  void watch_touch(RunWord run, bool on) { touch_ = on ? touch_ | run : touch_ & ~run; }
  RunWord watching_trades() const { return trades_; }
  RunWord watching_touch() const { return touch_; }

  /// The runs a row concerns (RULES.md): it reaches a private order of theirs (a print: an own one), cancels within their hole, or leaves
  /// no more at a price than their hole there. `book` has not applied it yet.
  RunWord concerned(const MarketEvent& event, const OrderBook& book) {
    if (event.action == Action::add) return hit_by_add(event);
    if (event.action == Action::cancel) return hit_by_cancel(event, book);
    if (event.action == Action::fill) return hit_by_fill(event, book);
    if (event.action == Action::trade) return hit_by_print(event);
    return ~RunWord{0};  // clear, halt, resume
  }

 private:
  /// A recorded order near the end of the deepest hole at its price and the lots in front of it, so that cancels behind it need not walk
  /// the hole: as the queue moves up it is passed on to orders further back, each at most once. arrival = kNoStamp: none is known.
  struct Mark {
    std::uint32_t arrival = kNoStamp;
    std::uint32_t slot = 0;
    Lots ahead = 0;

    /// A row that has not been applied yet takes lots off the order that arrived then.
    void reduced(const MarketEvent& event, const RestingOrder& order) {
      if (order.arrival < arrival) ahead -= event.quantity;
      if (order.arrival == arrival && order.quantity == event.quantity) arrival = kNoStamp;
    }
  };
  /// All that runs have at one price of one side.
  struct Place {
    Ticks price = 0;
    std::uint32_t first_stamp = kNoStamp;  ///< none of the stamps is smaller; looked for anew when a fill comes that far
    Lots deepest = 0;                      ///< of the holes
    Mark mark;                             ///< while there is a hole
    RunWord own = 0, history = 0, holes = 0;
    std::array<std::uint32_t, kBatchRunsMax> stamps;  ///< of runs in `own`
    std::array<Lots, kBatchRunsMax> hole_lots;        ///< of runs in `holes`

    RunWord resting() const { return own | history; }
  };
  static constexpr std::uint32_t kNobody = 0;  ///< index of a place where nobody has anything: asked like the others, without a branch
  struct PrivatePlace {
    Ticks price;
    std::uint32_t place;
  };

  bool inside(Ticks price) const { return position(price) < links_[0].size(); }  // a price below the first wraps around
  std::size_t position(Ticks price) const { return static_cast<std::size_t>(std::int64_t{price} - price_min_); }
  /// The index of the place at a price, or that of kNobody.
  std::uint32_t link(Side side, Ticks price) const {
    return inside(price) ? links_[static_cast<std::size_t>(side)][position(price)] : link_outside(side, price);
  }
  std::uint32_t link_outside(Side side, Ticks price) const;
  std::uint32_t make(Side side, Ticks price);
  Place& find_or_make(Side side, Ticks price) {
    const std::uint32_t found = link(side, price);
    return places_[found != kNobody ? found : make(side, price)];
  }
  void drop_if_empty(Side side, Place& place);
  /// Those who rest there have been `before`: lists the place, strikes it off or gives it up when that makes a difference.
  void rested(Side side, Place& place, RunWord before) {
    if (before == 0 || place.resting() == 0) [[unlikely]]
      list_private(side, place, before != 0);
  }
  void list_private(Side side, Place& place, bool listed);

  /// That of a row: its price lies inside.
  Place& place_of(const MarketEvent& event) { return places_[links_[static_cast<std::size_t>(event.side)][position(event.price)]]; }
  RunWord hit_by_add(const MarketEvent& event) const {
    const Side other = opposite(event.side);
    if (!at_least_as_good(other, reach_[static_cast<std::size_t>(other)], event.price)) [[likely]]
      return 0;
    return reached_by(other, event.price, [](const Place& place) { return place.resting(); });
  }
  /// A print passes history orders over.
  RunWord hit_by_print(const MarketEvent& event) const {
    return reached_by(event.side, event.price, [](const Place& place) { return place.own; });
  }
  template <class Who>
  RunWord reached_by(Side side, Ticks price, Who&& who) const {
    RunWord runs = 0;
    for (const PrivatePlace& at : private_[static_cast<std::size_t>(side)]) {
      if (!at_least_as_good(side, at.price, price)) break;
      runs |= who(places_[at.place]);
    }
    return runs;
  }
  RunWord hit_by_cancel(const MarketEvent& event, const OrderBook& book) {
    Place& place = place_of(event);
    if (place.holes == 0) [[likely]]
      return 0;
    const Lots left = book.level(event.side, event.price).lots - event.quantity;
    const Lots ahead = lots_ahead(place, event, book);
    place.mark.reduced(event, book.order(event.order));
    return deeper_than(place, std::min(left - 1, ahead));
  }
  RunWord hit_by_fill(const MarketEvent& event, const OrderBook& book);
  /// Runs with an own order there that stands before the recorded order of that arrival. Now the first stamp is known again.
  static RunWord with_stamp_up_to(std::uint32_t arrival, Place& place);
  /// Lots in front of the order that a row names, not counted further than to the end of the deepest hole.
  static Lots lots_ahead(Place& place, const MarketEvent& event, const OrderBook& book);
  static RunWord deeper_than(const Place& place, Lots lots) {
    RunWord runs = 0;
    if (place.deepest > lots) for_each_run(place.holes, [&](RunIndex run) { runs |= RunWord{place.hole_lots[run] > lots} << run; });
    return runs;
  }

  Ticks price_min_;
  Ticks reach_[2] = {kNoBid, kNoAsk};  // the best price of private orders, for most adds stay away from it
  std::vector<Place> places_;
  std::vector<std::uint32_t> free_places_;
  LazyArray<std::uint32_t> links_[2];     // price -> place, for prices the tape has
  std::vector<PrivatePlace> private_[2];  // where private orders stand, best price first
  std::int64_t holes_ = 0;                // of all runs at all prices
  RunWord trades_ = 0;
  RunWord touch_ = 0;
};

}  // namespace plimsoll
