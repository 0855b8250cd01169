#include "market/price_queues.hpp"

#include <algorithm>

namespace plimsoll {

namespace {
std::size_t ticks(std::int64_t price_min, std::int64_t price_max) { return static_cast<std::size_t>(price_max - price_min) + 1; }
}  // namespace

const PriceLevel PriceQueues::kEmptyLevel{};

PriceQueues::PriceQueues(Ticks price_min, Ticks price_max)
    : price_min_{price_min},
      price_max_{std::max(price_min, price_max)},
      ladder_{LazyArray<PriceLevel>{ticks(price_min_, price_max_)}, LazyArray<PriceLevel>{ticks(price_min_, price_max_)}},
      occupied_{PriceBitmap{ticks(price_min_, price_max_)}, PriceBitmap{ticks(price_min_, price_max_)}} {}

void PriceQueues::clear() {
  for (const Side side : {Side::buy, Side::sell}) {
    const std::size_t at = index(side);
    for (Ticks price = best_[at]; price != no_price(side); price = next_worse(side, price)) ladder_[at][position(price)] = PriceLevel{};
    occupied_[at].clear();
    best_[at] = no_price(side);
  }
}

Ticks PriceQueues::next_worse(Side side, Ticks price) const {
  if (side == Side::buy) {
    if (price <= price_min_) return kNoBid;
    const std::size_t found = occupied_[0].last_at_or_below(position(std::min<std::int64_t>(price - 1, price_max_)));
    return found == PriceBitmap::npos ? kNoBid : static_cast<Ticks>(price_min_ + static_cast<std::int64_t>(found));
  }
  if (price >= price_max_) return kNoAsk;
  const std::size_t found = occupied_[1].first_at_or_above(position(std::max<std::int64_t>(price + 1, price_min_)));
  return found == PriceBitmap::npos ? kNoAsk : static_cast<Ticks>(price_min_ + static_cast<std::int64_t>(found));
}

void PriceQueues::opened(Side side, Ticks price) {
  const std::size_t at = index(side);
  occupied_[at].set(position(price));
  if (better(side, price, best_[at])) best_[at] = price;
}

void PriceQueues::emptied(Side side, Ticks price) {
  const std::size_t at = index(side);
  occupied_[at].reset(position(price));
  if (price == best_[at]) best_[at] = next_worse(side, price);
}

}  // namespace plimsoll
