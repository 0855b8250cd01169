#include "market/level_book.hpp"

#include <algorithm>

namespace plimsoll {

namespace {
std::size_t ticks(Ticks price_min, Ticks price_max) { return static_cast<std::size_t>(std::int64_t{price_max} - price_min) + 1; }
}  // namespace

LevelBook::LevelBook(Ticks price_min, Ticks price_max)
    : price_min_{price_min},
      price_max_{std::max(price_min, price_max)},
      lots_{2 * ticks(price_min_, price_max_)},
      occupied_{PriceBitmap{ticks(price_min_, price_max_)}, PriceBitmap{ticks(price_min_, price_max_)}} {}

Ticks LevelBook::next_worse(Side side, Ticks price) const {
  const bool last = side == Side::buy ? price <= price_min_ : price >= price_max_;
  if (last) return no_price(side);
  const std::size_t found =
      side == Side::buy ? occupied_[0].last_at_or_below(position(price - 1)) : occupied_[1].first_at_or_above(position(price + 1));
  return found == PriceBitmap::npos ? no_price(side) : static_cast<Ticks>(price_min_ + static_cast<std::int64_t>(found));
}

void LevelBook::turned(std::size_t at, Ticks price, bool occupied) {
  const Side side = static_cast<Side>(at);
  if (occupied) {
    occupied_[at].set(position(price));
    if (better(side, price, best_[at])) best_[at] = price;
  } else {
    occupied_[at].reset(position(price));
    if (price == best_[at]) best_[at] = next_worse(side, price);
  }
}

void LevelBook::other(Action action) {
  if (action == Action::halt) halted_ = true;
  if (action == Action::resume) halted_ = false;
  if (action != Action::clear) return;
  for (const Side side : {Side::buy, Side::sell}) {
    const auto at = static_cast<std::size_t>(side);
    for (Ticks price = best_[at]; price != no_price(side); price = next_worse(side, price)) lots_[position(price) * 2 + at] = 0;
    occupied_[at].clear();
    best_[at] = no_price(side);
  }
}

}  // namespace plimsoll
