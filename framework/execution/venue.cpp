#include "execution/venue.hpp"

#include <algorithm>

#include "core/contract.hpp"
#include "core/math.hpp"

namespace plimsoll {

namespace {
std::optional<Ticks> limit_of(const OrderEntry& entry) {
  return entry.type == OrderType::market ? std::nullopt : std::optional{entry.limit};
}
}  // namespace

Venue::Venue(const OrderBook& recorded, const MarketRules& rules, Subscriptions& subscriptions, RunIndex run)
    : recorded_{recorded},
      view_{recorded, overlay_, private_},
      private_{subscriptions, run},
      overlay_{subscriptions, run, rules.refill_per_s, recorded.made_up()},
      rules_{rules} {}

inline void Venue::report_fill(const PrivateOrder& order, Lots lots, FillCause cause) {
  if (is_own(order)) emit(VenueEvent::Kind::filled, order, shifted(order), lots, order.open - lots, Reason::none, Liquidity::made, cause);
}

void Venue::fill_private(const PrivateOrder& order, Lots lots, FillCause cause) {
  report_fill(order, lots, cause);
  private_.reduce(order.side, order.sequence, lots);
}

void Venue::take_recorded(Side passive) {
  if (!overlays()) return;
  const bool any = std::any_of(takes_.begin(), takes_.end(), [](const Take& take) { return take.order.own == nullptr; });
  if (!any) return;
  overlay_.begin_change(passive);
  for (const Take& take : takes_)
    if (take.order.own == nullptr) overlay_.take(passive, take.order.level, take.lots);
  overlay_.end_change(passive);
}

void Venue::submit(const OrderEntry& entry, bool trades) {
  const bool rests = entry.type == OrderType::limit;
  if (entry.lots <= 0) return emit(VenueEvent::Kind::rejected, entry, 0, 0, 0, Reason::no_quantity);
  if (recorded_.halted() && !rests) return emit(VenueEvent::Kind::rejected, entry, 0, entry.lots, 0, Reason::halted);

  const Lots left = trades ? trade(entry) : entry.lots;
  if (left == 0) return;
  if (!rests)
    return emit(VenueEvent::Kind::cancelled, entry, 0, left, 0, entry.type == OrderType::ioc ? Reason::ioc : Reason::book_exhausted);
  emit(VenueEvent::Kind::rested, entry, entry.limit, rest(entry, left), left);
}

Lots Venue::trade(const OrderEntry& entry) {
  const Side passive = opposite(entry.side);
  // no_price(passive) is worse than all of them: a market order reaches every price.
  const Ticks limit = entry.type == OrderType::market ? no_price(passive) : entry.limit - view_.reaction();
  takes_.clear();
  met_.clear();
  std::vector<PrivateOrder> self_met;  // self-trade prevention: the resting order goes
  Lots left = entry.lots;
  view_.for_each(passive, [&](const EffectiveOrder& met) {
    if (left == 0 || !reaches(entry.side, limit, met.level)) return false;
    if (met.own != nullptr && met.own->owner == entry.owner) {
      self_met.push_back(*met.own);
      return true;
    }
    Lots lots = std::min(left, met.lots);
    if (met.own == nullptr && depthless()) lots = generated_ == nullptr ? left : affordable(entry.side, limit_of(entry), met.level, left);
    if (lots == 0) return false;
    takes_.push_back({met, lots});
    if (met.own != nullptr) met_.push_back(*met.own);
    // Untouched so far: what of it is gone is nothing, or a hole ends in it.
    if (met.own == nullptr && overlays() && met.lots == recorded_.order(met.slot).quantity) ++counts_.marked_orders;
    left -= lots;
    return met.own != nullptr || !depthless();
  });
  take_recorded(passive);
  for (const PrivateOrder& met : self_met) {
    private_.erase(met.side, met.sequence);
    emit(VenueEvent::Kind::cancelled, met, shifted(met), met.open, 0, Reason::self_trade);
  }
  auto maker = met_.begin();
  for (const Take& take : takes_)
    if (take.order.own != nullptr) fill_private(*maker++, take.lots, FillCause::actor);
  // One event a price, however many orders stood there. A generated book has prices of its own.
  const auto of_book = [this](const Take& take) { return generated_ != nullptr && take.order.own == nullptr; };
  Lots open = entry.lots;
  for (std::size_t i = 0; i < takes_.size();) {
    const Ticks level = takes_[i].order.level;
    const bool generated = of_book(takes_[i]);
    Lots lots = 0;
    for (; i < takes_.size() && takes_[i].order.level == level && of_book(takes_[i]) == generated; ++i) lots += takes_[i].lots;
    open -= lots;
    if (generated)
      fill_generated(entry, level, lots, open);
    else
      emit(VenueEvent::Kind::filled, entry, level + view_.reaction(), lots, open);
  }
  return left;
}

const VenueEvent& Venue::cancel(OrderId id, ActorId owner) {
  const PrivateOrder* found = private_.find(id);
  if (found == nullptr || found->owner != owner) {
    emit(VenueEvent::Kind::rejected, OrderEntry{.id = id, .owner = owner}, 0, 0, 0, Reason::not_open);
  } else {
    emit(VenueEvent::Kind::cancelled, *found, shifted(*found), found->open, 0, Reason::requested);
    private_.erase(found);
  }
  return events_.back();
}

void Venue::on_recorded(const RecordedRow& row) {
  switch (row.event.action) {
    case Action::add: return on_add(row);
    case Action::cancel: return on_cancel(row);
    case Action::fill: return on_fill(row);
    case Action::trade: return on_print(row);
    case Action::clear: return on_clear();
    case Action::halt: return;
    case Action::resume:
      for (const Side side : {Side::buy, Side::sell}) drop_reached_history(side, recorded_.best(opposite(side)));
      return settle_crossed();
  }
}

void Venue::on_add(const RecordedRow& row) {
  if (recorded_.halted()) return;
  const MarketEvent& event = row.event;
  const Side other = opposite(event.side);
  if (generated_ != nullptr) {  // a recorded order is no counterparty there, but it may be the new touch
    if (recorded_.best(event.side) == event.price) settle_crossed(other, FillCause::recorded_add);
    return;
  }
  Lots left = event.quantity;
  met_.clear();
  for (const PrivateOrder& order : private_.side(other)) {
    if (!reaches(event.side, event.price, order.level)) break;
    met_.push_back(order);
  }
  for (const PrivateOrder& order : met_) {
    if (!is_own(order)) {
      private_.erase(other, order.sequence);
      ++counts_.unfilled_makers_dropped;
    } else if (left > 0) {
      const Lots lots = std::min(left, order.open);
      fill_private(order, lots, FillCause::recorded_add);
      left -= lots;
    }
  }
  const Lots taken = event.quantity - left;
  if (taken == 0 || !overlays()) return;
  ++counts_.marked_orders;
  takes_.assign(1, {EffectiveOrder{event.price, event.quantity, nullptr, event.order}, taken});
  take_recorded(event.side);
}

inline Venue::Found Venue::found(const RecordedRow& row) const {
  const MarketEvent& event = row.event;
  Found found;
  found.hole = overlay_.consumed_at(event.side, event.price);
  found.mark = std::clamp<Lots>(found.hole - row.lots_ahead, 0, row.size_before);
  const Lots left = row.size_before - event.quantity;
  Lots kept = std::min<Lots>(found.mark, left);
  // Nobody knows whose lots a level lost: ours shrink in proportion (models.md 2.2, rule 4).
  if (recorded_.made_up() && event.action == Action::cancel && found.mark > 0)
    kept = math::round_div(Wide{found.mark} * left, row.size_before);
  found.hole_left = found.hole - (found.mark - kept);
  return found;
}

void Venue::on_cancel(const RecordedRow& row) {
  const Found at = found(row);
  if (at.mark == 0) return;
  if (row.size_before == row.event.quantity) ++counts_.marks_cancelled;
  if (at.hole_left == at.hole) return;
  overlay_.leave(row.event.side, row.event.price, at.hole_left);
  overlay_.prune(row.event.side, row.event.price);
}

inline bool Venue::untouched(const RecordedRow& row, Lots hole) const {
  const MarketEvent& fill = row.event;
  const StandingOrders orders = private_.side(fill.side);
  if (hole > 0) {
    if (recorded_.halted() || hole > recorded_.level(fill.side, fill.price).lots) return false;
    return orders.empty() || better(fill.side, fill.price, orders.front().level);
  }
  const Standing maker = standing(fill.side, fill.price, recorded_.order(fill.order).arrival);
  for (const PrivateOrder& order : orders) {
    if (standing(order) > maker) break;
    if (order.level != fill.price || is_own(order)) return false;
  }
  return true;
}

inline void Venue::keep_unfilled_maker(const RecordedRow& row, Lots lots) {
  ++counts_.unfilled_makers;
  PrivateOrder maker;
  maker.owner = kHistory;
  maker.side = row.event.side;
  maker.level = row.event.price;
  maker.open = lots;
  maker.stamp = recorded_.order(row.event.order).arrival;
  maker.sequence = next_sequence_;
  if (!private_.insert_or_join(maker)) return;
  ++next_sequence_;
  if (private_.history_count() <= rules_.unfilled_makers_max) return;
  const PrivateOrder oldest = private_.oldest_history();
  private_.erase(oldest.side, oldest.sequence);
  ++counts_.unfilled_makers_dropped;
}

inline Lots Venue::fill_before_maker(const RecordedRow& row) {
  if (recorded_.halted()) return 0;
  const MarketEvent& event = row.event;
  const Standing maker = standing(event.side, event.price, recorded_.order(event.order).arrival);
  Lots left = event.quantity;
  for (const StandingOrders orders = private_.side(event.side); left > 0 && !orders.empty();) {
    const PrivateOrder& first = orders.front();
    if (standing(first) > maker) break;
    const Lots part = std::min(left, first.open);
    report_fill(first, part, FillCause::recorded_fill);
    private_.reduce_first(event.side, part);
    left -= part;
  }
  return event.quantity - left;
}

void Venue::on_fill(const RecordedRow& row) {
  const Found at = found(row);
  if (untouched(row, at.hole)) return;
  const Lots before = fill_before_maker(row);
  if (!overlays()) return;
  if (at.mark > 0) return fill_marked(row, at, before);
  if (before > 0) keep_unfilled_maker(row, before);  // who is whole had all that was taken elsewhere
}

void Venue::fill_marked(const RecordedRow& row, const Found& at, Lots before) {
  const Lots lots = row.event.quantity;
  const Lots effective = row.size_before - at.mark;
  const Lots from_maker = std::min(effective, lots - before);
  const Lots recorded_left = std::max<Lots>(0, row.size_before - lots - at.mark);
  if (before > 0 && effective - from_maker > recorded_left) keep_unfilled_maker(row, effective - from_maker - recorded_left);
  const Lots unmet = lots - before - from_maker;
  if (unmet > 0 && !recorded_.halted()) return spill(row, unmet, at.hole_left);
  counts_.unserved_lots += unmet;
  if (at.hole_left == at.hole) return;
  overlay_.leave(row.event.side, row.event.price, at.hole_left);
  overlay_.prune(row.event.side, row.event.price);
}

void Venue::spill(const RecordedRow& row, Lots lots, Lots hole) {
  const Side passive = row.event.side;
  if (hole < overlay_.consumed_at(passive, row.event.price)) overlay_.leave(passive, row.event.price, hole);
  takes_.clear();
  met_.clear();
  Lots behind = 0;  // served by recorded orders behind the hole
  if (const std::optional<Ticks> limit = spill_limit(row)) {
    view_.for_each(passive, [&](const EffectiveOrder& met) {
      if (lots == 0 || better(passive, *limit, met.level)) return false;
      const Lots part = std::min(lots, met.lots);
      lots -= part;
      if (met.level != row.event.price)
        count_spilled(part, met.level > row.event.price ? met.level - row.event.price : row.event.price - met.level);
      if (met.own == nullptr && met.level == row.event.price) {
        behind += part;
      } else {
        takes_.push_back({met, part});
        if (met.own != nullptr) met_.push_back(*met.own);
      }
      return true;
    });
  }
  counts_.unserved_lots += lots;
  if (lots > 0 || std::any_of(takes_.begin(), takes_.end(), [&](const Take& take) { return take.order.level != row.event.price; }))
    ++counts_.takers_displaced;
  if (behind > 0) overlay_.widen(passive, row.event.price, behind);
  overlay_.prune(passive, row.event.price);
  take_recorded(passive);
  auto maker = met_.begin();
  for (const Take& take : takes_)
    if (take.order.own != nullptr) fill_private(*maker++, take.lots, FillCause::spill);
}

void Venue::count_spilled(Lots lots, Ticks distance) {
  counts_.spilled_lots += lots;
  counts_.spilled_lot_ticks += lots * distance;
  counts_.spilled_ticks_max = std::max<std::int64_t>(counts_.spilled_ticks_max, distance);
}

std::optional<Ticks> Venue::spill_limit(const RecordedRow& row) {
  const Side passive = row.event.side;
  if (rules_.spill_ticks.has_value()) return worse_by(passive, row.event.price, *rules_.spill_ticks);
  if (spill_group_ != row.taker_group) {
    const Ticks touch = view_.best(passive);
    if (touch == no_price(passive)) return std::nullopt;
    spill_group_ = row.taker_group;
    spill_limit_ = worse_by(passive, touch, row.taker_range);
  }
  return spill_limit_;
}

void Venue::on_print(const RecordedRow& row) {
  if (recorded_.halted()) return;
  const MarketEvent& event = row.event;
  // A print between two ticks is reached by bids from the tick above on, by asks from the tick it was rounded down to.
  const Ticks price = event.side == Side::buy && event.order > 0 ? event.price + 1 : event.price;
  Lots left = event.quantity;
  met_.clear();
  for (const PrivateOrder& order : private_.side(event.side)) {
    if (!at_least_as_good(event.side, order.level, price)) break;
    if (is_own(order)) met_.push_back(order);
  }
  for (const PrivateOrder& order : met_) {
    const Lots lots = std::min(left, order.open);
    if (lots == 0) break;
    fill_private(order, lots, FillCause::recorded_print);
    left -= lots;
  }
}

void Venue::on_clear() {
  overlay_.clear();
  const std::vector<PrivateOrder> own = private_.take_own();
  private_.clear();
  put_back(own, 0, 0);
}

void Venue::set_reaction(Ticks reaction) {
  const Ticks moved = view_.reaction() - reaction;
  if (moved == 0) return;
  view_.set_reaction(reaction);
  put_back(private_.take_own(), moved, rules_.queue_on_shift == QueueOnShift::front ? 0 : recorded_.arrivals() + 1);
  if (!recorded_.halted()) settle_crossed();
}

void Venue::put_back(const std::vector<PrivateOrder>& orders, Ticks moved, std::uint32_t stamp) {
  for (PrivateOrder order : orders) {
    order.level += moved;
    order.stamp = stamp;
    private_.insert(order);
  }
}

void Venue::look_at_book() {
  if (generated_ != nullptr && !recorded_.halted()) settle_crossed();
}

void Venue::leave() {
  overlay_.clear();
  private_.clear();
}

void Venue::drop_reached_history(Side side, Ticks other) {
  if (other == no_price(opposite(side))) return;
  met_.clear();
  for (const PrivateOrder& order : private_.side(side)) {
    if (!reaches(opposite(side), other, order.level)) break;
    if (!is_own(order)) met_.push_back(order);
  }
  for (const PrivateOrder& order : met_) private_.erase(side, order.sequence);
  counts_.unfilled_makers_dropped += static_cast<std::int64_t>(met_.size());
}

void Venue::settle_crossed() {
  settle_crossed(Side::buy, FillCause::shift);
  settle_crossed(Side::sell, FillCause::shift);
}

void Venue::settle_crossed(Side side, FillCause cause) {
  const Side other = opposite(side);
  std::vector<PrivateOrder> own;
  for (auto order = private_.side(side).begin(); own.size() < private_.own_count(side); ++order)
    if (is_own(*order)) own.push_back(*order);
  if (own.empty()) return;
  drop_reached_history(other, own.front().level);
  Lots generated = 0;  // what those before have taken of a book that does not know it yet
  for (const PrivateOrder& order : own) {
    takes_.clear();
    Lots left = order.open;
    view_.for_each(other, [&](const EffectiveOrder& met) {
      if (left == 0 || !reaches(side, order.level, met.level)) return false;
      if (met.own != nullptr) return true;
      Lots lots = depthless() ? left : std::min(left, met.lots);
      if (generated_ != nullptr) {
        lots = std::max<Lots>(0, affordable(side, shifted(order), met.level, generated + left) - generated);
        generated += lots;
      }
      if (lots == 0) return false;
      takes_.push_back({met, lots});
      if (overlays() && met.lots == recorded_.order(met.slot).quantity) ++counts_.marked_orders;
      left -= lots;
      return !depthless();
    });
    if (takes_.empty()) continue;
    take_recorded(other);
    fill_private(order, order.open - left, cause);
  }
}

}  // namespace plimsoll
