#include "execution/private_book.hpp"

#include <algorithm>

#include "core/contract.hpp"

namespace plimsoll {

namespace {
bool is_own(const PrivateOrder& order) { return order.owner != kHistory; }
/// Orders of one side by price, then stamp: who has the smaller one stands in front.
std::int64_t standing(const PrivateOrder& order) { return std::int64_t{rank(order.side, order.level)} << 32 | order.stamp; }
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

PrivateOrder& PrivateBook::by_sequence(Side side, std::uint64_t sequence) {
  auto& orders = mutable_side(side);
  const auto found =
      std::find_if(orders.rbegin(), orders.rend(), [sequence](const PrivateOrder& order) { return order.sequence == sequence; });
  EXPECT(found != orders.rend());
  return *found;
}

Lots PrivateBook::insert(const PrivateOrder& order) {
  EXPECT(order.open > 0);
  auto& orders = mutable_side(order.side);
  const std::int64_t stands = standing(order);
  Lots lots_in_front = 0;
  bool own_in_front = false;
  orders.emplace_back();
  auto at = orders.end() - 1;
  for (; at != orders.begin() && standing(*(at - 1)) <= stands; --at) {
    *at = *(at - 1);
    if (at->level != order.level) continue;
    lots_in_front += at->open;
    own_in_front |= is_own(*at);
  }
  *at = order;
  if (is_own(order)) {
    ++own_count_[static_cast<std::size_t>(order.side)];
    if (!own_in_front) subscriptions_.set_own(order.side, order.level, run_, order.stamp);
  } else {
    subscriptions_.set_history(order.side, order.level, run_, true);
  }
  return lots_in_front;
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
  PrivateOrder& order = by_sequence(side, sequence);
  EXPECT(lots > 0 && lots <= order.open);
  if ((order.open -= lots) == 0) erase(&order);
}

void PrivateBook::erase(Side side, std::uint64_t sequence) { erase(&by_sequence(side, sequence)); }

void PrivateBook::erase(const PrivateOrder* found) {
  const Side side = found->side;
  const Ticks level = found->level;
  const bool own = is_own(*found);
  auto& orders = mutable_side(side);
  auto place = orders.erase(orders.begin() + (found - orders.data()));  // now that of the next in front of it
  if (own) --own_count_[static_cast<std::size_t>(side)];
  while (place != orders.end() && place->level == level) ++place;
  const PrivateOrder* first = nullptr;  // of its kind that is left there
  for (; first == nullptr && place != orders.begin() && (place - 1)->level == level; --place)
    if (is_own(*(place - 1)) == own) first = &*(place - 1);
  if (own) {
    subscriptions_.set_own(side, level, run_, first == nullptr ? kNoStamp : first->stamp);
  } else {
    subscriptions_.set_history(side, level, run_, first != nullptr);
  }
}

std::vector<PrivateOrder> PrivateBook::take_all() {
  std::vector<PrivateOrder> all;
  for (const Side side : {Side::buy, Side::sell}) {
    for (const PrivateOrder& order : this->side(side)) {
      if (is_own(order)) subscriptions_.set_own(side, order.level, run_, kNoStamp);
      else subscriptions_.set_history(side, order.level, run_, false);
      all.push_back(order);
    }
    mutable_side(side).clear();
  }
  own_count_[0] = own_count_[1] = 0;
  return all;
}

std::vector<PrivateOrder> PrivateBook::take_own() {
  std::vector<PrivateOrder> own;
  for (const Side side : {Side::buy, Side::sell}) {
    auto& orders = mutable_side(side);
    auto worst = orders.end();
    for (std::size_t left = own_count(side); left > 0;) {
      if (!is_own(*--worst)) continue;
      own.push_back(*worst);
      subscriptions_.set_own(side, worst->level, run_, kNoStamp);
      --left;
    }
    orders.erase(std::remove_if(worst, orders.end(), is_own), orders.end());
    own_count_[static_cast<std::size_t>(side)] = 0;
  }
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
