// The optimal schedules as strategies: what they send, against their closed forms, and what all of them keep.
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "claims.hpp"
#include "sdk/fake_host.hpp"
#include "sdk/plugin.hpp"
#include "sdk/theory/almgren_chriss.hpp"
#include "sdk/theory/almgren_power.hpp"
#include "sdk/theory/cartea_jaimungal.hpp"
#include "sdk/theory/obizhaeva_wang.hpp"
#include "strategies/entries.hpp"

using fake::kSecond;
using fake::StrategyRun;
using Overrides = fake::Settings::Overrides;
using Sizes = std::vector<std::int64_t>;
using namespace plimsoll::sdk;

namespace {

const Math kMath{fake::math_table()};

struct Schedule {
  std::string name;
  const plimsoll_plugin* plugin;
  Overrides settings;
};

Overrides with(Overrides settings, const Overrides& more) {
  for (const auto& [name, value] : more) settings[name] = value;
  return settings;
}

Overrides paper(const Overrides& more = {}) {
  // AC-01 with a day of 60 s, ticks of 0.01 and lots of 1: eta in ticks s/lot, sigma per square root of a second.
  return with({{"slices", std::int64_t{5}},
               {"temporary_ticks_s_per_lot", 2.5e-4 * 60.0},
               {"permanent_ticks_per_lot", 2.5e-5},
               {"volatility_ticks", 95.0 / std::sqrt(60.0)},
               {"risk_aversion", 1e-6}},
              more);
}

std::vector<Schedule> schedules() {
  return {{"almgren_chriss", plimsoll_entry_almgren_chriss_schedule(), paper()},
          {"almgren_chriss, planned anew", plimsoll_entry_almgren_chriss_schedule(), paper({{"replan", std::int64_t{1}}})},
          {"almgren_power",
           plimsoll_entry_almgren_power_schedule(),
           {{"slices", std::int64_t{7}}, {"temporary_prefactor", 0.05}, {"volatility_ticks", 3.0}, {"risk_aversion", 1e-4}}},
          {"almgren_power, planned anew",
           plimsoll_entry_almgren_power_schedule(),
           {{"slices", std::int64_t{7}},
            {"temporary_prefactor", 0.05},
            {"volatility_ticks", 3.0},
            {"risk_aversion", 1e-4},
            {"replan", std::int64_t{1}}}},
          {"obizhaeva_wang", plimsoll_entry_obizhaeva_wang_schedule(), {{"slices", std::int64_t{6}}, {"resilience_per_s", 0.01}}},
          {"obizhaeva_wang, planned anew",
           plimsoll_entry_obizhaeva_wang_schedule(),
           {{"slices", std::int64_t{6}}, {"resilience_per_s", 0.01}, {"replan", std::int64_t{1}}}},
          {"bertsimas_lo",
           plimsoll_entry_bertsimas_lo(),
           {{"slices", std::int64_t{6}}, {"impact_ticks_per_lot", 0.01}, {"signal_ticks", 2.0}, {"signal_persistence", 0.5}}},
          {"cartea_jaimungal",
           plimsoll_entry_cartea_jaimungal(),
           {{"slices", std::int64_t{6}}, {"temporary_ticks_s_per_lot", 0.02}, {"flow_ticks_per_lot", 1e-3}}}};
}

Sizes sent_by(const plimsoll_plugin* plugin, const Overrides& settings, std::int64_t lots, std::int64_t seconds) {
  StrategyRun run{plugin, settings};
  run.start(fake::parent(-1, lots, 0, seconds * kSecond));
  run.run_until(2 * seconds * kSecond);
  CHECK(run.failure == "");
  return run.sent_sizes();
}

/// Whole lots as the strategies round: the sum so far to the nearest lot.
Sizes rounded(const std::vector<double>& trades) {
  Sizes out;
  double sum = 0.0;
  std::int64_t given = 0;
  for (const double trade : trades) {
    sum += trade;
    out.push_back(static_cast<std::int64_t>(std::floor(sum + 0.5)) - given);
    given += out.back();
  }
  return out;
}

}  // namespace

