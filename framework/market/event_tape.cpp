#include "market/event_tape.hpp"

#include <string>

#include "core/content_hash.hpp"

namespace plimsoll {

std::string EventTape::compute_hash() const {
  ContentHash hash;
  const Instrument& instrument = info_.instrument;
  hash.add(instrument.symbol);
  hash.add(instrument.currency);
  const std::int64_t numbers[] = {instrument.tick_e9, instrument.lot_e9, instrument.multiplier, instrument.subticks,
                                  static_cast<std::int64_t>(size())};
  hash.add(numbers, sizeof numbers);
  hash.add(columns_.time.data(), columns_.time.size_bytes());
  hash.add(columns_.price.data(), columns_.price.size_bytes());
  hash.add(columns_.quantity.data(), columns_.quantity.size_bytes());
  hash.add(columns_.order.data(), columns_.order.size_bytes());
  hash.add(columns_.kind.data(), columns_.kind.size_bytes());
  return hash.hex();
}

namespace {

/// What rests in a slot; quantity 0: nothing.
struct Resting {
  std::uint32_t quantity = 0;
  Ticks price = 0;
  Side side = Side::buy;
};

/// Says which rule a row broke. Slow and seldom; `resting` and `last` are as they were before the row.
std::string fault_of(const MarketEvent& event, std::uint8_t kind, TimePoint last, const TapeInfo& info,
                     const std::vector<Resting>& resting) {
  if (kind > tape_kind(Action::resume, Side::sell) || event.action > Action::resume) return "unknown kind";
  if (event.time < last) return "time goes back";
  if (event.action == Action::trade) return event.quantity == 0 ? "quantity is zero" : "print price remainder out of range";
  if (event.order >= info.slot_count) return "order slot out of range";
  if (event.price < info.price_min || event.price > info.price_max) return "price out of range";
  if (event.quantity == 0) return "quantity is zero";
  const Resting& order = resting[event.order];
  if (event.action == Action::add) return "order slot is already taken";
  return order.quantity < event.quantity ? "order is reduced below zero" : "price or side is not the order's";
}

}  // namespace

// Opening a tape waits for this, and adds and cancels follow each other like tosses of a coin: one unpredictable branch a row would cost
// more than all the rest. Hence `&` in place of `&&`, and one branch a row, never taken on a sound tape.
std::string EventTape::find_fault() const {
  std::vector<Resting> resting(info_.slot_count);
  TimePoint last = kLongAgo;
  const auto subticks = static_cast<std::uint32_t>(info_.instrument.subticks);
  for (std::size_t row = 0; row < size(); ++row) {
    const MarketEvent event = (*this)[row];
    const std::uint8_t kind = columns_.kind[row];
    bool sound = (kind <= tape_kind(Action::resume, Side::sell)) & (event.time >= last);
    if (event.action <= Action::fill) {
      sound &= (event.order < resting.size()) & (event.price >= info_.price_min) & (event.price <= info_.price_max) & (event.quantity > 0);
      if (sound) {
        Resting& order = resting[event.order];
        const bool is_add = event.action == Action::add;
        const bool is_its_own = (event.quantity <= order.quantity) & (event.price == order.price) & (event.side == order.side);
        sound = (is_add & (order.quantity == 0)) | (!is_add & is_its_own);
        const std::uint32_t change = is_add ? event.quantity : 0U - event.quantity;
        if (sound) order = {order.quantity + change, event.price, event.side};
      }
    } else if (event.action == Action::trade) {
      sound &= (event.quantity > 0) & (event.order < subticks);
    } else if (event.action == Action::clear) {
      if (sound) resting.assign(resting.size(), Resting{});
    } else {
      sound &= event.action <= Action::resume;
    }
    if (!sound) return "row " + std::to_string(row) + ": " + fault_of(event, kind, last, info_, resting);
    last = event.time;
  }
  return "";
}

}  // namespace plimsoll
