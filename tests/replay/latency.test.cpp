// Who knows what, when: actors live in receipt time.

#include "claims.hpp"
#include "market/tape_builder.hpp"
#include "replay/replay.hpp"
#include "replay/scripted.hpp"
#include "replay/single_run.hpp"

using namespace plimsoll;
using test::Desk;
using test::Script;

namespace {
constexpr Duration ms = kMillisecond;

/// The best ask of LAT-01: 100.00 at 0 ms, 100.01 at 4, 100.03 at 9, 100.02 at 12; a bid far below.
EventTape lat01_tape() {
  TapeBuilder tape;
  tape.add(0, 1, Side::buy, 9'000, 100);
  tape.add(0, 2, Side::sell, 10'000, 100);
  tape.cancel(4 * ms, 2, 100);
  tape.add(4 * ms, 3, Side::sell, 10'001, 100);
  tape.cancel(9 * ms, 3, 100);
  tape.add(9 * ms, 4, Side::sell, 10'003, 100);
  tape.cancel(12 * ms, 4, 100);
  tape.add(12 * ms, 5, Side::sell, 10'002, 100);
  tape.add(100 * ms, 6, Side::buy, 8'000, 1);  // the tape goes on
  return tape.finish({});
}

RunSpec spec_of(Script& script, Lots lots, TimePoint start, TimePoint end) {
  return test::one_parent(Side::buy, lots, start, end, test::scripted(script));
}
}  // namespace

TEST_CASE("LAT-01 an order decided on a stale quote meets the book of its arrival (hand-computed event ordering)") {
  struct Seen {
    TimePoint sent = 0, told = 0;
    Ticks ask = 0, paid = 0;
  } seen;
  Script script;
  script.on_start = [&](Desk& desk, const plimsoll_parent&) {
    seen.sent = desk.now();
    seen.ask = desk.quote().ask_ticks;
    desk.market(Side::buy, 10);
  };
  script.on_order = [&](Desk& desk, const plimsoll_order_event& event) {
    seen.told = desk.now();
    seen.paid = event.price_ticks;
    CHECK(event.exchange_time_ns == 8 * ms);
  };
  RunSpec spec = spec_of(script, 10, 3 * ms, 50 * ms);
  spec.markets[0].latency = {.feed = 3 * ms, .order = 5 * ms, .response = 4 * ms};
  const ScenarioResult result = test::replay_one(lat01_tape(), spec);
  CHECK(seen.sent == 3 * ms);
  CHECK(seen.ask == 10'000);
  CHECK(test::table(result, "fills").integers("time") == std::vector<std::int64_t>{8 * ms});
  CHECK(seen.paid == 10'001);
  CHECK(seen.told == 12 * ms);
}

TEST_CASE("a fill is never told before the row that contains it is seen, however fast the response") {
  TimePoint told = 0;
  Script script;
  script.on_start = [](Desk& desk, const plimsoll_parent&) { desk.market(Side::buy, 10); };
  script.on_order = [&](Desk& desk, const plimsoll_order_event& event) {
    told = desk.now();
    CHECK(desk.now() >= event.exchange_time_ns + 3 * ms);
  };
  RunSpec spec = spec_of(script, 10, 3 * ms, 50 * ms);
  spec.markets[0].latency = {.feed = 3 * ms, .order = 5 * ms, .response = 0};
  test::replay_one(lat01_tape(), spec);
  CHECK(told == 11 * ms);
}

TEST_CASE("at equal times market data comes before our orders") {
  Script script;
  script.on_start = [](Desk& desk, const plimsoll_parent&) { desk.market(Side::buy, 10); };
  RunSpec spec = spec_of(script, 10, 4 * ms, 50 * ms);  // no delay: arrives at 4 ms, when the ask moves to 100.01
  const ScenarioResult result = test::replay_one(lat01_tape(), spec);
  CHECK(test::table(result, "fills").integers("price_ticks") == std::vector<std::int64_t>{10'001});
}

TEST_CASE("messages of one connection never overtake each other: a cancel sent after its order arrives after it") {
  std::vector<std::uint32_t> kinds;
  Script script;
  script.on_start = [](Desk& desk, const plimsoll_parent&) { desk.cancel(desk.limit(Side::buy, 9'500, 10)); };
  script.on_order = [&](Desk&, const plimsoll_order_event& event) { kinds.push_back(event.kind); };
  RunSpec spec = spec_of(script, 10, 3 * ms, 50 * ms);
  spec.markets[0].latency = {.feed = 3 * ms, .order = 5 * ms, .response = 4 * ms};
  test::replay_one(lat01_tape(), spec);
  CHECK(kinds == std::vector<std::uint32_t>{PLIMSOLL_CANCELLED});
}

TEST_CASE("a cancel that arrives after the fill is rejected and the fill stands") {
  std::vector<std::uint32_t> kinds;
  Script script;
  script.on_start = [](Desk& desk, const plimsoll_parent&) { desk.cancel(desk.limit(Side::buy, 10'001, 10)); };
  script.on_order = [&](Desk&, const plimsoll_order_event& event) { kinds.push_back(event.kind); };
  test::replay_one(lat01_tape(), spec_of(script, 10, 5 * ms, 50 * ms));
  CHECK(kinds == std::vector<std::uint32_t>{PLIMSOLL_FILLED, PLIMSOLL_REJECTED});
}

TEST_CASE("a timer for local time T shows the book of T minus the feed delay") {
  std::vector<Ticks> asks;
  Script script;
  script.on_start = [](Desk& desk, const plimsoll_parent&) { desk.wake_at(6 * ms), desk.wake_at(7 * ms); };
  script.on_wake = [&](Desk& desk) { asks.push_back(desk.quote().ask_ticks); };
  RunSpec spec = spec_of(script, 10, 3 * ms, 50 * ms);
  spec.markets[0].latency.feed = 3 * ms;
  test::replay_one(lat01_tape(), spec);
  CHECK(asks == std::vector<Ticks>{10'000, 10'001});  // the change of 4 ms is seen at 7 ms
}

TEST_CASE("watching prints or the touch wakes once an instant, one feed delay later") {
  TapeBuilder tape;
  tape.add(0, 1, Side::buy, 90, 10);
  tape.add(0, 2, Side::sell, 110, 10);
  tape.add(0, 3, Side::sell, 110, 10);
  tape.fill(5 * ms, 2, 10);
  tape.fill(5 * ms, 3, 4);
  tape.trade(6 * ms, Side::buy, 100, 0, 7);
  tape.add(7 * ms, 4, Side::buy, 80, 1);  // neither print nor touch
  tape.add(9 * ms, 5, Side::buy, 95, 1);
  const EventTape built = tape.finish({});
  for (const bool trades : {true, false}) {
    std::vector<TimePoint> woken;
    Script script;
    script.on_start = [&](Desk& desk, const plimsoll_parent&) { trades ? desk.wake_on_trade() : desk.wake_on_touch_change(); };
    script.on_wake = [&](Desk& desk) { woken.push_back(desk.now()); };
    RunSpec spec = spec_of(script, 1, 1 * ms, 50 * ms);
    spec.markets[0].latency.feed = 1 * ms;
    test::replay_one(built, spec);
    if (trades) {
      CHECK(woken == std::vector<TimePoint>{6 * ms, 7 * ms});
    } else {
      CHECK(woken == std::vector<TimePoint>{6 * ms, 10 * ms});
    }
  }
}
