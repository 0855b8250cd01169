// A model that is a book of its own, traded with by the real strategies through the real venue, costs its closed form.

#include <cmath>
#include <map>

#include "laws/law_runs.hpp"
#include "replay/scripted.hpp"

using namespace plimsoll;
using namespace plimsoll::test;

namespace {

constexpr Ticks kAsk = 10'002;

EventTape quiet_market() {
  TapeBuilder builder;
  builder.add(0, 1, Side::buy, 9'998, 10);
  builder.add(0, 2, Side::sell, kAsk, 10);
  builder.add(3'600 * kSecond, 3, Side::buy, 9'000, 1);
  return builder.finish({});
}

/// What an order of 5,000 lots in five slices of a minute pays above the touch, in ticks times lots.
double cost_above_touch(const ImpactChoice& model) {
  RunSpec spec = one_parent(Side::buy, 5'000, 60 * kSecond, 360 * kSecond, strategy("twap", {{"slices", std::int64_t{5}, ""}}));
  spec.markets[0].latency = {.feed = kMillisecond, .order = 2 * kMillisecond, .response = kMillisecond};
  spec.markets[0].rules.response = Response::model;
  spec.markets[0].impact = model;
  const ScenarioResult result = run_one(quiet_market(), spec);
  REQUIRE(table(result, "parents").integers("filled_lots").front() == 5'000);
  return (table(result, "parents").reals("avg_price_ticks").front() - kAsk) * 5'000;
}

}  // namespace

// Almgren and Chriss (2001), J. Risk 3(2), the cost of an even schedule: gamma X^2/2 + (eta~/tau) sum n^2. Each slice is rounded once to
// a tick and lot.
TEST_CASE("AC-05 an even schedule through the venue costs what Almgren and Chriss say") {
  const ImpactChoice model =
      impact("almgren_chriss", {{"permanent_ticks_per_lot", 0.001, ""}, {"temporary_ticks_s_per_lot", 0.6, ""}, {"slice_s", 60.0, ""}});
  CHECK(cost_above_touch(model) == Approx(0.001 * 25e6 / 2 + (0.6 - 0.03) / 60 * 5 * 1e6).epsilon(0).margin(2.5));
}

// Almgren (2003), Appl. Math. Finance 10(1), section 2.
TEST_CASE("an even schedule under the power law costs gamma X^2/2 + eta sum n (n/tau)^k") {
  const ImpactChoice model =
      impact("almgren_power",
             {{"permanent_ticks_per_lot", 0.001, ""}, {"temporary_prefactor", 2.0, ""}, {"rate_exponent", 0.6, ""}, {"slice_s", 60.0, ""}});
  CHECK(cost_above_touch(model) == Approx(0.001 * 25e6 / 2 + 2.0 * 5'000 * std::pow(1'000.0 / 60, 0.6)).epsilon(0).margin(2.5));
}

// A block book of q lots a tick that forgets at rate rho, filled up to D ticks beyond the touch, gives q D (1 - exp(-rho dt)) lots of room
// in a tick dt of the clock; the rest takes all of it and so holds the price at its limit, at about q D rho lots a second.
TEST_CASE("what a relaxing book could not fill inside the limit is filled as the book comes back, at the limit, lot by lot as computed") {
  constexpr TimePoint kStart = 60 * kSecond;
  constexpr double kDepth = 200.0, kRate_per_s = 0.5;
  Script limited;
  limited.on_start = [](Desk& desk, const plimsoll_parent&) { desk.limit(Side::buy, kAsk + 2, 500); };
  for (const bool relaxes : {true, false}) {
    RunSpec spec = one_parent(Side::buy, 500, kStart, kStart + 60 * kSecond, scripted(limited));
    spec.markets[0].rules.response = Response::model;
    spec.markets[0].impact = impact("obizhaeva_wang", {{"depth_lots_per_tick", kDepth, ""},
                                                       {"permanent_ticks_per_lot", relaxes ? 0.0 : 0.999999 / kDepth, ""},
                                                       {"resilience_per_s", kRate_per_s, ""}});
    const ScenarioResult result = run_one(quiet_market(), spec);
    const Table& fills = table(result, "fills");
    std::map<TimePoint, Lots> expected = {{kStart, 400}};
    double beyond = 2.0;
    Lots rest = relaxes ? 100 : 0;  // a displacement that stays leaves no room for a lot
    for (TimePoint time = kStart + 100 * kMillisecond; rest > 0; time += 100 * kMillisecond) {
      beyond *= std::exp(-kRate_per_s * 0.1);
      const Lots room = std::min(rest, static_cast<Lots>(kDepth * (2.0 - beyond)));
      expected[time] += room;
      beyond += static_cast<double>(room) / kDepth;
      rest -= room;
    }
    std::map<TimePoint, Lots> found;
    for (std::size_t row = 0; row < fills.rows(); ++row) {
      found[fills.integers("time")[row]] += fills.integers("quantity_lots")[row];
      if (fills.integers("time")[row] == kStart) continue;
      CHECK(fills.integers("price_ticks")[row] == kAsk + 2);
      CHECK(fills.texts("cause")[row] == "shift");
    }
    CHECK(found == expected);
    if (relaxes)
      CHECK(static_cast<double>(found.rbegin()->first - kStart) * 1e-9 == Approx(100 / (400 * kRate_per_s)).epsilon(0).margin(0.11));
  }
}

// reference/validation.json OW-03, rel 1e-10: q = 2000 shares a unit of price, lambda = 1e-4, rho = 0.5. Here a lot is a thousandth of a
// share and a tick 1e-4 of a unit: all four orders are 1.1e10 ticks times lots, and each is rounded once, by half of one at most.
TEST_CASE("OW-03 four orders of a scripted buyer through the venue cost what the book trace says") {
  struct Order {
    std::int64_t at_s;
    Lots lots;
    double average;  ///< above the touch, in units of price
  };
  const std::vector<Order> orders = {
      {0, 1'000'000, 0.25}, {1, 500'000, 0.4676122638850534}, {1, 300'000, 0.6676122638850533}, {4, 800'000, 0.5055357645421426}};
  constexpr TimePoint kStart = 60 * kSecond;
  std::size_t sent = 0;
  Script script;
  const auto send = [&](Desk& desk) {
    while (sent < orders.size() && kStart + orders[sent].at_s * kSecond <= desk.now()) desk.market(Side::buy, orders[sent++].lots);
    if (sent < orders.size()) desk.wake_at(kStart + orders[sent].at_s * kSecond);
  };
  script.on_start = [&](Desk& desk, const plimsoll_parent&) { send(desk); };
  script.on_wake = send;
  RunSpec spec = one_parent(Side::buy, 2'600'000, kStart, kStart + 60 * kSecond, scripted(script));
  spec.markets[0].rules.response = Response::model;
  spec.markets[0].impact =
      impact("obizhaeva_wang", {{"depth_lots_per_tick", 200.0, ""}, {"permanent_ticks_per_lot", 1e-3, ""}, {"resilience_per_s", 0.5, ""}});
  const ScenarioResult result = run_one(quiet_market(), spec);

  std::vector<double> cost(orders.size());  // in units of price times shares
  const Table& fills = table(result, "fills");
  for (std::size_t row = 0; row < fills.rows(); ++row)
    cost.at(static_cast<std::size_t>(fills.integers("child")[row])) +=
        static_cast<double>((fills.integers("price_ticks")[row] - kAsk) * fills.integers("quantity_lots")[row]) * 1e-7;
  double total = 0;
  for (std::size_t at = 0; at < orders.size(); ++at) {
    CHECK(cost[at] == Approx(orders[at].average * static_cast<double>(orders[at].lots) * 1e-3).epsilon(0).margin(1e-7));
    total += cost[at];
  }
  CHECK(total == Approx(1088.5184227417567).epsilon(0).margin(2e-7));
}
