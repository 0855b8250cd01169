// A run from its first appointment to its tables: milestones, failures, halts.

#include <cmath>

#include "claims.hpp"
#include "market/tape_builder.hpp"
#include "replay/replay.hpp"
#include "replay/scripted.hpp"
#include "replay/single_run.hpp"

using namespace plimsoll;
using test::Desk;
using test::Script;

namespace {
EventTape calm_market() {
  TapeBuilder tape;
  tape.add(0, 1, Side::buy, 100, 50);
  tape.add(0, 2, Side::sell, 104, 50);
  tape.trade(5 * kSecond, Side::buy, 102, 0, 7);
  tape.add(10 * kSecond, 3, Side::buy, 90, 1);
  return tape.finish({});
}
}  // namespace

TEST_CASE("a parent that never arrives before the tape ends has an empty window, not the whole tape's figures, and says so") {
  Script idle;
  RunSpec spec = test::one_parent(Side::buy, 10, 9 * kSecond, 60 * kSecond, test::scripted(idle));
  spec.markets[0].latency.order = 5 * kSecond;
  const ScenarioResult result = test::replay_one(calm_market(), spec);
  const Table& parents = test::table(result, "parents");
  CHECK(parents.integers("recorded_volume_lots").front() == 0);
  CHECK(std::isnan(parents.reals("vwap_recorded_ticks").front()));
  CHECK(parents.integers("arrival_time").front() == 14 * kSecond);
  CHECK(parents.texts("flags").front().find("never arrived") != std::string::npos);
}

TEST_CASE("a run is made at its first appointment: before, its plugin does not exist") {
  static int made;
  made = 0;
  int made_at_start = 0;
  Script first, later;
  first.on_start = [&](Desk&, const plimsoll_parent&) { made_at_start = made; };
  plimsoll_strategy_type counted = *test::scripted(first).type;
  counted.create = [](const plimsoll_param* params, std::uint32_t, const plimsoll_setting*, char*, std::uint32_t) {
    ++made;
    return reinterpret_cast<void*>(params[0].integer);
  };
  RunSpec soon = test::one_parent(Side::buy, 1, kSecond, 9 * kSecond, test::scripted(first));
  RunSpec late = test::one_parent(Side::buy, 1, 8 * kSecond, 9 * kSecond, test::scripted(later));
  soon.parents[0].strategy.type = late.parents[0].strategy.type = &counted;
  const RunSpec* specs[] = {&late, &soon};
  replay(calm_market(), specs);
  CHECK(made_at_start == 1);
  CHECK(made == 2);
}

TEST_CASE("a plugin that cannot be created fails its scenario with its own words, also where the tape ends before the start") {
  Script idle;
  plimsoll_strategy_type refusing = *test::scripted(idle).type;
  refusing.create = [](const plimsoll_param*, std::uint32_t, const plimsoll_setting*, char* error, std::uint32_t) -> void* {
    error[0] = 'n', error[1] = 'o', error[2] = '\0';
    return nullptr;
  };
  for (const TimePoint start : {kSecond, 60 * kSecond}) {
    RunSpec spec = test::one_parent(Side::buy, 1, start, start + kSecond, test::scripted(idle));
    spec.parents[0].strategy.type = &refusing;
    const ScenarioResult result = test::replay_one(calm_market(), spec);
    CHECK(result.status == ScenarioStatus::failed);
    CHECK(result.message == "scripted: no");
  }
}

TEST_CASE("an amount beyond 64 bits fails its scenario with words, not the process") {
  TapeBuilder moving;
  moving.add(0, 1, Side::buy, 100, 50);
  moving.add(0, 2, Side::sell, 104, 50);
  moving.add(5 * kSecond, 3, Side::buy, 103, 1);
  moving.add(10 * kSecond, 4, Side::buy, 90, 1);
  const EventTape tape = moving.finish({});
  Script idle;  // what stays undone costs 2^60 lots x 1.5 ticks
  const RunSpec spec = test::one_parent(Side::buy, Lots{1} << 60, kSecond, 9 * kSecond, test::scripted(idle));
  const RunSpec other = test::one_parent(Side::buy, 1, kSecond, 9 * kSecond, test::scripted(idle));
  const RunSpec* specs[] = {&spec, &other};
  const std::vector<ScenarioResult> results = replay(tape, specs);
  CHECK(results[0].status == ScenarioStatus::failed);
  CHECK(results[0].message.find("64 bits") != std::string::npos);
  CHECK(results[1].status == ScenarioStatus::done);
}

