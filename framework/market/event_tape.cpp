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

std::string EventTape::find_fault() const {
  struct Open {
    std::uint32_t quantity = 0;
    Ticks price = 0;
    Side side = Side::buy;
  };
  std::vector<Open> open(info_.slot_count);
  TimePoint last = kLongAgo;
  for (std::size_t row = 0; row < size(); ++row) {
    const MarketEvent event = (*this)[row];
    const auto fault = [row](const char* what) { return "row " + std::to_string(row) + ": " + what; };
    if (columns_.kind[row] > tape_kind(Action::resume, Side::sell) || (columns_.kind[row] & 7) > 6) return fault("unknown kind");
    if (event.time < last) return fault("time goes back");
    last = event.time;
    const bool book_row = event.action <= Action::fill;
    if (book_row && event.order >= info_.slot_count) return fault("order slot out of range");
    if (book_row && (event.price < info_.price_min || event.price > info_.price_max)) return fault("price out of range");
    if (event.action <= Action::trade && event.quantity == 0) return fault("quantity is zero");
    switch (event.action) {
      case Action::add:
        if (open[event.order].quantity != 0) return fault("order slot is already taken");
        open[event.order] = {event.quantity, event.price, event.side};
        break;
      case Action::cancel:
      case Action::fill: {
        Open& order = open[event.order];
        if (order.quantity < event.quantity) return fault("order is reduced below zero");
        if (order.price != event.price || order.side != event.side) return fault("price or side is not the order's");
        order.quantity -= event.quantity;
        break;
      }
      case Action::trade:
        if (event.order >= static_cast<std::uint32_t>(info_.instrument.subticks)) return fault("print price remainder out of range");
        break;
      case Action::clear: open.assign(open.size(), Open{}); break;
      case Action::halt:
      case Action::resume: break;
    }
  }
  return "";
}

}  // namespace plimsoll
