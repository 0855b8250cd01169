#pragma once
/// The orders of one run that stand beside the recorded ones: those of its actors, and recorded makers whose fill an actor took.

#include <cstdint>
#include <vector>

#include "core/contract.hpp"
#include "core/units.hpp"
#include "execution/subscriptions.hpp"

namespace plimsoll {

using OrderId = std::uint64_t;
using ActorId = std::uint32_t;
inline constexpr ActorId kHistory = ~0u;  ///< owner of recorded makers that stayed unfilled because of us

/// RULES.md, "Private order". `level` is in recorded coordinates: the price an actor sees is level + J.
struct PrivateOrder {
  OrderId id = 0;
  ActorId owner = 0;
  Side side = Side::buy;
  Ticks level = 0;
  std::uint32_t stamp = 0;  ///< stands behind recorded orders with arrival < stamp
  Lots open = 0;
  std::uint64_t sequence = 0;  ///< order of entry among private orders
};

inline bool is_own(const PrivateOrder& order) { return order.owner != kHistory; }

/// Where orders of one side stand, by price, then stamp: the smaller, the further in front. A private order stands before the recorded one
/// whose arrival is its stamp.
using Standing = std::int64_t;
inline Standing standing(Side side, Ticks level, std::uint32_t stamp) { return std::int64_t{rank(side, level)} << 32 | stamp; }
inline Standing standing(const PrivateOrder& order) { return standing(order.side, order.level, order.stamp); }

/// Orders of a side, best price first, then stamp, then sequence: always as they stand now. They are kept the other way round, for history
/// orders far behind the touch stay for as long as the tape lasts and those that come and go, near the touch, must not move them.
class StandingOrders {
 public:
  explicit StandingOrders(const std::vector<PrivateOrder>& worst_first) : worst_first_{worst_first} {}
  auto begin() const { return worst_first_.rbegin(); }
  auto end() const { return worst_first_.rend(); }
  bool empty() const { return worst_first_.empty(); }
  /// Precondition: not empty.
  const PrivateOrder& front() const { return worst_first_.back(); }

 private:
  const std::vector<PrivateOrder>& worst_first_;
};

/// Thread rule: belongs to one run.
class PrivateBook {
 public:
  PrivateBook(Subscriptions& subscriptions, RunIndex run) : subscriptions_{subscriptions}, run_{run} {}

  StandingOrders side(Side side) const { return StandingOrders{orders_[static_cast<std::size_t>(side)]}; }
  bool empty() const { return orders_[0].empty() && orders_[1].empty(); }
  bool has_own() const { return own_count_[0] + own_count_[1] > 0; }
  /// How many orders of a side are no history orders: who looks for them may stop there.
  std::size_t own_count(Side side) const { return own_count_[static_cast<std::size_t>(side)]; }
  const PrivateOrder* find(OrderId id) const;
  /// Lots of all private orders at a price.
  Lots lots_at(Side side, Ticks level) const {
    Lots lots = 0;
    for (const PrivateOrder& order : this->side(side)) {
      if (better(side, level, order.level)) break;
      if (order.level == level) lots += order.open;
    }
    return lots;
  }
  std::size_t history_count() const { return orders_[0].size() + orders_[1].size() - own_count_[0] - own_count_[1]; }

  /// Puts an order in its place, behind those of its level and stamp: orders that are put back come in the order they stood in. Returns the
  /// lots of the private orders in front of it at its price.
  Lots insert(const PrivateOrder& order);
  /// Puts a history order there, or adds its lots to the one that stands last before it at its price with no own order between. Returns
  /// whether there is one more now.
  bool insert_or_join(const PrivateOrder& history);
  /// Takes `lots` from the order with that sequence; it leaves the book at zero.
  void reduce(Side side, std::uint64_t sequence, Lots lots) { reduce(by_sequence(side, sequence), lots); }
  /// The same for the order that stands first on its side. Precondition: there is one.
  void reduce_first(Side side, Lots lots) { reduce(mutable_side(side).back(), lots); }
  void erase(Side side, std::uint64_t sequence);
  /// Removes the order that find() gave.
  void erase(const PrivateOrder* found);
  /// Removes all but history orders at once; subscriptions follow. Side by side, best first.
  std::vector<PrivateOrder> take_own();
  void clear();
  /// The oldest history order, by sequence. Precondition: there is one.
  const PrivateOrder& oldest_history() const;

 private:
  std::vector<PrivateOrder>& mutable_side(Side side) { return orders_[static_cast<std::size_t>(side)]; }
  PrivateOrder& by_sequence(Side side, std::uint64_t sequence);
  void reduce(PrivateOrder& order, Lots lots);

  std::vector<PrivateOrder> orders_[2];  // worst first
  std::size_t own_count_[2] = {0, 0};
  Subscriptions& subscriptions_;
  RunIndex run_;
};

inline const PrivateOrder* PrivateBook::find(OrderId id) const {
  for (const Side side : {Side::buy, Side::sell}) {
    std::size_t left = own_count(side);
    for (auto order = this->side(side).begin(); left > 0; ++order) {
      if (!is_own(*order)) continue;
      if (order->id == id) return &*order;
      --left;
    }
  }
  return nullptr;
}

// Inlined, for then its fields are written where they stay: a copy of what was just written waits for it.
[[gnu::always_inline]] inline Lots PrivateBook::insert(const PrivateOrder& order) {
  EXPECT(order.open > 0);
  auto& orders = mutable_side(order.side);
  const Standing stands = standing(order);
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

inline void PrivateBook::erase(const PrivateOrder* found) {
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

inline void PrivateBook::reduce(PrivateOrder& order, Lots lots) {
  EXPECT(lots > 0 && lots <= order.open);
  if ((order.open -= lots) == 0) erase(&order);
}

inline bool PrivateBook::insert_or_join(const PrivateOrder& history) {
  auto& orders = mutable_side(history.side);
  const Standing stands = standing(history);
  auto at = orders.end();
  while (at != orders.begin() && standing(*(at - 1)) <= stands) --at;
  if (at != orders.end() && at->level == history.level && !is_own(*at)) {
    at->open += history.open;
    return false;
  }
  orders.insert(at, history);
  subscriptions_.set_history(history.side, history.level, run_, true);
  return true;
}

}  // namespace plimsoll
