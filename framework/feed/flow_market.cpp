#include "feed/flow_market.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "core/contract.hpp"

namespace plimsoll {

namespace {
constexpr Ticks kFirstRoom = 2'048;  ///< prices on each side of the first one
}

FlowMarket::FlowMarket(Ticks mid) : best_{mid - 1, mid + 1} {}

/// Keeps the old prices in the middle of the new range, so that a wandering price makes room ever more rarely.
void FlowMarket::make_room(Ticks price) {
  const bool first = levels_[0].empty();
  const std::size_t old_size = levels_[0].size();
  const std::int64_t old_first = first_price_;
  const std::int64_t margin = std::max<std::int64_t>(kFirstRoom, static_cast<std::int64_t>(old_size));
  const std::int64_t low = first ? price : std::min<std::int64_t>(price, old_first);
  const std::int64_t high = first ? price : std::max<std::int64_t>(price, old_first + static_cast<std::int64_t>(old_size) - 1);
  first_price_ = static_cast<Ticks>(std::max<std::int64_t>(0, low - margin));
  const auto size = static_cast<std::size_t>(high + margin - first_price_ + 1);
  for (std::size_t side = 0; side < 2; ++side) {
    std::vector<Level> levels(size);
    occupied_[side] = PriceBitmap{size};
    for (std::size_t i = 0; i < old_size; ++i) {
      const std::size_t to = i + static_cast<std::size_t>(old_first - first_price_);
      levels[to] = levels_[side][i];
      if (levels[to].lots > 0) occupied_[side].set(to);
    }
    levels_[side] = std::move(levels);
  }
}

void FlowMarket::row(TimePoint now, Ticks price, std::uint32_t lots, std::uint32_t order, Action action, Side side) {
  if (!open_) return;
  time_.push_back(now);
  price_.push_back(price);
  quantity_.push_back(lots);
  order_.push_back(order);
  kind_.push_back(tape_kind(action, side));
}

void FlowMarket::reserve(std::size_t rows) {
  time_.reserve(rows);
  price_.reserve(rows);
  quantity_.reserve(rows);
  order_.reserve(rows);
  kind_.reserve(rows);
}

void FlowMarket::enqueue(std::uint32_t slot) {
  Order& order = orders_[slot];
  Level& queue = level(order.side, order.price);
  order.ahead = queue.back;
  order.behind = kNobody;
  (queue.back != kNobody ? orders_[queue.back].behind : queue.front) = slot;
  queue.back = slot;
  queue.lots += order.open;
}

void FlowMarket::add(TimePoint now, Side side, Ticks price, std::uint32_t lots) {
  EXPECT(lots > 0);
  if (!inside(price)) make_room(price);
  std::uint32_t slot = static_cast<std::uint32_t>(orders_.size());
  if (free_slots_.empty()) {
    orders_.emplace_back();
  } else {
    slot = free_slots_.back();
    free_slots_.pop_back();
  }
  orders_[slot] = {kNobody, kNobody, lots, static_cast<std::uint32_t>(live_.size()), price, side};
  live_.push_back(slot);
  if (level(side, price).lots == 0) {
    occupied_[index(side)].set(at(price));
    if (empty(side) || better(side, price, best(side))) best_[index(side)] = price;
  }
  enqueue(slot);
  ++orders_on_[index(side)];
  if (!open_) return;
  price_min_ = std::min(price_min_, price);
  price_max_ = std::max(price_max_, price);
  row(now, price, lots, slot, Action::add, side);
}

std::uint32_t FlowMarket::take(TimePoint now, std::uint32_t slot, std::uint64_t wanted, Action action) {
  Order& order = orders_[slot];
  const auto lots = static_cast<std::uint32_t>(std::min<std::uint64_t>(wanted, order.open));
  row(now, order.price, lots, slot, action, order.side);
  level(order.side, order.price).lots -= lots;
  if ((order.open -= lots) == 0) leave(slot);
  return lots;
}

void FlowMarket::leave(std::uint32_t slot) {
  const Order& order = orders_[slot];
  const std::size_t side = index(order.side);
  Level& queue = level(order.side, order.price);
  (order.ahead != kNobody ? orders_[order.ahead].behind : queue.front) = order.behind;
  (order.behind != kNobody ? orders_[order.behind].ahead : queue.back) = order.ahead;
  live_[order.place] = live_.back();
  orders_[live_.back()].place = order.place;
  live_.pop_back();
  free_slots_.push_back(slot);
  --orders_on_[side];
  if (queue.front != kNobody) return;
  occupied_[side].reset(at(order.price));
  if (order.price != best_[side] || orders_on_[side] == 0) return;
  const std::size_t next =
      order.side == Side::buy ? occupied_[side].last_at_or_below(at(order.price)) : occupied_[side].first_at_or_above(at(order.price));
  ENSURE(next != PriceBitmap::npos);
  best_[side] = first_price_ + static_cast<Ticks>(next);
}

std::uint64_t FlowMarket::execute(TimePoint now, Side makers, std::uint64_t lots) {
  while (lots > 0 && !empty(makers)) lots -= take(now, level(makers, best(makers)).front, lots, Action::fill);
  return lots;
}

void FlowMarket::trade_at_half_ticks(TimePoint now, Side passive, std::int64_t half_ticks, std::uint32_t lots) {
  EXPECT(lots > 0 && half_ticks >= 0);
  row(now, static_cast<Ticks>(half_ticks / 2), lots, static_cast<std::uint32_t>(half_ticks % 2), Action::trade, passive);
}

void FlowMarket::open(TimePoint start) {
  EXPECT(!open_);
  open_ = true;
  // From here on slots are the tape's: numbered anew in the order of the opening rows.
  std::vector<Order> opening;
  std::vector<std::uint32_t> new_slot(orders_.size());
  for (const Side side : {Side::buy, Side::sell}) {
    std::size_t left = orders_on_[index(side)];
    for (Ticks price = best(side); left > 0; price = worse_by(side, price, 1)) {
      for (std::uint32_t slot = level(side, price).front; slot != kNobody; slot = orders_[slot].behind, --left) {
        new_slot[slot] = static_cast<std::uint32_t>(opening.size());
        opening.push_back(orders_[slot]);
      }
      level(side, price) = Level{};
    }
  }
  for (std::uint32_t& slot : live_) slot = new_slot[slot];
  orders_ = std::move(opening);
  free_slots_.clear();
  for (std::uint32_t slot = 0; slot < orders_.size(); ++slot) {
    const Order& order = orders_[slot];
    enqueue(slot);
    price_min_ = std::min(price_min_, order.price);
    price_max_ = std::max(price_max_, order.price);
    row(start, order.price, order.open, slot, Action::add, order.side);
  }
}

EventTape FlowMarket::finish(TapeInfo info) && {
  struct Columns {
    std::vector<TimePoint> time;
    std::vector<Ticks> price;
    std::vector<std::uint32_t> quantity, order;
    std::vector<std::uint8_t> kind;
  };
  auto own = std::make_shared<const Columns>(
      Columns{std::move(time_), std::move(price_), std::move(quantity_), std::move(order_), std::move(kind_)});
  const bool any = price_min_ <= price_max_;
  info.slot_count = static_cast<std::uint32_t>(open_ ? orders_.size() : 0);
  info.price_min = any ? price_min_ : 0;
  info.price_max = any ? price_max_ : 0;
  const TapeColumns columns{own->time, own->price, own->quantity, own->order, own->kind};
  info.content_hash = EventTape{info, columns, own}.compute_hash();
  return EventTape{std::move(info), columns, own};
}

}  // namespace plimsoll
