// How the market answers when it has no depth of its own: response = shift and response = model.
#include <cmath>
#include <numeric>

#include "claims.hpp"
#include "market/tape_builder.hpp"
#include "replay/replay.hpp"
#include "replay/scripted.hpp"
#include "replay/single_run.hpp"

using namespace plimsoll;
using test::Desk;
using test::Script;

namespace {

EventTape quiet_market() {
  TapeBuilder tape;
  tape.add(0, 1, Side::buy, 100, 5);
  tape.add(0, 2, Side::sell, 104, 5);
  tape.add(0, 3, Side::sell, 110, 5);
  tape.add(100 * kSecond, 4, Side::buy, 90, 1);
  return tape.finish({});
}

/// A block book of `density` lots a tick that forgets nothing: the average of a sweep is half of what it moves.
ImpactChoice block_book(test::ScriptedImpact& script, double& density) {
  script.displacement = [&density](double signed_lots, TimePoint) { return signed_lots / density; };
  static double* at = nullptr;  // tidy: allow static: the C table's sweep has no other way to the test's number
  at = &density;
  ImpactChoice choice = test::scripted(script);
  static plimsoll_impact_model_type type;  // tidy: allow static: one table for the whole test program
  type = *choice.type;
  type.sweep = [](void* self, const plimsoll_host_base*, std::int64_t, std::uint32_t, std::int32_t side, std::int64_t lots,
                  plimsoll_sweep* out) -> std::int32_t {
    const double now = static_cast<test::ScriptedImpact*>(self)->signed_lots / *at;
    const double own = side * static_cast<double>(lots) / *at;
    *out = {sizeof *out, 0, now + own / 2, now + own};
    return 0;
  };
  choice.type = &type;
  return choice;
}

struct Fills {
  std::vector<Ticks> prices;
  std::vector<Lots> lots;
  Lots total() const { return std::accumulate(lots.begin(), lots.end(), Lots{0}); }
  Lots cost() const {
    Lots sum = 0;
    for (std::size_t i = 0; i < prices.size(); ++i) sum += prices[i] * lots[i];
    return sum;
  }
};

Fills fills_of(const ScenarioResult& result) {
  REQUIRE(result.status == ScenarioStatus::done);
  const Table& table = test::table(result, "fills");
  Fills out;
  for (const std::int64_t price : table.integers("price_ticks")) out.prices.push_back(static_cast<Ticks>(price));
  for (const std::int64_t lots : table.integers("quantity_lots")) out.lots.push_back(lots);
  return out;
}

RunSpec buyer(Script& script, Response response) {
  RunSpec spec = test::one_parent(Side::buy, 1'000'000, kSecond, 50 * kSecond, test::scripted(script));
  spec.markets[0].rules.response = response;
  return spec;
}

}  // namespace

TEST_CASE("shift: any size fills at the touch, and the next order pays what the model says has moved") {
  Script twice;
  twice.on_start = [](Desk& desk, const plimsoll_parent&) {
    desk.market(Side::buy, 300);
    desk.wake_at(desk.now() + kSecond);
  };
  twice.on_wake = [](Desk& desk) {
    CHECK(desk.quote().ask_ticks == 107);
    CHECK(desk.quote().bid_ticks == 103);
    desk.market(Side::buy, 100);
  };
  test::ScriptedImpact model{[](double lots, TimePoint) { return lots / 100.0; }};
  RunSpec spec = buyer(twice, Response::shift);
  spec.markets[0].impact = test::scripted(model);
  const Fills fills = fills_of(test::replay_one(quiet_market(), spec));
  CHECK(fills.prices == std::vector<Ticks>{104, 107});
  CHECK(fills.lots == std::vector<Lots>{300, 100});
}

TEST_CASE("shift: nothing is taken out of the record") {
  Script once;
  once.on_start = [](Desk& desk, const plimsoll_parent&) { desk.market(Side::buy, 300); };
  const ScenarioResult result = test::replay_one(quiet_market(), buyer(once, Response::shift));
  CHECK(fills_of(result).prices == std::vector<Ticks>{104});
  CHECK(test::table(result, "parents").integers("marked_orders").front() == 0);
}

TEST_CASE("model: an order pays the integral of the model's book above the recorded touch, to the nearest tick and lot") {
  double density = 40.0;
  for (const Lots lots : {Lots{1}, Lots{7}, Lots{100}, Lots{999}}) {
    Script once;
    once.on_start = [lots](Desk& desk, const plimsoll_parent&) { desk.market(Side::buy, lots); };
    test::ScriptedImpact script;
    RunSpec spec = buyer(once, Response::model);
    spec.markets[0].impact = block_book(script, density);
    const Fills fills = fills_of(test::replay_one(quiet_market(), spec));
    CHECK(fills.total() == lots);
    const auto size = static_cast<double>(lots);
    CHECK(fills.cost() == std::llround(104.0 * size + size * size / (2 * density)));
  }
}

TEST_CASE("model: splitting an order at one instant changes nothing but one rounding of each piece") {
  double density = 40.0;
  const auto cost = [&](std::vector<Lots> pieces) {
    Script split;
    split.on_start = [&](Desk& desk, const plimsoll_parent&) {
      for (const Lots lots : pieces) desk.market(Side::buy, lots);
    };
    test::ScriptedImpact script;
    RunSpec spec = buyer(split, Response::model);
    spec.markets[0].impact = block_book(script, density);
    return fills_of(test::replay_one(quiet_market(), spec)).cost();
  };
  const Lots whole = cost({120});
  CHECK(std::abs(cost({50, 70}) - whole) <= 2);
  CHECK(std::abs(cost({1, 19, 60, 40}) - whole) <= 4);
}

