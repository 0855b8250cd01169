#pragma once
/// The plainest replay of a tape: every order in a list, by price and time of arrival. It shares no code with OrderBook, Venue or the twin.

#include <list>
#include <map>
#include <utility>
#include <vector>

#include "core/units.hpp"
#include "market/event_tape.hpp"

namespace plimsoll::test {

struct QueueEntry {
  Ticks price;
  std::uint32_t slot;
  Lots lots;
  friend bool operator==(const QueueEntry&, const QueueEntry&) = default;
};

class NaiveReplay {
 public:
  void apply(const MarketEvent& event) {
    switch (event.action) {
      case Action::add: levels(event.side)[event.price].push_back({event.price, event.order, event.quantity}); return;
      case Action::cancel:
      case Action::fill: return reduce(event);
      case Action::clear:
        sides_[0].clear();
        sides_[1].clear();
        return;
      default: return;
    }
  }
  /// One price, front of the queue first.
  std::vector<QueueEntry> level(Side side, Ticks price) const {
    const auto found = levels(side).find(price);
    if (found == levels(side).end()) return {};
    return {found->second.begin(), found->second.end()};
  }
  /// A whole side, best price first.
  std::vector<QueueEntry> all(Side side) const {
    std::vector<QueueEntry> out;
    const auto take = [&out](const auto& level) { out.insert(out.end(), level.second.begin(), level.second.end()); };
    if (side == Side::buy) {
      for (auto level = levels(side).rbegin(); level != levels(side).rend(); ++level) take(*level);
    } else {
      for (const auto& level : levels(side)) take(level);
    }
    return out;
  }
  /// Best price and the lots standing there; {no_price(side), 0} when the side is empty.
  std::pair<Ticks, Lots> best(Side side) const {
    if (levels(side).empty()) return {no_price(side), 0};
    const auto& [price, orders] = side == Side::buy ? *levels(side).rbegin() : *levels(side).begin();
    Lots lots = 0;
    for (const QueueEntry& order : orders) lots += order.lots;
    return {price, lots};
  }

 private:
  using Levels = std::map<Ticks, std::list<QueueEntry>>;
  Levels& levels(Side side) { return sides_[static_cast<std::size_t>(side)]; }
  const Levels& levels(Side side) const { return sides_[static_cast<std::size_t>(side)]; }

  void reduce(const MarketEvent& event) {
    std::list<QueueEntry>& orders = levels(event.side).at(event.price);
    for (auto order = orders.begin(); order != orders.end(); ++order) {
      if (order->slot != event.order) continue;
      if ((order->lots -= event.quantity) == 0) orders.erase(order);
      break;
    }
    if (orders.empty()) levels(event.side).erase(event.price);
  }

  Levels sides_[2];
};

}  // namespace plimsoll::test
