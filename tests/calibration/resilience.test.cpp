// Depth and how it comes back; the market's plain figures.
#include "calibration/resilience.hpp"
#include "calibration/intervals.hpp"
#include "calibration/market_figures.hpp"
#include "core/math.hpp"
#include "market/tape_builder.hpp"
#include "planted.hpp"

using namespace plimsoll;
using namespace plimsoll::test;

namespace {

double lag_s(std::size_t lag) { return static_cast<double>(kRecoveryLags[lag]) / kSecond; }

/// Sweeps whose holes close like p + (1 - p) exp(-rho t), each with its own noise.
std::vector<RecoveryBlock> planted_recovery(Draws& draws, std::size_t blocks, double rate, double lasting, double noise) {
  std::vector<RecoveryBlock> out(blocks);
  for (RecoveryBlock& block : out) {
    const double own = noise * draws.normal();  // what the block's sweeps share
    block.sweeps = 1 + std::floor(6 * draws.uniform());
    for (int i = 0; i < block.sweeps; ++i) {
      const double taken = draws.lots(0.02);
      for (std::size_t lag = 0; lag < kRecoveryLags.size(); ++lag) {
        const double missing = lasting + (1 - lasting) * math::exp(-rate * lag_s(lag));
        block.missing[lag] += taken * (missing + own + noise * draws.normal());
        block.taken[lag] += taken;
      }
    }
  }
  return out;
}

/// A mid with steps of `per_s` ticks a root second, seen through a bounce of `bounce` ticks; spread and depth that wander slowly.
Observations planted_day(Draws& draws, std::size_t seconds, double per_s, double bounce, std::int64_t day = 0) {
  Observations out = quiet_day(seconds, day);
  double mid = 10'000, depth = 0, spread = 0;
  for (GridCell& cell : out.cells) {
    cell.mid_ticks = mid + bounce * draws.normal();
    mid += per_s * draws.normal();
    depth = 0.99 * depth + draws.normal();
    spread = 0.9 * spread + 0.2 * draws.normal();
    cell.band_lots = 200 + 5 * depth;
    cell.two_sided_ns = kSecond;
    cell.spread_ticks_ns = (4 + spread) * kSecond;
    cell.lots = draws.lots(0.05);
    out.trades.push_back(
        {out.first_time + static_cast<std::int64_t>(out.trades.size()) * kSecond, draws.lots(0.2), mid, 3 + spread + draws.normal()});
  }
  return out;
}

std::vector<Observations> one(Observations day) {
  std::vector<Observations> out;
  out.push_back(std::move(day));
  return out;
}

}  // namespace

TEST_CASE("resilience: intervals hold the planted rate and lasting share in 92 to 98 % of 400 markets") {
  const BlockBootstrap how{.cells_per_block = 1, .replicates = 60, .seed = 3};
  check_coverage(coverage(400, {{"resilience_per_s", 0.3}, {"lasting_share", 0.25}},
                          [&](Draws& draws) { return estimate_resilience(planted_recovery(draws, 60, 0.3, 0.25, 0.15), how); }));
}

