// No look-ahead: what happens up to T does not change when everything after T is cut away, or replaced by noise.

#include <algorithm>
#include <set>
#include <tuple>

#include "core/random.hpp"
#include "laws/law_runs.hpp"
#include "replay/scripted.hpp"

using namespace plimsoll;
using namespace plimsoll::test;

namespace {

EventTape cut(const EventTape& tape, TimePoint last) {
  TapeCopy copy{tape};
  for (std::size_t row = 0; row < tape.size() && tape[row].time <= last; ++row) copy.copy(row);
  return copy.finish();
}

/// Up to `last` the tape itself, then a wild but valid market.
EventTape poisoned(const EventTape& tape, TimePoint last, std::uint64_t seed) {
  TapeCopy copy{tape};
  for (std::size_t row = 0; row < tape.size() && tape[row].time <= last; ++row) copy.copy(row);
  const RandomStream random{seed, 0, Purpose::test};
  std::uint64_t draw = 0;
  std::vector<std::uint64_t> live;
  TimePoint time = last;
  while (time < tape.last_time()) {
    time += 1 + static_cast<Duration>(random.below(draw++, 200 * kMillisecond));
    const Side side = random.below(draw++, 2) == 0 ? Side::buy : Side::sell;
    const Ticks span = tape.info().price_max - tape.info().price_min;
    const Ticks price = tape.info().price_min + static_cast<Ticks>(random.below(draw++, static_cast<std::uint64_t>(span)));
    const auto lots = static_cast<std::uint32_t>(1 + random.below(draw++, 900));
    switch (random.below(draw++, 4)) {
      case 0: copy.builder.trade(time, side, price, 0, lots); break;
      case 1:
        if (!live.empty()) copy.builder.fill(time, live[random.below(draw++, live.size())], lots);
        break;
      default: live.push_back(copy.new_id()); copy.builder.add(time, live.back(), side, price, lots);
    }
  }
  return copy.finish();
}

using Happened = std::vector<std::tuple<std::string, std::int64_t, std::int64_t, std::int64_t, std::int64_t>>;

/// Everything a run did or knew by `last`: orders sent, fills, series recorded.
Happened happened_by(const ScenarioResult& result, TimePoint last) {
  Happened out;
  const auto collect = [&](const char* name, const char* time, const char* a, const char* b, const char* c) {
    const Table& from = table(result, name);
    for (std::size_t row = 0; row < from.rows(); ++row)
      if (from.integers(time)[row] <= last)
        out.emplace_back(name, from.integers(time)[row], from.integers(a)[row], from.integers(b)[row], from.integers(c)[row]);
  };
  collect("children", "decided_time", "child", "quantity_lots", "arrived_time");
  collect("fills", "time", "child", "price_ticks", "quantity_lots");
  collect("fills", "time", "spread_money", "sweep_money", "timing_money");
  const Table& points = table(result, "trajectory");
  for (std::size_t row = 0; row < points.rows(); ++row)
    if (points.integers("time")[row] <= last)
      out.emplace_back(points.texts("series")[row], points.integers("time")[row],
                       static_cast<std::int64_t>(points.reals("value")[row] * 1e6), 0, 0);
  return out;
}

RunSpec law_spec(StrategyChoice choice) {
  const EventTape& tape = synthetic_tape();
  RunSpec spec = one_parent(Side::sell, 4'000, tape.first_time() + 60 * kSecond, tape.first_time() + 780 * kSecond, std::move(choice));
  spec.markets[0].latency = {.feed = 2 * kMillisecond, .order = 3 * kMillisecond, .response = kMillisecond};
  spec.markets[0].impact = square_root();
  return spec;
}

/// Times of 20 rows all over the session: a run ends with the last row of its tape, so that is what two tapes can agree on.
TimePoint nth_cut(std::size_t n) {
  const EventTape& tape = synthetic_tape();
  return tape[(n + 1) * tape.size() / 22].time;
}

}  // namespace

TEST_CASE("the laws see every strategy there is") {
  std::set<std::string> tried;
  for (const auto& [name, choice] : every_strategy()) tried.insert(choice.type->name);
  for (const std::string& name : registry().names(PluginKind::strategy)) CHECK(tried.count(name) == 1);
}

TEST_CASE("cut and poison: no strategy's past depends on the tape's future") {
  const EventTape& tape = synthetic_tape();
  for (const auto& [name, choice] : every_strategy()) {
    const RunSpec spec = law_spec(choice);
    const ScenarioResult whole = run_one(tape, spec);
    REQUIRE(table(whole, "fills").rows() > 0);
    for (std::size_t n = 0; n < 20; ++n) {
      const TimePoint last = nth_cut(n);
      CAPTURE(name, n);
      const Happened expected = happened_by(whole, last);
      CHECK(happened_by(run_one(cut(tape, last), spec), last) == expected);
      CHECK(happened_by(run_one(poisoned(tape, last, n), spec), last) == expected);
    }
  }
}

TEST_CASE("the cut test catches a planted look-ahead strategy every time") {
  const EventTape& tape = synthetic_tape();
  for (std::size_t n = 0; n < 20; ++n) {
    const TimePoint last = nth_cut(n);
    // It cannot look ahead through the SDK, so the test hands it the tape: it trades as many lots as the tape has rows, modulo 997.
    const auto peeking_run = [&](const EventTape& seen) {
      Script script;
      script.on_start = [&](Desk& desk, const plimsoll_parent&) { desk.market(Side::sell, 1 + static_cast<Lots>(seen.size() % 997)); };
      RunSpec spec = law_spec(scripted(script));
      spec.parents[0].start = tape.first_time() + 5 * kSecond;
      return happened_by(run_one(seen, spec), last);
    };
    CHECK(peeking_run(tape) != peeking_run(cut(tape, last)));
  }
}

TEST_CASE("a strategy told to wake at once by a row of an instant acts after the last row of that instant") {
  TapeBuilder builder;
  builder.add(0, 1, Side::buy, 90, 10);
  builder.add(0, 2, Side::sell, 110, 5);
  builder.add(0, 3, Side::sell, 120, 5);
  builder.fill(10, 2, 5);  // one taker sweeps both
  builder.fill(10, 3, 5);
  builder.add(10, 4, Side::sell, 130, 9);
  builder.add(20, 5, Side::sell, 140, 9);
  const EventTape tape = builder.finish({});
  std::vector<Ticks> seen;
  Script script;
  script.on_start = [](Desk& desk, const plimsoll_parent&) { desk.wake_on_trade(); };
  script.on_wake = [&](Desk& desk) { seen.push_back(desk.quote().ask_ticks); };
  run_one(tape, one_parent(Side::buy, 1, 5, 15, scripted(script)));
  CHECK(seen == std::vector<Ticks>{130});
}
