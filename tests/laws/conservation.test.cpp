// Nothing appears and nothing vanishes: lots of orders, lots of the effective book, and cash, all in integers.

#include <map>

#include "core/random.hpp"
#include "execution/venue.hpp"
#include "laws/law_runs.hpp"
#include "laws/random_tape.hpp"
#include "laws/taker_groups.hpp"
#include "replay/scripted.hpp"

using namespace plimsoll;
using namespace plimsoll::test;

namespace {

Lots effective_lots(const Venue& venue, Side side) {
  Lots lots = 0;
  venue.view().for_each(side, [&](const EffectiveOrder& order) {
    REQUIRE(order.lots > 0);
    lots += order.lots;
    return true;
  });
  return lots;
}

/// Resting lots of both sides, and what the run's own orders did with theirs.
struct Books {
  Lots side[2];
};
Books books(const Venue& venue) { return {{effective_lots(venue, Side::buy), effective_lots(venue, Side::sell)}}; }

Lots lots_of(const std::vector<VenueEvent>& events, VenueEvent::Kind kind, Liquidity liquidity) {
  Lots lots = 0;
  for (const VenueEvent& event : events)
    if (event.kind == kind && (kind != VenueEvent::Kind::filled || event.liquidity == liquidity)) lots += event.lots;
  return lots;
}

}  // namespace

