#pragma once
/// Raw captures of Binance's websocket streams: depth (20 ms to 1 s), trades, best quotes, and the REST snapshot the book begins with.
/// Spot, USD-M and COIN-M futures; gzip, zstd, xz or plain. binance_messages.hpp says what a line may be, binance_records.hpp which clock
/// is used, binance_book.hpp how the book is kept and what is counted, level_orders.hpp how orders are made up from levels.
///
/// `path` may name several files, of one market and in order of time: a chain of updates goes on from one to the next, as it does in
/// captures that are split at midnight. A snapshot in a file of its own stands before or after the stream.
///
/// Tick and lot: instrument.tick and instrument.lot; known are only those of BTCUSDT (spot: 0.01, 0.000001; USD-M: 0.1, 0.001) and
/// BTCUSD_PERP (COIN-M: 0.1, 1 contract). One COIN-M contract is worth a fixed sum of dollars and is settled in coins: prices and costs in
/// bps are right, sums of money (price x contracts) are not.

#include "feed/settings.hpp"
#include "market/event_tape.hpp"

namespace plimsoll {

FeedInfo binance_feed();

/// Throws BadInput with every fault of all files; DATA-NO-SNAPSHOT when there is no snapshot, or none that an update straddles.
EventTape load_binance(const FeedSettings& settings);

}  // namespace plimsoll
