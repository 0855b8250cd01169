// Kyle's lambda and order-flow imbalance: definitions, planted parameters, what is refused.
#include "calibration/kyle.hpp"
#include "calibration/level_imbalance.hpp"
#include "calibration/order_flow_imbalance.hpp"
#include "core/math.hpp"
#include "market/tape_builder.hpp"
#include "planted.hpp"

using namespace plimsoll;
using namespace plimsoll::test;

namespace {

/// Intervals whose change is slope x flow + noise that is correlated in time and louder when the flow is large.
Intervals planted_intervals(Draws& draws, std::size_t days, std::size_t per_day, double slope, double depth) {
  Intervals out;
  out.seconds = 10;
  for (std::size_t day = 0; day < days; ++day) {
    double noise = 0;
    for (std::size_t i = 0; i < per_day; ++i) {
      const double flow = 100 * draws.normal();
      noise = 0.2 * noise + draws.normal();
      out.mid_change_ticks.push_back(0.3 + slope * flow + noise * (1 + std::abs(flow) / 100));
      out.signed_lots.push_back(flow);
      out.order_flow_imbalance.push_back(flow);
      out.touch_lots.push_back(depth);
      out.day.push_back(static_cast<std::int32_t>(day));
      out.half_hour.push_back(static_cast<std::int32_t>(2 * i / per_day));
    }
  }
  return out;
}

}  // namespace

// Source: Cont, Kukanov and Stoikov (2014), definition of e_n; exact.
TEST_CASE("OFI-01 order-flow imbalance, event by event") {
  const std::vector<BestQuote> quotes = {{100, 10, 101, 12}, {100, 14, 101, 12}, {100, 14, 101, 7},  {100, 9, 101, 7}, {101, 5, 102, 20},
                                         {101, 5, 102, 15},  {100, 9, 101, 3},   {100, 9, 101, 0.5}, {100, 9, 102, 15}};
  const std::vector<double> events = {4, 5, -5, 12, 5, -8, 2.5, 0.5};
  double sum = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    CHECK(order_flow_event(quotes[i], quotes[i + 1]) == events[i]);
    sum += order_flow_event(quotes[i], quotes[i + 1]);
  }
  CHECK(sum == 16.0);
}

TEST_CASE("Kyle's lambda: the interval holds the planted value in 92 to 98 % of 400 markets, of an hour and of eight days") {
  check_coverage(
      coverage(400, {{"ticks_per_lot", 0.02}}, [](Draws& draws) { return estimate_kyle(planted_intervals(draws, 1, 120, 0.02, 50)); }));
  check_coverage(
      coverage(400, {{"ticks_per_lot", 0.02}}, [](Draws& draws) { return estimate_kyle(planted_intervals(draws, 8, 60, 0.02, 50)); }));
}

TEST_CASE("OFI beta and its depth coefficient: the interval holds the planted value in 92 to 98 % of 400 markets") {
  check_coverage(coverage(400, {{"beta_00:00", 0.01}, {"beta_00:30", 0.01}},
                          [](Draws& draws) { return estimate_order_flow_beta(planted_intervals(draws, 1, 360, 0.01, 50)); }));
  check_coverage(coverage(400, {{"depth_coefficient", 0.5}},
                          [](Draws& draws) { return estimate_order_flow_depth(planted_intervals(draws, 1, 360, 0.01, 50)); }));
}

TEST_CASE("the exponent of depth is found when half hours differ in depth, and not claimed from few of them") {
  const auto day = [](Draws& draws, std::int32_t half_hours) {
    Intervals out;
    out.seconds = 10;
    for (std::int32_t at = 0; at < half_hours; ++at) {
      const double depth = 20.0 + 15 * at;
      for (int i = 0; i < 180; ++i) {
        const double flow = 100 * draws.normal();
        out.mid_change_ticks.push_back(0.8 * flow / math::pow(depth, 1.2) + 0.2 * draws.normal());
        out.order_flow_imbalance.push_back(flow);
        out.touch_lots.push_back(depth);
        out.day.push_back(0);
        out.half_hour.push_back(at);
      }
    }
    return estimate_order_flow_depth(out);
  };
  Draws some{1};
  CHECK(day(some, 4).parameters.size() == 1);
  check_coverage(coverage(200, {{"depth_exponent", 1.2}}, [&](Draws& draws) { return day(draws, 13); }));
}

