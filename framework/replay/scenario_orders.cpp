// A run's child orders: on their way to the venue, and what the venue reports of them.

#include <algorithm>
#include <string>

#include "core/contract.hpp"
#include "execution/fees.hpp"
#include "replay/scenario_run.hpp"

namespace plimsoll {

namespace {
constexpr Duration kNearReactionChange = kSecond;

/// The book of a model is priced with the displacement that it causes; everybody else's is not.
bool owes_reaction(Response response, const VenueEvent& fill) {
  const bool of_book = fill.liquidity == Liquidity::took || fill.cause == FillCause::shift || fill.cause == FillCause::recorded_add;
  if (response == Response::model) return !of_book;
  return response != Response::none;
}
}  // namespace

std::uint64_t ScenarioRun::send(Actor& actor, const plimsoll_order& order) {
  if (order.side != sign(actor.fact.side) || order.type > PLIMSOLL_IOC) {
    fail("submit: the side must be the parent's and the type limit, market or ioc");
    return 0;
  }
  const auto index = static_cast<std::uint32_t>(children_.size());
  Child& child = children_.emplace_back();
  child.actor = actor.index;
  child.decided = now_ + feed();
  child.arrived = next_arrival(*actor.market);
  child.side = order.side > 0 ? Side::buy : Side::sell;
  child.type = static_cast<OrderType>(order.type);
  child.limit = child.type == OrderType::market ? 0 : order.limit_ticks;
  child.lots = order.quantity_lots;
  ++actor.expected;
  actor.metrics.on_child();
  agenda_.add(child.arrived, DueKind::order_arrival, index);
  return index + 1;
}

void ScenarioRun::send_cancel(Actor& actor, std::uint64_t order) {
  if (order == 0 || order > children_.size() || children_[order - 1].actor != actor.index) {
    fail("cancel: order " + std::to_string(order) + " is not one of ours");
    return;
  }
  agenda_.add(next_arrival(*actor.market), DueKind::cancel_arrival, static_cast<std::uint32_t>(order - 1));
}

TimePoint ScenarioRun::next_arrival(TradedMarket& market) {
  // Messages of one connection never overtake each other.
  const TimePoint arrival = market.batch_time(now_ + feed() + market.spec.latency.order);
  market.last_order_arrival = std::max(market.last_order_arrival, arrival);
  return market.last_order_arrival;
}

void ScenarioRun::on_order_arrival(std::uint32_t index) {
  Child& child = children_[index];
  const Actor& actor = actors_[child.actor];
  TradedMarket& market = *actor.market;
  const OrderEntry entry{index + 1, actor.owner, child.side, child.type, child.limit, child.lots};
  const bool trades = market.venue.would_trade(child.side, child.type, child.limit);
  if (!trades && child.type == OrderType::limit && child.lots > 0) {
    child.queue_ahead_at_entry = market.venue.rest(entry);
    return run_reaction_clock(market);
  }
  const MarketMoment before = trades ? market.moment() : MarketMoment{};
  market.venue.submit(entry, trades);
  drain(market, before);
  if (trades) {
    look_for_gone_level(market);
    apply_executions(market);
  }
  run_reaction_clock(market);
}

void ScenarioRun::on_cancel_arrival(std::uint32_t index) {
  Child& child = children_[index];
  const Actor& actor = actors_[child.actor];
  Venue& venue = actor.market->venue;
  const VenueEvent& event = venue.cancel(index + 1, actor.owner);
  if (event.kind == VenueEvent::Kind::cancelled) finish_child(child, Child::Outcome::cancelled, event.reason);
  tell(child, event);
  venue.clear_events();
}

// ---- what the venue reports -----------------------------------------------------------------------------------------

void ScenarioRun::drain(TradedMarket& market, const MarketMoment& before) {
  for (const VenueEvent& event : market.venue.events()) {
    Child& child = children_[event.order - 1];
    switch (event.kind) {
      case VenueEvent::Kind::rested: child.queue_ahead_at_entry = event.lots; break;
      case VenueEvent::Kind::filled:
        book_fill(market, event, before);
        tell(child, event);
        if (child.left() == 0) finish_child(child, Child::Outcome::filled, Reason::none);
        break;
      case VenueEvent::Kind::cancelled:
        finish_child(child, Child::Outcome::cancelled, event.reason);
        tell(child, event);
        break;
      case VenueEvent::Kind::rejected:
        tell(child, event);
        if (event.reason == Reason::not_open) break;  // the request was rejected, not the order
        finish_child(child, Child::Outcome::rejected, event.reason);
        break;
    }
  }
  market.venue.clear_events();
}

void ScenarioRun::book_fill(TradedMarket& market, const VenueEvent& event, const MarketMoment& before) {
  Child& child = children_[event.order - 1];
  Actor& actor = actors_[child.actor];
  ENSURE(event.lots > 0 && event.lots <= child.left());
  child.filled += event.lots;
  actor.filled += event.lots;

  FillFact fill;
  fill.parent = child.actor;
  fill.child = static_cast<std::uint32_t>(event.order - 1);
  fill.time = market.exchange_time(now_);
  fill.side = event.side;
  fill.price = event.price;
  fill.lots = event.lots;
  fill.liquidity = event.liquidity;
  fill.cause = event.cause;
  fill.queue_ahead_at_entry = event.liquidity == Liquidity::made ? child.queue_ahead_at_entry : 0;
  fill.fee = fee(market.spec.fees, event.liquidity, event.price, event.lots);
  fill.effective_mid = before.effective_mid;
  fill.recorded_mid = before.recorded_mid;
  fill.displaced_x2 = before.displaced_x2;
  fill.reaction = before.reaction;
  if (event.liquidity == Liquidity::made) {
    fill.touch = event.price;
  } else {
    const Ticks touch = event.side == Side::buy ? before.ask : before.bid;
    fill.touch = touch + before.reaction;
  }
  if (market.last_reaction_change != kLongAgo && now_ - market.last_reaction_change <= kNearReactionChange)
    ++actor.fills_near_reaction_change;
  const std::size_t index = actor.metrics.on_fill(fill);
  actor.markouts.on_fill(now_);
  next_markout_ = std::min(next_markout_, actor.markouts.next());
  if (actor.pending.lots == 0) actor.pending.first_fill = index;
  if (owes_reaction(market.spec.rules.response, event)) {
    const bool takes = market.spec.rules.response == Response::overlay;
    const double displaced = takes ? static_cast<double>(fill.displaced_x2) / 2.0 : 0.0;
    actor.pending.way.add(fill.lots, displaced, fill.price - fill.touch, market.reaction);
  }
  actor.pending.lots += event.lots;
  actor.pending.price_lots += static_cast<Wide>(event.price) * event.lots;
  if (actor.filled == actor.fact.lots) {
    actor.fact.completed = true;
    start_impact_looks(actor);
  }
}

void ScenarioRun::finish_child(Child& child, Child::Outcome outcome, Reason reason) {
  EXPECT(child.outcome == Child::Outcome::open);
  child.outcome = outcome;
  child.reason = reason;
  --actors_[child.actor].expected;
}

void ScenarioRun::tell(const Child& child, const VenueEvent& event) {
  Actor& actor = actors_[child.actor];
  // Told after the response delay, but never before the row that caused it is seen, and never out of order.
  const MarketSpec& spec = actor.market->spec;
  actor.last_told = std::max({actor.last_told, now_ + spec.latency.response - spec.latency.feed, now_});
  News& news = news_.add(actor.last_told);
  news.happened = actor.market->exchange_time(now_);
  news.lots = event.lots;
  news.open = child.left();
  news.price = event.price;
  news.child = static_cast<std::uint32_t>(event.order - 1);
  news.kind = event.kind;
  news.liquidity = event.liquidity;
  news.reason = event.reason;
  ++actor.expected;
}

// ---- what is left of them -------------------------------------------------------------------------------------------

ChildFact ScenarioRun::Child::fact(std::uint32_t index, Duration lag) const {
  static constexpr std::string_view kOutcomes[] = {"open", "filled", "cancelled", "rejected"};
  return {.parent = actor,
          .child = index,
          .decided = decided,
          .arrived = arrived - lag,
          .side = side,
          .type = static_cast<std::uint8_t>(type),
          .has_limit = type != OrderType::market,
          .limit = limit,
          .lots = lots,
          .filled = filled,
          .queue_ahead_at_entry = queue_ahead_at_entry,
          .outcome = kOutcomes[static_cast<std::size_t>(outcome)],
          .reason = outcome == Outcome::open ? std::string_view{"the tape ended"} : text(reason)};
}

void ScenarioRun::add_children() {
  constexpr std::size_t kRowsAtOnce = 128;
  std::vector<ChildRow> rows;
  tables_.expect_children(children_.size());
  for (std::uint32_t index = 0; index < children_.size(); ++index) {
    rows.push_back({spec_.scenario, children_[index].fact(index, market_of(children_[index]).shared.lag)});
    if (rows.size() < kRowsAtOnce && index + 1 < children_.size()) continue;
    tables_.add_children(rows);
    rows.clear();
  }
}

}  // namespace plimsoll
