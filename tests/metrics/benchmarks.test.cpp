#include <cmath>

#include "claims.hpp"
#include "facts.hpp"

using namespace facts;

namespace {
/// Buys 30 of 100 lots: 20 taken at 1010, 10 made at 1000; mids at 1000.
ParentMetrics bought_thirty(std::int32_t subticks = 1) {
  ParentMetrics metrics{0, subticks};
  metrics.on_fill(take(Side::buy, 20, 1'010, 2'000, 1'005));
  metrics.on_fill(made(take(Side::buy, 10, 1'000, 2'001, 1'000)));
  return metrics;
}
ParentFact hundred_lots() { return parent(Side::buy, 100, 2'000, 2'000, 2'000); }
}  // namespace

TEST_CASE("the VWAP with own volume adds own aggressive fills only: own passive ones already stand for recorded ones") {
  ParentFact fact = hundred_lots();
  fact.at_arrival = market(50, 900, 1'800, kSecond);  // before the window: must not count
  fact.at_end = fact.at_arrival;
  fact.at_end.volume_lots += 80;
  fact.at_end.notional_subtick_lots += 80 * 1'005;
  fact.at_end.mid_x2_ns += Wide{2'004} * 3 * kSecond;
  fact.at_end.mid_known_ns += 3 * kSecond;
  const ParentRow row = bought_thirty().parent_row(fact, {});
  const double own = (20 * 1'010 + 10 * 1'000) / 30.0;
  CHECK(row.recorded_volume_lots == 80);
  CHECK(row.avg_price_ticks == Approx(own).epsilon(1e-14));
  CHECK(row.vwap_recorded_ticks == 1'005.0);
  CHECK(row.vwap_with_own_ticks == (80 * 1'005 + 20 * 1'010) / 100.0);
  CHECK(row.twap_recorded_ticks == 1'002.0);
  CHECK(row.arrival_slippage_bps == Approx((own / 1'000 - 1) * 1e4).epsilon(1e-12));
  CHECK(row.vwap_slippage_bps == Approx((own / 1'005 - 1) * 1e4).epsilon(1e-12));
  CHECK(row.vwap_with_own_slippage_bps == Approx((own / 1'006 - 1) * 1e4).epsilon(1e-12));
  CHECK(row.twap_slippage_bps == Approx((own / 1'002 - 1) * 1e4).epsilon(1e-12));
}

TEST_CASE("hidden prints between ticks enter the VWAP at their exact price") {
  ParentFact fact = hundred_lots();
  fact.at_end = market(10, 2 * 1'000 + 1, 2'000, kSecond);  // half-tick prints at 1000.5
  const ParentRow row = bought_thirty(2).parent_row(fact, {});
  CHECK(row.vwap_recorded_ticks == 1'000.5);
  CHECK(row.vwap_with_own_ticks == (10 * 1'000.5 + 20 * 1'010) / 30.0);
}

TEST_CASE("slippage of a sell is positive when it received less than the benchmark") {
  ParentMetrics metrics{0, 1};
  metrics.on_fill(take(Side::sell, 10, 990, 2'000, 995));
  ParentFact fact = parent(Side::sell, 10, 2'000, 2'000, 2'000);
  fact.at_end = market(10, 1'000, 2'000, kSecond);
  const ParentRow row = metrics.parent_row(fact, {});
  CHECK(row.arrival_slippage_bps == Approx(100.0).epsilon(1e-12));
  CHECK(row.vwap_slippage_bps == Approx(100.0).epsilon(1e-12));
  CHECK(row.twap_slippage_bps == Approx(100.0).epsilon(1e-12));
}

TEST_CASE("participation counts own aggressive lots into the market's volume, own passive ones not twice") {
  ParentFact fact = hundred_lots();
  fact.at_end = market(130, 1'000, 2'000, kSecond);
  const ParentRow row = bought_thirty().parent_row(fact, {});
  CHECK(row.participation == 30.0 / 150.0);
  CHECK(row.fill_rate == 0.3);
  CHECK(row.passive_share == Approx(1.0 / 3).epsilon(1e-15));
  CHECK(row.flags.empty());  // 0.20 is the limit, not beyond it
}

TEST_CASE("without recorded prints the recorded VWAP is undefined, and only own aggressive lots make a market") {
  const ParentRow row = bought_thirty().parent_row(hundred_lots(), {});
  CHECK(std::isnan(row.vwap_recorded_ticks));
  CHECK(std::isnan(row.vwap_slippage_bps));
  CHECK(std::isnan(row.twap_slippage_bps));
  CHECK(row.vwap_with_own_ticks == 1'010.0);
  CHECK(row.participation == 1.5);
}

TEST_CASE("a window that ends before it begins has no volume, no benchmarks and no participation") {
  ParentFact fact = hundred_lots();
  fact.at_arrival = market(50, 900, 1'800, kSecond);
  const ParentRow row = ParentMetrics{0, 1}.parent_row(fact, {});
  CHECK(row.recorded_volume_lots == 0);
  CHECK(std::isnan(row.vwap_recorded_ticks));
  CHECK(std::isnan(row.twap_recorded_ticks));
  CHECK(std::isnan(row.participation));
}

TEST_CASE("every limit of validity that is passed is named with value and limit") {
  ParentFact fact = hundred_lots();
  fact.at_end = market(70, 1'000, 2'000, kSecond);
  fact.arrival_mid.stale = true;
  ValidityFact validity;
  validity.samples = 10;
  validity.samples_consumed = 6;
  validity.unserved_lots = 12;
  const ParentRow row = bought_thirty().parent_row(fact, validity);
  CHECK(row.flags ==
        "arrival mid stale; participation 0.333 > 0.20; share of time with consumed liquidity 0.600 > 0.50; unserved share of volume 0.171 "
        "> 0.01");
}

TEST_CASE("schedule error is sum |done - planned| tau / (Q T) over the parent's time, either side of the plan") {
  ParentFact fact = hundred_lots();
  fact.start = 1'000;
  fact.end = 2'000;
  ParentMetrics metrics{0, 1};
  const auto fill_at = [&metrics](TimePoint time, Lots lots) {
    FillFact bought = take(Side::buy, lots, 1'000, 2'000, 1'000);
    bought.time = time;
    metrics.on_fill(bought);
  };
  CHECK(std::isnan(metrics.parent_row(fact, {}).schedule_error));
  metrics.on_plan(500, 10);  // counts from the start only: 10 behind for 100 ns
  fill_at(1'100, 40);        // 30 ahead for 400 ns
  metrics.on_plan(1'500, 50);
  fill_at(1'500, 10);  // on plan for 200 ns
  metrics.on_plan(1'700, 100);
  fill_at(1'800, 10);  // 50 behind for 100 ns, then 40 behind until the end
  CHECK(metrics.parent_row(fact, {}).schedule_error == (10 * 100 + 30 * 400 + 50 * 100 + 40 * 200) / (100.0 * 1'000));
  fill_at(2'500, 40);  // after the end: nothing
  CHECK(metrics.parent_row(fact, {}).schedule_error == 0.26);
}

TEST_CASE("saying the same plan again does not change the schedule error") {
  ParentFact fact = hundred_lots();
  fact.end = 1'000;
  ParentMetrics rare{0, 1}, often{0, 1};
  for (TimePoint time = 0; time < 1'000; time += 10) {
    const Lots planned = time / 250 * 25;
    if (time % 250 == 0) rare.on_plan(time, planned);
    often.on_plan(time, planned);
  }
  CHECK(rare.parent_row(fact, {}).schedule_error == often.parent_row(fact, {}).schedule_error);
  CHECK(rare.parent_row(fact, {}).schedule_error == 0.375);
}

TEST_CASE("a markout is undefined until its mid is known, and lots without one do not dilute the mean") {
  ParentMetrics metrics{0, 1};
  const std::size_t first = metrics.on_fill(take(Side::buy, 10, 1'001, 2'000, 1'001));
  const std::size_t second = metrics.on_fill(take(Side::buy, 30, 1'001, 2'000, 1'001));
  FillFact blind = take(Side::buy, 5, 1'001, 2'000, 1'001);
  blind.effective_mid = {};
  const std::size_t third = metrics.on_fill(blind);
  metrics.on_markout(first, 2, mid(2'004));
  metrics.on_markout(second, 2, MidX2{});
  metrics.on_markout(third, 2, mid(2'004));
  const ParentRow row = metrics.parent_row(hundred_lots(), {});
  CHECK(row.markout_bps[2] == Approx(10.0).epsilon(1e-12));  // 1002 - 1001 over 1000
  CHECK(row.markout_lots[2] == 10);
  CHECK(std::isnan(row.markout_bps[3]));
  CHECK(row.markout_lots[3] == 0);
}

TEST_CASE("a markout is good for us when the market goes our way, for either side") {
  CHECK(markout_bps(Side::buy, 1'000, mid(2'000), mid(2'002)) == Approx(10.0).epsilon(1e-12));
  CHECK(markout_bps(Side::sell, 1'000, mid(2'000), mid(2'002)) == Approx(-10.0).epsilon(1e-12));
  CHECK(std::isnan(markout_bps(Side::buy, 1'000, mid(0), mid(2'002))));
}
