#pragma once
/// What the market on a tape was like: the figures of `plimsoll inspect`. One pass; every sum is an exact integer, so that the figures are
/// the same on every machine.
///
/// Time-weighted means are over the time from the first row to the last in which trading was not halted (`trading_ns`), of the state
/// after all rows of an instant. Spread and mid are over the part of it in which both sides had orders (`two_sided_ns`); a locked book has
/// spread 0, a crossed one a negative spread.

#include <array>
#include <cstddef>
#include <cstdint>

#include "market/event_tape.hpp"

namespace plimsoll {

struct TapeFigures {
  std::array<std::uint64_t, 7> rows{};  ///< by Action

  Duration trading_ns = 0;
  Duration two_sided_ns = 0;
  Duration crossed_ns = 0;  ///< best bid > best ask
  Duration locked_ns = 0;   ///< best bid = best ask
  Wide spread_ns = 0;       ///< sum of spread x time, ticks x ns
  Wide mid_x2_ns = 0;       ///< sum of (bid + ask) x time
  Ticks spread_median = 0;  ///< least spread that at least half of the time did not exceed; 0 without two_sided_ns
  Ticks spread_p95 = 0;     ///< the same with 95 % of the time

  /// Lots x ns at the best price, within the 5 and within the 10 best occupied prices of a side.
  struct Depth {
    Wide touch_ns = 0, five_ns = 0, ten_ns = 0;
  };
  std::array<Depth, 2> depth{};  ///< by Side

  Lots visible_lots = 0;  ///< of fills
  Lots hidden_lots = 0;   ///< of trades that no displayed order took part in
  Wide subtick_lots = 0;  ///< sum of price x lots of both, prices in subticks

  /// Changes of the mid between the ends of neighbouring minutes, counted from the first row; the mid at the end of a minute is that of
  /// the latest two-sided book before it. A change counts when trading was not halted at either end.
  std::uint64_t minutes = 0;
  Wide minute_half_ticks_squared = 0;  ///< sum of (change x 2)^2

  std::uint32_t orders_most = 0;    ///< live at one time
  std::uint64_t busiest_rows = 0;   ///< most rows within one second of the UTC clock
  TimePoint busiest_second = 0;     ///< the first such second
  TimePoint longest_gap_start = 0;  ///< of the longest silence while trading; 0 without one

  std::uint64_t count(Action action) const { return rows[static_cast<std::size_t>(action)]; }
  /// The figures people read; NaN when there is nothing to divide by.
  double mean_spread_ticks() const { return ratio(spread_ns, two_sided_ns); }
  double mean_mid_ticks() const { return ratio(mid_x2_ns, two_sided_ns) / 2; }
  double bps_of_mid(double ticks) const { return 1e4 * ticks / mean_mid_ticks(); }
  double mean_lots(Wide lots_ns) const { return ratio(lots_ns, trading_ns); }
  double vwap_ticks(const Instrument& instrument) const { return ratio(subtick_lots, visible_lots + hidden_lots) / instrument.subticks; }
  /// Root of the mean squared one-minute change.
  double minute_volatility_ticks() const;

  static double ratio(Wide sum, std::int64_t weight);
};

/// Thread rule: pure. Memory: a book of levels, and 4 bytes a slot.
TapeFigures measure_tape(const EventTape& tape);

}  // namespace plimsoll
