#include "execution/private_book.hpp"

#include <algorithm>
#include <tuple>

#include "core/contract.hpp"

namespace plimsoll {

namespace {
bool stands_before(const PrivateOrder& a, const PrivateOrder& b) {
  if (a.level != b.level) return better(a.side, a.level, b.level);
  return std::tie(a.stamp, a.sequence) < std::tie(b.stamp, b.sequence);
}
auto by_sequence(std::vector<PrivateOrder>& orders, std::uint64_t sequence) {
  const auto found =
      std::find_if(orders.begin(), orders.end(), [sequence](const PrivateOrder& order) { return order.sequence == sequence; });
  EXPECT(found != orders.end());
  return found;
}
}  // namespace

const PrivateOrder* PrivateBook::find(OrderId id) const {
  for (const auto& orders : orders_)
    for (const PrivateOrder& order : orders)
      if (order.id == id && order.owner != kHistory) return &order;
  return nullptr;
}

Lots PrivateBook::lots_at(Side side, Ticks level) const {
  Lots lots = 0;
  for (const PrivateOrder& order : this->side(side)) {
    if (order.level == level) lots += order.open;
    if (better(side, level, order.level)) break;
  }
  return lots;
}

bool PrivateBook::occupied(Side side, Ticks level) const {
  const auto& orders = this->side(side);
  return std::any_of(orders.begin(), orders.end(), [level](const PrivateOrder& order) { return order.level == level; });
}

void PrivateBook::insert(const PrivateOrder& order) {
  EXPECT(order.open > 0);
  if (!occupied(order.side, order.level)) subscriptions_.rest(order.side, order.level, run_);
  auto& orders = mutable_side(order.side);
  orders.insert(std::upper_bound(orders.begin(), orders.end(), order, stands_before), order);
  if (order.owner == kHistory) ++history_count_;
}

void PrivateBook::reduce(Side side, std::uint64_t sequence, Lots lots) {
  const auto order = by_sequence(mutable_side(side), sequence);
  EXPECT(lots > 0 && lots <= order->open);
  if ((order->open -= lots) == 0) erase(side, sequence);
}

void PrivateBook::erase(Side side, std::uint64_t sequence) {
  auto& orders = mutable_side(side);
  const auto order = by_sequence(orders, sequence);
  const Ticks level = order->level;
  if (order->owner == kHistory) --history_count_;
  orders.erase(order);
  if (!occupied(side, level)) subscriptions_.leave(side, level, run_);
}

std::vector<PrivateOrder> PrivateBook::take_all() {
  std::vector<PrivateOrder> all;
  for (auto& orders : orders_) {
    for (std::size_t i = 0; i < orders.size(); ++i) {
      if (i == 0 || orders[i].level != orders[i - 1].level) subscriptions_.leave(orders[i].side, orders[i].level, run_);
      all.push_back(orders[i]);
    }
    orders.clear();
  }
  history_count_ = 0;
  return all;
}

const PrivateOrder& PrivateBook::oldest_history() const {
  EXPECT(history_count_ > 0);
  const PrivateOrder* oldest = nullptr;
  for (const auto& orders : orders_)
    for (const PrivateOrder& order : orders)
      if (order.owner == kHistory && (oldest == nullptr || order.sequence < oldest->sequence)) oldest = &order;
  return *oldest;
}

}  // namespace plimsoll
