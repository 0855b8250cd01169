/// Validation cases IS-01, MARK-01 and WALK-01 (arithmetic), and the definitions behind IS-02 and SLIP-01. A tick is a cent, a lot a share.

#include <array>
#include <cmath>

#include "claims.hpp"
#include "execution/fees.hpp"
#include "market/instrument.hpp"
#include "metrics/parent_metrics.hpp"

using namespace plimsoll;

namespace {

MidX2 mid(std::int64_t value_x2) { return {value_x2, true, false}; }
double currency(Money money) { return static_cast<double>(money) * Instrument{}.currency_per_money(); }
auto within_1e12(double value) { return Approx(value).epsilon(1e-12).margin(0); }

FillFact bought(Lots lots, Ticks price, std::int64_t mid_x2, Ticks touch, Money fee = 0) {
  FillFact fact;
  fact.lots = lots;
  fact.price = price;
  fact.effective_mid = fact.recorded_mid = mid(mid_x2);
  fact.touch = touch;
  fact.fee = fee;
  return fact;
}

}  // namespace

TEST_CASE("IS-01 implementation shortfall of a buy splits into delay, trading, opportunity and fees") {
  // Perold (1988), The implementation shortfall: paper versus reality; Wagner & Edwards (1993), Best execution. Tolerance rel 1e-12.
  const FeeRules rules{.take_per_lot_ticks = 0.2};  // 0.002 per share
  ParentMetrics metrics{0, 1};
  const std::array<std::pair<Lots, Ticks>, 3> fills = {{{10'000, 5'012}, {15'000, 5'020}, {15'000, 5'035}}};
  for (const auto& [lots, price] : fills) metrics.on_fill(bought(lots, price, 10'022, 5'012, fee(rules, Liquidity::took, price, lots)));
  ParentFact fact;
  fact.lots = 50'000;
  fact.decision_mid = mid(2 * 5'000);
  fact.arrival_mid = mid(2 * 5'010);
  fact.final_mid = mid(2 * 5'100);
  const ParentRow row = metrics.parent_row(fact, {});
  CHECK(currency(row.cost.delay) == within_1e12(4'000));
  CHECK(currency(row.cost.spread + row.cost.sweep + row.cost.reaction + row.cost.timing) == within_1e12(5'450));
  CHECK(currency(row.cost.opportunity) == within_1e12(10'000));
  CHECK(currency(row.cost.fees) == within_1e12(80));
  CHECK(currency(row.cost.total) == within_1e12(19'530));
  CHECK(row.cost_bps.total == within_1e12(78.12));
  CHECK(row.fill_rate == within_1e12(0.8));
  CHECK(row.avg_price_ticks * 0.01 == within_1e12(50.23625));
}

TEST_CASE("IS-02 trading cost splits into timing and execution, and execution into spread, sweep and reaction") {
  // Definition: timing = s sum q (m - P_a), execution = s sum q (p - m), m the unshifted mid just before each fill (Perold 1988; Wagner &
  // Edwards 1993; own impact apart from what the market did by itself). Worked by hand for a sell; exact.
  FillFact first = bought(100, 4'990, 9'996, 4'995);  // recorded mid 49.98, touch 49.95, paid 49.90
  FillFact second = bought(300, 4'970, 9'980, 4'975);
  second.displaced_x2 = -4;  // our first fill left a hole of two cents
  second.reaction = -3;
  second.effective_mid = mid(9'980 - 4 - 6);
  ParentMetrics metrics{0, 1};
  for (FillFact* fill : {&first, &second}) {
    fill->side = Side::sell;
    metrics.on_fill(*fill);
  }
  ParentFact fact;
  fact.side = Side::sell;
  fact.lots = 400;
  fact.decision_mid = fact.arrival_mid = fact.final_mid = mid(10'000);
  const CostParts cost = metrics.parent_row(fact, {}).cost;
  CHECK(cost.timing == (100 * 2 + 300 * 10) * kMoneyPerTickLot);
  CHECK(cost.spread + cost.sweep + cost.reaction == (100 * 8 + 300 * 20) * kMoneyPerTickLot);
  CHECK(cost.reaction == 300 * 3 * kMoneyPerTickLot);
  CHECK(cost.spread == (100 * 3 + 300 * 10) * kMoneyPerTickLot);
  CHECK(cost.sweep == (100 * 5 + 300 * (5 + 2)) * kMoneyPerTickLot);
}

TEST_CASE("SLIP-01 slippage is s (own mean price / benchmark - 1) against arrival, interval VWAP without and with own volume, and TWAP") {
  // Definition, models sheet 9.2; worked by hand: own 200 at 50.10 and 100 at 50.16, market 700 at 50.00, TWAP 50.05. Tolerance rel 1e-12.
  ParentMetrics metrics{0, 1};
  metrics.on_fill(bought(200, 5'010, 10'000, 5'010));
  metrics.on_fill(bought(100, 5'016, 10'000, 5'016));
  ParentFact fact;
  fact.lots = 300;
  fact.decision_mid = fact.arrival_mid = fact.final_mid = mid(10'000);
  fact.at_end.volume_lots = 700;
  fact.at_end.notional_subtick_lots = Wide{700} * 5'000;
  fact.at_end.mid_x2_ns = Wide{10'010} * kSecond;
  fact.at_end.mid_known_ns = kSecond;
  const ParentRow row = metrics.parent_row(fact, {});
  CHECK(row.arrival_slippage_bps == Approx(24.0).epsilon(1e-11));
  CHECK(row.vwap_slippage_bps == Approx(24.0).epsilon(1e-11));
  CHECK(row.vwap_with_own_slippage_bps == Approx((50.12 / 50.036 - 1) * 1e4).epsilon(1e-10));
  CHECK(row.twap_slippage_bps == Approx((50.12 / 50.05 - 1) * 1e4).epsilon(1e-10));
}

TEST_CASE("MARK-01 markouts of our fills, weighted by volume") {
  // Definition: s (mid after - price) / mid before, in bp, positive = good for us. Tolerance rel 1e-12.
  struct Case {
    Side side;
    Lots lots;
    Ticks price;
    std::int64_t before_x2, after_1s_x2, after_10s_x2;
  };
  constexpr std::array<Case, 3> cases = {{{Side::buy, 100, 5'002, 10'000, 9'998, 9'994},
                                          {Side::buy, 300, 5'001, 10'000, 10'004, 10'010},
                                          {Side::sell, 200, 5'010, 10'024, 10'030, 10'016}}};
  VolumeWeightedMean after_1s, after_10s;
  ParentMetrics buys{0, 1}, sells{0, 1};
  for (const Case& c : cases) {
    after_1s.add(markout_bps(c.side, c.price, mid(c.before_x2), mid(c.after_1s_x2)), c.lots);
    after_10s.add(markout_bps(c.side, c.price, mid(c.before_x2), mid(c.after_10s_x2)), c.lots);
    FillFact fact = bought(c.lots, c.price, c.before_x2, c.price);
    fact.side = c.side;
    ParentMetrics& metrics = c.side == Side::buy ? buys : sells;
    const std::size_t index = metrics.on_fill(fact);
    metrics.on_markout(index, 2, mid(c.after_1s_x2));
    metrics.on_markout(index, 3, mid(c.after_10s_x2));
  }
  CHECK(after_1s.mean() == within_1e12(-3.325352487362998));
  CHECK(after_10s.mean() == within_1e12(3.6634743282787787));

  // The same from the two parents' rows, weighted by their lots with a markout.
  ParentFact fact;
  fact.lots = 400;
  const ParentRow buy_row = buys.parent_row(fact, {});
  fact.side = Side::sell;
  const ParentRow sell_row = sells.parent_row(fact, {});
  REQUIRE(buy_row.markout_lots[2] + sell_row.markout_lots[2] == 600);
  CHECK((buy_row.markout_bps[2] * 400 + sell_row.markout_bps[2] * 200) / 600 == within_1e12(-3.325352487362998));
  CHECK((buy_row.markout_bps[3] * 400 + sell_row.markout_bps[3] * 200) / 600 == within_1e12(3.6634743282787787));
}

TEST_CASE("WALK-01 the cost of a sweep through five asks: notional, mean price, slippage and fee") {
  // Arithmetic: buy 2100 through 100.02 x 300, 100.03 x 500, 100.05 x 1200, 100.08 x 400; best bid 99.98; fee 2.5 bp of notional.
  // Tolerance rel 1e-12.
  const FeeRules rules{.take_bps = 2.5};
  ParentMetrics metrics{0, 1};
  Money notional = 0;
  const std::array<std::pair<Lots, Ticks>, 4> fills = {{{300, 10'002}, {500, 10'003}, {1'200, 10'005}, {100, 10'008}}};
  for (const auto& [lots, price] : fills) {
    metrics.on_fill(bought(lots, price, 9'998 + 10'002, 10'002, fee(rules, Liquidity::took, price, lots)));
    notional += lots * price * kMoneyPerTickLot;
  }
  ParentFact fact;
  fact.lots = 2'100;
  fact.decision_mid = fact.arrival_mid = fact.final_mid = mid(20'000);
  const ParentRow row = metrics.parent_row(fact, {});
  CHECK(currency(notional) == within_1e12(210'089));
  CHECK(row.avg_price_ticks * 0.01 == within_1e12(100.04238095238095));
  CHECK(currency(row.cost.fees) == within_1e12(52.52225));
  CHECK(row.cost.timing == 0);
  CHECK(row.cost.delay == 0);
  // Costs are exact integers; the ratios of prices lose four digits where 1 is subtracted: their tolerance is rel 1e-11.
  CHECK(row.cost_bps.spread + row.cost_bps.sweep == within_1e12(4.23809523809604));
  CHECK(row.cost_bps.sweep * 20'000 / (2 * 10'002) == within_1e12(2.237647708553947));
  CHECK(row.arrival_slippage_bps == Approx(4.23809523809604).epsilon(1e-11));
}
