#include "replay/traded_market.hpp"

#include <algorithm>

namespace plimsoll {

MidX2 TradedMarket::effective_mid(Ticks bid, Ticks ask, MidX2 recorded) const {
  const bool two_sided = bid != kNoBid && ask != kNoAsk;
  const std::int64_t unshifted = two_sided ? std::int64_t{bid} + ask : recorded.value + last_displaced_x2;
  return {unshifted + 2 * std::int64_t{venue.view().reaction()}, two_sided || recorded.known, !two_sided || recorded.stale};
}

MidX2 TradedMarket::effective_mid() const {
  return effective_mid(venue.view().best(Side::buy), venue.view().best(Side::sell), shared.signals.mid());
}

void TradedMarket::look(MarketMoment& at) const {
  at.recorded_mid = shared.signals.mid();
  at.bid = venue.view().best(Side::buy);
  at.ask = venue.view().best(Side::sell);
  at.reaction = venue.view().reaction();
  const bool comparable = at.bid != kNoBid && at.ask != kNoAsk && at.recorded_mid.known && !at.recorded_mid.stale;
  at.displaced_x2 = comparable ? std::int64_t{at.bid} + at.ask - at.recorded_mid.value : last_displaced_x2;
  at.effective_mid = effective_mid(at.bid, at.ask, at.recorded_mid);
}

void TradedMarket::answer(Markouts& markouts, TimePoint limit) const {
  if (level_gone) return markouts.answer(limit, [this](TimePoint) { return effective_mid(); });
  const Ticks bid = venue.view().best_with(Side::buy, kNoBid), ask = venue.view().best_with(Side::sell, kNoAsk);  // ours
  markouts.answer(limit, [&](TimePoint time) {
    const RecordedTouch& touch = shared.signals.touch_at(time);
    return effective_mid(std::max(touch.bid, bid), std::min(touch.ask, ask), touch.mid);
  });
}

}  // namespace plimsoll
