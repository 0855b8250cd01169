#include "feed/itch_books.hpp"

#include <algorithm>

namespace plimsoll {

namespace {
constexpr std::uint32_t kAllShares = ~0u;
}  // namespace

inline OrderIds::Place ItchBooks::find(const ItchMessage& message) const {
  OrderIds::Place place = ids_.place_of(message.order(), [this](std::uint32_t slot) { return orders_[slot].id; });
  if (place.slot != kNoSlot && orders_[place.slot].locate != message.locate()) [[unlikely]]
    place.slot = kNoSlot;
  return place;
}

void ItchBooks::open_book(std::uint16_t locate) { by_locate_[locate] = &books_.emplace_back(itch_rung(1), itch_rung(kItchMostUnits)); }

inline bool ItchBooks::book(std::uint64_t id, std::uint16_t locate, Side side, std::uint32_t shares, std::uint32_t units) {
  const Ticks rung = itch_rung(units);
  if (shares == 0 || rung == kItchOffGrid) [[unlikely]]
    return false;
  const std::uint32_t slot = first_free_;
  if (slot >= orders_.size()) [[unlikely]]
    orders_.grow(orders_.size() * 2);
  Order& order = orders_[slot];
  order.id = id;
  order.rung = rung;
  order.locate = locate;
  order.side = side;
  if (!ids_.insert_new(id, slot, [this](std::uint32_t other) { return orders_[other].id; })) [[unlikely]]
    return false;
  first_free_ = slot + 1 + order.behind_link;
  if (by_locate_[locate] == nullptr) [[unlikely]]
    open_book(locate);
  by_locate_[locate]->add(orders_, slot, side, rung, shares, ++arrivals_);
  return true;
}

inline void ItchBooks::take(OrderIds::Place place, std::uint32_t shares) {
  Order& order = orders_[place.slot];
  const std::uint32_t open = order.quantity;
  by_locate_[order.locate]->reduce(orders_, place.slot, order.side, order.rung, std::min(shares, open));
  if (shares < open) return;
  ids_.erase_at(place);
  order.behind_link = first_free_ - place.slot - 1;
  first_free_ = place.slot;
}

inline void ItchBooks::add(const ItchMessage& message) {
  const char side = message.side();
  const bool is_side = (side == 'B') | (side == 'S');  // no branch: which of them it is cannot be predicted
  if (!is_side || !book(message.order(), message.locate(), side == 'B' ? Side::buy : Side::sell, message.added(), message.units()))
      [[unlikely]]
    ++dropped_;
}

inline void ItchBooks::reduce(const ItchMessage& message, std::uint32_t shares) {
  const OrderIds::Place place = find(message);
  if (place.slot == kNoSlot) [[unlikely]] {
    ++unknown_ids_;
    return;
  }
  take(place, shares);
}

inline void ItchBooks::replace(const ItchMessage& message) {
  const OrderIds::Place place = find(message);
  if (place.slot == kNoSlot) [[unlikely]] {
    ++unknown_ids_;
    return;
  }
  const Side side = orders_[place.slot].side;
  take(place, kAllShares);
  if (!book(message.new_order(), message.locate(), side, message.new_shares(), message.new_units())) ++dropped_;
}

void ItchBooks::apply_rare(ItchMessage message) {
  switch (message.type()) {
    case 'F': return add(message);
    case 'E':
    case 'C':
    case 'X': return reduce(message, message.reduced());
    case 'U': return replace(message);
    default: return;
  }
}

/// Nine of ten messages are the first two: a jump by table would cost each of them a few instructions more. `apply_rare` takes a copy, so
/// that the loop need not keep its message in memory for it.
inline void ItchBooks::apply_inline(const ItchMessage& message) {
  if (message.type() == 'A') return add(message);
  if (message.type() == 'D') return reduce(message, kAllShares);
  apply_rare(message);
}

void ItchBooks::apply(const ItchMessage& message) { apply_inline(message); }

void ItchBooks::read(ItchReader& reader, FaultList& faults) {
  const auto early = [this](const ItchMessage& message) { ids_.expect(message.order()); };
  const auto soon = [this](const ItchMessage& message) {
    // Reckoned in integers: a guess may be none of the slots, and an address that is none is not fetched.
    const std::uintptr_t at = reinterpret_cast<std::uintptr_t>(orders_.data()) + ids_.guess(message.order()) * sizeof(Order);
    __builtin_prefetch(reinterpret_cast<const void*>(at), 1);
  };
  const auto visit = [this](const ItchMessage& message) { apply_inline(message); };
  ItchMessage message;
  while (true) {
    reader.visit_in_memory(early, soon, visit);
    if (!reader.next(message, faults)) return;
    apply(message);
  }
}

}  // namespace plimsoll
