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
  double order_flow_imbalance = 0;  ///< sum of e_n (order_flow_imbalance.hpp)
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

/// Depth of one side in the prices that were its best ones, watched from one moment on.
struct DepthWatch {
  TimePoint time;
  bool sweep;          ///< a trade took all of the best price; else an ordinary moment (each whole second, both sides)
  double band_lots;    ///< before
  double taken_lots;   ///< by the sweep, within the band
  RecoveryCurve lost;  ///< band_lots minus what stands in those prices at each lag; NaN when the tape ends before, or halts
};

struct Observations {
  std::string file, content_hash;
  Instrument instrument;
  TimePoint first_time = 0, last_time = 0;
  std::uint64_t rows = 0;
  std::uint64_t own_prints = 0;  ///< rows left out of flow and volume
  TimePoint grid_start = 0;      ///< a whole second, UTC
  std::vector<GridCell> cells;
  std::vector<SignedTrade> trades;
  std::vector<DepthWatch> watches;  ///< in time order
};

/// A print of our own: a row of the tape with this time, price and quantity.
struct OwnPrint {
  TimePoint time;
  Ticks price;
  std::uint32_t quantity;
  friend auto operator<=>(const OwnPrint&, const OwnPrint&) = default;
};

/// One pass. `band_ticks` > 0: the best price and the band_ticks - 1 next ones are the band. `own_prints`, sorted: each takes one fill or
/// trade row with the same three figures out of flow and volume (the book keeps what it did). Thread rule: pure.
Observations observe(const EventTape& tape, Ticks band_ticks, const std::vector<OwnPrint>& own_prints = {});

}  // namespace plimsoll
