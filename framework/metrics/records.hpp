#pragma once
/// What a run hands to metrics: plain facts, no engine types.
///
/// Mids are doubled (`_x2`, bid + ask in ticks) so that they are integers. "Effective" prices are what the run's own market shows
/// (holes, own orders and reaction shift included); "recorded" ones are history's. Thread rule: values.

#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "core/units.hpp"
#include "execution/fill.hpp"

namespace plimsoll {

/// A mid that may be unknown: before both sides were ever seen. Later an empty side keeps the last mid (`stale`). In one word, because runs
/// keep two a fill and six more for its markouts; prices are Ticks, so the sum of two has room.
struct MidX2 {
  MidX2() = default;
  /// The word is written as a whole: written field by field, it would first be read, which is a wait where it is new.
  MidX2(std::int64_t of_value, bool is_known, bool is_stale)
      : MidX2{std::bit_cast<MidX2>((static_cast<std::uint64_t>(of_value) & (~std::uint64_t{0} >> 2)) | std::uint64_t{is_known} << 62 |
                                   std::uint64_t{is_stale} << 63)} {}

  std::int64_t value : 62 = 0;
  bool known : 1 = false;
  bool stale : 1 = false;
};
static_assert(sizeof(MidX2) == 8);

/// Cumulative recorded market since the tape's first row, as of one moment (shared by all runs of a batch).
struct RecordedTotals {
  std::int64_t volume_lots = 0;  ///< visible and hidden prints
  std::int64_t visible_lots = 0;
  Wide notional_subtick_lots = 0;  ///< sum of print price [tick/subticks] x lots
  Wide mid_x2_ns = 0;              ///< integral of the recorded mid_x2 over time, while known
  Duration mid_known_ns = 0;       ///< over which it is known
  Ticks last_trade = 0;
  std::int64_t prints = 0;
};

/// One own fill at one price. Runs keep all of theirs: fields stand by size.
struct FillFact {
  TimePoint time = 0;  ///< exchange time
  Lots lots = 0;
  Lots queue_ahead_at_entry = 0;  ///< effective lots in front when the child joined its queue; 0 for takers
  Money fee = 0;                  ///< cost positive, rebate negative
  Money own_reaction = 0;         ///< >= 0: what it owes for the displacement its execution caused, in no price
  // The market just before the arrival (own or recorded) that caused this fill; the same for all fills of that arrival:
  MidX2 effective_mid;  ///< holes and own orders in, reaction shift in
  MidX2 recorded_mid;
  std::int64_t displaced_x2 = 0;  ///< mechanical displacement D: twice (effective mid without shift - recorded mid)
  Ticks reaction = 0;             ///< J
  Ticks touch = 0;                ///< takers: the effective best price of the other side; makers: their own price
  // Of the fill itself again:
  Ticks price = 0;  ///< effective (paid) price
  std::uint32_t parent = 0;
  std::uint32_t child = 0;  ///< number of the child order within the run, from 0
  Side side = Side::buy;
  Liquidity liquidity = Liquidity::took;
  FillCause cause = FillCause::own_order;
};

/// One child order, when it has ended (or the run has).
struct ChildFact {
  std::uint32_t parent = 0;
  std::uint32_t child = 0;
  TimePoint decided = 0;  ///< receipt time
  TimePoint arrived = 0;  ///< exchange time
  Side side = Side::buy;
  std::uint8_t type = 0;  ///< 0 limit, 1 market, 2 ioc
  bool has_limit = false;
  Ticks limit = 0;
  Lots lots = 0;
  Lots filled = 0;
  Lots queue_ahead_at_entry = 0;
  std::string_view outcome;  ///< "filled", "cancelled", "rejected", "expired", "open": of a static text, like the reason
  std::string_view reason;
};

/// Markout horizons: 10 ms, 100 ms, 1 s, 10 s, 60 s, 300 s.
inline constexpr std::array<Duration, 6> kMarkoutHorizons = {10 * kMillisecond, 100 * kMillisecond, kSecond,
                                                             10 * kSecond,      60 * kSecond,       300 * kSecond};

/// After a parent is done, when its impact is looked at: at once, 1 s, 10 s, 60 s, 300 s.
inline constexpr std::array<Duration, 5> kImpactLooks = {0, kSecond, 10 * kSecond, 60 * kSecond, 300 * kSecond};
inline constexpr double kNoTicks = std::numeric_limits<double>::quiet_NaN();

/// The parent order and the market at its milestones.
struct ParentFact {
  std::uint32_t parent = 0;
  std::string_view name;    ///< "" when it is the only one; lives as long as the scenario
  std::string_view market;  ///< the same
  Side side = Side::buy;
  Lots lots = 0;
  TimePoint start = 0;  ///< receipt time, start jitter included
  TimePoint end = 0;
  TimePoint arrival = 0;      ///< exchange time at which an order sent at `start` reaches the venue
  MidX2 decision_mid;         ///< recorded mid the strategy could see at `start`
  MidX2 arrival_mid;          ///< recorded mid when an order sent at `start` reaches the venue
  MidX2 final_mid;            ///< effective mid when the parent ended (done, cancelled, out of time or tape): prices the unfilled rest
  RecordedTotals at_arrival;  ///< recorded market at arrival ...
  RecordedTotals at_end;      ///< ... and at `end` (exchange time end - feed delay), or at the last row when the tape ends before
  /// How far the run's market stood from the recorded one, in ticks, + = to where it hurts us: when the parent was complete or its end
  /// came, and kImpactLooks later. Undefined while a side is empty and after the tape.
  std::array<double, kImpactLooks.size()> impact_ticks = {kNoTicks, kNoTicks, kNoTicks, kNoTicks, kNoTicks};
  bool completed = false;
  bool arrived = true;  ///< false: the tape ended before an order could reach the venue
  /// Trades that happened (replay/own_trades.hpp): history holds the market's answer to them, so no part of the cost can be called
  /// reaction.
  bool answer_known = true;
  Lots printed_passive_lots = 0;          ///< own passive lots among the prints of the window, left out of the totals above ...
  Wide printed_passive_subtick_lots = 0;  ///< ... with their price x lots
};

/// How far the run leans on assumptions. Filled by the run.
struct ValidityFact {
  Ticks reaction_max = 0;                       ///< max |J|
  std::int64_t spilled_lots = 0;                ///< recorded takers' lots served at another price, because at theirs we had taken too much
  std::int64_t spilled_lot_ticks = 0;           ///< ... times how far from theirs
  std::int64_t spilled_ticks_max = 0;           ///< ... the farthest
  std::int64_t unserved_lots = 0;               ///< ... found nobody within the spill range
  std::int64_t marked_orders = 0;               ///< recorded orders that our own orders took from
  std::int64_t marks_cancelled = 0;             ///< ... cancelled by the record while we held a part of them
  std::int64_t takers_displaced = 0;            ///< recorded fills that had to go beyond their price, or found nobody
  std::int64_t unfilled_makers = 0;             ///< recorded makers whose fill we took
  std::int64_t unfilled_makers_dropped = 0;     ///< ... dropped because the other side reached them or the bound was met
  std::int64_t fills_near_reaction_change = 0;  ///< own fills within 1 s after a change of J
  std::int64_t samples = 0;                     ///< points of the 100 ms grid of exchange time while the parent worked ...
  std::int64_t samples_consumed = 0;            ///< ... in which consumed lots at the recorded touch exceed half its depth
  double displacement_max_ticks = 0;            ///< max |total displacement the impact model stated|
  double displacement_end_ticks = 0;            ///< the same at the end of the parent, signed with the parent's side (+ = against us)
};

/// One point of a series that a strategy or the run itself recorded.
struct TrajectoryFact {
  std::uint32_t parent = 0;
  TimePoint time = 0;
  std::string series;  ///< name given to record(), or one of the run's own
  double value = 0;
};

}  // namespace plimsoll
