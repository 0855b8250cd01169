#pragma once
/// What estimators need of one recorded session, taken from its tape in one pass: a grid of seconds, the trades, and what happened to
/// depth after sweeps and at other times.
///
/// The flow is signed by the recorded aggressor: fills (the other side of the order that was hit). Prints outside the book count as volume
/// only, for their side is not dependable (many venues always say B); on a tape without any fill (depth by price, best quotes) prints are
/// the trades. Fills of one instant against one side are one trade: one taker. Time in which the book is one-sided, crossed, locked or
/// halted has no mid and no quote.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "market/event_tape.hpp"

namespace plimsoll {

inline constexpr Duration kGridStep = kSecond;
inline constexpr std::int64_t kHalfHourSeconds = 1'800;
inline constexpr std::int64_t kHalfHoursOfDay = 48;
inline constexpr std::size_t kLevelsMost = 10;
/// When after a sweep depth is looked at, ns.
inline constexpr std::array<Duration, 10> kRecoveryLags = {100 * kMillisecond, 200 * kMillisecond, 500 * kMillisecond, 1 * kSecond,
                                                           2 * kSecond,        5 * kSecond,        10 * kSecond,       20 * kSecond,
                                                           30 * kSecond,       60 * kSecond};
using RecoveryCurve = std::array<double, kRecoveryLags.size()>;

/// The second [time, time + 1 s).
struct GridCell {
  double mid_ticks;                 ///< at its start, before any row of that instant; NaN: no mid
  double band_lots;                 ///< at its start: lots within the band of best prices, mean of both sides; NaN: no mid
  double signed_lots = 0;           ///< bought minus sold by takers
  double lots = 0;                  ///< volume, prints outside the book included
  double order_flow_imbalance = 0;  ///< sum of e_n (order_flow_imbalance.hpp) of the best prices
  double touch_lots = 0;            ///< sum over quotes of (bid lots + ask lots) / 2
  double quotes = 0;                ///< their number
  double spread_ticks_ns = 0;       ///< integral of the spread
  double two_sided_ns = 0;
};

struct SignedTrade {
  TimePoint time;
  double signed_lots;
  double mid_ticks;        ///< just before it
  double effective_ticks;  ///< 2 s (price - mid), lots-weighted over its fills
};

/// Depth of one side watched, from one moment on, in the prices that a sweep took (from the best one to the worst one it reached), or, at
/// an ordinary moment, in as many prices from the best one on as the latest sweep of that side took.
struct DepthWatch {
  TimePoint time;
  bool sweep;          ///< a trade took all of the best price; else an ordinary moment (each whole second, both sides)
  double band_lots;    ///< what stood there before
  double taken_lots;   ///< by the sweep
  RecoveryCurve lost;  ///< band_lots minus what stands in those prices at each lag; NaN when the tape ends before, or has no mid then
};

struct Observations {
  std::string file, content_hash;
  Instrument instrument;
  TimePoint first_time = 0, last_time = 0;
  std::uint64_t rows = 0;
  std::uint64_t own_prints = 0;   ///< rows left out of flow and volume
  std::int64_t utc_offset_s = 0;  ///< of the market's clock, as given
  TimePoint grid_start = 0;       ///< a whole second, UTC
  std::vector<GridCell> cells;
  std::size_t levels = 1;               ///< as asked for
  std::vector<double> level_imbalance;  ///< sum of e_n at the i-th best prices, [cell x levels + i]; only with levels > 1
  std::vector<SignedTrade> trades;
  std::vector<DepthWatch> watches;  ///< in time order

  /// By the market's clock: 0 is midnight to 00:30.
  std::size_t half_hour_of_day(std::int64_t utc_s) const {
    constexpr std::int64_t day_s = kHalfHoursOfDay * kHalfHourSeconds;
    const std::int64_t second = (utc_s + utc_offset_s) % day_s;
    return static_cast<std::size_t>((second + day_s) % day_s / kHalfHourSeconds);
  }
};

/// A print of our own: a row of the tape with this time, price and quantity.
struct MarkedPrint {
  TimePoint time;
  Ticks price;
  std::uint32_t quantity;
  friend auto operator<=>(const MarkedPrint&, const MarkedPrint&) = default;
};

struct ObserveSettings {
  Ticks band_ticks = 10;      ///< the best price and the band_ticks - 1 next ones are the band of GridCell
  std::size_t levels = 1;     ///< best prices of each side whose imbalance is kept, at most kLevelsMost
  TimePoint from = kLongAgo;  ///< the session: flow, trades and quotes outside [from, to) do not count, the book knows them all
  TimePoint to = kNever;
  std::int64_t utc_offset_s = 0;  ///< seconds east of UTC of the market's clock; a tape during which clocks change keeps that of its begin
};

/// One pass. `own_prints`, sorted: each takes one fill or trade row with the same three figures out of flow and volume (the book keeps what
/// it did). Thread rule: pure.
Observations observe(const EventTape& tape, const ObserveSettings& settings, const std::vector<MarkedPrint>& own_prints = {});

}  // namespace plimsoll
