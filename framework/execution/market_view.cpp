#include "execution/market_view.hpp"

namespace plimsoll {

Ticks MarketView::next_worse(Side side, Ticks level) const {
  const Ticks recorded = skip_empty(side, recorded_.next_worse(side, level));
  for (const PrivateOrder& order : private_.side(side)) {
    if (!better(side, level, order.level)) continue;
    return better(side, order.level, recorded) ? order.level : recorded;
  }
  return recorded;
}

MarketView::BehindHole MarketView::behind_hole(const PriceLevel& level, Lots lots) const {
  if (lots >= level.lots) return {kNoOrder, 0};
  if (lots <= level.lots / 2) {
    std::uint32_t slot = level.front();
    for (; lots >= recorded_.order(slot).quantity; slot = recorded_.order(slot).behind()) lots -= recorded_.order(slot).quantity;
    return {slot, lots};
  }
  Lots left = level.lots - lots;  // nearer from the back
  std::uint32_t slot = level.back();
  for (; left > recorded_.order(slot).quantity; slot = recorded_.order(slot).ahead()) left -= recorded_.order(slot).quantity;
  return {slot, recorded_.order(slot).quantity - left};
}

bool MarketView::level(Side side, std::uint32_t depth, Ticks& price, Lots& lots) const {
  Ticks at = best(side);
  for (; depth > 0 && at != no_price(side); --depth) at = next_worse(side, at);
  if (at == no_price(side)) return false;
  price = at + reaction_;
  lots = lots_at(side, at);
  return true;
}

}  // namespace plimsoll