TEST_CASE("a strategy that wakes itself, or answers its own orders, without letting time pass fails its scenario and hangs nobody") {
  Script waking, answering, idle;
  waking.on_start = [](Desk& desk, const plimsoll_parent&) { desk.wake_at(0); };
  waking.on_wake = [](Desk& desk) { desk.wake_at(desk.now()); };
  answering.on_start = [](Desk& desk, const plimsoll_parent&) { desk.limit(Side::buy, 90, 0); };  // no quantity: rejected
  answering.on_order = [](Desk& desk, const plimsoll_order_event&) { desk.limit(Side::buy, 90, 0); };
  std::vector<RunSpec> all;
  for (Script* script : {&waking, &answering, &idle})
    all.push_back(test::one_parent(Side::buy, 10, kSecond, 9 * kSecond, test::scripted(*script)));
  all[1].markets[0].latency = {.feed = 0, .order = 0, .response = 0};
  const RunSpec* specs[] = {&all[0], &all[1], &all[2]};
  const std::vector<ScenarioResult> results = replay(calm_market(), specs);
  for (const std::size_t run : {0, 1}) {
    CHECK(results[run].status == ScenarioStatus::failed);
    CHECK(results[run].message.find("at one instant") != std::string::npos);
  }
  CHECK(results[2].status == ScenarioStatus::done);
}