TEST_CASE("model: a limit stops the sweep where the last lot would cost more, and the rest waits") {
  double density = 40.0;
  Script limited;
  limited.on_start = [](Desk& desk, const plimsoll_parent&) { desk.limit(Side::buy, 106, 500); };
  test::ScriptedImpact script;
  RunSpec spec = buyer(limited, Response::model);
  spec.markets[0].impact = block_book(script, density);
  const ScenarioResult result = test::replay_one(quiet_market(), spec);
  const Fills fills = fills_of(result);
  CHECK(fills.total() == 80);  // two ticks of 40 lots
  for (const Ticks price : fills.prices) CHECK(price <= 106);
  CHECK(test::table(result, "children").texts("outcome").front() == "open");
}

TEST_CASE("model: what waits behind a limit buys no more than the model's book has inside it, whatever moves J") {
  double density = 40.0;
  Script limited;
  limited.on_start = [](Desk& desk, const plimsoll_parent&) { desk.limit(Side::buy, 106, 500); };
  Script other;
  other.on_start = [](Desk& desk, const plimsoll_parent&) { desk.market(Side::buy, 80); };  // J moves by a tick
  test::ScriptedImpact script;
  RunSpec spec = buyer(limited, Response::model);
  spec.parents.push_back(spec.parents.front());
  spec.parents.back().start = 2 * kSecond;
  spec.parents.back().strategy = test::scripted(other);
  spec.markets[0].impact = block_book(script, density);
  const ScenarioResult result = test::replay_one(quiet_market(), spec);
  CHECK(test::table(result, "parents").integers("filled_lots") == std::vector<std::int64_t>{80, 80});
}

TEST_CASE("model: a recorded order that improves the touch brings the book to what waits, by the model's depth and not by its size") {
  TapeBuilder tape;
  tape.add(0, 1, Side::buy, 100, 5);
  tape.add(0, 2, Side::sell, 104, 5);
  tape.add(10 * kSecond, 3, Side::sell, 105, 900);  // behind the touch: nothing
  tape.add(20 * kSecond, 4, Side::sell, 103, 5);
  tape.add(100 * kSecond, 5, Side::buy, 90, 1);
  double density = 40.0;
  Script limited;
  limited.on_start = [](Desk& desk, const plimsoll_parent&) { desk.limit(Side::buy, 106, 500); };
  test::ScriptedImpact script;
  RunSpec spec = buyer(limited, Response::model);
  spec.markets[0].impact = block_book(script, density);
  const ScenarioResult result = test::replay_one(tape.finish({}), spec);
  const Table& fills = test::table(result, "fills");
  CHECK(fills_of(result).total() == 120);  // a tick more of 40 lots
  CHECK(fills.integers("price_ticks").back() == 106);
  CHECK(fills.integers("quantity_lots").back() == 40);
  CHECK(fills.integers("time").back() == 20 * kSecond);
  CHECK(fills.texts("cause").back() == "recorded_add");
  CHECK(test::table(result, "parents").integers("own_reaction_money").front() == 0);  // the book's prices have it
}

TEST_CASE("model: an order that met a resting one before the book pays each of them its own price") {
  TapeBuilder tape;
  tape.add(0, 1, Side::buy, 100, 5);
  tape.add(0, 2, Side::sell, 104, 5);
  tape.cancel(10 * kSecond, 2, 5);
  tape.add(10 * kSecond, 3, Side::sell, 104, 5);  // behind the seller's order, which stood there first
  tape.add(100 * kSecond, 4, Side::buy, 90, 1);
  double density = 40.0;
  Script seller, taker;
  seller.on_start = [](Desk& desk, const plimsoll_parent&) { desk.limit(Side::sell, 104, 30); };
  taker.on_start = [](Desk& desk, const plimsoll_parent&) { desk.market(Side::buy, 110); };
  test::ScriptedImpact script;
  RunSpec spec = buyer(taker, Response::model);
  spec.parents.front().start = 20 * kSecond;
  spec.parents.push_back(spec.parents.front());
  spec.parents.back().start = kSecond;
  spec.parents.back().owner = 1;
  spec.parents.back().side = Side::sell;
  spec.parents.back().strategy = test::scripted(seller);
  spec.markets[0].impact = block_book(script, density);
  const Fills fills = fills_of(test::replay_one(tape.finish({}), spec));
  CHECK(fills.total() == 140);  // both sides of 30 lots, and 80 of the book
  CHECK(fills.cost() == 2 * 30 * 104 + 80 * 105);
}

TEST_CASE("model: when the book itself fails, the strategy is told nothing any more") {
  double density = 0.0;  // 0 / 0: no number
  int told = 0;
  Script once;
  once.on_start = [](Desk& desk, const plimsoll_parent&) { desk.market(Side::buy, 100); };
  once.on_order = [&](Desk&, const plimsoll_order_event&) { ++told; };
  test::ScriptedImpact script;
  RunSpec spec = buyer(once, Response::model);
  spec.markets[0].impact = block_book(script, density);
  const ScenarioResult result = test::replay_one(quiet_market(), spec);
  CHECK(result.status == ScenarioStatus::failed);
  CHECK(result.message.find("sweep is not a finite number of ticks") != std::string::npos);
  CHECK(told == 0);
}

TEST_CASE("model: an order whose cost fits no number fails its run in words") {
  double density = 1e12;
  Script once;
  once.on_start = [](Desk& desk, const plimsoll_parent&) { desk.market(Side::buy, Lots{1} << 53); };
  test::ScriptedImpact script;
  RunSpec spec = buyer(once, Response::model);
  spec.markets[0].impact = block_book(script, density);
  const ScenarioResult result = test::replay_one(quiet_market(), spec);
  CHECK(result.status == ScenarioStatus::failed);
  CHECK(result.message.find("does not fit into 64 bits") != std::string::npos);
}
