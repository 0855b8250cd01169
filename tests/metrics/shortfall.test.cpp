#include <algorithm>
#include <cmath>
#include <vector>

#include "claims.hpp"
#include "facts.hpp"

using namespace facts;

namespace {

struct RandomParent {
  ParentFact fact;
  std::vector<FillFact> fills;
};

/// Fills that need not be consistent: stale and unknown mids, makers, any displacement and reaction.
RandomParent random_parent(std::uint64_t seed) {
  Draws draw{seed};
  RandomParent made_up;
  const Side side = draw.one_in(2) ? Side::buy : Side::sell;
  Lots filled = 0;
  for (std::int64_t left = draw.between(0, 12); left > 0; --left) {
    const std::int64_t recorded_x2 = draw.between(1'900, 2'100);
    FillFact fact =
        fill(side, draw.between(1, 500), static_cast<Ticks>(draw.between(950, 1'050)), recorded_x2, draw.between(-9, 9),
             static_cast<Ticks>(draw.between(-5, 5)), static_cast<Ticks>(draw.between(950, 1'050)), draw.between(-5'000, 5'000));
    if (draw.one_in(3)) fact = made(fact);
    if (draw.one_in(5)) fact.effective_mid = stale(draw.between(1'800, 2'200));
    if (draw.one_in(9)) fact.recorded_mid = stale(draw.between(1'800, 2'200));
    if (draw.one_in(11)) fact.effective_mid = {};
    filled += fact.lots;
    made_up.fills.push_back(fact);
  }
  const Lots rest = draw.one_in(3) ? 0 : draw.between(0, 1'000);
  made_up.fact =
      parent(side, std::max<Lots>(1, filled + rest), draw.between(1'900, 2'100), draw.between(1'900, 2'100), draw.between(1'900, 2'100));
  return made_up;
}

ParentMetrics fed(const std::vector<FillFact>& fills) {
  ParentMetrics metrics{7, 1};
  for (const FillFact& fact : fills) metrics.on_fill(fact);
  return metrics;
}

/// So large that nobody's participation is worth a flag.
ParentFact in_large_market(ParentFact fact) {
  fact.at_end = market(1'000'000, 100, 200, kSecond);
  return fact;
}

/// The same order seen in a mirror: prices reflected, sides exchanged.
Ticks mirrored(Ticks price, Ticks centre) { return 2 * centre - price; }
MidX2 mirrored(MidX2 mid, Ticks centre) { return {std::int64_t{4} * centre - mid.value, mid.known, mid.stale}; }
FillFact mirrored(FillFact fact, Ticks centre) {
  fact.side = opposite(fact.side);
  fact.price = mirrored(fact.price, centre);
  fact.touch = mirrored(fact.touch, centre);
  fact.recorded_mid = mirrored(fact.recorded_mid, centre);
  fact.effective_mid = mirrored(fact.effective_mid, centre);
  fact.displaced_x2 = -fact.displaced_x2;
  fact.reaction = -fact.reaction;
  return fact;
}

}  // namespace

TEST_CASE("the parts of the shortfall sum to paper minus real portfolio exactly, over 5000 random parents") {
  int partial = 0, empty = 0, doubtful = 0;
  for (std::uint64_t seed = 0; seed < 5'000; ++seed) {
    const RandomParent made_up = random_parent(seed);
    const ParentRow row = fed(made_up.fills).parent_row(made_up.fact, {});
    INFO("seed " << seed);
    REQUIRE(sum_of_parts(row.cost) == row.cost.total);
    REQUIRE(Wide{row.cost.total} == paper_minus_real(made_up.fills, made_up.fact));
    partial += row.filled < made_up.fact.lots;
    empty += row.fills == 0;
    doubtful += row.fills_mid_stale + row.fills_mid_unknown > 0;
  }
  // The draw meets what it is there for.
  CHECK(partial > 1'000);
  CHECK(empty > 100);
  CHECK(doubtful > 1'000);
}

TEST_CASE("parts of the rows in /fills add up to the parts of the parent, and each fill's to its price against arrival") {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const RandomParent made_up = random_parent(seed);
    Table parents = parents_schema(), fills = fills_schema();
    fed(made_up.fills).finish(made_up.fact, {}, parents, &fills);
    REQUIRE(fills.rows() == made_up.fills.size());
    for (const char* part : {"spread_money", "sweep_money", "reaction_money", "timing_money", "fee_money"}) {
      std::int64_t sum = 0;
      for (const std::int64_t value : fills.integers(part)) sum += value;
      REQUIRE(sum == parents.integers(part)[0]);
    }
    for (std::size_t i = 0; i < fills.rows(); ++i) {
      const FillFact& fact = made_up.fills[i];
      const Wide against_arrival =
          Wide{sign(fact.side)} * fact.lots * (2 * std::int64_t{fact.price} - made_up.fact.arrival_mid.value) * kMoneyPerHalfTickLot;
      REQUIRE(fills.integers("spread_money")[i] + fills.integers("sweep_money")[i] + fills.integers("reaction_money")[i] +
                  fills.integers("timing_money")[i] ==
              against_arrival);
    }
  }
}

TEST_CASE("markouts in /fills, over the mid before and by volume, are the parent's in bps to the last bit") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Draws draw{seed};
    RandomParent made_up = random_parent(seed);
    while (seed % 10 == 0 && !made_up.fills.empty() && made_up.fills.size() < 300)  // more than are made into rows at once
      made_up.fills.push_back(FillFact{made_up.fills.back()});
    ParentMetrics metrics = fed(made_up.fills);
    for (std::size_t i = 0; i < made_up.fills.size(); ++i)
      for (std::size_t h = 0; h < kMarkouts; ++h)
        if (!draw.one_in(4)) metrics.on_markout(i, h, draw.one_in(4) ? MidX2{} : mid(draw.between(1'800, 2'200)));
    Table parents = parents_schema(), fills = fills_schema();
    metrics.finish(made_up.fact, {}, parents, &fills);
    for (std::size_t h = 0; h < kMarkouts; ++h) {
      VolumeWeightedMean mean;
      const std::string name = std::string{"markout_"} + kMarkoutNames[h];
      for (std::size_t i = 0; i < fills.rows(); ++i)
        mean.add(fills.reals(name + "_ticks")[i] / fills.reals("mid_before_ticks")[i] * 1e4, fills.integers("quantity_lots")[i]);
      REQUIRE(parents.integers(name + "_lots")[0] == mean.lots());
      if (mean.lots() > 0) REQUIRE(parents.reals(name + "_bps")[0] == mean.mean());
    }
  }
}

TEST_CASE("with known mids, timing is exactly what the recorded mid did since arrival") {
  // Recorded mid 101, one tick displaced by our own earlier fills, shifted by two: effective mid 104. Touch 105, paid 107.
  const FillFact fact = fill(Side::buy, 10, 107, 202, 2, 2, 105, 0);
  const ParentRow row = fed({fact}).parent_row(parent(Side::buy, 10, 198, 200, 300), {});
  CHECK(row.cost.delay == 10 * kMoneyPerTickLot);            // 99 -> 100
  CHECK(row.cost.timing == 10 * kMoneyPerTickLot);           // 100 -> 101
  CHECK(row.cost.reaction == 20 * kMoneyPerTickLot);         // J = 2
  CHECK(row.cost.spread == 10 * kMoneyPerTickLot);           // 104 -> 105
  CHECK(row.cost.sweep == 10 * (2 + 1) * kMoneyPerTickLot);  // 105 -> 107, and D = 1
  CHECK(row.cost.total == 10 * (107 - 99) * kMoneyPerTickLot);
}

TEST_CASE("a maker earns the half spread: its spread part is negative and it sweeps nothing") {
  const ParentRow row = fed({made(fill(Side::sell, 5, 101, 200, 0, 0, 0, -300))}).parent_row(parent(Side::sell, 5, 200, 200, 200), {});
  CHECK(row.cost.spread == -5 * kMoneyPerTickLot);
  CHECK(row.cost.sweep == 0);
  CHECK(row.cost.fees == -300);
  CHECK(row.cost.total == -5 * kMoneyPerTickLot - 300);
  CHECK(row.passive_share == 1.0);
}

TEST_CASE("a buy and its mirror image as a sell cost the same, part by part") {
  constexpr Ticks centre = 1'000;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    RandomParent made_up = random_parent(seed);
    made_up.fact.decision_mid = mid(2 * centre);  // on the mirror's axis, so that bps have the same base
    RandomParent image = made_up;
    image.fact.side = opposite(made_up.fact.side);
    image.fact.arrival_mid = mirrored(made_up.fact.arrival_mid, centre);
    image.fact.final_mid = mirrored(made_up.fact.final_mid, centre);
    for (FillFact& fact : image.fills) fact = mirrored(fact, centre);
    const ParentRow row = fed(made_up.fills).parent_row(made_up.fact, {});
    const ParentRow image_row = fed(image.fills).parent_row(image.fact, {});
    REQUIRE(row.cost == image_row.cost);
    REQUIRE(row.cost_bps.total == image_row.cost_bps.total);
    REQUIRE(row.cost_bps.spread == image_row.cost_bps.spread);
  }
}

TEST_CASE("a stale mid leaves its residual in timing, and the fill is counted and flagged") {
  FillFact fact = take(Side::buy, 10, 105, 204, 104);
  fact.effective_mid = stale(190);
  const ParentRow row = fed({fact}).parent_row(in_large_market(parent(Side::buy, 10, 200, 200, 200)), {});
  CHECK(row.cost.spread == 10 * (104 - 95) * kMoneyPerTickLot);
  CHECK(row.cost.timing == row.cost.total - row.cost.spread - row.cost.sweep);
  CHECK(row.cost.total == 10 * 5 * kMoneyPerTickLot);
  CHECK(row.fills_mid_stale == 1);
  CHECK(row.flags == "fills with mid stale 1 > 0");
}

TEST_CASE("nothing filled: opportunity is the whole cost, and what needs a fill is NaN, not 0") {
  const ParentRow row = fed({}).parent_row(parent(Side::sell, 100, 2'000, 2'010, 1'980), {});
  CHECK(row.cost.opportunity == 100 * 10 * kMoneyPerTickLot);  // the sell missed a fall of ten ticks
  CHECK(row.cost.total == row.cost.opportunity);
  CHECK(row.cost.delay == 0);
  CHECK(row.cost_bps.total == Approx(100.0).epsilon(1e-12));
  CHECK(row.fill_rate == 0.0);
  for (const double undefined :
       {row.avg_price_ticks, row.arrival_slippage_bps, row.vwap_slippage_bps, row.vwap_with_own_slippage_bps, row.twap_slippage_bps,
        row.passive_share, row.participation, row.schedule_error, row.share_time_consumed, row.markout_bps[0], row.markout_bps[5]})
    CHECK(std::isnan(undefined));
}

TEST_CASE("an unknown decision mid becomes the arrival mid, without one the first fill's, and says so") {
  ParentFact fact = in_large_market(parent(Side::buy, 10, 0, 204, 210));
  fact.decision_mid = {};
  const FillFact bought = take(Side::buy, 10, 103, 200, 101);
  const ParentRow by_arrival = fed({bought}).parent_row(fact, {});
  CHECK(by_arrival.cost.delay == 0);
  CHECK(by_arrival.cost.total == 10 * (103 - 102) * kMoneyPerTickLot);
  CHECK(by_arrival.flags == "decision mid unknown, replaced");

  fact.arrival_mid = {};
  const ParentRow by_fill = fed({bought}).parent_row(fact, {});
  CHECK(by_fill.cost.total == 10 * (103 - 100) * kMoneyPerTickLot);
  CHECK(std::isnan(by_fill.arrival_slippage_bps));
  CHECK(by_fill.flags == "decision mid unknown, replaced; arrival mid unknown, replaced");

  const ParentRow by_nothing = fed({}).parent_row(fact, {});
  CHECK(by_nothing.cost == CostParts{});
  CHECK(std::isnan(by_nothing.cost_bps.total));
  CHECK(std::isnan(by_nothing.cost_bps.delay));
}

TEST_CASE("a rest that no final mid can price leaves opportunity and total undefined, and nothing else") {
  ParentFact fact = in_large_market(parent(Side::buy, 20, 200, 200, 0));
  fact.final_mid = {};
  const FillFact bought = take(Side::buy, 10, 102, 200, 101);
  const ParentRow row = fed({bought}).parent_row(fact, {});
  CHECK(std::isnan(row.cost_bps.opportunity));
  CHECK(std::isnan(row.cost_bps.total));
  CHECK(row.cost_bps.spread == Approx(50.0).epsilon(1e-12));
  CHECK(row.flags == "final mid unknown, opportunity undefined");
  fact.lots = 10;
  CHECK(fed({bought}).parent_row(fact, {}).flags.empty());
}

TEST_CASE("a strategy that buys more than it was asked for is charged for the surplus at the final mid, and flagged") {
  const FillFact bought = take(Side::buy, 30, 102, 200, 101);
  const ParentFact fact = in_large_market(parent(Side::buy, 20, 200, 200, 190));
  const ParentRow row = fed({bought}).parent_row(fact, {});
  CHECK(row.cost.opportunity == 10 * 5 * kMoneyPerTickLot);  // ten lots too many, and the market fell by five ticks
  CHECK(Wide{row.cost.total} == paper_minus_real({bought}, fact));
  CHECK(row.flags == "filled lots 30 > 20");
}

TEST_CASE("a parent of no size costs nothing and has no bps") {
  const ParentRow row = fed({}).parent_row(parent(Side::buy, 0, 200, 200, 190), {});
  CHECK(row.cost == CostParts{});
  CHECK(std::isnan(row.cost_bps.total));
  CHECK(std::isnan(row.fill_rate));
}

TEST_CASE("costs near the end of 64 bits are exact, though their products are far beyond") {
  // 4e12 lots at two thousand million ticks: the notional has 26 digits in Money, the cost 19.
  constexpr Ticks price = 2'000'000'000;
  constexpr Lots lots = 4'000'000'000'000;
  std::vector<FillFact> fills;
  for (int i = 0; i < 4; ++i) fills.push_back(take(Side::buy, lots / 4, price + 1'000 + i, 2 * std::int64_t{price} + i, price + 500));
  const ParentFact fact = parent(Side::buy, lots, 2 * std::int64_t{price} - 9, 2 * std::int64_t{price} - 5, 2 * std::int64_t{price});
  const ParentRow row = fed(fills).parent_row(fact, {});
  CHECK(row.cost.total == Money{1'000'000'000'000} * kMoneyPerHalfTickLot * (4 * 2'000 + 2 * (0 + 1 + 2 + 3) + 4 * 9));
  CHECK(Wide{row.cost.total} == paper_minus_real(fills, fact));
  CHECK(sum_of_parts(row.cost) == row.cost.total);
  CHECK(row.avg_price_ticks == Approx(2'000'001'001.5).epsilon(1e-15));
}
