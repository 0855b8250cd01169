#include "feed/itch_books.hpp"

#include <algorithm>

namespace plimsoll {

namespace {
constexpr std::uint32_t kAllShares = ~0u;
constexpr std::size_t kBatch = 16;

constexpr std::array<bool, 256> types(std::string_view which) {
  std::array<bool, 256> out{};
  for (const char type : which) out[static_cast<unsigned char>(type)] = true;
  return out;
}
constexpr std::array<bool, 256> kNamesOrder = types("AFECXDU");
bool names_order(const ItchMessage& message) { return kNamesOrder[static_cast<unsigned char>(message.type())]; }
bool adds_order(const ItchMessage& message) { return message.type() == 'A' || message.type() == 'F'; }

std::uint32_t take_slot(std::vector<std::uint32_t>& free, std::uint32_t& used) {
  if (free.empty()) return used++;
  const std::uint32_t slot = free.back();
  free.pop_back();
  return slot;
}
}  // namespace

std::uint32_t ItchBooks::find(std::uint64_t id, std::uint16_t locate) {
  const std::uint32_t at = ids_.find(id, [this](std::uint32_t slot) { return orders_[slot].id; });
  if (at != kNoSlot && orders_[at].locate == locate) [[likely]]
    return at;
  ++unknown_ids_;
  return kNoSlot;
}

void ItchBooks::add(std::uint16_t locate, std::uint64_t id, Side side, std::uint32_t shares, std::uint32_t units) {
  if (shares == 0 || !itch_on_grid(units) || ids_.find(id, [this](std::uint32_t slot) { return orders_[slot].id; }) != kNoSlot)
      [[unlikely]] {
    ++dropped_;
    return;
  }
  Stock& stock = books_[locate];
  if (!stock.book) [[unlikely]]
    stock.book = std::make_unique<OrderBook>(itch_rung(1), itch_rung(kItchMostUnits));
  const std::uint32_t at = take_slot(free_orders_, used_orders_);
  if (at == orders_.size()) orders_.emplace_back();
  const std::uint32_t slot = take_slot(stock.free_slots, stock.used_slots);
  const Ticks rung = itch_rung(units);
  orders_[at] = {id, slot, side == Side::buy ? rung : ~rung, locate};
  ids_.insert(id, at);
  stock.book->apply({0, rung, shares, slot, Action::add, side});
}

void ItchBooks::reduce(std::uint16_t locate, std::uint64_t id, std::uint32_t shares) {
  const std::uint32_t at = find(id, locate);
  if (at != kNoSlot) take(at, shares);
}

void ItchBooks::take(std::uint32_t at, std::uint32_t shares) {
  const Order& order = orders_[at];
  Stock& stock = books_[order.locate];
  const std::uint32_t open = stock.book->order(order.slot).quantity;
  stock.book->apply({0, order.price(), std::min(shares, open), order.slot, Action::cancel, order.side()});
  if (shares < open) return;
  stock.free_slots.push_back(order.slot);
  free_orders_.push_back(at);
  ids_.erase(order.id, at);
}

void ItchBooks::replace(const ItchMessage& message) {
  const std::uint32_t at = find(message.order(), message.locate());
  if (at == kNoSlot) return;
  const Side side = orders_[at].side();
  take(at, kAllShares);
  add(message.locate(), message.new_order(), side, message.new_shares(), message.new_units());
}

void ItchBooks::apply(const ItchMessage& message) {
  ++messages_;
  switch (message.type()) {
    case 'A':
    case 'F':
      if (message.side() != 'B' && message.side() != 'S') [[unlikely]] {
        ++dropped_;
        return;
      }
      return add(message.locate(), message.order(), message.side() == 'B' ? Side::buy : Side::sell, message.added(), message.units());
    case 'D': return reduce(message.locate(), message.order(), kAllShares);
    case 'E':
    case 'C':
    case 'X': return reduce(message.locate(), message.order(), message.reduced());
    case 'U': return replace(message);
    default: return;
  }
}

void ItchBooks::expect_reference(const ItchMessage& message) const {
  if (!names_order(message)) return;
  ids_.expect(message.order());
  if (message.type() == 'U') ids_.expect(message.new_order());
}

void ItchBooks::expect_order(const ItchMessage& message) const {
  if (!names_order(message)) return;
  const std::uint32_t at = ids_.guess(message.order());
  if (at < orders_.size()) __builtin_prefetch(&orders_[at], 1);
}

void ItchBooks::expect_level(const ItchMessage& message) const {
  if (!names_order(message)) return;
  const OrderBook* book = books_[message.locate()].book.get();
  if (book == nullptr) return;
  if (adds_order(message)) {
    const Side side = message.side() == 'B' ? Side::buy : Side::sell;
    __builtin_prefetch(&book->level(side, itch_rung(message.units())), 1);
    return;
  }
  const std::uint32_t at = ids_.guess(message.order());
  if (at >= orders_.size()) return;
  const Order& order = orders_[at];
  book->expect(order.slot);
  __builtin_prefetch(&book->level(order.side(), order.price()), 1);
}

void ItchBooks::read(ItchReader& reader, FaultList& faults) {
  ItchMessage message;
  while (reader.next(message, faults)) apply(message);
}

}  // namespace plimsoll
