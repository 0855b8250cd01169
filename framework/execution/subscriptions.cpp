#include "execution/subscriptions.hpp"

namespace plimsoll {

namespace {
std::size_t ticks(const TapeInfo& info) { return static_cast<std::size_t>(std::int64_t{info.price_max} - info.price_min) + 1; }
}  // namespace

Subscriptions::Subscriptions(const TapeInfo& info)
    : price_min_{info.price_min}, places_(1), links_{LazyArray<std::uint32_t>{ticks(info)}, LazyArray<std::uint32_t>{ticks(info)}} {}

std::uint32_t Subscriptions::link_outside(Side side, Ticks price) const {
  for (const PrivatePlace& place : private_[static_cast<std::size_t>(side)])
    if (place.price == price) return place.place;
  return kNobody;
}

std::uint32_t Subscriptions::make(Side side, Ticks price) {
  if (free_places_.empty()) {
    free_places_.push_back(static_cast<std::uint32_t>(places_.size()));
    places_.emplace_back();
  }
  const std::uint32_t place = free_places_.back();
  free_places_.pop_back();
  places_[place].price = price;
  if (inside(price)) links_[static_cast<std::size_t>(side)][position(price)] = place;
  return place;
}

void Subscriptions::drop_if_empty(Side side, Place& place) {
  if ((place.resting() | place.holes) != 0) return;
  place.deepest = 0;
  free_places_.push_back(static_cast<std::uint32_t>(&place - places_.data()));
  if (inside(place.price)) links_[static_cast<std::size_t>(side)][position(place.price)] = kNobody;
}

void Subscriptions::list_private(Side side, Place& place, bool listed) {
  auto& list = private_[static_cast<std::size_t>(side)];
  const auto at =
      std::find_if(list.begin(), list.end(), [&](const PrivatePlace& other) { return !better(side, other.price, place.price); });
  const bool rests = place.resting() != 0;
  if (rests && !listed) list.insert(at, {place.price, static_cast<std::uint32_t>(&place - places_.data())});
  if (!rests && listed) list.erase(at);
  reach_[static_cast<std::size_t>(side)] = list.empty() ? no_price(side) : list.front().price;
  if (!rests) drop_if_empty(side, place);
}

Lots Subscriptions::lots_ahead(Place& place, const MarketEvent& event, const OrderBook& book) {
  Mark at = place.mark;
  if (book.order(event.order).arrival < at.arrival) at = {0, book.level(event.side, event.price).front(), 0};
  while (at.slot != event.order && at.ahead < place.deepest) {
    const RestingOrder& order = book.order(at.slot);
    at.ahead += order.quantity;
    at.slot = order.behind();
  }
  if (at.slot != event.order) place.mark = {book.order(at.slot).arrival, at.slot, at.ahead};
  return at.ahead;
}

void Subscriptions::set_hole(Side side, Ticks price, RunIndex run, Lots lots) {
  Place& place = find_or_make(side, price);
  const RunWord bit = run_bit(run);
  const bool had = (place.holes & bit) != 0;
  holes_ += (lots > 0 ? 1 : 0) - (had ? 1 : 0);
  const bool was_deepest = had && place.hole_lots[run] == place.deepest;
  place.holes = lots > 0 ? place.holes | bit : place.holes & ~bit;
  place.hole_lots[run] = lots;
  if (lots >= place.deepest) {
    place.deepest = lots;
  } else if (was_deepest) {
    place.deepest = 0;
    for_each_run(place.holes, [&](RunIndex other) { place.deepest = std::max(place.deepest, place.hole_lots[other]); });
  }
  if (place.holes == 0) place.mark = {};
  if (lots == 0) drop_if_empty(side, place);
}

RunWord Subscriptions::with_stamp_up_to(std::uint32_t arrival, Place& place) {
  RunWord runs = 0;
  std::uint32_t first = kNoStamp;
  for_each_run(place.own, [&](RunIndex run) {
    runs |= RunWord{place.stamps[run] <= arrival} << run;
    first = std::min(first, place.stamps[run]);
  });
  place.first_stamp = first;
  return runs;
}

RunWord Subscriptions::hit_by_fill(const MarketEvent& event, const OrderBook& book) {
  RunWord runs = 0;
  for (const PrivatePlace& at : private_[static_cast<std::size_t>(event.side)]) {
    if (!better(event.side, at.price, event.price)) break;
    runs |= places_[at.place].resting();
  }
  // History orders of this very price alone change nothing.
  Place& place = place_of(event);
  const std::uint32_t arrival = book.order(event.order).arrival;
  if (place.first_stamp <= arrival) runs |= with_stamp_up_to(arrival, place);
  if (place.holes == 0) return runs;
  place.mark.reduced(event, book.order(event.order));
  // Private orders at the price of a hole are met by whoever goes on behind it; in a halt nobody goes on.
  if (book.halted()) return runs | place.holes;
  const Lots left = book.level(event.side, event.price).lots - event.quantity;
  return runs | (place.holes & place.resting()) | deeper_than(place, left - 1);
}

}  // namespace plimsoll
