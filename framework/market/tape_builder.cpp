#include "market/tape_builder.hpp"

#include <algorithm>
#include <utility>

#include "core/contract.hpp"

namespace plimsoll {

void TapeBuilder::reserve(std::size_t rows) {
  time_.reserve(rows);
  price_.reserve(rows);
  quantity_.reserve(rows);
  order_.reserve(rows);
  kind_.reserve(rows);
}

void TapeBuilder::row(TimePoint time, Ticks price, std::uint32_t quantity, std::uint32_t order, Action action, Side side) {
  EXPECT(time >= last_time());
  time_.push_back(time);
  price_.push_back(price);
  quantity_.push_back(quantity);
  order_.push_back(order);
  kind_.push_back(tape_kind(action, side));
}

void TapeBuilder::add(TimePoint time, std::uint64_t id, Side side, Ticks price, std::uint32_t quantity) {
  EXPECT(quantity > 0);
  EXPECT(slot_of(id) == kNoSlot);
  auto slot = static_cast<std::uint32_t>(live_.size());
  if (free_slots_.empty()) {
    live_.emplace_back();
  } else {
    slot = free_slots_.back();
    free_slots_.pop_back();
  }
  live_[slot] = {id, price, quantity, side};
  ids_.insert(id, slot);
  price_min_ = std::min(price_min_, price);
  price_max_ = std::max(price_max_, price);
  row(time, price, quantity, slot, Action::add, side);
}

std::uint32_t TapeBuilder::reduce(TimePoint time, std::uint64_t id, std::uint32_t quantity, Action action) {
  const std::uint32_t slot = slot_of(id);
  if (slot == kNoSlot || quantity == 0) return 0;
  Tenant& order = live_[slot];
  const std::uint32_t gone = std::min(quantity, order.open);
  row(time, order.price, gone, slot, action, order.side);
  order.open -= gone;
  if (order.open == 0) {
    free_slots_.push_back(slot);
    ids_.erase(id, slot);
  }
  return gone;
}

std::uint32_t TapeBuilder::cancel(TimePoint time, std::uint64_t id, std::uint32_t quantity) {
  return reduce(time, id, quantity, Action::cancel);
}
std::uint32_t TapeBuilder::fill(TimePoint time, std::uint64_t id, std::uint32_t quantity) {
  return reduce(time, id, quantity, Action::fill);
}
void TapeBuilder::trade(TimePoint time, Side passive_side, Ticks price, std::uint32_t remainder, std::uint32_t quantity) {
  EXPECT(quantity > 0);
  row(time, price, quantity, remainder, Action::trade, passive_side);
}
void TapeBuilder::clear(TimePoint time) {
  row(time, 0, 0, 0, Action::clear, Side::buy);
  ids_.clear();
  free_slots_.clear();
  for (auto slot = static_cast<std::uint32_t>(live_.size()); slot-- > 0;) free_slots_.push_back(slot);
}
void TapeBuilder::halt(TimePoint time) { row(time, 0, 0, 0, Action::halt, Side::buy); }
void TapeBuilder::resume(TimePoint time) { row(time, 0, 0, 0, Action::resume, Side::buy); }

std::optional<TapeBuilder::LiveOrder> TapeBuilder::find(std::uint64_t id) const {
  const std::uint32_t slot = slot_of(id);
  if (slot == kNoSlot) return std::nullopt;
  const Tenant& order = live_[slot];
  return LiveOrder{slot, order.side, order.price, order.open};
}

EventTape TapeBuilder::finish(TapeInfo info) {
  struct Owned {
    std::vector<TimePoint> time;
    std::vector<Ticks> price;
    std::vector<std::uint32_t> quantity, order;
    std::vector<std::uint8_t> kind;
  };
  auto owned =
      std::make_shared<Owned>(Owned{std::move(time_), std::move(price_), std::move(quantity_), std::move(order_), std::move(kind_)});
  info.slot_count = static_cast<std::uint32_t>(live_.size());
  info.price_min = price_min_ <= price_max_ ? price_min_ : 0;
  info.price_max = price_min_ <= price_max_ ? price_max_ : 0;
  const TapeColumns columns{owned->time, owned->price, owned->quantity, owned->order, owned->kind};
  *this = TapeBuilder{};
  info.content_hash = EventTape{info, columns, owned}.compute_hash();
  return EventTape{std::move(info), columns, owned};
}

}  // namespace plimsoll