TEST_CASE("many things at one instant that come to an end are no fault") {
  int left = 1'500'000;
  Script busy;
  busy.on_start = [](Desk& desk, const plimsoll_parent&) { desk.wake_at(0); };
  busy.on_wake = [&](Desk& desk) {
    if (--left > 0) desk.wake_at(desk.now() + (left % 3'000 == 0 ? 1 : 0));
  };
  CHECK(test::replay_one(calm_market(), test::one_parent(Side::buy, 10, kSecond, 9 * kSecond, test::scripted(busy))).status ==
        ScenarioStatus::done);
}

TEST_CASE("a run that fails on the very row that moves the touch it watches is over, and the others go on") {
  TapeBuilder moving;
  moving.add(0, 1, Side::buy, 100, 50);
  moving.add(0, 2, Side::sell, 104, 50);
  moving.add(5 * kSecond, 3, Side::sell, 102, 10'000'000);  // meets our bid of 102 and moves the ask
  moving.add(10 * kSecond, 4, Side::buy, 90, 1);
  const EventTape tape = moving.finish({});
  Script watcher;
  watcher.on_start = [](Desk& desk, const plimsoll_parent&) {
    desk.wake_on_touch_change();
    desk.limit(Side::buy, 102, 10'000'000);
  };
  RunSpec spec = test::one_parent(Side::buy, 10'000'000, kSecond, 9 * kSecond, test::scripted(watcher));
  spec.markets[0].fees.make_per_lot_ticks = 1e9;  // the fee of the fill is beyond 64 bits
  const RunSpec other = test::one_parent(Side::buy, 1, kSecond, 9 * kSecond, test::scripted(watcher));
  const RunSpec* specs[] = {&spec, &other};
  const std::vector<ScenarioResult> results = replay(tape, specs);
  CHECK(results[0].status == ScenarioStatus::failed);
  CHECK(results[1].status == ScenarioStatus::done);
}

TEST_CASE("in a halt limit orders rest, market and IOC orders are rejected, and nothing trades until trading resumes") {
  TapeBuilder tape;
  tape.add(0, 1, Side::buy, 100, 50);
  tape.add(0, 2, Side::sell, 104, 50);
  tape.halt(1 * kSecond);
  tape.add(2 * kSecond, 3, Side::sell, 103, 5);
  tape.resume(5 * kSecond);
  tape.add(9 * kSecond, 4, Side::buy, 90, 1);
  std::vector<std::string> told;
  Script script;
  script.on_start = [](Desk& desk, const plimsoll_parent&) {
    desk.limit(Side::buy, 103, 4);
    desk.market(Side::buy, 2);
    desk.ioc(Side::buy, 104, 2);
  };
  script.on_order = [&](Desk& desk, const plimsoll_order_event& event) {
    told.push_back(std::to_string(event.order_id) + (event.kind == PLIMSOLL_FILLED ? " filled at " : " rejected: ") +
                   (event.kind == PLIMSOLL_FILLED ? std::to_string(event.price_ticks) : event.reason) + " " +
                   std::to_string(desk.now() / kSecond) + " s");
  };
  test::replay_one(tape.finish({}), test::one_parent(Side::buy, 8, 3 * kSecond, 8 * kSecond, test::scripted(script)));
  CHECK(told == std::vector<std::string>{"2 rejected: halted 3 s", "3 rejected: halted 3 s", "1 filled at 103 5 s"});
}

TEST_CASE("a maker left unfilled does not stand crossed with a recorded order that came in a halt") {
  TapeBuilder tape;
  tape.add(0, 1, Side::buy, 100, 5);
  tape.add(0, 2, Side::sell, 104, 50);
  tape.fill(3 * kSecond, 1, 5);  // meets our better bid: the recorded maker stays, unfilled, at 100
  tape.halt(4 * kSecond);
  tape.add(4 * kSecond, 3, Side::sell, 99, 5);
  tape.resume(5 * kSecond);
  tape.add(9 * kSecond, 4, Side::buy, 90, 1);
  std::vector<plimsoll_quote> seen;
  Script script;
  script.on_start = [](Desk& desk, const plimsoll_parent&) {
    desk.limit(Side::buy, 101, 5);
    desk.wake_at(3'500 * kMillisecond);
    desk.wake_at(6 * kSecond);
  };
  script.on_wake = [&](Desk& desk) { seen.push_back(desk.quote()); };
  test::replay_one(tape.finish({}), test::one_parent(Side::buy, 5, kSecond, 8 * kSecond, test::scripted(script)));
  REQUIRE(seen.size() == 2);
  CHECK(seen[0].bid_ticks == 100);  // the maker we left unfilled
  CHECK(seen[1].bid_lots == 0);     // gone: the recorded seller at 99 had reached it
  CHECK(seen[1].ask_ticks == 99);
}

TEST_CASE("a resting order is filled when the recorded queue in front of it is gone, no sooner and for no more than the taker brings") {
  TapeBuilder tape;
  tape.add(0, 1, Side::buy, 100, 5);
  tape.add(0, 2, Side::sell, 104, 50);
  tape.add(3 * kSecond, 3, Side::buy, 100, 9);  // behind us
  tape.fill(4 * kSecond, 1, 5);                 // in front of us
  tape.fill(5 * kSecond, 3, 3);                 // history's next taker meets us instead of order 3
  tape.fill(6 * kSecond, 3, 6);
  tape.add(9 * kSecond, 4, Side::buy, 90, 1);
  Script script;
  script.on_start = [](Desk& desk, const plimsoll_parent&) { desk.limit(Side::buy, 100, 7); };
  const ScenarioResult result =
      test::replay_one(tape.finish({}), test::one_parent(Side::buy, 7, kSecond, 8 * kSecond, test::scripted(script)));
  const Table& fills = test::table(result, "fills");
  CHECK(fills.integers("time") == std::vector<std::int64_t>{5 * kSecond, 6 * kSecond});
  CHECK(fills.integers("quantity_lots") == std::vector<std::int64_t>{3, 4});
  CHECK(fills.integers("queue_ahead_at_entry_lots") == std::vector<std::int64_t>{5, 5});
  CHECK(test::table(result, "parents").integers("unfilled_makers").front() == 2);
}

TEST_CASE("two parents of one run meet the same market: what the first took is not there for the second") {
  Script first, second;
  first.on_start = [](Desk& desk, const plimsoll_parent&) { desk.market(Side::buy, 50); };
  second.on_start = [](Desk& desk, const plimsoll_parent&) { desk.limit(Side::buy, 104, 5); };
  RunSpec spec = test::one_parent(Side::buy, 50, kSecond, 8 * kSecond, test::scripted(first));
  ParentSpec other = spec.parents.front();
  other.start = 2 * kSecond;
  other.lots = 5;
  other.strategy = test::scripted(second);
  spec.parents.push_back(other);
  const ScenarioResult result = test::replay_one(calm_market(), spec);
  CHECK(test::table(result, "fills").integers("parent") == std::vector<std::int64_t>{0, 1});
  CHECK(test::table(result, "fills").texts("cause") ==
        std::vector<std::string>{"own_order", "recorded_print"});  // it had to wait in the empty book
  CHECK(test::table(result, "fills").integers("time") == std::vector<std::int64_t>{1 * kSecond, 5 * kSecond});
}

TEST_CASE("impact is the effective less the recorded mid when the parent is complete, and later as the model relaxes") {
  TapeBuilder market;
  market.add(0, 1, Side::buy, 100, 50);
  market.add(0, 2, Side::sell, 104, 30);
  market.add(0, 3, Side::sell, 106, 50);
  market.add(35 * kSecond, 4, Side::buy, 103, 1);  // history moves by itself: no impact of ours
  market.add(100 * kSecond, 5, Side::buy, 90, 1);
  Script once;
  once.on_start = [](Desk& desk, const plimsoll_parent&) { desk.market(Side::buy, 30); };
  test::ScriptedImpact model{[](double lots, TimePoint now) { return now < 12 * kSecond ? lots / 6.0 : lots / 10.0; }};
  RunSpec spec = test::one_parent(Side::buy, 30, 2 * kSecond, 30 * kSecond, test::scripted(once));
  spec.markets[0].impact = test::scripted(model);
  const Table parents = test::table(test::replay_one(market.finish({}), spec), "parents");
  const auto impact = [&](const char* when) { return parents.reals(std::string{"impact_"} + when + "_ticks").front(); };
  CHECK(impact("done") == 5.0);  // the touch of 30 lots is gone: one tick of the mid; the model says five
  CHECK(impact("1s") == 5.0);
  CHECK(impact("10s") == 4.0);  // the model says three: J gives way to that, and the missing touch is one more
  CHECK(impact("60s") == 4.0);
  CHECK(std::isnan(impact("300s")));  // the tape has ended
}
