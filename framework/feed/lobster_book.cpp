#include "feed/lobster_book.hpp"

#include <algorithm>

#include "core/contract.hpp"

namespace plimsoll {

namespace {
bool is_anonymous(std::uint64_t id) { return id >= kFirstAnonymousId; }
}  // namespace

void LobsterBook::note(LobsterNote::Kind kind, std::size_t line, Side side, Ticks price, Lots lots) {
  if (notes_ != nullptr) notes_->push_back({kind, line, side, price, lots});
}

Lots LobsterBook::lots_at(Side side, Ticks price) {
  const auto found = ladder(side).find(key(side, price));
  return found == ladder(side).end() ? 0 : found->second.lots;
}

void LobsterBook::put(TimePoint time, std::uint64_t id, Side side, Ticks price, std::uint32_t lots) {
  tape_.add(time, id, side, price, lots);
  Level& level = ladder(side)[key(side, price)];
  level.lots += lots;
  level.queue.push_back(id);
}

void LobsterBook::put_anonymous(TimePoint time, Side side, Ticks price, Lots lots) {
  EXPECT(lots > 0 && lots <= std::int64_t{std::numeric_limits<std::uint32_t>::max()});
  put(time, next_anonymous_++, side, price, static_cast<std::uint32_t>(lots));
}

Lots LobsterBook::take(TimePoint time, std::uint64_t id, Lots lots, Action action) {
  const auto order = tape_.find(id);
  EXPECT(order.has_value());
  const auto asked = static_cast<std::uint32_t>(std::min<Lots>(lots, order->open));
  const Lots taken = action == Action::fill ? tape_.fill(time, id, asked) : tape_.cancel(time, id, asked);
  const auto at = ladder(order->side).find(key(order->side, order->price));
  EXPECT(at != ladder(order->side).end());
  Level& level = at->second;
  level.lots -= taken;
  if (taken == Lots{order->open}) level.queue.erase(std::find(level.queue.begin(), level.queue.end(), id));
  if (level.lots == 0) ladder(order->side).erase(at);
  return taken;
}

Lots LobsterBook::take_anonymous(TimePoint time, Side side, Ticks price, Lots lots, Action action) {
  Lots taken = 0;
  while (taken < lots) {
    const auto at = ladder(side).find(key(side, price));
    if (at == ladder(side).end()) break;
    const auto front = std::find_if(at->second.queue.begin(), at->second.queue.end(), is_anonymous);
    if (front == at->second.queue.end()) break;
    taken += take(time, *front, lots - taken, action);
  }
  return taken;
}

void LobsterBook::remove_excess(TimePoint time, Side side, Ticks price, Lots lots) {
  Lots left = lots - take_anonymous(time, side, price, lots, Action::cancel);
  while (left > 0) left -= take(time, ladder(side).at(key(side, price)).queue.back(), left, Action::cancel);
}

void LobsterBook::seed(TimePoint time, const LobsterBookRow& after_first, const LobsterMessage& first) {
  const bool added = first.type == LobsterType::add;
  const bool removed = first.type >= LobsterType::partial_cancel && first.type <= LobsterType::execution;
  for (const Side side : {Side::buy, Side::sell}) {
    std::map<Ticks, Lots> before;
    for (const LobsterLevel& level : after_first.of(side)) before[key(side, level.price)] = level.lots;
    if (side == first.side && added) before[key(side, first.price)] -= first.quantity;
    if (side == first.side && removed) before[key(side, first.price)] += first.quantity;
    for (const auto& [at, lots] : before) {
      if (lots <= 0) continue;  // the level is message 1 alone
      put_anonymous(time, side, key(side, at), lots);
      ++report_.invented;
      note(LobsterNote::Kind::seed, first.line, side, key(side, at), lots);
    }
  }
}

void LobsterBook::apply(TimePoint time, const LobsterMessage& message) {
  switch (message.type) {
    case LobsterType::add: return add(time, message);
    case LobsterType::partial_cancel:
    case LobsterType::remove: return reduce(time, message, Action::cancel);
    case LobsterType::execution: return reduce(time, message, Action::fill);
    case LobsterType::hidden_execution:
    case LobsterType::cross: return tape_.trade(time, message.side, message.price, message.remainder, message.quantity);
    case LobsterType::status:
      if (message.price == -1) {
        tape_.halt(time);
        ++report_.halts;
      } else if (message.price == 1) {
        tape_.resume(time);
      }  // 0: quoting resumes, continuous trading does not
      return;
  }
}

void LobsterBook::add(TimePoint time, const LobsterMessage& message) {
  if (tape_.find(message.id)) {
    ++report_.dropped;  // the id is taken: one of the two rows is wrong and nothing says which
    return;
  }
  put(time, message.id, message.side, message.price, message.quantity);
}

void LobsterBook::reduce(TimePoint time, const LobsterMessage& message, Action action) {
  const auto order = tape_.find(message.id);
  if (!order) return reduce_unknown(time, message, action);
  const bool whole = message.type == LobsterType::remove;
  const bool agrees = order->price == message.price && order->side == message.side &&
                      (whole ? order->open == message.quantity : order->open >= message.quantity);
  if (!agrees) ++report_.repaired;
  take(time, message.id, whole ? order->open : message.quantity, action);
}

void LobsterBook::reduce_unknown(TimePoint time, const LobsterMessage& message, Action action) {
  ++report_.unknown_ids;
  const Lots found = take_anonymous(time, message.side, message.price, message.quantity, action);
  note(LobsterNote::Kind::unknown_id, message.line, message.side, message.price, found);
  const Lots rest = message.quantity - found;
  if (rest == 0) return;
  if (action == Action::fill) {
    tape_.trade(time, message.side, message.price, 0, static_cast<std::uint32_t>(rest));
  } else if (found == 0) {
    ++report_.dropped;
  }
}

void LobsterBook::merge(TimePoint time, std::size_t line, const LobsterBookRow& row) {
  for (const Side side : {Side::buy, Side::sell}) merge_side(time, line, side, row.of(side), row.of(side).size() < row.window);
}

void LobsterBook::merge_side(TimePoint time, std::size_t line, Side side, const std::vector<LobsterLevel>& levels, bool whole_side) {
  // What we hold inside the window and the vendor does not: gathered first, because removing a level changes the ladder.
  std::vector<Ticks> ghosts;
  std::size_t next = 0;
  for (const auto& [at, level] : ladder(side)) {
    const Ticks price = key(side, at);
    while (next < levels.size() && better(side, levels[next].price, price)) ++next;
    if (next == levels.size() && !whole_side) break;
    if (next == levels.size() || levels[next].price != price) ghosts.push_back(price);
  }
  for (const Ticks ghost : ghosts) correct(time, line, side, ghost, 0);
  for (const LobsterLevel& vendor : levels) correct(time, line, side, vendor.price, vendor.lots);
  window_end_[static_cast<std::size_t>(side)] = whole_side ? no_price(side) : levels.back().price;
}

void LobsterBook::correct(TimePoint time, std::size_t line, Side side, Ticks price, Lots lots) {
  const Lots missing = lots - lots_at(side, price);
  if (missing == 0) return;
  if (missing > 0) {
    put_anonymous(time, side, price, missing);
  } else {
    remove_excess(time, side, price, -missing);
  }
  using Kind = LobsterNote::Kind;
  const bool was_inside = at_least_as_good(side, price, window_end_[static_cast<std::size_t>(side)]);
  const Kind kind = was_inside ? Kind::repair : missing > 0 ? Kind::reveal : Kind::vanished;
  ++(kind == Kind::reveal ? report_.invented : report_.repaired);
  note(kind, line, side, price, missing);
}

}  // namespace plimsoll