TEST_CASE("the recovery of a planted tape is found: what sweeps took comes back at the planted rate, and drift is not taken for it") {
  // At random times, one in 30 s, a taker empties the ask; the maker puts back a tenth of what is missing of 1,000 lots each half second.
  TapeBuilder builder;
  Draws draws{1};
  std::uint64_t id = 1;
  std::uint32_t stands = 1'000;
  builder.add(kMorning, id, Side::sell, 101, stands);
  builder.add(kMorning, ++id, Side::sell, 200, 1'000'000);
  builder.add(kMorning, ++id, Side::buy, 100, 1'000'000);
  std::vector<std::uint64_t> asks = {1};
  for (int step = 1; step < 14'400; ++step) {
    const TimePoint now = kMorning + step * (kSecond / 2) + 1'000;
    if (draws.uniform() < 1.0 / 60) {
      for (const std::uint64_t ask : asks) builder.fill(now, ask, 1'000);
      asks.clear();
      stands = 0;
    }
    const std::uint32_t more = (1'000 - stands) / 10;
    if (more == 0) continue;
    builder.add(now + 10, ++id, Side::sell, 101, more);
    asks.push_back(id);
    stands += more;
  }
  const std::vector<Observations> day = one(observe(builder.finish({}), {.band_ticks = 10}));
  const std::vector<RecoveryBlock> blocks = recovery_blocks(day[0]);
  const Estimate estimate = estimate_resilience(blocks, {.cells_per_block = 1, .replicates = 100, .seed = 0});
  INFO(estimate.refusal);
  REQUIRE_FALSE(estimate.refused());
  CHECK(estimate.n > 200);
  // 0.9 each half second: rate 0.21 a second.
  CHECK(estimate.value("resilience_per_s") == Approx(0.21).epsilon(0.25));
  CHECK(estimate.value("lasting_share") < 0.1);
}

TEST_CASE("resilience: too few sweeps, a NaN and holes that never close are refused with the reason") {
  const BlockBootstrap how{.cells_per_block = 1, .replicates = 60, .seed = 3};
  Draws draws{1};
  CHECK(estimate_resilience({}, how).refusal == "insufficient: n = 0 sweeps, need 30");
  const std::vector<RecoveryBlock> few = planted_recovery(draws, 4, 0.3, 0, 0.1);
  CHECK(estimate_resilience(few, how).refusal.substr(0, 12) == "insufficient");
  std::vector<RecoveryBlock> broken = planted_recovery(draws, 40, 0.3, 0, 0.1);
  broken[2].missing[4] = kUndefined;
  CHECK(estimate_resilience(broken, how).refusal.substr(0, 10) == "not finite");
  const std::vector<RecoveryBlock> open = planted_recovery(draws, 40, 0.3, 1, 0.001);
  const Estimate never = estimate_resilience(open, how);
  CHECK(never.refused());
  CHECK(never.parameters.empty());
}

TEST_CASE("depth, spreads and volatility: intervals hold the planted values in 92 to 98 % of 600 hours") {
  const auto all = [](Draws& draws) {
    const std::vector<Observations> hour = one(planted_day(draws, 3'600, 2, 0));
    Estimate out = estimate_depth(hour, 10);
    for (const Estimate& each : {estimate_quoted_spread(hour), estimate_effective_spread(hour), estimate_volatility(hour, 23'400)}) {
      out.refusal += each.refusal;
      out.parameters.insert(out.parameters.end(), each.parameters.begin(), each.parameters.end());
    }
    return out;
  };
  check_coverage(coverage(
      600, {{"depth_lots_per_tick", 20}, {"quoted_spread_ticks", 4}, {"effective_spread_ticks", 3}, {"ticks_per_sqrt_s", 2}}, all));
}

TEST_CASE("over days, volume and its curve: intervals hold the planted values in 92 to 98 % of 400 weeks") {
  const auto week = [](Draws& draws) {
    std::vector<Observations> days;
    for (std::int64_t day = 0; day < 5; ++day) {
      days.push_back(quiet_day(3'600, day));
      for (std::size_t i = 0; i < 3'600; i += 450) days.back().cells[i].lots = (i < 1'800 ? 150 : 50) + 10 * draws.normal();
    }
    return days;
  };
  check_coverage(coverage(400, {{"daily_volume_lots", 800}}, [&](Draws& draws) { return estimate_daily_volume(week(draws), 3'600); }));
  check_coverage(
      coverage(400, {{"share_13:30", 0.75}, {"share_14:00", 0.25}}, [&](Draws& draws) { return estimate_volume_curve(week(draws)); }));
}

TEST_CASE("half hours are those of the market's clock, so that a day that begins late pools with the others") {
  std::vector<Observations> days = {quiet_day(3'599, 0), quiet_day(3'599, 1)};
  days[1].cells.erase(days[1].cells.begin(), days[1].cells.begin() + 1'800);
  days[1].grid_start += 1'800 * kSecond;
  for (Observations& day : days) {
    day.utc_offset_s = -4 * 3'600;  // New York in summer
    for (GridCell& cell : day.cells) cell.lots = 1;
  }
  const Estimate curve = estimate_volume_curve(days);
  REQUIRE(curve.parameters.size() == 2);
  CHECK(curve.at("share_09:30").value == Approx(0.25).epsilon(1e-12));
  CHECK(curve.at("share_10:00").value == Approx(0.75).epsilon(1e-12));
  const Intervals both = intervals(days, 60);
  CHECK(both.half_hour.front() == 19);
  CHECK(both.half_hour.back() == 20);
  CHECK(std::count(both.half_hour.begin(), both.half_hour.end(), 20) == 58);

  days[0].utc_offset_s = 20'700;  // Kathmandu, where 13:30 UTC is 19:15
  const Intervals shifted = intervals({days.data(), 1}, 60);
  CHECK(shifted.half_hour[14] == 38);
  CHECK(shifted.half_hour[15] == 39);
  CHECK(clock_of(38) == "19:00");
  CHECK(days[0].half_hour_of_day(-1) == 11);  // 1970-01-01 05:44:59
}

TEST_CASE("the lag of the volatility lies beyond a planted bounce, and one day claims no error of its volume") {
  Draws draws{8};
  const std::vector<Observations> day = one(planted_day(draws, 20'000, 1, 3));
  const Estimate signature = estimate_signature(day), volatility = estimate_volatility(day, 20'000);
  CHECK(signature.value("at_1_s") > 3);
  CHECK(volatility.value("ticks_per_sqrt_s") == Approx(1).epsilon(0.25));
  CHECK(volatility.n_of != "changes over 1 s");
  CHECK(volatility.value("daily_volatility") == Approx(volatility.value("ticks_per_sqrt_s") * std::sqrt(20'000.0) / 1e4).epsilon(0.02));
  CHECK(std::isnan(estimate_daily_volume(day, 20'000).parameters[0].standard_error));
  CHECK(estimate_daily_volume(day, 20'000).method == "no error from 1 day");
  CHECK(estimate_daily_volume(day, 40'000).method == "no error from 1 day; part of the session, scaled by time");
}

TEST_CASE("figures of an empty or very short day are refused with the reason") {
  const std::vector<Observations> none = one(quiet_day(20));
  CHECK(estimate_depth(none, 10).refusal == "insufficient: n = 2 intervals of 10 s, need 30");
  CHECK(estimate_volatility(none, 23'400).refusal == "insufficient: n = 20 changes over 1 s that move, need 30");
  CHECK(estimate_daily_volume(none, 23'400).refusal == "insufficient: n = 0 days with volume, need 1");
  CHECK(estimate_volume_curve(none).refusal == "insufficient: n = 0 days with volume, need 1");
  CHECK(estimate_effective_spread(none).refusal == "insufficient: n = 0 intervals of 10 s with trades, need 30");
}
