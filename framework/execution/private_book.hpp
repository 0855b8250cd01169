#pragma once
/// The orders of one run that stand beside the recorded ones: those of its actors, and recorded makers whose fill an actor took.

#include <cstdint>
#include <vector>

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

  /// Puts an order behind all that are not behind it by level and stamp: orders that are put back come in the order they stood in. Returns
  /// the lots of the private orders in front of it at its price.
  Lots insert(const PrivateOrder& order);
  /// Adds `lots` to the history order that stands before (level, stamp) on its side with no own order between; false when there is none.
  bool grow_history(Side side, Ticks level, std::uint32_t stamp, Lots lots);
  /// Takes `lots` from the order with that sequence; it leaves the book at zero.
  void reduce(Side side, std::uint64_t sequence, Lots lots);
  void erase(Side side, std::uint64_t sequence);
  /// Removes the order that find() gave.
  void erase(const PrivateOrder* found);
  /// Removes all orders at once, side by side, best first; subscriptions follow.
  std::vector<PrivateOrder> take_all();
  /// The same for all but history orders.
  std::vector<PrivateOrder> take_own();
  void clear() { take_all(); }
  /// Sequence of the oldest history order. Precondition: there is one.
  const PrivateOrder& oldest_history() const;

 private:
  std::vector<PrivateOrder>& mutable_side(Side side) { return orders_[static_cast<std::size_t>(side)]; }
  PrivateOrder& by_sequence(Side side, std::uint64_t sequence);

  std::vector<PrivateOrder> orders_[2];  // worst first
  std::size_t own_count_[2] = {0, 0};
  Subscriptions& subscriptions_;
  RunIndex run_;
};

}  // namespace plimsoll
