// A markout is the effective mid that stood at fill time + horizon, however the run came to know of it.
#include <array>
#include <map>
#include <utility>

#include "claims.hpp"
#include "laws/random_tape.hpp"
#include "market/tape_builder.hpp"
#include "replay/scripted.hpp"
#include "replay/single_run.hpp"

namespace plimsoll {

namespace {

using test::Desk;
using test::Script;

constexpr std::array<std::pair<Duration, const char*>, 2> kLooks = {
    {{10 * kMillisecond, "markout_10ms_ticks"}, {100 * kMillisecond, "markout_100ms_ticks"}}};

/// Takes and rests at random, and looks at the market itself when a markout of its fills is due.
class Looker {
 public:
  explicit Looker(std::uint64_t seed) : random_{seed, 1, Purpose::test} {
    script.on_start = [this](Desk& desk, const plimsoll_parent&) { act(desk); };
    script.on_wake = [this](Desk& desk) { desk.now() == next_ ? act(desk) : look(desk); };
    script.on_order = [this](Desk& desk, const plimsoll_order_event& event) {
      if (event.kind == PLIMSOLL_FILLED)
        for (const auto& [horizon, column] : kLooks) desk.wake_at(event.exchange_time_ns + horizon);
    };
  }
  Script script;
  std::map<TimePoint, plimsoll_quote> seen;

 private:
  void act(Desk& desk) {
    // No two actions share their microsecond within a millisecond, and the tape has whole ones: no order arrives just as a markout is due.
    if (++actions_ < 400) desk.wake_at(next_ = desk.now() / kMillisecond * kMillisecond + 9 * kMillisecond + actions_ * kMicrosecond);
    const plimsoll_quote quote = desk.quote();
    const std::uint64_t what = random_.below(draws_++, 10);
    if (what < 3) desk.market(Side::buy, static_cast<Lots>(1 + random_.below(draws_++, 40)));
    if (what >= 3 && what < 7 && quote.bid_lots > 0)
      resting_ = desk.limit(Side::buy, quote.bid_ticks + (what == 3 ? 1 : 0), static_cast<Lots>(1 + random_.below(draws_++, 9)));
    if (what == 7 && resting_ != 0) desk.cancel(std::exchange(resting_, 0));
  }
  void look(Desk& desk) { seen.emplace(desk.now(), desk.quote()); }

  RandomStream random_;
  std::uint64_t draws_ = 0, resting_ = 0;
  TimePoint next_ = 0;
  int actions_ = 0;
};

}  // namespace

TEST_CASE("a markout is the effective mid that a strategy sees at that time, holes, own orders and all") {
  std::size_t compared = 0, displaced = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    CAPTURE(seed);
    const EventTape tape = test::RandomTape{{.seed = seed}}.make();
    Looker looker{seed};
    RunSpec spec =
        test::one_parent(Side::buy, 1'000'000, tape.first_time() + kMillisecond, tape.last_time(), test::scripted(looker.script));
    spec.markets[0].latency.order = 500;  // ns: off the grid of the looks
    const ScenarioResult result = test::replay_one(tape, spec);
    REQUIRE(result.message.empty());
    const Table& fills = test::table(result, "fills");
    for (std::size_t fill = 0; fill < fills.rows(); ++fill) {
      for (const auto& [horizon, column] : kLooks) {
        const auto at = looker.seen.find(fills.integers("time")[fill] + horizon);
        if (at == looker.seen.end() || at->second.bid_lots == 0 || at->second.ask_lots == 0) continue;
        const std::int64_t mid_x2 = std::int64_t{at->second.bid_ticks} + at->second.ask_ticks;
        const std::int64_t price = fills.integers("price_ticks")[fill];
        CHECK(fills.reals(column)[fill] == static_cast<double>(mid_x2 - 2 * price) / 2);
        ++compared;
        if (fills.reals("displaced_ticks")[fill] != 0) ++displaced;
      }
    }
  }
  CHECK(compared > 1'000);
  CHECK(displaced > 100);
}

TEST_CASE("a markout knows of a level that is gone for us because the record withdrew what stood behind our hole") {
  TapeBuilder tape;
  tape.add(0, 1, Side::buy, 10'000, 50);
  tape.add(0, 2, Side::sell, 10'010, 5);
  tape.add(0, 3, Side::sell, 10'010, 5);
  tape.add(0, 4, Side::sell, 10'020, 50);
  tape.cancel(kSecond + 5 * kMillisecond, 3, 5);  // all that was left to us at 10010
  tape.add(kSecond + 50 * kMillisecond, 5, Side::sell, 10'010, 5);
  tape.add(kSecond * 2, 6, Side::buy, 9'000, 1);
  Script script;
  script.on_start = [](Desk& desk, const plimsoll_parent&) { desk.market(Side::buy, 5); };
  const ScenarioResult result =
      test::replay_one(tape.finish({}), test::one_parent(Side::buy, 5, kSecond, 2 * kSecond, test::scripted(script)));
  const Table& fills = test::table(result, "fills");
  REQUIRE(fills.rows() == 1);
  CHECK(fills.reals("markout_10ms_ticks").front() == 0.0);    // (10000 + 10020) / 2 against 10010 paid
  CHECK(fills.reals("markout_100ms_ticks").front() == -5.0);  // (10000 + 10010) / 2
}

}  // namespace plimsoll