TEST_CASE("every lot of the effective book is accounted for, row by row and order by order") {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const EventTape tape = random_tape({.seed = seed, .rows = 3'000, .halts_and_clears = false});
    const std::vector<TakerGroup> groups = find_taker_groups(tape);
    const std::vector<std::size_t> group_of_row = group_of_rows(tape, groups);
    OrderBook book{tape.info()};
    Subscriptions subscriptions{tape.info()};
    MarketRules rules;
    if (seed % 3 == 0) rules.spill_ticks = static_cast<Ticks>(seed % 4);
    Venue venue{book, rules, subscriptions, 1};
    const RandomStream random{seed, 1, Purpose::test};
    std::uint64_t draw = 0;
    std::map<OrderId, Lots> open;  // own resting lots, by the venue's reports alone
    OrderId next_id = 1;
    const auto note = [&](const std::vector<VenueEvent>& events) {
      for (const VenueEvent& event : events) {
        if (event.kind == VenueEvent::Kind::filled && event.liquidity == Liquidity::made) {
          REQUIRE(open.at(event.order) >= event.lots);
          open[event.order] -= event.lots;
          REQUIRE(open[event.order] == event.open);
        }
        if (event.kind == VenueEvent::Kind::rested) open[event.order] = event.open;
        if (event.kind == VenueEvent::Kind::cancelled) open.erase(event.order);
      }
    };
    for (std::size_t row = 0; row < tape.size(); ++row) {
      CAPTURE(seed, row);
      const MarketEvent event = tape[row];
      const auto passive = static_cast<std::size_t>(event.side);
      const Books before = books(venue);
      const VenueCounts counts = venue.counts();
      RecordedRow recorded{.event = event};
      if (event.action == Action::cancel || event.action == Action::fill) {
        recorded.size_before = book.order(event.order).quantity;
        recorded.lots_ahead = book.lots_ahead(event, kEveryLot);
      }
      if (group_of_row[row] != kNoGroup) {
        recorded.taker_group = group_of_row[row];
        recorded.taker_range = groups[group_of_row[row]].range;
      }
      const Lots hole = venue.overlay().consumed_at(event.side, event.price);
      const Lots marked = std::clamp<Lots>(hole - recorded.lots_ahead, 0, recorded.size_before);
      book.apply(event);
      venue.set_time(event.time);
      venue.on_recorded(recorded);
      const Books after = books(venue);
      const Lots made = lots_of(venue.events(), VenueEvent::Kind::filled, Liquidity::made);
      switch (event.action) {
        case Action::add: {
          CHECK(after.side[passive] == before.side[passive] + event.quantity - made);
          const Lots dropped = venue.counts().unfilled_makers_dropped - counts.unfilled_makers_dropped;
          if (dropped == 0) CHECK(after.side[1 - passive] == before.side[1 - passive] - made);
          break;
        }
        case Action::cancel: {
          const Lots left = recorded.size_before - event.quantity;
          CHECK(before.side[passive] - after.side[passive] == (recorded.size_before - marked) - (left - std::min(marked, left)));
          CHECK(made == 0);
          break;
        }
        case Action::fill:
          // A recorded taker gets what it got in history, or the rest is counted as unserved.
          CHECK(before.side[passive] - after.side[passive] == event.quantity - (venue.counts().unserved_lots - counts.unserved_lots));
          CHECK(after.side[1 - passive] == before.side[1 - passive]);
          CHECK(made <= event.quantity);
          break;
        case Action::trade:
          CHECK(before.side[passive] - after.side[passive] == made);
          CHECK(made <= event.quantity);
          break;
        default: break;
      }
      note(venue.events());
      venue.clear_events();
      if (random.below(draw++, 5) != 0) continue;
      OrderEntry entry;
      entry.id = next_id++;
      entry.owner = static_cast<ActorId>(random.below(draw++, 3));
      entry.side = random.below(draw++, 2) == 0 ? Side::buy : Side::sell;
      entry.type = static_cast<OrderType>(random.below(draw++, 3));
      entry.limit = 994 + static_cast<Ticks>(random.below(draw++, 13));
      entry.lots = 1 + static_cast<Lots>(random.below(draw++, 30));
      const Books untouched = books(venue);
      venue.submit(entry);
      const Books left = books(venue);
      const auto own = static_cast<std::size_t>(entry.side);
      const Lots took = lots_of(venue.events(), VenueEvent::Kind::filled, Liquidity::took);
      Lots rested = 0, gone = 0, self_met = 0;
      for (const VenueEvent& each : venue.events()) {
        if (each.kind == VenueEvent::Kind::rested) rested += each.open;
        if (each.kind == VenueEvent::Kind::cancelled) (each.order == entry.id ? gone : self_met) += each.lots;
      }
      CHECK(entry.lots == took + rested + gone);
      CHECK(left.side[own] == untouched.side[own] + rested);
      CHECK(left.side[1 - own] == untouched.side[1 - own] - took - self_met);
      note(venue.events());
      venue.clear_events();
      Lots resting = 0;
      for (const auto& [id, lots] : open) resting += lots;
      Lots in_book = 0;
      for (const Side side : {Side::buy, Side::sell})
        for (const PrivateOrder& order : venue.orders().side(side))
          if (order.owner != kHistory) in_book += order.open;
      REQUIRE(resting == in_book);
    }
  }
}

TEST_CASE("cash and lots close: parts sum to the total, fills to the parent, recomputed from the tables alone") {
  const EventTape& tape = synthetic_tape();
  bool owing_somebody = false;
  for (const auto& [name, choice] : every_strategy())
    for (const Side side : {Side::buy, Side::sell}) {
      RunSpec spec = one_parent(side, 7'000, tape.first_time() + 30 * kSecond, tape.first_time() + 800 * kSecond, choice);
      spec.markets[0].impact = square_root();
      spec.markets[0].fees = {.take_bps = 0.3, .make_bps = -0.2, .take_per_lot_ticks = 0.3, .make_per_lot_ticks = -0.2};
      spec.markets[0].latency = {.feed = kMillisecond, .order = kMillisecond, .response = kMillisecond};
      CAPTURE(name, plimsoll::name(side));
      const ScenarioResult result = run_one(tape, spec);
      const Table& parents = table(result, "parents");
      const Table& fills = table(result, "fills");
      const Table& children = table(result, "children");
      const auto of_parent = [&](const char* column) { return parents.integers(column).front(); };

      Lots filled = 0;
      Wide paid_half_ticks = 0;
      Money fees = 0, own_reaction = 0;
      for (std::size_t row = 0; row < fills.rows(); ++row) {
        const Lots lots = fills.integers("quantity_lots")[row];
        filled += lots;
        paid_half_ticks += static_cast<Wide>(2 * fills.integers("price_ticks")[row]) * lots;
        fees += fills.integers("fee_money")[row];
        CHECK(fills.integers("own_reaction_money")[row] >= 0);
        own_reaction += fills.integers("own_reaction_money")[row];
      }
      CHECK(filled == of_parent("filled_lots"));
      CHECK(filled <= spec.parents[0].lots);
      Lots of_children = 0;
      for (const std::int64_t lots : children.integers("filled_lots")) of_children += lots;
      CHECK(of_children == filled);
      CHECK(children.rows() == static_cast<std::size_t>(of_parent("children")));
      CHECK(fees == of_parent("fee_money"));
      owing_somebody = owing_somebody || own_reaction > 0;
      CHECK(own_reaction == of_parent("own_reaction_money"));

      Money parts = 0;
      for (const char* part :
           {"delay_money", "spread_money", "sweep_money", "reaction_money", "timing_money", "fee_money", "opportunity_money"})
        parts += of_parent(part);
      CHECK(parts == of_parent("total_money"));
      const auto decision_x2 = static_cast<std::int64_t>(2 * parents.reals("decision_mid_ticks").front());
      const auto final_x2 = static_cast<std::int64_t>(2 * parents.reals("final_mid_ticks").front());
      const Wide half_ticks = sign(side) * (paid_half_ticks - static_cast<Wide>(decision_x2) * filled) +
                              sign(side) * static_cast<Wide>(final_x2 - decision_x2) * (spec.parents[0].lots - filled);
      CHECK(half_ticks * kMoneyPerHalfTickLot + fees + own_reaction == of_parent("total_money"));
    }
  CHECK(owing_somebody);
}
