#include "market/order_book.hpp"

#include <algorithm>

namespace plimsoll {

namespace {
std::size_t ticks(Ticks price_min, Ticks price_max) { return static_cast<std::size_t>(std::int64_t{price_max} - price_min) + 1; }
}  // namespace

const PriceLevel OrderBook::kEmptyLevel{};

OrderBook::OrderBook(Ticks price_min, Ticks price_max, std::uint32_t slot_count)
    : price_min_{price_min},
      price_max_{std::max(price_min, price_max)},
      orders_{slot_count},
      ladder_{LazyArray<PriceLevel>{ticks(price_min_, price_max_)}, LazyArray<PriceLevel>{ticks(price_min_, price_max_)}},
      occupied_{PriceBitmap{ticks(price_min_, price_max_)}, PriceBitmap{ticks(price_min_, price_max_)}} {}

void OrderBook::clear() {
  orders_ = LazyArray<RestingOrder>{orders_.size()};
  for (const Side side : {Side::buy, Side::sell}) {
    const std::size_t at = index(side);
    for (Ticks price = best_[at]; price != no_price(side); price = next_worse(side, price)) ladder_[at][position(price)] = PriceLevel{};
    occupied_[at].clear();
    best_[at] = no_price(side);
  }
}

Ticks OrderBook::next_worse(Side side, Ticks price) const {
  if (side == Side::buy) {
    if (price <= price_min_) return kNoBid;
    const std::size_t found = occupied_[0].last_at_or_below(position(std::min(price - 1, price_max_)));
    return found == PriceBitmap::npos ? kNoBid : static_cast<Ticks>(price_min_ + static_cast<std::int64_t>(found));
  }
  if (price >= price_max_) return kNoAsk;
  const std::size_t found = occupied_[1].first_at_or_above(position(std::max(price + 1, price_min_)));
  return found == PriceBitmap::npos ? kNoAsk : static_cast<Ticks>(price_min_ + static_cast<std::int64_t>(found));
}

}  // namespace plimsoll