TEST_CASE("too few intervals, a NaN and a flow that never varies give the reason and no number") {
  Draws draws{0};
  CHECK(estimate_kyle(planted_intervals(draws, 1, 20, 0.02, 50)).refusal == "insufficient: n = 20 intervals of 10 s, need 30");
  CHECK(estimate_order_flow_beta(planted_intervals(draws, 1, 40, 0.02, 50)).refusal ==
        "insufficient: n = 40 intervals of 10 s in a half hour, need 30");
  Intervals broken = planted_intervals(draws, 1, 120, 0.02, 50);
  broken.mid_change_ticks[3] = kUndefined;
  CHECK(estimate_kyle(broken).refusal == "not finite: responses, value 4 of 120");
  CHECK(estimate_order_flow_beta(broken).refusal == "not finite: mid changes, value 4 of 120");
  CHECK(estimate_kyle(broken).parameters.empty());
  Intervals idle = planted_intervals(draws, 1, 120, 0.02, 50);
  for (double& each : idle.signed_lots) each = 0;
  for (double& each : idle.order_flow_imbalance) each = 0;
  CHECK(estimate_kyle(idle).refusal.substr(0, 8) == "singular");
  CHECK(estimate_order_flow_beta(idle).refusal.substr(0, 8) == "singular");
  CHECK(estimate_order_flow_depth(idle).refusal.substr(0, 8) == "singular");
}

TEST_CASE("out of sample: a slope that changes halfway fits the first part and not the rest") {
  Draws draws{5};
  Intervals intervals = planted_intervals(draws, 3, 200, 0.05, 50);
  const OutOfSample same = estimate_kyle(intervals).out_of_sample;
  CHECK(same.rest > 0.5);
  for (std::size_t i = 400; i < 600; ++i) intervals.mid_change_ticks[i] -= 0.1 * intervals.signed_lots[i];
  CHECK(estimate_kyle(intervals).out_of_sample.rest < 0);
  CHECK(estimate_kyle(intervals).out_of_sample.first == same.first);
}

TEST_CASE("a tape becomes seconds: mids, signed flow, imbalance and spread; cancel and add of one message are one event") {
  TapeBuilder builder;
  const TimePoint t0 = kMorning;
  builder.add(t0, 1, Side::buy, 100, 10);
  builder.add(t0, 6, Side::buy, 98, 8);
  builder.add(t0, 2, Side::sell, 104, 12);
  // Second 1: the bid is replaced one tick higher by one message: +15, not -10 and nothing.
  builder.cancel(t0 + kSecond + 1, 1, 10);
  builder.add(t0 + kSecond + 1, 3, Side::buy, 101, 15);
  builder.add(t0 + kSecond + 2, 4, Side::sell, 106, 30);
  // Second 2: a taker buys 12 at 104 and 5 at 106; a print outside the book.
  builder.fill(t0 + 2 * kSecond + 7, 2, 12);
  builder.fill(t0 + 2 * kSecond + 7, 4, 5);
  builder.trade(t0 + 2 * kSecond + 9, Side::buy, 103, 0, 100);
  builder.add(t0 + 4 * kSecond + 3, 5, Side::buy, 99, 1);
  TapeInfo info;
  const Observations day = observe(builder.finish(info), {.band_ticks = 3});
  REQUIRE(day.cells.size() == 4);
  CHECK(day.grid_start == t0 + kSecond);
  CHECK(day.cells[0].mid_ticks == 102);
  CHECK(day.cells[0].order_flow_imbalance == 15);
  CHECK(day.cells[0].quotes == 1);
  CHECK(day.cells[1].mid_ticks == 102.5);
  CHECK(day.cells[2].mid_ticks == 103.5);
  CHECK(day.cells[1].band_lots == (15 + 42) / 2.0);
  CHECK(day.cells[1].signed_lots == 17);
  CHECK(day.cells[1].lots == 117);
  // 12 and 5 lots of asks are gone; the ask of second 2 moves with the first fill.
  CHECK(day.cells[1].order_flow_imbalance == 12 + 5);
  CHECK(day.cells[2].spread_ticks_ns == Approx(5.0 * kSecond));
  REQUIRE(day.trades.size() == 1);
  CHECK(day.trades[0].signed_lots == 17);
  CHECK(day.trades[0].mid_ticks == 102.5);
  CHECK(day.trades[0].effective_ticks == Approx(2 * (12 * 1.5 + 5 * 3.5) / 17));
}

TEST_CASE("own prints leave the flow and the volume, each one row, and the book keeps what they did") {
  const auto tape = [] {
    TapeBuilder builder;
    builder.add(kMorning, 1, Side::buy, 100, 10);
    builder.add(kMorning, 2, Side::sell, 104, 40);
    for (int i = 0; i < 3; ++i) builder.fill(kMorning + 2 * kSecond, 2, 5);
    builder.fill(kMorning + 3 * kSecond, 1, 4);
    builder.add(kMorning + 5 * kSecond, 5, Side::buy, 99, 1);
    return builder.finish({});
  }();
  const std::vector<MarkedPrint> own = {
      {kMorning + 2 * kSecond, 104, 5}, {kMorning + 2 * kSecond, 104, 5}, {kMorning + 3 * kSecond, 100, 3}};
  const Observations all = observe(tape, {.band_ticks = 1}), others = observe(tape, {.band_ticks = 1}, own);
  CHECK(all.cells[1].signed_lots == 15);
  CHECK(others.cells[1].signed_lots == 5);
  CHECK(others.cells[1].lots == 5);
  CHECK(others.cells[2].signed_lots == -4);
  CHECK(others.own_prints == 2);
  CHECK(others.cells[3].mid_ticks == all.cells[3].mid_ticks);
  CHECK(others.cells[3].band_lots == all.cells[3].band_lots);
}

