#include "feed/itch_stock.hpp"

#include <algorithm>
#include <limits>

#include "feed/timezone.hpp"

namespace plimsoll {

namespace {
constexpr std::uint32_t kDollar = 10'000;  // in 0.0001
constexpr const char* kItchTick = "set instrument.tick to 0.0001";
constexpr const char* kDamaged = "the file is damaged, or no ITCH 5.0 file";
constexpr std::uint64_t kMostOrderLots = std::numeric_limits<std::uint32_t>::max();

bool is_order_message(char type) { return std::string_view{"AFECXDU"}.find(type) != std::string_view::npos; }
}  // namespace

void ItchStock::Context::fault(const char* code, const char* field, const std::string& problem, const char* suggestion) const {
  faults.add({code, reader.place(message), field,
              "message " + std::to_string(reader.number()) + " (" + std::string{message.type()} + "): " + problem, suggestion});
}

void ItchStock::apply(const ItchMessage& message, const ItchReader& reader) {
  const Duration clock = message.since_midnight();
  ++report_.rows_read;
  const Context context{message, reader, faults_, std::max(midnight_ + clock, tape_.last_time())};
  if (clock >= kSecondsPerDay * kSecond) return context.fault("DATA-FIELD", "timestamp", "is not within a day", kDamaged);
  if (context.time != midnight_ + clock) ++report_.reordered;
  order_messages_ += is_order_message(message.type());
  switch (message.type()) {
    case 'A':
    case 'F': return add_displayed(context);
    case 'E': return reduce(Action::fill, context);
    case 'C': return execute_at_price(context);
    case 'X': return reduce(Action::cancel, context);
    case 'D': withdraw(context); return;
    case 'U': return replace(context);
    case 'P': return trade(context);
    case 'Q': return cross(context);
    case 'H': return set_trading(context);
    case 'B': ++report_.dropped; return;
    default: return;
  }
}

std::uint32_t ItchStock::lots(std::uint64_t shares, const Context& context) const {
  const auto per_lot = static_cast<std::uint64_t>(scale_.shares_per_lot);
  if (shares == 0) {
    context.fault("DATA-FIELD", "shares", "is 0", kDamaged);
  } else if (shares % per_lot != 0) {
    context.fault("DATA-OFF-LOT", "shares", std::to_string(shares) + " is not a multiple of instrument.lot", "set instrument.lot to 1");
  } else if (shares / per_lot > kMostOrderLots) {
    context.fault("DATA-FIELD", "shares", std::to_string(shares) + " is not below 2^32 lots", kDamaged);
  } else {
    return static_cast<std::uint32_t>(shares / per_lot);
  }
  return 0;
}

bool ItchStock::possible(std::uint32_t units, const Context& context) const {
  if (units > 0 && units <= kItchMostUnits && units / scale_.price_units_per_tick < std::int64_t{kNoAsk}) return true;
  context.fault("DATA-FIELD", "price", std::to_string(units) + " is not above 0 and at most 200,000.0000", kDamaged);
  return false;
}

void ItchStock::add(std::uint64_t id, Side side, std::uint32_t shares, std::uint32_t units, const Context& context) {
  const std::uint32_t quantity = lots(shares, context);
  if (!possible(units, context) || quantity == 0) return;
  ++adds_;
  const bool taken = tape_.find(id) || left_out(id) != nullptr;
  if (units % scale_.price_units_per_tick != 0) {
    if (units >= kDollar)
      return context.fault("DATA-OFF-TICK", "price", std::to_string(units) + " is not a multiple of instrument.tick", kItchTick);
    if (off_tick_++ == 0) first_off_tick_ = context.reader.place(context.message);
    ++report_.dropped;
    if (!taken) left_out_.emplace(id, LeftOut{side, units, shares});
    return;
  }
  if (taken) {
    ++report_.dropped;  // one of the two orders is wrong and nothing says which
    return;
  }
  const auto price = static_cast<Ticks>(units / scale_.price_units_per_tick);
  tape_.add(context.time, id, side, price, quantity);
  change_level(side, price, quantity);
}

void ItchStock::change_level(Side side, Ticks price, Lots lots) {
  auto& levels = levels_[static_cast<std::size_t>(side)];
  if ((levels[price] += lots) == 0) levels.erase(price);
}

void ItchStock::add_displayed(const Context& context) {
  const ItchMessage& message = context.message;
  if (message.side() != 'B' && message.side() != 'S') return context.fault("DATA-FIELD", "side", "is not B or S", kDamaged);
  add(message.order(), message.side() == 'B' ? Side::buy : Side::sell, message.added(), message.units(), context);
}

void ItchStock::take(const TapeBuilder::LiveOrder& order, std::uint32_t shares, Action action, const Context& context) {
  if (shares == 0) {
    ++report_.dropped;
    return;
  }
  const std::uint32_t asked = lots(shares, context);
  if (asked == 0) return;
  if (asked > order.open) ++report_.repaired;
  const std::uint64_t id = context.message.order();
  const std::uint32_t taken = action == Action::fill ? tape_.fill(context.time, id, asked) : tape_.cancel(context.time, id, asked);
  change_level(order.side, order.price, -Lots{taken});
}

void ItchStock::reduce(Action action, const Context& context) {
  const auto order = tape_.find(context.message.order());
  if (order) return take(*order, context.message.reduced(), action, context);
  LeftOut* const left = left_out(context.message.order());
  if (left == nullptr) {
    ++report_.unknown_ids;
    return;
  }
  take_left_out(*left, action == Action::fill ? std::optional{left->units} : std::nullopt, context);
}

ItchStock::LeftOut* ItchStock::left_out(std::uint64_t id) {
  const auto at = left_out_.find(id);
  return at == left_out_.end() ? nullptr : &at->second;
}

void ItchStock::take_left_out(LeftOut& order, std::optional<std::uint32_t> units, const Context& context) {
  const std::uint32_t asked = context.message.reduced();
  if (asked > 0 && lots(asked, context) == 0) return;
  const std::uint32_t taken = std::min(asked, order.shares);
  if (asked > taken) ++report_.repaired;
  if (units && taken > 0) {
    print(order.side, *units, taken, context);
  } else {
    ++report_.dropped;
  }
  if ((order.shares -= taken) == 0) left_out_.erase(context.message.order());
}

void ItchStock::execute_at_price(const Context& context) {
  const ItchMessage& message = context.message;
  const bool printable = message.printable() == 'Y';
  if (!printable && message.printable() != 'N') return context.fault("DATA-FIELD", "printable", "is not Y or N", kDamaged);
  if (!possible(message.units(), context)) return;
  const auto order = tape_.find(message.order());
  if (!order) {
    if (LeftOut* const left = left_out(message.order()))
      return take_left_out(*left, printable ? std::optional{message.units()} : std::nullopt, context);
    ++report_.unknown_ids;
    if (printable) print(passive_side(message.units()), message.units(), message.reduced(), context);
    return;
  }
  const bool at_displayed_price = std::int64_t{order->price} * scale_.price_units_per_tick == message.units();
  take(*order, message.reduced(), printable && at_displayed_price ? Action::fill : Action::cancel, context);
  if (printable && !at_displayed_price && message.reduced() > 0) print(order->side, message.units(), message.reduced(), context);
}

std::optional<Side> ItchStock::withdraw(const Context& context) {
  const std::uint64_t id = context.message.order();
  const auto order = tape_.find(id);
  if (const LeftOut* const left = order ? nullptr : left_out(id)) {
    const Side side = left->side;
    left_out_.erase(id);
    if (context.message.type() == 'D') ++report_.dropped;  // of a replace it depends on the new price
    return side;
  }
  if (!order) {
    ++report_.unknown_ids;
    return std::nullopt;
  }
  change_level(order->side, order->price, -Lots{tape_.cancel(context.time, id, order->open)});
  return order->side;
}

void ItchStock::replace(const Context& context) {
  const auto side = withdraw(context);
  if (side) add(context.message.new_order(), *side, context.message.new_shares(), context.message.new_units(), context);
}

void ItchStock::print(Side passive, std::uint32_t units, std::uint64_t shares, const Context& context) {
  const auto per_tick = static_cast<std::uint32_t>(scale_.price_units_per_tick);
  const std::uint32_t quantity = lots(shares, context);
  if (quantity > 0) tape_.trade(context.time, passive, static_cast<Ticks>(units / per_tick), units % per_tick, quantity);
}

Side ItchStock::passive_side(std::uint32_t units) const {
  const auto& [bids, asks] = levels_;
  if (bids.empty() || asks.empty()) return Side::buy;
  const std::int64_t mid_x2 = (std::int64_t{bids.rbegin()->first} + asks.begin()->first) * scale_.price_units_per_tick;
  return 2 * std::int64_t{units} > mid_x2 ? Side::sell : Side::buy;
}

void ItchStock::trade(const Context& context) {
  const std::uint32_t units = context.message.units();
  if (possible(units, context)) print(passive_side(units), units, context.message.added(), context);
}

void ItchStock::cross(const Context& context) {
  if (context.message.cross_shares() == 0) return;
  const std::uint32_t units = context.message.cross_units();
  if (possible(units, context)) print(Side::buy, units, context.message.cross_shares(), context);
}

void ItchStock::set_trading(const Context& context) {
  const char state = context.message.trading_state();
  if (std::string_view{"HPQT"}.find(state) == std::string_view::npos)
    return context.fault("DATA-FIELD", "trading state", "is not H, P, Q or T", kDamaged);
  const bool halted = state != 'T';
  if (halted == halted_) return;
  halted_ = halted;
  if (!halted) return tape_.resume(context.time);
  tape_.halt(context.time);
  ++report_.halts;
}

EventTape ItchStock::finish(TapeInfo info) {
  constexpr std::int64_t tolerated = 100;  // one add in so many
  if (off_tick_ * tolerated > adds_)
    faults_.add({"DATA-OFF-TICK", first_off_tick_, "price",
                 std::to_string(off_tick_) + " of " + std::to_string(adds_) + " orders of " + info.instrument.symbol +
                     " have prices below one dollar that are not a multiple of instrument.tick",
                 kItchTick});
  faults_.throw_if_any(ExitCode::bad_data);
  info.report = report_;
  return tape_.finish(std::move(info));
}

}  // namespace plimsoll
