#pragma once
/// Bars (open, high, low, close, volume) as a market of quotes: made up around the path of prices, for `response = "shift"`, where an order
/// pays half a spread and what its impact model says, and no book is eaten.
///
///   path     time,open,high,low,close,volume     time is the bar's start (csv_rows.hpp); `bar_s` its length
///
/// The first line is that header. Prices are whole ticks, low <= open, close <= high; volume is whole lots. Bars may leave time out between
/// them but not overlap or go back (DATA-FIELD). Every fault is reported at once.
///
/// Within a bar the price is open, low, high, close when the bar rose or stayed, open, high, low, close when it fell, at its start and
/// after each quarter of it. At each of the four, `half_spread_ticks` below and above the price, `quoted_lots` stand on each side. A
/// quarter of the volume prints at the price there (the rest of the division with the close), outside the book, by an aggressor in the
/// direction of the last move of the price. The path within a bar is a convention: what happens at times shorter than a bar is not in the
/// data.

#include "feed/settings.hpp"
#include "market/event_tape.hpp"

namespace plimsoll {

FeedInfo bars_feed();

/// TapeInfo::levels is "bars".
EventTape load_bars(const FeedSettings& settings);

}  // namespace plimsoll
