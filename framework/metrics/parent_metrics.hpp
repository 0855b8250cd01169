#pragma once
/// What a parent order cost, and against what: implementation shortfall with parts that sum exactly, slippage, markouts, participation.
///
/// Implementation shortfall (Perold 1988, "The implementation shortfall: paper versus reality"; delay and opportunity split after Wagner
/// & Edwards 1993, "Best execution"). s = +1 buy, -1 sell; P_d decision mid, P_a arrival mid, P_c final mid; Q wanted, q_f filled;
/// positive = cost:
///
///   total       = s sum(q p) + sum(o) - s q_f P_d + fees + opportunity  paper portfolio minus real portfolio
///   delay       = s q_f (P_a - P_d)
///   opportunity = s (Q - q_f) (P_c - P_d)                              what the unfilled rest would have gained
///   and for each fill of q lots at price p, touch t, with effective mid m, recorded mid r, own displacement D and reaction shift J just
///   before it:
///   spread      = s q (t - m)          crossing it costs; a maker's touch is its own price, so earning it is negative
///   sweep       = s q (p - t) + s q D  beyond the touch, and through the hole our earlier fills left
///   reaction    = s q J + o            the market's answer to us; o: what it owes for the displacement its own execution caused
///   timing      = s q (r - P_a)        what history did in the meantime
///
/// With m = r + D + J the four of a fill add up to s q (p - P_a) + o. `timing` is computed as that total minus the other three, so the
/// sum holds by construction also where a mid is stale (an empty side keeps its last mid; such fills are counted). All parts are integers
/// of Money.
///
/// Slippage against benchmarks is that of the price with o in it, as the same execution in small orders would have paid it in prices;
/// fees are not in it. Markouts are those of the price alone.
///
/// Where a mid was never known: a fill with unknown effective mid has spread 0 and is counted; an unknown arrival mid becomes the
/// decision mid and the other way round; without either, the first fill's recorded mid, then its price. A parent with none of these has
/// cost parts 0 in money and NaN in bps. Every such substitution stands in `flags`. An unknown final mid with a rest unfilled leaves
/// opportunity and total undefined in bps.

#include <array>
#include <cstdint>
#include <vector>

#include "core/table.hpp"
#include "metrics/records.hpp"
#include "metrics/schema.hpp"

namespace plimsoll {

/// Beyond these a run leans on what the record cannot know (models.md 2.5: judgement, not law). The parent is flagged with the reason.
inline constexpr double kParticipationLimit = 0.20;
inline constexpr double kShareTimeConsumedLimit = 0.50;
inline constexpr double kUnservedShareLimit = 0.01;  ///< of the recorded volume between arrival and end

/// Markout of a fill in bps: s (mid after - price) / mid before. Positive = good for us. NaN when a mid is unknown or the mid before is
/// not positive. Realised half spread is its negative. Source: Huang & Stoll 1996; the effective book is used, else own impact reads as
/// alpha.
inline double markout_bps(Side side, Ticks price, MidX2 mid_before, MidX2 mid_after) {
  if (!mid_before.known || !mid_after.known || mid_before.value <= 0) return kUndefined;
  const auto gain_half_ticks = static_cast<double>(sign(side) * (mid_after.value - std::int64_t{2} * price));
  return gain_half_ticks / static_cast<double>(mid_before.value) * 1e4;
}

/// Volume-weighted mean that skips what is undefined and says how many lots had a value.
class VolumeWeightedMean {
 public:
  void add(double value, Lots lots) {
    if (value != value) return;  // NaN
    weighted_ += value * static_cast<double>(lots);
    lots_ += lots;
  }
  Lots lots() const { return lots_; }
  double mean() const { return lots_ > 0 ? weighted_ / static_cast<double>(lots_) : kUndefined; }

 private:
  double weighted_ = 0;
  Lots lots_ = 0;
};

/// One per parent order of a run. Thread rule: belongs to its run.
class ParentMetrics {
 public:
  /// `subticks` of the instrument: the unit of RecordedTotals::notional_subtick_lots.
  ParentMetrics(std::uint64_t scenario, std::int32_t subticks);

  /// In order of occurrence. Returns the fill's index, for on_markout.
  std::size_t on_fill(const FillFact& fill);
  /// First effective mid at or after fill time + kMarkoutHorizons[horizon]. Not called: that markout stays undefined.
  void on_markout(std::size_t fill_index, std::size_t horizon, MidX2 effective_mid) {
    EXPECT(fill_index < fills_.size() && horizon < kMarkouts);
    std::vector<MidX2>& mids = mids_after_[horizon];
    if (fill_index >= mids.size()) [[unlikely]]
      mids.resize(fill_index + 1);
    mids[fill_index] = effective_mid;
  }
  /// The same for the first fills, one after the other; instead of all that came before of that horizon.
  void on_markouts(std::size_t horizon, std::vector<MidX2> effective_mids);
  /// An execution, which is the fills from `first_fill` to the last one so far, owes `owed` >= 0 for the displacement it caused
  /// (replay/reaction.hpp). They share it by lots, cumulatively, so that the shares add up.
  void on_own_reaction(std::size_t first_fill, Money owed);
  /// From `time` (receipt time, like the parent's start and end) until the next call the strategy's plan wants `planned` lots done. Times
  /// never decrease. Schedule error = sum |done - planned| tau / (Q T) over [start, end], T its length, `done` from the fills at their
  /// exchange times (one feed delay early, next to T nothing); never called: undefined.
  void on_plan(TimePoint time, Lots planned);
  /// One child order sent, whatever becomes of it.
  void on_child() { ++children_; }

  Lots filled() const { return filled_; }

  /// The parent's row, from all facts so far. Preconditions: every fill has the parent's side; fact.lots >= 0. More filled than wanted is
  /// legal (a strategy may err): the surplus is priced at the final mid as a negative rest, and flagged.
  ParentRow parent_row(const ParentFact& fact, const ValidityFact& validity) const;
  /// Appends the row to `parents` and, unless null, one row per fill to `fills`.
  void finish(const ParentFact& fact, const ValidityFact& validity, Table& parents, Table* fills) const;

 private:
  struct PlanPoint {
    TimePoint time;
    Lots planned;
  };
  /// P_d and P_a in half ticks after the substitutions above.
  struct Reference {
    std::int64_t decision_x2 = 0;
    std::int64_t arrival_x2 = 0;
    bool known = false;
  };
  Reference reference(const ParentFact& fact) const;
  std::vector<FillCost> fill_costs(const Reference& reference) const;
  ParentRow parent_row(const ParentFact& fact, const ValidityFact& validity, const std::vector<FillCost>& costs) const;
  void add_costs(ParentRow& row, const Reference& reference, const std::vector<FillCost>& costs) const;
  void add_benchmarks(ParentRow& row) const;
  void add_markouts(ParentRow& row) const;
  void add_activity(ParentRow& row) const;
  double schedule_error(const ParentFact& fact) const;

  std::uint64_t scenario_;
  std::int32_t subticks_;
  std::vector<FillFact> fills_;
  std::array<std::vector<MidX2>, kMarkouts> mids_after_;  // of the first fills; those of the others are unknown
  std::vector<PlanPoint> plan_;
  Lots filled_ = 0;
  std::int64_t children_ = 0;
};

}  // namespace plimsoll
