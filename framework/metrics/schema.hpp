#pragma once
/// What the tables of a scenario hold: every column with name, unit and meaning. metrics owns these; io writes whatever it is given.
///
/// Conventions. Cost positive = bad for us; markouts positive = good for us (the trade's own convention). `money` is the integer of
/// core/units.hpp (1/2000 of tick x lot x multiplier; Instrument::currency_per_money() converts). Mids are exact half ticks. NaN means
/// undefined, never 0. Thread rule: functions without state; the layouts behind them are const.

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string>

#include "core/table.hpp"
#include "core/units.hpp"
#include "metrics/records.hpp"

namespace plimsoll {

inline constexpr Money kUndefinedMoney = std::numeric_limits<Money>::min();
inline constexpr std::size_t kMarkouts = kMarkoutHorizons.size();
/// "10ms", "100ms", "1s", "10s", "60s", "300s": as in column names `markout_10ms_bps`, `markout_10ms_lots`.
inline constexpr std::array<const char*, kMarkouts> kMarkoutNames = {"10ms", "100ms", "1s", "10s", "60s", "300s"};

/// "done", "1s", "10s", "60s", "300s": as in the column names `impact_done_ticks`, `impact_1s_ticks`.
inline constexpr std::array<const char*, kImpactLooks.size()> kImpactLookNames = {"done", "1s", "10s", "60s", "300s"};

const char* name(Liquidity liquidity);  ///< "took", "made"
const char* name(FillCause cause);      ///< "own_order", "recorded_fill" ...

/// Parts of implementation shortfall (parent_metrics.hpp has formulas and source). Their sum is `total` exactly.
struct CostParts {
  Money delay = 0;
  Money spread = 0;
  Money sweep = 0;
  Money reaction = 0;
  Money timing = 0;
  Money fees = 0;
  Money opportunity = 0;
  Money total = 0;
  friend bool operator==(const CostParts&, const CostParts&) = default;
};

/// The same parts in basis points of quantity x decision mid.
struct CostPartsBps {
  double delay = kUndefined;
  double spread = kUndefined;
  double sweep = kUndefined;
  double reaction = kUndefined;
  double timing = kUndefined;
  double fees = kUndefined;
  double opportunity = kUndefined;
  double total = kUndefined;
};

/// Markout of a fill in ticks, an exact number of halves: s (mid after - price). NaN when the mid after is unknown.
inline double markout_ticks(Side side, Ticks price, MidX2 mid_after) {
  return mid_after.known ? static_cast<double>(sign(side) * (mid_after.value - std::int64_t{2} * price)) / 2 : kUndefined;
}

/// The parts that a fill has, beside its fee.
struct FillCost {
  Money spread = 0;
  Money sweep = 0;
  Money reaction = 0;
  Money timing = 0;
};

/// One row of /fills.
struct FillRow {
  std::uint64_t scenario = 0;
  const FillFact* fact = nullptr;
  FillCost cost;
  std::array<MidX2, kMarkouts> mids_after;
  bool answer_known = true;  ///< as the parent's
};

/// One row of /parents. Field = column, see parents_schema() for each meaning.
struct ParentRow {
  std::uint64_t scenario = 0;
  ParentFact fact;
  Lots filled = 0;
  double avg_price_ticks = kUndefined;
  CostParts cost;
  Money own_reaction = 0;  ///< the part of cost.reaction that is in no price
  CostPartsBps cost_bps;
  double arrival_slippage_bps = kUndefined;
  double vwap_recorded_ticks = kUndefined;
  double vwap_slippage_bps = kUndefined;
  double vwap_with_own_ticks = kUndefined;
  double vwap_with_own_slippage_bps = kUndefined;
  double twap_recorded_ticks = kUndefined;
  double twap_slippage_bps = kUndefined;
  std::array<double, kMarkouts> markout_bps = {kUndefined, kUndefined, kUndefined, kUndefined, kUndefined, kUndefined};
  std::array<Lots, kMarkouts> markout_lots = {};
  Lots recorded_volume_lots = 0;
  double participation = kUndefined;
  double fill_rate = kUndefined;
  double passive_share = kUndefined;
  double schedule_error = kUndefined;
  std::int64_t fills = 0;
  std::int64_t children = 0;
  std::int64_t fills_mid_stale = 0;
  std::int64_t fills_mid_unknown = 0;
  ValidityFact validity;
  double share_time_consumed = kUndefined;
  std::string flags;
};

/// One row of /children.
struct ChildRow {
  std::uint64_t scenario = 0;
  ChildFact fact;
};

/// Empty tables, named "parents", "children", "fills", "trajectory", all but the last packed. First column `scenario`.
Table parents_schema();
Table children_schema();
Table fills_schema();
Table trajectory_schema();

/// Empty table "drawn": which numbers a scenario drew for itself before its run began. Rows: Table::append(scenario, parameter, value).
Table drawn_schema();

/// Append rows to a table made by the function above.
void append_parent(Table& parents, const ParentRow& row);
void append_children(Table& children, std::span<const ChildRow> rows);
void append_fills(Table& fills, std::span<const FillRow> rows);
void append_point(Table& trajectory, std::uint64_t scenario, const TrajectoryFact& fact);

}  // namespace plimsoll