TEST_CASE("only the session counts: flow, trades and seconds outside of it do not, and the book is whole when it begins") {
  const auto tape = [] {
    TapeBuilder builder;
    builder.add(kMorning, 1, Side::buy, 100, 10);
    builder.add(kMorning, 2, Side::sell, 104, 400);
    for (int second = 1; second < 20; ++second) builder.fill(kMorning + second * kSecond + 5, 2, 5);
    return builder.finish({});
  }();
  const Observations day = observe(tape, {.band_ticks = 1, .from = kMorning + 8 * kSecond, .to = kMorning + 12 * kSecond});
  CHECK(day.grid_start == kMorning + 8 * kSecond);
  REQUIRE(day.cells.size() == 5);  // the last one only ends the one before
  CHECK(day.cells[0].mid_ticks == 102);
  CHECK(day.cells[0].band_lots == (10 + 400 - 7 * 5) / 2.0);
  CHECK(day.cells[3].signed_lots == 5);
  CHECK(day.cells[4].lots == 0);
  CHECK(day.trades.size() == 4);
  CHECK(observe(tape, {.from = kMorning + 60 * kSecond}).cells.empty());
}

TEST_CASE("imbalance is kept by level: the first is that of the best prices, and a change behind them is the second's alone") {
  TapeBuilder builder;
  builder.add(kMorning, 1, Side::buy, 100, 10);
  builder.add(kMorning, 2, Side::buy, 98, 20);
  builder.add(kMorning, 3, Side::sell, 104, 30);
  builder.add(kMorning, 4, Side::sell, 105, 40);
  builder.add(kMorning + kSecond, 5, Side::buy, 98, 7);
  builder.add(kMorning + 2 * kSecond, 6, Side::sell, 104, 3);
  builder.cancel(kMorning + 3 * kSecond, 1, 10);
  builder.add(kMorning + 5 * kSecond, 7, Side::buy, 97, 1);
  const Observations day = observe(builder.finish({}), {.band_ticks = 1, .levels = 2});
  REQUIRE(day.level_imbalance.size() == 2 * day.cells.size());
  CHECK(day.level_imbalance[0] == 0);
  CHECK(day.level_imbalance[1] == 7);
  CHECK(day.level_imbalance[2] == -3);
  CHECK(day.level_imbalance[3] == 0);
  CHECK(day.level_imbalance[4] == -10);  // the second bid is the first now, and there is no second one
  for (std::size_t i = 0; i < day.cells.size(); ++i) CHECK(day.level_imbalance[2 * i] == day.cells[i].order_flow_imbalance);
}

TEST_CASE("levels that move together are told apart by ridge as well as data can, and a level that never moves is refused") {
  Draws draws{1};
  Intervals intervals;
  intervals.seconds = 10;
  intervals.levels = 3;
  for (int i = 0; i < 2'000; ++i) {
    const double common = draws.normal();
    double change = 0.5 * draws.normal();
    for (int level = 0; level < 3; ++level) {
      intervals.level_imbalance.push_back(100 * (0.8 * common + 0.6 * draws.normal()));
      change += (3 - level) * 0.005 * intervals.level_imbalance.back();
    }
    intervals.mid_change_ticks.push_back(change);
    intervals.day.push_back(0);
  }
  const Estimate fit = estimate_order_flow_levels(intervals);
  REQUIRE_FALSE(fit.refused());
  CHECK(fit.value("beta_level_1") == Approx(0.015).epsilon(0.1));
  CHECK(fit.value("beta_level_2") == Approx(0.010).epsilon(0.1));
  CHECK(fit.value("beta_level_3") == Approx(0.005).epsilon(0.15));
  CHECK(std::isnan(fit.parameters[0].standard_error));
  CHECK(fit.out_of_sample.rest > 0.9);
  for (std::size_t i = 2; i < intervals.level_imbalance.size(); i += 3) intervals.level_imbalance[i] = 0;
  CHECK(estimate_order_flow_levels(intervals).refusal == "singular: the imbalance of a level never varies");
  intervals.mid_change_ticks.resize(50);
  CHECK(estimate_order_flow_levels(intervals).refusal == "insufficient: n = 50 intervals of 10 s, need 90");
}
