#pragma once
/// The units everything is counted in. All of them are integers: two runs agree to the last bit or not at all.
///
/// Plain aliases, not wrapper types: the same numbers are tape columns, HDF5 columns and fields of the C plugin table.
/// The unit is in the alias name; a name that is not an alias carries its unit as a suffix (`tau_s`, `shortfall_bps`).

#include <cstdint>
#include <limits>

namespace plimsoll {

using TimePoint = std::int64_t;  ///< nanoseconds since 1970-01-01 00:00 UTC (no leap seconds)
using Duration = std::int64_t;   ///< nanoseconds
using Ticks = std::int32_t;      ///< price, in ticks of the instrument
using Lots = std::int64_t;       ///< quantity, in lots of the instrument

/// Cash. One unit is 1/2000 of (one tick x one lot x multiplier): half a tick, where mids live, is a whole number of units,
/// and a fee is rounded once, to a thousandth of half a tick-lot. `Instrument::currency_per_money()` converts for people.
using Money = std::int64_t;
inline constexpr Money kMoneyPerTickLot = 2000;
inline constexpr Money kMoneyPerHalfTickLot = kMoneyPerTickLot / 2;

using Wide = __int128;  ///< products of price, quantity and time before they are checked and narrowed

inline constexpr TimePoint kNever = std::numeric_limits<TimePoint>::max();
inline constexpr TimePoint kLongAgo = std::numeric_limits<TimePoint>::min();
inline constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();  ///< a figure that nobody knows, never 0
inline constexpr Duration kMicrosecond = 1'000;
inline constexpr Duration kMillisecond = 1'000'000;
inline constexpr Duration kSecond = 1'000'000'000;

/// The side of a resting order, or the direction of a trade: `buy` is the bid side of a book.
enum class Side : std::uint8_t { buy = 0, sell = 1 };
constexpr Side opposite(Side side) { return side == Side::buy ? Side::sell : Side::buy; }
constexpr int sign(Side side) { return side == Side::buy ? 1 : -1; }
constexpr const char* name(Side side) { return side == Side::buy ? "buy" : "sell"; }

/// "No price": an empty side. It compares as worse than any price of that side.
inline constexpr Ticks kNoBid = std::numeric_limits<Ticks>::min();
inline constexpr Ticks kNoAsk = std::numeric_limits<Ticks>::max();
constexpr Ticks no_price(Side side) { return side == Side::buy ? kNoBid : kNoAsk; }

/// Prices of a side in one order for both: the better, the smaller. No branch, for which side comes next nobody can predict.
constexpr Ticks rank(Side side, Ticks price) { return price ^ (static_cast<Ticks>(side) - 1); }
/// Is `a` a better price than `b` for someone resting on `side` (higher bid, lower ask)?
constexpr bool better(Side side, Ticks a, Ticks b) { return rank(side, a) < rank(side, b); }
constexpr bool at_least_as_good(Side side, Ticks a, Ticks b) { return rank(side, a) <= rank(side, b); }
/// `price` moved `ticks` towards the far end of `side` (down for bids, up for asks).
constexpr Ticks worse_by(Side side, Ticks price, Ticks ticks) { return side == Side::buy ? price - ticks : price + ticks; }

}  // namespace plimsoll
