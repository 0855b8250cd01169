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

Quote MarketView::unshifted_quote() const {
  Quote quote;
  quote.bid = best(Side::buy);
  quote.ask = best(Side::sell);
  if (quote.has_bid()) quote.bid_lots = lots_at(Side::buy, quote.bid);
  if (quote.has_ask()) quote.ask_lots = lots_at(Side::sell, quote.ask);
  return quote;
}

Quote MarketView::quote() const {
  Quote quote = unshifted_quote();
  if (quote.has_bid()) quote.bid += reaction_;
  if (quote.has_ask()) quote.ask += reaction_;
  return quote;
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
