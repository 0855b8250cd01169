#include "feed/itch_books.hpp"

#include <algorithm>

namespace plimsoll {

namespace {
constexpr std::uint32_t kAllShares = ~0u;
}

inline bool ItchBooks::Stock::add(std::uint64_t id, Side side, std::uint32_t shares, std::uint32_t units) {
  const Ticks rung = itch_rung(units);
  if (shares == 0 || rung == kItchOffGrid) [[unlikely]]
    return false;
  const std::uint32_t slot = first_free;
  if (!ids.insert_new(id, slot, [this](std::uint32_t other) { return orders[other].id; })) [[unlikely]]
    return false;
  first_free = orders[slot].next_free;
  if (first_free == kNoSlot) [[unlikely]] {
    first_free = static_cast<std::uint32_t>(orders.size());
    orders.push_back({0, 0, kNoSlot});
  }
  orders[slot].id = id;
  orders[slot].rung = side == Side::buy ? rung : ~rung;
  book.apply({0, rung, shares, slot, Action::add, side});
  return true;
}

inline void ItchBooks::Stock::take(std::uint32_t slot, std::uint32_t shares) {
  Order& order = orders[slot];
  const std::uint32_t open = book.order(slot).quantity;
  book.apply({0, order.price(), std::min(shares, open), slot, Action::cancel, order.side()});
  if (shares < open) return;
  ids.erase(order.id, slot);
  order.next_free = first_free;
  first_free = slot;
}

inline void ItchBooks::add(const ItchMessage& message) {
  const char side = message.side();
  auto& stock = stocks_[message.locate()];
  if (!stock) [[unlikely]]
    stock = std::make_unique<Stock>();
  const bool is_side = side == 'B' || side == 'S';
  if (!is_side || !stock->add(message.order(), side == 'B' ? Side::buy : Side::sell, message.added(), message.units())) [[unlikely]]
    ++dropped_;
}

inline void ItchBooks::reduce(const ItchMessage& message, std::uint32_t shares) {
  Stock* stock = stocks_[message.locate()].get();
  const std::uint32_t slot = stock != nullptr ? stock->find(message.order()) : kNoSlot;
  if (slot == kNoSlot) [[unlikely]] {
    ++unknown_ids_;
    return;
  }
  stock->take(slot, shares);
}

inline void ItchBooks::replace(const ItchMessage& message) {
  Stock* stock = stocks_[message.locate()].get();
  const std::uint32_t slot = stock != nullptr ? stock->find(message.order()) : kNoSlot;
  if (slot == kNoSlot) [[unlikely]] {
    ++unknown_ids_;
    return;
  }
  const Side side = stock->orders[slot].side();
  stock->take(slot, kAllShares);
  if (!stock->add(message.new_order(), side, message.new_shares(), message.new_units())) ++dropped_;
}

inline void ItchBooks::apply_inline(const ItchMessage& message) {
  switch (message.type()) {
    case 'A':
    case 'F': return add(message);
    case 'D': return reduce(message, kAllShares);
    case 'E':
    case 'C':
    case 'X': return reduce(message, message.reduced());
    case 'U': return replace(message);
    default: return;
  }
}

void ItchBooks::apply(const ItchMessage& message) { apply_inline(message); }

void ItchBooks::read(ItchReader& reader, FaultList& faults) {
  const auto visit = [this](const ItchMessage& message) { apply_inline(message); };
  const auto expect = [this](const ItchMessage& message) {
    // Every message of this length or more has 8 bytes where those of an order have its reference.
    const Stock* stock = stocks_[message.locate()].get();
    if (stock != nullptr && message.length() >= kItchLengths['D']) stock->ids.expect(message.order());
  };
  ItchMessage message;
  while (true) {
    reader.visit_in_memory(visit, expect);
    if (!reader.next(message, faults)) return;
    apply(message);
  }
}

}  // namespace plimsoll
