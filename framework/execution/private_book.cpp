#include "execution/private_book.hpp"

#include <algorithm>

#include "core/contract.hpp"

namespace plimsoll {

PrivateOrder& PrivateBook::by_sequence(Side side, std::uint64_t sequence) {
  auto& orders = mutable_side(side);
  const auto found =
      std::find_if(orders.rbegin(), orders.rend(), [sequence](const PrivateOrder& order) { return order.sequence == sequence; });
  EXPECT(found != orders.rend());
  return *found;
}

void PrivateBook::erase(Side side, std::uint64_t sequence) { erase(&by_sequence(side, sequence)); }

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

void PrivateBook::clear() {
  for (const Side side : {Side::buy, Side::sell}) {
    for (const PrivateOrder& order : this->side(side)) {
      subscriptions_.set_own(side, order.level, run_, kNoStamp);
      subscriptions_.set_history(side, order.level, run_, false);
    }
    mutable_side(side).clear();
    own_count_[static_cast<std::size_t>(side)] = 0;
  }
}

const PrivateOrder& PrivateBook::oldest_history() const {
  EXPECT(history_count() > 0);
  const PrivateOrder* oldest = nullptr;
  for (const auto& orders : orders_)
    for (const PrivateOrder& order : orders)
      if (!is_own(order) && (oldest == nullptr || order.sequence < oldest->sequence)) oldest = &order;
  return *oldest;
}

}  // namespace plimsoll
