#pragma once
/// Short ways to write facts down in tests.

#include "core/random.hpp"
#include "metrics/parent_metrics.hpp"

namespace facts {

using namespace plimsoll;

inline MidX2 mid(std::int64_t value_x2) { return {value_x2, true, false}; }
inline MidX2 stale(std::int64_t value_x2) { return {value_x2, true, true}; }

/// A consistent fill: effective mid = recorded mid + D + J.
inline FillFact fill(Side side, Lots lots, Ticks price, std::int64_t recorded_x2, std::int64_t displaced_x2, Ticks reaction, Ticks touch,
                     Money fee) {
  FillFact fact;
  fact.side = side;
  fact.lots = lots;
  fact.price = price;
  fact.recorded_mid = mid(recorded_x2);
  fact.effective_mid = mid(recorded_x2 + displaced_x2 + 2 * reaction);
  fact.displaced_x2 = displaced_x2;
  fact.reaction = reaction;
  fact.touch = touch;
  fact.fee = fee;
  return fact;
}

/// A plain taker that finds mid and touch as recorded.
inline FillFact take(Side side, Lots lots, Ticks price, std::int64_t mid_x2, Ticks touch) {
  return fill(side, lots, price, mid_x2, 0, 0, touch, 0);
}

inline FillFact made(FillFact fact) {
  fact.liquidity = Liquidity::made;
  fact.cause = FillCause::recorded_fill;
  fact.touch = fact.price;
  return fact;
}

inline ParentFact parent(Side side, Lots lots, std::int64_t decision_x2, std::int64_t arrival_x2, std::int64_t final_x2) {
  ParentFact fact;
  fact.side = side;
  fact.lots = lots;
  fact.end = kSecond;
  fact.decision_mid = mid(decision_x2);
  fact.arrival_mid = mid(arrival_x2);
  fact.final_mid = mid(final_x2);
  return fact;
}

/// Recorded market of a window: prints at one price, one mid for the whole time.
inline RecordedTotals market(Lots volume, std::int64_t price_subticks, std::int64_t mid_x2, Duration time) {
  RecordedTotals totals;
  totals.volume_lots = volume;
  totals.visible_lots = volume;
  totals.notional_subtick_lots = Wide{price_subticks} * volume;
  totals.mid_x2_ns = Wide{mid_x2} * time;
  totals.mid_known_ns = time;
  totals.prints = 1;
  return totals;
}

inline Money sum_of_parts(const CostParts& cost) {
  return cost.delay + cost.spread + cost.sweep + cost.reaction + cost.timing + cost.fees + cost.opportunity;
}

/// Paper minus real portfolio, straight from the definition: what the ideal purchase of Q at P_d ends up worth, less what we hold and paid.
inline Wide paper_minus_real(const std::vector<FillFact>& fills, const ParentFact& fact) {
  const Wide s = sign(fact.side);
  const Wide paper = s * fact.lots * (fact.final_mid.value - fact.decision_mid.value);
  Wide real = 0, fees = 0;
  for (const FillFact& fill : fills) {
    real += s * fill.lots * (fact.final_mid.value - Wide{2} * fill.price);
    fees += fill.fee;
  }
  return (paper - real) * kMoneyPerHalfTickLot + fees;
}

/// Uniform integers in [low, high], one after the other.
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : stream_{seed, 0, Purpose::test} {}
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(stream_.below(next_++, static_cast<std::uint64_t>(high - low) + 1));
  }
  bool one_in(std::int64_t n) { return between(1, n) == 1; }

 private:
  RandomStream stream_;
  std::uint64_t next_ = 0;
};

}  // namespace facts
