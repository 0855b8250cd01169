#include "replay/traded_market.hpp"

namespace plimsoll {

MidX2 TradedMarket::effective_mid(Ticks bid, Ticks ask, MidX2 recorded) const {
  MidX2 mid = recorded;
  if (bid != kNoBid && ask != kNoAsk) {
    mid = {std::int64_t{bid} + ask, true, mid.stale};
  } else {
    mid.stale = true;
    mid.value += last_displaced_x2;
  }
  mid.value += 2 * std::int64_t{venue.view().reaction()};
  return mid;
}

MidX2 TradedMarket::effective_mid() const {
  return effective_mid(venue.view().best(Side::buy), venue.view().best(Side::sell), shared.signals.mid());
}

MidX2 TradedMarket::effective_mid_at(TimePoint time) const {
  const RecordedTouch& touch = shared.signals.touch_at(time);
  return effective_mid(venue.view().best_with(Side::buy, touch.bid), venue.view().best_with(Side::sell, touch.ask), touch.mid);
}

MarketMoment TradedMarket::moment() const {
  MarketMoment at;
  at.recorded_mid = shared.signals.mid();
  at.effective = venue.view().unshifted_quote();
  at.reaction = venue.view().reaction();
  const bool comparable = at.effective.two_sided() && at.recorded_mid.known && !at.recorded_mid.stale;
  at.displaced_x2 = comparable ? at.effective.mid_x2() - at.recorded_mid.value : last_displaced_x2;
  at.effective_mid = effective_mid(at.effective.bid, at.effective.ask, at.recorded_mid);
  return at;
}

void TradedMarket::answer_markouts(TimePoint limit) {
  if (markouts.next() >= limit) return;
  markouts.answer(limit, [&](TimePoint time) { return level_gone ? effective_mid() : effective_mid_at(time); });
}

}  // namespace plimsoll
