#include "execution/private_book.hpp"

#include <algorithm>
#include <iterator>

#include "core/contract.hpp"

namespace plimsoll {

namespace {
bool stands_before(const PrivateOrder& a, const PrivateOrder& b) {
  if (a.level != b.level) return better(a.side, a.level, b.level);
  return a.stamp != b.stamp ? a.stamp < b.stamp : a.sequence < b.sequence;
}
auto by_sequence(std::vector<PrivateOrder>& orders, std::uint64_t sequence) {
  const auto found =
      std::find_if(orders.rbegin(), orders.rend(), [sequence](const PrivateOrder& order) { return order.sequence == sequence; });
  EXPECT(found != orders.rend());
  return found;
}
}  // namespace

const PrivateOrder* PrivateBook::find(OrderId id) const {
  for (const Side side : {Side::buy, Side::sell}) {
    std::size_t left = own_count(side);
    for (auto order = this->side(side).begin(); left > 0; ++order) {
      if (order->owner == kHistory) continue;
      if (order->id == id) return &*order;
      --left;
    }
  }
  return nullptr;
}

void PrivateBook::announce(Side side, Ticks level) {
  std::uint32_t own_stamp = kNoStamp;
  bool history = false;
  for (const PrivateOrder& order : this->side(side)) {
    if (better(side, level, order.level)) break;
    if (order.level != level) continue;
    if (order.owner == kHistory) {
      history = true;
    } else if (own_stamp == kNoStamp) {
      own_stamp = order.stamp;  // sorted: the first is the smallest
    }
  }
  subscriptions_.set_resting(side, level, run_, own_stamp, history);
}

void PrivateBook::insert(const PrivateOrder& order) {
  EXPECT(order.open > 0);
  auto& orders = mutable_side(order.side);
  orders.push_back(order);
  auto at = orders.end() - 1;
  for (; at != orders.begin() && stands_before(*(at - 1), order); --at) *at = *(at - 1);
  *at = order;
  if (order.owner != kHistory) ++own_count_[static_cast<std::size_t>(order.side)];
  announce(order.side, order.level);
}

bool PrivateBook::grow_history(Side side, Ticks level, std::uint32_t stamp, Lots lots) {
  auto& orders = mutable_side(side);
  PrivateOrder* last = nullptr;
  for (auto order = orders.rbegin(); order != orders.rend(); ++order) {
    if (better(side, level, order->level) || (order->level == level && order->stamp > stamp)) break;
    if (order->level == level) last = &*order;
  }
  if (last == nullptr || last->owner != kHistory) return false;
  last->open += lots;
  return true;
}

void PrivateBook::reduce(Side side, std::uint64_t sequence, Lots lots) {
  const auto order = by_sequence(mutable_side(side), sequence);
  EXPECT(lots > 0 && lots <= order->open);
  if ((order->open -= lots) == 0) take(&*order);
}

void PrivateBook::erase(Side side, std::uint64_t sequence) { take(&*by_sequence(mutable_side(side), sequence)); }

PrivateOrder PrivateBook::take(const PrivateOrder* found) {
  const PrivateOrder order = *found;
  auto& orders = mutable_side(order.side);
  if (order.owner != kHistory) --own_count_[static_cast<std::size_t>(order.side)];
  orders.erase(orders.begin() + (found - orders.data()));
  announce(order.side, order.level);
  return order;
}

std::vector<PrivateOrder> PrivateBook::take_all() {
  std::vector<PrivateOrder> all;
  for (auto& orders : orders_) {
    for (std::size_t i = 0; i < orders.size(); ++i) {
      if (i == 0 || orders[i].level != orders[i - 1].level)
        subscriptions_.set_resting(orders[i].side, orders[i].level, run_, kNoStamp, false);
      all.push_back(orders[i]);
    }
    orders.clear();
  }
  own_count_[0] = own_count_[1] = 0;
  return all;
}

std::vector<PrivateOrder> PrivateBook::take_own() {
  const auto is_own = [](const PrivateOrder& order) { return order.owner != kHistory; };
  std::vector<PrivateOrder> own;
  for (const Side side : {Side::buy, Side::sell}) {
    auto& orders = mutable_side(side);
    auto worst = orders.end();
    for (std::size_t left = own_count(side); left > 0; left -= is_own(*worst) ? 1 : 0) --worst;
    std::copy_if(worst, orders.end(), std::back_inserter(own), is_own);
    orders.erase(std::remove_if(worst, orders.end(), is_own), orders.end());
    own_count_[static_cast<std::size_t>(side)] = 0;
  }
  for (const PrivateOrder& order : own) announce(order.side, order.level);
  return own;
}

const PrivateOrder& PrivateBook::oldest_history() const {
  EXPECT(history_count() > 0);
  const PrivateOrder* oldest = nullptr;
  for (const auto& orders : orders_)
    for (const PrivateOrder& order : orders)
      if (order.owner == kHistory && (oldest == nullptr || order.sequence < oldest->sequence)) oldest = &order;
  return *oldest;
}

}  // namespace plimsoll
