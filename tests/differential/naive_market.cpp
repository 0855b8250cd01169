#include "differential/naive_market.hpp"

#include <algorithm>
#include <cstdlib>

#include "core/contract.hpp"
#include "core/math.hpp"

namespace plimsoll::naive {

// ---- recorded rows ----

void NaiveMarket::on_row(const MarketEvent& row, std::size_t group, Ticks range) {
  look(row.time);
  switch (row.action) {
    case Action::add: return on_add(row);
    case Action::cancel:
    case Action::fill: return on_reduce(row, group, range);
    case Action::trade: return on_print(row);
    case Action::clear: return on_clear();
    case Action::halt: halted_ = true; return;
    case Action::resume:
      halted_ = false;
      for (const Side side : {Side::buy, Side::sell})
        for (const auto& [place, order] : queue(opposite(side)))
          if (place.is_recorded) {
            drop_reached_history(side, price_of(opposite(side), place));
            break;
          }
      trade_reached_own_orders();
      return;
  }
}

void NaiveMarket::on_add(const MarketEvent& row) {
  const Place place{badness(row.side, row.price), ++arrivals_, true, 0};
  const auto added = queue(row.side).emplace(place, Order{kHistory, row.order, row.quantity, 0}).first;
  recorded_[row.order] = {row.side, place};
  if (halted_) return;
  const Side other = opposite(row.side);
  drop_reached_history(other, row.price);
  Lots left = row.quantity;
  for (auto at = queue(other).begin(); at != queue(other).end() && left > 0;) {
    const auto met = at++;
    if (!at_least_as_good(other, price_of(other, met->first), row.price)) break;
    if (!is_own(met->first, met->second)) continue;
    const Lots taken = std::min(left, met->second.size);
    fill_private(other, met, taken, Cause::recorded_add);
    left -= taken;
  }
  if (left == row.quantity || !overlay()) return;
  if (added->second.mark == 0) ++counters_.marked_orders;
  take(row.side, {{place.badness, row.quantity - left}});
}

void NaiveMarket::on_reduce(const MarketEvent& row, std::size_t group, Ticks range) {
  const auto [side, place] = recorded_.at(row.order);
  const auto maker = queue(side).find(place);
  const Lots size_before = maker->second.size;
  const Lots mark_before = maker->second.mark;
  const Lots effective_before = size_before - mark_before;
  auto& holes = holes_[static_cast<std::size_t>(side)];
  const Lots hole_before = holes.count(place.badness) == 0 ? 0 : in_force(side, holes.at(place.badness));

  const Hole hole_at_first = holes.count(place.badness) == 0 ? Hole{} : holes.at(place.badness);
  maker->second.size -= row.quantity;
  Lots kept_of_mark = std::min(mark_before, maker->second.size);
  if (made_up_ && row.action == Action::cancel) kept_of_mark = math::round_div(Wide{mark_before} * maker->second.size, size_before);
  const Lots lost = mark_before - kept_of_mark;
  if (lost > 0) {
    Hole& hole = holes.at(place.badness);
    set(hole, in_force(side, hole) - lost);
  }
  if (maker->second.size == 0) {
    if (row.action == Action::cancel && mark_before > 0) ++counters_.marks_cancelled;
    queue(side).erase(maker);
    recorded_.erase(row.order);
  }
  spread(side, place.badness);
  if (row.action == Action::cancel) return;
  if (halted_) {
    counters_.unserved_lots += row.quantity - std::min<Lots>(effective_before, row.quantity);
    return;
  }

  Lots standing = 0;
  bool in_the_way = false;
  for (const auto& [at, order] : queue(side)) {
    if (at.badness == place.badness && at.is_recorded) standing += order.size;
    if (at.badness < place.badness && !at.is_recorded) in_the_way = true;
    if (at.badness == place.badness && !at.is_recorded) in_the_way = in_the_way || hole_before > 0 || (is_own(at, order) && at < place);
  }
  if (hole_before > standing) in_the_way = true;
  if (!in_the_way) {
    if (lost > 0) holes.at(place.badness) = hole_at_first;
    return spread(side, place.badness);
  }

  Lots left = row.quantity;
  for (auto at = queue(side).begin(); at != queue(side).end() && at->first < place && left > 0;) {
    const auto met = at++;
    if (met->first.is_recorded) continue;
    const Lots taken = std::min(left, met->second.size);
    fill_private(side, met, taken, Cause::recorded_fill);
    left -= taken;
  }
  const bool overtaken = left < row.quantity;
  const Lots served = std::min(effective_before, left);
  left -= served;
  if (overtaken) {
    const Lots on_record = std::max<Lots>(0, size_before - row.quantity - mark_before);
    const Lots kept = effective_before - served - on_record;
    if (kept > 0) keep_unfilled_maker(side, row.price, place.stamp, kept);
  }
  if (left > 0) spill(side, row.price, left, group, range);
}

void NaiveMarket::keep_unfilled_maker(Side side, Ticks price, std::uint32_t stamp, Lots lots) {
  if (!overlay()) return;
  ++counters_.unfilled_makers;
  const Place place{badness(side, price), stamp, true, 0};  // after every private order with this stamp
  Order* last = nullptr;
  for (auto& [at, order] : queue(side))
    if (at < place && at.badness == place.badness && !at.is_recorded) last = is_own(at, order) ? nullptr : &order;
  if (last != nullptr) {
    last->size += lots;
    return;
  }
  rest(side, {badness(side, price), stamp, false, ++last_sequence_}, {kHistory, 0, lots, 0});
  if (history_.size() <= rules_.unfilled_makers_max) return;
  const auto oldest = history_.begin();
  queue(oldest->second.first).erase(oldest->second.second);
  history_.erase(oldest);
  ++counters_.unfilled_makers_dropped;
}

void NaiveMarket::spill(Side side, Ticks price, Lots lots, std::size_t group, Ticks range) {
  if (rules_.spill_ticks) {
    // RULES.md can be read as fixing this limit too at the group's first spill. But then a taker whose first maker is gone would not be
    // served at prices where the record itself shows it trading; rules.hpp says "beyond its recorded price", which is each row's own.
    spill_limit_ = worse_by(side, price, *rules_.spill_ticks);
  } else if (group != spilling_group_) {
    for (const auto& [place, order] : queue(side)) {
      if (effective(place, order) == 0) continue;
      spilling_group_ = group;  // an empty side fixes nothing; it can only fill up again when someone acts within the instant
      spill_limit_ = worse_by(side, price_of(side, place), range);
      break;
    }
  }
  std::vector<std::pair<std::int64_t, Lots>> elsewhere;
  std::vector<std::pair<Place, Lots>> makers;
  Lots behind = 0;
  bool displaced = false;
  for (const auto& [place, order] : queue(side)) {
    if (lots == 0 || !at_least_as_good(side, price_of(side, place), spill_limit_)) break;
    const Lots taken = std::min(lots, effective(place, order));
    if (taken == 0) continue;
    lots -= taken;
    const bool here = price_of(side, place) == price;
    const std::int64_t distance = std::abs(place.badness - badness(side, price));
    if (!here) counters_.spilled_lots += taken;
    counters_.spilled_lot_ticks += taken * distance;
    counters_.spilled_ticks_max = std::max(counters_.spilled_ticks_max, distance);
    displaced = displaced || !here;
    if (!place.is_recorded) {
      makers.push_back({place, taken});
    } else if (here) {
      behind += taken;
    } else {
      elsewhere.push_back({place.badness, taken});
    }
  }
  counters_.unserved_lots += lots;
  if (displaced || lots > 0) ++counters_.takers_displaced;
  if (behind > 0) {
    Hole& hole = holes_[static_cast<std::size_t>(side)].at(badness(side, price));
    set(hole, (made_up_ ? in_force(side, hole) : hole.lots) + behind);
    spread(side, badness(side, price));
  }
  take(side, elsewhere);
  for (const auto& [place, taken] : makers) fill_private(side, queue(side).find(place), taken, Cause::spill);
}

void NaiveMarket::on_print(const MarketEvent& row) {
  if (halted_) return;
  const std::int64_t print = trade_subticks(row, subticks_);
  Lots left = row.quantity;
  for (auto at = queue(row.side).begin(); at != queue(row.side).end() && left > 0;) {
    const auto met = at++;
    const std::int64_t own = std::int64_t{price_of(row.side, met->first)} * subticks_;
    if (row.side == Side::buy ? own < print : own > print) break;
    if (!is_own(met->first, met->second)) continue;
    const Lots taken = std::min(left, met->second.size);
    fill_private(row.side, met, taken, Cause::recorded_print);
    left -= taken;
  }
}

void NaiveMarket::on_clear() {
  recorded_.clear();
  history_.clear();
  for (const Side side : {Side::buy, Side::sell}) {
    holes_[static_cast<std::size_t>(side)].clear();
    Queue before;
    before.swap(queue(side));
    for (const auto& [place, order] : before)
      if (is_own(place, order)) rest(side, {place.badness, 0, false, place.sequence}, order);
  }
}

// ---- own orders ----

void NaiveMarket::submit(std::uint64_t id, int owner, Side side, OrderType type, Ticks limit, Lots lots, TimePoint time) {
  look(time);
  if (halted_ && type != OrderType::limit) return tell(What::rejected, id, 0, lots, Cause::own_order, "halted");
  const Side other = opposite(side);
  const Ticks level = limit - shift_;
  for (auto at = queue(other).begin(); at != queue(other).end() && lots > 0 && !halted_;) {
    const auto met = at++;
    if (type != OrderType::market && !at_least_as_good(other, price_of(other, met->first), level)) break;
    const Lots taken = std::min(lots, effective(met->first, met->second));
    if (taken == 0) continue;
    if (is_own(met->first, met->second) && met->second.owner == owner) {
      const Ticks price = price_of(other, met->first) + shift_;
      tell(What::cancelled, met->second.id, price, met->second.size, Cause::own_order, "self-trade prevention");
      own_.erase(met->second.id);
      queue(other).erase(met);
      continue;
    }
    tell(What::filled, id, price_of(other, met->first) + shift_, taken, Cause::own_order);
    if (met->first.is_recorded) {
      if (overlay() && met->second.mark == 0) ++counters_.marked_orders;
      take(other, {{met->first.badness, taken}});
    } else {
      fill_private(other, met, taken, Cause::actor);
    }
    lots -= taken;
  }
  if (lots == 0) return;
  if (type != OrderType::limit) {
    return tell(What::cancelled, id, 0, lots, Cause::own_order, type == OrderType::market ? "book exhausted" : "ioc");
  }
  Lots ahead = 0;
  for (const Line& line : this->level(side, limit)) ahead += line.lots;
  tell(What::rested, id, limit, ahead);
  rest(side, {badness(side, level), arrivals_ + 1, false, ++last_sequence_}, {owner, id, lots, 0});
}

void NaiveMarket::cancel(std::uint64_t id, TimePoint time) {
  look(time);
  const auto found = own_.find(id);
  if (found == own_.end()) return tell(What::rejected, id, 0, 0, Cause::own_order, "cancel: not open");
  const auto [side, place] = found->second;
  const auto order = queue(side).find(place);
  tell(What::cancelled, id, price_of(side, place) + shift_, order->second.size, Cause::own_order, "requested");
  queue(side).erase(order);
  own_.erase(found);
}

void NaiveMarket::set_shift(Ticks shift, TimePoint time) {
  look(time);
  if (shift == shift_) return;
  const Ticks moved = shift_ - shift;
  shift_ = shift;
  for (const Side side : {Side::buy, Side::sell}) {
    std::vector<std::pair<Place, Order>> own;
    for (const auto& [place, order] : queue(side))
      if (is_own(place, order)) own.push_back({place, order});
    for (const auto& [place, order] : own) queue(side).erase(place);
    const std::uint32_t stamp = rules_.queue_on_shift == QueueOnShift::back ? arrivals_ + 1 : 0;
    for (const auto& [place, order] : own) rest(side, {badness(side, price_of(side, place) + moved), stamp, false, place.sequence}, order);
  }
  if (!halted_) trade_reached_own_orders();
}

/// Rule J, second half; also when trading resumes.
void NaiveMarket::trade_reached_own_orders() {
  for (const Side side : {Side::buy, Side::sell})
    for (const auto& [place, order] : queue(side))
      if (is_own(place, order)) drop_reached_history(opposite(side), price_of(side, place));
  for (const Side side : {Side::buy, Side::sell}) {
    const Side other = opposite(side);
    for (auto at = queue(side).begin(); at != queue(side).end();) {
      const auto own = at++;
      if (!is_own(own->first, own->second)) continue;
      const Ticks limit = price_of(side, own->first);
      Lots left = own->second.size;
      for (auto facing = queue(other).begin(); facing != queue(other).end() && left > 0; ++facing) {
        if (!at_least_as_good(other, price_of(other, facing->first), limit)) break;
        if (!facing->first.is_recorded) continue;
        const Lots taken = std::min(left, effective(facing->first, facing->second));
        if (taken == 0) continue;
        if (overlay() && facing->second.mark == 0) ++counters_.marked_orders;
        take(other, {{facing->first.badness, taken}});
        left -= taken;
      }
      if (left < own->second.size) fill_private(side, own, own->second.size - left, Cause::shift);
    }
  }
}

// ---- orders, marks, refill ----

void NaiveMarket::rest(Side side, Place place, Order order) {
  queue(side).emplace(place, order);
  if (order.owner == kHistory) {
    history_[place.sequence] = {side, place};
  } else {
    own_[order.id] = {side, place};
  }
}

/// The resting side of a trade: at its own price. Only own orders are told.
void NaiveMarket::fill_private(Side side, Queue::iterator at, Lots lots, Cause cause) {
  Order& order = at->second;
  EXPECT(lots > 0 && lots <= order.size);
  if (order.owner != kHistory) tell(What::filled, order.id, price_of(side, at->first) + shift_, lots, cause);
  if ((order.size -= lots) > 0) return;
  order.owner == kHistory ? history_.erase(at->first.sequence) : own_.erase(order.id);
  queue(side).erase(at);
}

void NaiveMarket::drop_reached_history(Side side, Ticks price) {
  for (auto at = queue(side).begin(); at != queue(side).end();) {
    const auto met = at++;
    if (!at_least_as_good(side, price_of(side, met->first), price)) break;
    if (!is_history(met->first, met->second)) continue;
    history_.erase(met->first.sequence);
    queue(side).erase(met);
    ++counters_.unfilled_makers_dropped;
  }
}

/// One change of the holes of a side.
void NaiveMarket::take(Side side, const std::vector<std::pair<std::int64_t, Lots>>& takes) {
  if (!overlay() || takes.empty()) return;
  auto& holes = holes_[static_cast<std::size_t>(side)];
  if (!made_up_)
    for (auto& [price, hole] : holes) hole.lots = in_force(side, hole);
  for (const auto& [price, lots] : takes) set(holes[price], (made_up_ ? in_force(side, holes[price]) : holes[price].lots) + lots);
  Lots total = 0;
  for (auto each = holes.rbegin(); each != holes.rend(); ++each) {
    each->second.at_change = each->second.lots;
    each->second.worse = total;
    total += each->second.lots;
  }
  refill_[static_cast<std::size_t>(side)] = {now_, total};
  spread(side);
}

/// The refill revives the worst price first; over made-up orders each price for itself.
Lots NaiveMarket::in_force(Side side, const Hole& hole) const {
  if (rules_.refill_per_s == 0.0) return hole.lots;
  if (made_up_) {
    const double age_s = static_cast<double>(now_ - hole.since) * 1e-9;
    return math::round_half_away(static_cast<double>(hole.lots) * math::exp(-rules_.refill_per_s * age_s));
  }
  const Refill& refill = refill_[static_cast<std::size_t>(side)];
  const double elapsed_s = static_cast<double>(now_ - refill.t0) * 1e-9;
  const double decayed = static_cast<double>(refill.c0) * math::exp(-rules_.refill_per_s * elapsed_s);
  const auto whole = static_cast<Lots>(decayed);
  const Lots revived = refill.c0 - (static_cast<double>(whole) < decayed ? whole + 1 : whole);
  return std::min(hole.lots, hole.at_change - std::clamp<Lots>(revived - hole.worse, 0, hole.at_change));
}

void NaiveMarket::spread(Side side, std::int64_t badness) {
  const auto& holes = holes_[static_cast<std::size_t>(side)];
  const auto found = holes.find(badness);
  Lots left = found == holes.end() ? 0 : in_force(side, found->second);
  for (auto at = queue(side).lower_bound({badness, 0, false, 0}); at != queue(side).end() && at->first.badness == badness; ++at) {
    if (!at->first.is_recorded) continue;
    at->second.mark = std::min(left, at->second.size);
    left -= at->second.mark;
  }
}

void NaiveMarket::spread(Side side) {
  for (const auto& [price, hole] : holes_[static_cast<std::size_t>(side)]) spread(side, price);
}

void NaiveMarket::look(TimePoint time) {
  now_ = time;
  if (rules_.refill_per_s == 0.0) return;
  spread(Side::buy);
  spread(Side::sell);
}

// ---- reading ----

Line NaiveMarket::line(Side side, const Place& place, const Order& order) const {
  const Kind kind = place.is_recorded ? Kind::recorded : order.owner == kHistory ? Kind::history : Kind::own;
  return {side, price_of(side, place) + shift_, kind, order.id, effective(place, order)};
}

std::vector<Line> NaiveMarket::lines(Side side) const {
  std::vector<Line> all;
  for (const auto& [place, order] : queue(side))
    if (effective(place, order) > 0) all.push_back(line(side, place, order));
  return all;
}

std::vector<Line> NaiveMarket::level(Side side, Ticks effective_price) const {
  std::vector<Line> all;
  const std::int64_t wanted = badness(side, effective_price - shift_);
  for (auto at = queue(side).lower_bound({wanted, 0, false, 0}); at != queue(side).end() && at->first.badness == wanted; ++at)
    if (effective(at->first, at->second) > 0) all.push_back(line(side, at->first, at->second));
  return all;
}

Quote NaiveMarket::quote() const {
  Quote quote;
  for (const Side side : {Side::buy, Side::sell}) {
    Ticks& best = side == Side::buy ? quote.bid : quote.ask;
    Lots& lots = side == Side::buy ? quote.bid_lots : quote.ask_lots;
    for (const auto& [place, order] : queue(side)) {
      const Lots open = effective(place, order);
      if (open == 0) continue;
      const Ticks price = price_of(side, place) + shift_;
      if (best != no_price(side) && price != best) break;
      best = price;
      lots += open;
    }
  }
  return quote;
}

std::vector<Line> NaiveMarket::own_orders() const {
  std::vector<Line> own;
  for (const auto& [id, at] : own_) own.push_back(line(at.first, at.second, queue(at.first).at(at.second)));
  return own;
}

}  // namespace plimsoll::naive
