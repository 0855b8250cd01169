// What our trading does to the market, and what it costs: laws that hold for any data.

#include <algorithm>
#include <cstring>
#include <limits>

#include "core/random.hpp"
#include "laws/law_runs.hpp"
#include "replay/reaction.hpp"
#include "replay/scripted.hpp"

using namespace plimsoll;
using namespace plimsoll::test;

namespace {
/// A book of ten ask levels that nobody touches, long enough to trade in.
EventTape frozen_book() {
  TapeBuilder builder;
  std::uint64_t id = 0;
  builder.add(0, ++id, Side::buy, 9'990, 500);
  for (const auto& [price, lots] : {std::pair{10'002, 300u},
                                    {10'003, 500u},
                                    {10'005, 1'200u},
                                    {10'008, 400u},
                                    {10'012, 2'000u},
                                    {10'020, 100u},
                                    {10'021, 700u},
                                    {10'040, 900u},
                                    {10'055, 60u},
                                    {10'090, 5'000u}})
    for (int part = 0; part < 4; ++part) builder.add(0, ++id, Side::sell, price, lots / 4);
  builder.add(3'600 * kSecond, ++id, Side::buy, 9'000, 1);
  return builder.finish({});
}
Money total_cost(const EventTape& tape, RunSpec spec) {
  const ScenarioResult result = run_one(tape, spec);
  REQUIRE(table(result, "parents").integers("filled_lots").front() == spec.parents[0].lots);
  return table(result, "parents").integers("total_money").front();
}
RunSpec immediate(Lots lots) { return one_parent(Side::buy, lots, kSecond, 60 * kSecond, strategy("immediate")); }
}  // namespace

TEST_CASE("one immediate order on a frozen book costs no less per lot when it is larger, exactly") {
  const EventTape tape = frozen_book();
  Money cost = 0;
  Lots lots = 0;
  for (const Lots larger : {Lots{1}, Lots{50}, Lots{299}, Lots{300}, Lots{301}, Lots{2'000}, Lots{4'404}, Lots{9'000}, Lots{11'000}}) {
    const Money larger_cost = total_cost(tape, immediate(larger));
    CAPTURE(larger);
    if (lots > 0) CHECK(static_cast<Wide>(larger_cost) * lots >= static_cast<Wide>(cost) * larger);
    cost = larger_cost;
    lots = larger;
  }
}

TEST_CASE("an order split into two at the same instant costs what it costs whole and leaves the same book") {
  const EventTape tape = frozen_book();
  Script script;
  script.on_start = [](Desk& desk, const plimsoll_parent&) {
    desk.market(Side::buy, 700);
    desk.market(Side::buy, 1'400);
  };
  std::vector<plimsoll_quote> after;
  script.on_order = [&](Desk& desk, const plimsoll_order_event&) { after.push_back(desk.quote()); };
  const Money split = total_cost(tape, one_parent(Side::buy, 2'100, kSecond, 60 * kSecond, scripted(script)));
  CHECK(split == total_cost(tape, immediate(2'100)));
  CHECK(after.back().ask_ticks == 10'008);
  CHECK(after.back().ask_lots == 300);
}

TEST_CASE("WALK-01 a market buy of 2100 walks the book level by level (arithmetic, exact)") {
  RunSpec spec = immediate(2'100);
  spec.markets[0].fees.take_bps = 2.5;
  const ScenarioResult result = run_one(frozen_book(), spec);
  const Table& fills = table(result, "fills");
  CHECK(fills.integers("price_ticks") == std::vector<std::int64_t>{10'002, 10'003, 10'005, 10'008});
  CHECK(fills.integers("quantity_lots") == std::vector<std::int64_t>{300, 500, 1'200, 100});
  const Table& parents = table(result, "parents");
  CHECK(parents.reals("avg_price_ticks").front() == Approx(10'004.2381).epsilon(1e-8));  // vwap 100.042381
  // Fee 52.52225 at a tick of 0.01: each fill is rounded once to 1/2000 of a tick-lot.
  CHECK(static_cast<double>(parents.integers("fee_money").front()) / kMoneyPerTickLot * 0.01 == Approx(52.52225).epsilon(1e-7));
}

TEST_CASE("liquidity we took is gone for our next order too, and in response \"none\" it is not") {
  for (const Response response : {Response::overlay, Response::none}) {
    Script script;
    script.on_start = [](Desk& desk, const plimsoll_parent& parent) {
      desk.market(Side::buy, 300);
      desk.wake_at(parent.start_ns + kSecond);
    };
    script.on_wake = [](Desk& desk) { desk.market(Side::buy, 300); };
    RunSpec spec = one_parent(Side::buy, 600, kSecond, 60 * kSecond, scripted(script));
    spec.markets[0].rules.response = response;
    const ScenarioResult result = run_one(frozen_book(), spec);
    const std::int64_t second = table(result, "fills").integers("price_ticks").at(1);
    CHECK(second == (response == Response::overlay ? 10'003 : 10'002));
  }
}

TEST_CASE("zero size gives zero impact: a run that never trades leaves the recorded market") {
  const EventTape& tape = synthetic_tape();
  std::vector<plimsoll_quote> quiet_quotes, none_quotes;
  for (const Response response : {Response::overlay, Response::none}) {
    Script script;
    auto& quotes = response == Response::overlay ? quiet_quotes : none_quotes;
    script.on_start = [](Desk& desk, const plimsoll_parent&) { desk.wake_on_touch_change(); };
    script.on_wake = [&](Desk& desk) { quotes.push_back(desk.quote()); };
    RunSpec spec = one_parent(Side::buy, 100, tape.first_time() + kSecond, tape.last_time(), scripted(script));
    spec.markets[0].impact = square_root();
    spec.markets[0].rules.response = response;
    const ScenarioResult result = run_one(tape, spec);
    const Table& parents = table(result, "parents");
    CHECK(parents.integers("reaction_max_ticks").front() == 0);
    CHECK(parents.integers("marked_orders").front() == 0);
    CHECK(parents.reals("displacement_max_ticks").front() == 0.0);
    CHECK(parents.integers("filled_lots").front() == 0);
  }
  REQUIRE(quiet_quotes.size() > 1'000);
  REQUIRE(quiet_quotes.size() == none_quotes.size());
  CHECK(std::memcmp(quiet_quotes.data(), none_quotes.data(), quiet_quotes.size() * sizeof(plimsoll_quote)) == 0);
}

TEST_CASE("impact tends to nothing with size: from 4,096 lots down to one, marks, shift and reaction cost never grow") {
  const EventTape& tape = synthetic_tape();
  std::int64_t marked = std::numeric_limits<std::int64_t>::max();
  std::int64_t shift = marked;
  for (Lots lots = 4'096; lots >= 1; lots /= 4) {
    RunSpec spec = one_parent(Side::buy, lots, tape.first_time() + 60 * kSecond, tape.last_time(), strategy("immediate"));
    spec.markets[0].impact = square_root();
    const ScenarioResult result = run_one(tape, spec);
    const Table& parents = table(result, "parents");
    CAPTURE(lots);
    CHECK(parents.integers("marked_orders").front() <= marked);
    CHECK(parents.integers("reaction_max_ticks").front() <= shift);
    marked = parents.integers("marked_orders").front();
    shift = parents.integers("reaction_max_ticks").front();
  }
  CHECK(marked == 1);
}

TEST_CASE("J never moves against us at a fill of ours, whatever model and book say, and buying mirrors selling") {
  const RandomStream random{3, 0, Purpose::test};
  std::uint64_t draw = 0;
  for (int trial = 0; trial < 100'000; ++trial) {
    const double total = random.uniform(draw++) * 200.0 - 100.0;
    const double mechanical = random.uniform(draw++) * 200.0 - 100.0;
    const double current = random.uniform(draw++) * 200.0 - 100.0;
    CHECK(reaction_at_fill(current, total, mechanical, Side::buy) >= current);
    CHECK(reaction_at_fill(current, total, mechanical, Side::sell) <= current);
    CHECK(reaction_at_fill(-current, -total, -mechanical, Side::sell) == -reaction_at_fill(current, total, mechanical, Side::buy));
    CHECK(reaction_on_clock(-current, -total, -mechanical) == -reaction_on_clock(current, total, mechanical));
  }
}

TEST_CASE("on its clock J gives way to a model that relaxes and takes over what the mechanical part gives back") {
  CHECK(reaction_on_clock(10, 7.4, 0.0) == 7.4);  // relaxed: nothing beyond the whole displacement
  CHECK(reaction_on_clock(2, 9.0, 4.0) == 5);     // the book refilled: J takes over
  CHECK(reaction_on_clock(8, 9.0, 4.0) == 8);     // never pushed below what it is by a hole in the book
  CHECK(reaction_on_clock(-8, -9.0, -4.0) == -8);
}

TEST_CASE("in whole runs J at an own fill moves with us or stays, for every strategy, side and size") {
  const EventTape& tape = synthetic_tape();
  for (const auto& [name, choice] : every_strategy())
    for (const Side side : {Side::buy, Side::sell}) {
      RunSpec spec = one_parent(side, 5'000, tape.first_time() + 30 * kSecond, tape.first_time() + 800 * kSecond, choice);
      spec.markets[0].impact = square_root();
      const ScenarioResult result = run_one(tape, spec);
      const Table& points = table(result, "trajectory");
      const std::vector<std::int64_t>& fill_times = table(result, "fills").integers("time");
      double shift = 0.0;
      int changes_at_fills = 0;
      for (std::size_t row = 0; row < points.rows(); ++row) {
        if (points.texts("series")[row] != "reaction_ticks") continue;
        const double next = points.reals("value")[row];
        if (std::binary_search(fill_times.begin(), fill_times.end(), points.integers("time")[row])) {
          CHECK(sign(side) * (next - shift) >= 0.0);
          ++changes_at_fills;
        }
        shift = next;
      }
      CAPTURE(name);
      CHECK(changes_at_fills > 0);
    }
}

TEST_CASE("the whole displacement is linear in size under the linear model and concave under the square root") {
  const EventTape& tape = synthetic_tape();
  const auto displacement = [&](Lots lots, const ImpactChoice& model) {
    RunSpec spec = one_parent(Side::buy, lots, tape.first_time() + 30 * kSecond, tape.first_time() + 800 * kSecond,
                              strategy("twap", {{"slices", std::int64_t{50}, ""}}));
    spec.markets[0].impact = model;
    const ScenarioResult result = run_one(tape, spec);
    REQUIRE(table(result, "parents").integers("filled_lots").front() == lots);
    return table(result, "parents").reals("displacement_end_ticks").front();
  };
  const ImpactChoice linear = impact("linear", {{"ticks_per_lot", 0.01, ""}});
  CHECK(displacement(4'000, linear) == Approx(4 * displacement(1'000, linear)).epsilon(1e-12));
  CHECK(displacement(4'000, square_root()) == Approx(2 * displacement(1'000, square_root())).epsilon(1e-12));
}
