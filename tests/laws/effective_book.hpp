#pragma once
/// Reads the effective book of a venue as plain lists, for the laws.

#include <vector>

#include "execution/market_view.hpp"
#include "laws/naive_replay.hpp"

namespace plimsoll::test {

inline QueueEntry entry_of(const EffectiveOrder& order) { return {order.level, order.slot, order.lots}; }

/// A whole side in recorded coordinates; private orders have slot kNoOrder.
inline std::vector<QueueEntry> effective_side(const MarketView& view, Side side) {
  std::vector<QueueEntry> entries;
  view.for_each(side, [&](const EffectiveOrder& order) {
    entries.push_back(entry_of(order));
    return true;
  });
  return entries;
}

/// One level in recorded coordinates. Walks the side down to that level.
inline std::vector<QueueEntry> effective_level(const MarketView& view, Side side, Ticks level) {
  std::vector<QueueEntry> entries;
  view.for_each(side, [&](const EffectiveOrder& order) {
    if (better(side, level, order.level)) return false;
    if (order.level == level) entries.push_back(entry_of(order));
    return true;
  });
  return entries;
}

}  // namespace plimsoll::test
