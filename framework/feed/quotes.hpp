#pragma once
/// Best quotes (L1): a CSV of the best bid and ask, and, when there is one, a CSV of trades. The tape holds one level a side.
///
///   path     time,bid,bid_size,ask,ask_size      one row each time one of them changes; a side with size 0 (and any price) is empty
///   trades   time,price,size[,side]              side is the aggressor's, buy or sell; empty: above the mid it
///                                                bought, below it, at it and without two sides it sold (the rule of the itch feed)
///
/// The first line of each is that header. Times: csv_rows.hpp. Quotes are whole ticks; trades may lie on a hundredth of a tick. Sizes are
/// whole lots of instrument.lot (1 unless set). Every fault of both files is reported at once.
///
/// A quote at a new price withdraws the old level and is a new order at the new one; at the same price the level falls or rises
/// (LevelOrders, `cancelled`). A trade at a time comes before the quote of the same time, moves the level it hits, and the next quote says
/// what is there. A trade off the tick, or elsewhere than at the best price, is a print without effect on the book. Rows whose time lies
/// before that of an earlier row are moved there, stably (`reordered`).
///
/// Nothing is known of what stands behind the best prices: an order larger than they are finds an empty book. `response = "shift"` is made
/// for such data.

#include "feed/settings.hpp"
#include "market/event_tape.hpp"

namespace plimsoll {

FeedInfo quotes_feed();

EventTape load_quotes(const FeedSettings& settings);

}  // namespace plimsoll