TEST_CASE("AC-01: almgren_chriss sends the paper's trades in whole lots, planned once or anew at each slice") {
  const Sizes expected = {458'044, 252'102, 141'957, 85'755, 62'142};
  CHECK(sent_by(plimsoll_entry_almgren_chriss_schedule(), paper(), 1'000'000, 300) == expected);
  const Sizes anew = sent_by(plimsoll_entry_almgren_chriss_schedule(), paper({{"replan", std::int64_t{1}}}), 1'000'000, 300);
  REQUIRE(anew.size() == expected.size());
  for (std::size_t k = 0; k < anew.size(); ++k) CHECK(std::abs(anew[k] - expected[k]) <= 1);  // ADAPT-01: the tail of the old plan
}

TEST_CASE("the other schedules send their closed forms in whole lots") {
  const theory::AlmgrenPower power{10'000.0, 3.0, 0.05, 0.6, 1e-6};
  CHECK(sent_by(plimsoll_entry_almgren_power_schedule(),
                {{"slices", std::int64_t{7}}, {"temporary_prefactor", 0.05}, {"volatility_ticks", 3.0}, {"risk_aversion", 1e-4}}, 10'000,
                70) == rounded(theory::trades(kMath, power, 70.0, 7)));
  // Six slices of 10 s: trades at 0, 10, ..., 50 s.
  const Sizes book = rounded(theory::trades(kMath, theory::ObizhaevaWang{1.0, 0.0, 0.01}, 10'000.0, 50.0, 5));
  CHECK(sent_by(plimsoll_entry_obizhaeva_wang_schedule(), {{"slices", std::int64_t{6}}, {"resilience_per_s", 0.01}}, 10'000, 60) == book);
  CHECK(book.front() > 4'000);
  CHECK(sent_by(plimsoll_entry_bertsimas_lo(), {{"slices", std::int64_t{4}}, {"impact_ticks_per_lot", 0.01}}, 1'000, 40) == Sizes(4, 250));
  CHECK(sent_by(plimsoll_entry_cartea_jaimungal(),
                {{"slices", std::int64_t{4}}, {"temporary_ticks_s_per_lot", 0.02}, {"flow_ticks_per_lot", 0.0}}, 1'000,
                40) == Sizes(4, 250));
}

TEST_CASE("what all schedules keep: the whole parent and no more, the limit price, no order of nothing, wakes that change nothing") {
  for (const Schedule& schedule : schedules()) {
    INFO(schedule.name);
    for (const std::int64_t lots : {std::int64_t{1}, std::int64_t{3}, std::int64_t{100'003}, std::int64_t{1'000'000'000'000}}) {
      StrategyRun run{schedule.plugin, schedule.settings};
      run.start(fake::parent(1, lots, 0, 60 * kSecond));
      run.run_until(100 * kSecond);
      CHECK(run.failure == "");
      CHECK(run.filled_lots == lots);
    }
    const auto sent_with = [&](bool false_wakes, const char* style) {
      StrategyRun run{schedule.plugin, with(schedule.settings, {{"style", std::string{style}}})};
      run.response_ns = kSecond / 5;
      for (std::int64_t i = 1; i < 600; ++i)
        run.at(i * kSecond / 10 + 1, [&run, false_wakes, i] {
          if (i % 17 == 0) run.quote.bid_ticks = 9'999 - static_cast<std::int32_t>(i % 3);
          if (i % 23 == 0) run.quote.bid_lots = 100 + i;
          if (false_wakes) run.false_wake();
        });
      run.start(fake::parent(1, 10'000, 0, 60 * kSecond));
      run.run_until(100 * kSecond);
      CHECK(run.filled_lots == 10'000);
      return run.sent_sizes();
    };
    CHECK(sent_with(true, "cross") == sent_with(false, "cross"));
    CHECK(sent_with(true, "join") == sent_with(false, "join"));

    StrategyRun outside{schedule.plugin, schedule.settings};
    plimsoll_parent parent = fake::parent(1, 1'000, 0, 60 * kSecond, PLIMSOLL_END_CANCEL);
    parent.has_limit = 1;
    parent.limit_ticks = 10'000;
    outside.start(parent);
    outside.run_until(100 * kSecond);
    CHECK(outside.sent.empty());

    StrategyRun on{schedule.plugin, schedule.settings};
    on.takeable_lots = 500;
    on.at(70 * kSecond, [&] { on.takeable_lots = fake::kEndless; });
    on.start(fake::parent(1, 1'000, 0, 60 * kSecond, PLIMSOLL_END_EXTEND));
    on.run_until(1'000 * kSecond);
    CHECK(on.filled_lots == 1'000);
  }
}

TEST_CASE("a miss: the plan from the start catches up at the next slice, the one made anew spreads it") {
  const auto sent = [](std::int64_t replan) {
    StrategyRun run{plimsoll_entry_almgren_chriss_schedule(), paper({{"replan", replan}, {"risk_aversion", 0.0}})};
    run.reject_everything = true;
    run.at(1, [&] { run.reject_everything = false; });
    run.start(fake::parent(1, 1'000, 0, 300 * kSecond));
    run.run_until(400 * kSecond);
    return run.sent_sizes();
  };
  CHECK(sent(0) == Sizes{200, 400, 200, 200, 200});
  CHECK(sent(1) == Sizes{200, 250, 250, 250, 250});
}

TEST_CASE("bertsimas_lo buys more now when the book leans up, and a sale less") {
  const Overrides settings = {
      {"slices", std::int64_t{4}}, {"impact_ticks_per_lot", 0.01}, {"signal_ticks", 2.0}, {"signal_persistence", 0.5}};
  const auto first = [&](std::int32_t side, std::int64_t bid_lots) {
    StrategyRun run{plimsoll_entry_bertsimas_lo(), settings};
    run.quote.bid_lots = bid_lots;
    run.start(fake::parent(side, 1'000, 0, 40 * kSecond));
    run.run_until(kSecond);
    return run.sent_sizes().front();
  };
  CHECK(first(1, 1'000) == 250);
  CHECK(first(1, 3'000) > 250);
  CHECK(first(-1, 3'000) < 250);
  CHECK(first(1, 3'000) - 250 == 250 - first(-1, 3'000));
}

TEST_CASE("cartea_jaimungal sells slower while others buy; it reads their side off the mid that stood before the print") {
  const auto second = [](std::int32_t side, std::int64_t last_ticks) {
    StrategyRun run{
        plimsoll_entry_cartea_jaimungal(),
        {{"slices", std::int64_t{4}}, {"temporary_ticks_s_per_lot", 0.02}, {"flow_ticks_per_lot", 1e-3}, {"flow_decay_per_s", 0.05}}};
    run.at(5 * kSecond, [&run, last_ticks] {
      run.recorded_volume_lots = 2'000;
      run.last_trade_ticks = last_ticks;
      run.false_wake();  // the print
    });
    run.start(fake::parent(side, 1'000, 0, 40 * kSecond));
    run.run_until(15 * kSecond);
    return run.sent_sizes().at(1);
  };
  const double flow = 2'000.0 * 0.05 * std::exp(-0.05 * 5.0);
  const theory::CarteaJaimungal problem{0.02, 1e-3, 0.0, 0.05};
  CHECK(second(-1, 10'001) == static_cast<std::int64_t>(std::floor(10.0 * problem.rate(kMath, 30.0, 750.0, flow) + 0.5)));
  CHECK(second(-1, 10'001) < 250);
  CHECK(second(-1, 9'999) > 250);
  CHECK(second(1, 10'001) > 250);
  CHECK(second(1, 10'000) == 250);  // at the mid nobody knows
}

TEST_CASE("gueant rests one order at a time at its optimal distance and crosses only at the end") {
  const Overrides settings = {{"orders", std::int64_t{4}}, {"steps", std::int64_t{60}}, {"intensity_per_s", 0.1}, {"decay_per_tick", 0.3},
                              {"volatility_ticks", 0.3},   {"risk_aversion", 0.02},     {"end_cost_ticks", 3.0}};
  StrategyRun run{plimsoll_entry_gueant(), settings};
  run.quote.bid_ticks = 9'995;
  run.quote.ask_ticks = 10'005;
  run.start(fake::parent(-1, 1'000, 0, 60 * kSecond));
  run.run_until(kSecond / 2);
  REQUIRE(run.sent_sizes() == Sizes{250});
  CHECK(run.sent[0].order.type == PLIMSOLL_LIMIT);
  const std::int32_t patient = run.sent[0].order.limit_ticks;
  CHECK(patient > 10'000);
  run.fill_resting(1, 250);
  run.run_until(3 * kSecond / 2);
  REQUIRE(run.sent.size() == 2);
  CHECK(run.sent[1].order.limit_ticks >= patient);  // who holds less asks for more
  run.run_until(59 * kSecond + kSecond / 2);
  CHECK(run.sent.back().order.limit_ticks < run.sent[1].order.limit_ticks);  // and for less when the end is near
  run.run_until(70 * kSecond);
  CHECK(run.filled_lots == 1'000);
  CHECK(run.sent.back().order.type == PLIMSOLL_MARKET);
  CHECK(run.sent.back().time_ns == 60 * kSecond);
}

TEST_CASE("gueant in a hurry takes at the touch, never beyond it, and keeps the limit price") {
  const Overrides hurry = {{"orders", std::int64_t{2}}, {"steps", std::int64_t{10}}, {"intensity_per_s", 0.01}, {"decay_per_tick", 2.0},
                           {"volatility_ticks", 50.0},  {"risk_aversion", 1.0},      {"end_cost_ticks", 10.0}};
  StrategyRun run{plimsoll_entry_gueant(), hurry};
  run.start(fake::parent(1, 100, 0, 60 * kSecond, PLIMSOLL_END_CANCEL));
  run.run_until(kSecond);
  REQUIRE(run.sent_sizes() == Sizes{50});
  CHECK(run.sent[0].order.limit_ticks == 10'001);
  StrategyRun bounded{plimsoll_entry_gueant(), hurry};
  plimsoll_parent parent = fake::parent(1, 100, 0, 60 * kSecond, PLIMSOLL_END_CANCEL);
  parent.has_limit = 1;
  parent.limit_ticks = 9'990;
  bounded.start(parent);
  bounded.run_until(70 * kSecond);
  for (const fake::Sent& sent : bounded.sent) CHECK(sent.order.limit_ticks <= 9'990);
}
