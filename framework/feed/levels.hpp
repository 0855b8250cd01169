#pragma once
/// An order-by-order tape as a feed of price levels would have told it: how large is the error of orders made up from levels?
///
/// What a level feed says: the sizes of all levels after each instant, and every trade. Queues, order ids and what came and went within an
/// instant are lost; LevelOrders makes them up again. The result holds, after each instant, the same size at every price, and the same
/// visible and hidden volume trade by trade.
///
/// What runs on such a tape cost, against runs on the orders: execution/RULES.md, "Orders made up from levels".

#include "feed/level_orders.hpp"
#include "market/event_tape.hpp"

namespace plimsoll {

/// Settings `path`, a tape file, and `cancelled`. The file is read by the caller, since tape files belong to another folder.
FeedInfo levels_feed();

EventTape levels_of(const EventTape& tape, CancelRule rule);

}  // namespace plimsoll
