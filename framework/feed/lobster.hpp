#pragma once
/// LOBSTER (NASDAQ equities, order by order): a message file, and what its book file adds.
///
/// What a message becomes: 1 add; 2, 3 cancel; 4 fill; 5, 6 trade (the price may lie between ticks); 7 halt or resume. Equal times keep
/// the order of the file.
///
/// What the messages cannot say (they cover the best n levels only, and nothing before their first row):
///  - `seed_book`: the first row of a book file, minus the effect of message 1, becomes anonymous orders (one a level) before message 1.
///    No later row is ever read.
///  - `book`: the paired book file, row k being the book after message k. After message k our best n levels are made equal to row k.
///    Changes outside the window have no messages. So when a level enters the window with more than we held there, the rest is revealed
///    (`invented`: an anonymous order is added); with less, the difference has vanished unseen (`repaired`: orders we held are withdrawn).
///    A level that was inside after message k-1 and differs now contradicts the messages and is a repair (`repaired`). The first row seeds
///    the book as above, unless `seed_book` is given.
///  - An order never seen: its cancel or execution is taken from the anonymous volume at its price, front first. Where there is not
///    enough, the rest of an execution becomes a trade print and a cancel without effect is dropped. All counted as `unknown_ids`.
///
/// What is repaired and counted: a cancel or execution larger than the open order is cut to it; a full cancel removes the order whatever
/// its size says. Times that go back: rows are sorted by time, stably; with `book` the order of the rows is evidence, so a row keeps
/// its place and gets the time of the row before it. A second add under a live id is dropped.
///
/// What stays wrong without `book`: an order that is cancelled while outside the best n levels has no cancel row, so it rests to the end
/// of the tape. In the AAPL hour (50 levels) one such order shows at the best bid, in 17 of 23,439 best-quote states.

#include <vector>

#include "feed/lobster_book.hpp"
#include "feed/settings.hpp"
#include "market/event_tape.hpp"

namespace plimsoll {

FeedInfo lobster_feed();

/// Throws BadInput with every fault of both files. `notes`, when given, receives each seed, reveal, vanished volume, repair and unknown
/// order in file order.
EventTape load_lobster(const FeedSettings& settings, std::vector<LobsterNote>* notes = nullptr);

}  // namespace plimsoll
