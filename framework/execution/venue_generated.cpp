// What the venue asks of a book that a model generates (RULES.md, "The other responses").
#include <cmath>

#include "core/math.hpp"
#include "execution/venue.hpp"

namespace plimsoll {

Lots Venue::affordable(Side side, std::optional<Ticks> limit, Ticks level, Lots lots) const {
  if (!limit) return lots;
  const auto inside = [&](Lots some) {
    const double last = static_cast<double>(level) + generated_->sweep(side, some).after_ticks;
    return side == Side::buy ? last <= *limit : last >= *limit;
  };
  if (inside(lots)) return lots;
  Lots good = 0;
  for (Lots bad = lots; bad - good > 1;) {
    const Lots middle = good + (bad - good) / 2;
    (inside(middle) ? good : bad) = middle;
  }
  return good;
}

void Venue::fill_generated(const PrivateOrder& order, Ticks level, Lots lots, Lots open) {
  // Prices are whole ticks: so many lots a tick apart that the sum is the model's, to the nearest tick and lot.
  const double sum = generated_->sweep(order.side, lots).average_ticks * static_cast<double>(lots);
  if (!(std::abs(sum) < 0x1p62))
    throw math::TooLarge{"what the model's book asks for an order does not fit into 64 bits: use a smaller order"};
  const std::int64_t beyond = math::round_half_away(sum);
  std::int64_t whole = beyond / lots, rest = beyond % lots;
  if (rest < 0) --whole, rest += lots;
  const auto lower = static_cast<Ticks>(level + whole);
  const auto fill = [&](Ticks price, Lots some) {
    open -= some;
    if (some > 0) emit(VenueEvent::Kind::filled, order, price, some, open);
  };
  open += lots;
  const bool buys = order.side == Side::buy;
  fill(buys ? lower : lower + 1, buys ? lots - rest : rest);
  fill(buys ? lower + 1 : lower, buys ? rest : lots - rest);
}

}  // namespace plimsoll
