// Each execution pays for the displacement it causes itself, over the recorded book too: what a model promises of round trips holds there.

#include <algorithm>
#include <limits>
#include <memory>

#include "core/random.hpp"
#include "laws/law_runs.hpp"
#include "replay/reaction.hpp"
#include "replay/scripted.hpp"

using namespace plimsoll;
using namespace plimsoll::test;

namespace {

constexpr TimePoint kStart = kSecond;

/// Two sides of `levels` prices a tick apart with `lots` each, that nobody touches; the spread has `spread` ticks.
EventTape frozen_book(int levels, std::uint32_t lots, Ticks spread, TimePoint end = 10 * kSecond) {
  TapeBuilder tape;
  std::uint64_t id = 0;
  for (int level = 0; level < levels; ++level) {
    tape.add(0, ++id, Side::buy, 100'000 - level, lots);
    tape.add(0, ++id, Side::sell, 100'000 + spread + level, lots);
  }
  tape.add(end, ++id, Side::buy, 1, 1);
  return tape.finish({});
}
const EventTape& deep_touch() {
  static const EventTape tape = frozen_book(2, 10'000'000, 1, 1'000 * kSecond);
  return tape;
}

Money cost(const ScenarioResult& result) {
  Money total = 0;
  for (const Money money : table(result, "parents").integers("total_money")) total += money;
  return total;
}
bool all_filled(const ScenarioResult& result) {
  return table(result, "parents").integers("filled_lots") == table(result, "parents").integers("quantity_lots");
}

/// `lots` in `slices` equal market orders, one every `every`.
struct Sliced {
  Script script;
  Sliced(Side side, Lots lots, Lots slices, Duration every) {
    const auto send = [this, side, lots, slices, every](Desk& desk) {
      desk.market(side, lots / slices);
      if (++sent_ < slices) desk.wake_at(desk.now() + every);
    };
    script.on_start = [send](Desk& desk, const plimsoll_parent&) { send(desk); };
    script.on_wake = send;
  }
  Sliced(const Sliced&) = delete;
  Sliced& operator=(const Sliced&) = delete;

 private:
  Lots sent_ = 0;
};

RunSpec sliced(Sliced& plan, Lots lots, const ImpactChoice& model, Response response) {
  RunSpec spec = one_parent(Side::buy, lots, kStart, 900 * kSecond, scripted(plan.script));
  spec.markets[0].impact = model;
  spec.markets[0].rules.response = response;
  return spec;
}

/// One side of a random round trip: market orders, and limit orders around the touch that may rest; at the end the rest is taken at once.
class RandomTrader {
 public:
  RandomTrader(Side side, Lots lots, RandomStream random) : side_{side}, left_{lots}, random_{random} {
    script.on_start = [this](Desk& desk, const plimsoll_parent&) { trade(desk); };
    script.on_wake = [this](Desk& desk) { trade(desk); };
    script.on_order = [this](Desk&, const plimsoll_order_event& event) {
      if (event.kind == PLIMSOLL_FILLED) left_ -= event.quantity_lots;
    };
  }
  RandomTrader(const RandomTrader&) = delete;
  RandomTrader& operator=(const RandomTrader&) = delete;
  Script script;

 private:
  double draw() { return random_.uniform(draw_++); }
  void trade(Desk& desk) {
    for (const std::uint64_t order : resting_) desk.cancel(order);
    resting_.clear();
    if (finishing_ && left_ > 0) desk.market(side_, left_);
    if (finishing_) return;
    finishing_ = ++acts_ > 8;
    if (finishing_) return desk.wake_at(desk.now() + kMillisecond);
    const Lots lots = std::max<Lots>(1, static_cast<Lots>(draw() * static_cast<double>(left_)));
    const plimsoll_quote quote = desk.quote();
    if (left_ > 0 && draw() < 0.6)
      desk.market(side_, lots);
    else if (left_ > 0)
      resting_.push_back(
          desk.limit(side_, quote.bid_ticks + static_cast<Ticks>(draw() * (quote.ask_ticks - quote.bid_ticks + 6)) - 3, lots));
    const double gaps_s[] = {1e-4, 0.003, 0.03, 0.2, 0.6};
    desk.wake_at(desk.now() + static_cast<Duration>(1e9 * gaps_s[static_cast<int>(draw() * 5.0)] * (0.5 + draw())));
  }

  Side side_;
  Lots left_;
  RandomStream random_;
  std::uint64_t draw_ = 0;
  int acts_ = 0;
  bool finishing_ = false;
  std::vector<std::uint64_t> resting_;
};

/// A buyer and a seller of one owner, of the same size.
struct RoundTripRun {
  RandomTrader buyer, seller;
  RunSpec spec;
  RoundTripRun(std::uint64_t number, const ImpactChoice& model) : RoundTripRun{number, model, RandomStream{number, 0, Purpose::test}} {}

 private:
  RoundTripRun(std::uint64_t number, const ImpactChoice& model, RandomStream random)
      : buyer{Side::buy, size_of(random), RandomStream{number, 1, Purpose::test}},
        seller{Side::sell, size_of(random), RandomStream{number, 2, Purpose::test}},
        spec{one_parent(Side::buy, size_of(random), kStart, 900 * kSecond, scripted(buyer.script))} {
    spec.parents.push_back(spec.parents.front());
    spec.parents.back().side = Side::sell;
    spec.parents.back().strategy = scripted(seller.script);
    spec.markets[0].impact = model;
    spec.markets[0].rules.response = number % 3 == 0 ? Response::shift : Response::overlay;
    if (number % 2 == 0) spec.markets[0].rules.refill_per_s = 20.0 * random.uniform(1);
  }
  static Lots size_of(const RandomStream& random) { return 2 + static_cast<Lots>(20'000.0 * random.uniform(0) * random.uniform(2)); }
};

std::vector<ImpactChoice> free_models() {
  using Reals = std::vector<double>;
  return {
      impact("linear", {{"ticks_per_lot", 0.01, ""}}),
      impact("almgren_chriss", {{"permanent_ticks_per_lot", 1e-3, ""}, {"temporary_ticks_s_per_lot", 0.1, ""}, {"slice_s", 60.0, ""}}),
      impact("almgren_power", {{"permanent_ticks_per_lot", 1e-3, ""}, {"temporary_prefactor", 0.01, ""}, {"slice_s", 30.0, ""}}),
      impact("obizhaeva_wang", {{"depth_lots_per_tick", 100.0, ""}, {"permanent_ticks_per_lot", 1e-3, ""}, {"resilience_per_s", 5.0, ""}}),
      impact("general_shape", {{"distance_ticks", Reals{0, 2, 10}, ""},
                               {"density_lots_per_tick", Reals{900, 100, 20}, ""},
                               {"between", std::string{"constant"}, ""},
                               {"mode", std::string{"price"}, ""},
                               {"resilience_per_s", 2.0, ""}}),
      impact("constant_product", {{"base_lots", 1e6, ""}, {"fee_bps", 30.0, ""}, {"block_time_ms", std::int64_t{400}, ""}}),
      impact("propagator",
             {{"kernel", std::string{"power_law"}, ""}, {"g0_ticks_per_lot", 0.01, ""}, {"u0_s", 0.05, ""}, {"beta", 0.3, ""}}),
      impact("order_flow", {{"depth_lots", 60.0, ""}, {"decay_time_s", 0.5, ""}}),
      impact("latent_book", {{"slope_lots_per_tick2", 10.0, ""}, {"diffusivity_ticks2_per_s", 0.5, ""}}),
      impact("cross_impact", {{"lambda", Reals{0.02}, ""}, {"permanent_share", 0.3, ""}, {"decay_time_s", 0.2, ""}})};
}

/// The cheapest of `count` random round trips, in money; all are closed.
Money cheapest_round_trip(const EventTape& tape, const ImpactChoice& model, std::uint64_t first, std::uint64_t count) {
  Money cheapest = std::numeric_limits<Money>::max();
  for (std::uint64_t done = 0; done < count; done += kBatchRunsMax) {
    std::vector<std::unique_ptr<RoundTripRun>> trips;
    std::vector<RunSpec> specs;
    for (std::uint64_t trip = done; trip < std::min<std::uint64_t>(count, done + kBatchRunsMax); ++trip)
      specs.push_back(trips.emplace_back(std::make_unique<RoundTripRun>(first + trip, model))->spec);
    for (const ScenarioResult& result : run_all(tape, specs)) {
      REQUIRE(all_filled(result));
      cheapest = std::min(cheapest, cost(result));
    }
  }
  return cheapest;
}

}  // namespace

TEST_CASE("an execution pays the mean displacement along its way less what its prices have met of it") {
  ExecutionWay way;
  way.add(60, 0.0, 0, 0.0);  // at the touch
  way.add(40, 0.0, 4, 0.0);  // four ticks on: the mid is two further
  CHECK(way.owed(Side::buy, 3.0) == 3.0 * 100 - 2.0 * 40);
  CHECK(way.owed(Side::buy, 0.7) == 0.0);  // the walk alone was more
  CHECK(way.owed(Side::sell, -3.0) == 3.0 * 100 + 2.0 * 40);
  ExecutionWay later;
  later.add(10, 1.0, 0, 5.0);  // J = 5, and our hole of before holds the mid a tick up
  CHECK(later.owed(Side::buy, 6.5) == 5.0);
  CHECK(later.owed(Side::sell, 5.5) == 5.0);  // a seller got J + D too much of what it moved itself
}

TEST_CASE("what moves nothing owes nothing: no model, or a response that does not move") {
  const ImpactChoice linear = impact("linear", {{"ticks_per_lot", 0.1, ""}});
  for (const auto& [model, response] : {std::pair{ImpactChoice{}, Response::overlay}, std::pair{linear, Response::none}}) {
    Sliced each{Side::buy, 1'000, 1, kSecond};
    const ScenarioResult result = run_one(deep_touch(), sliced(each, 1'000, model, response));
    CHECK(table(result, "parents").integers("own_reaction_money").front() == 0);
  }
}

TEST_CASE("a block owes half of what it moves under a linear model, and its fills share that by lots") {
  const EventTape tape = frozen_book(400, 100, 1);
  for (const Response response : {Response::overlay, Response::shift}) {
    Sliced plan{Side::buy, 250, 1, kSecond};
    const ScenarioResult result = run_one(tape, sliced(plan, 250, impact("linear", {{"ticks_per_lot", 0.1, ""}}), response));
    // I = 25 ticks. Over the overlay the third level is met last: D along the way is 0, a half and one tick.
    const double met = response == Response::overlay ? 0.5 * 100 + 1.0 * 50 : 0.0;
    const Table& fills = table(result, "fills");
    const Table& parents = table(result, "parents");
    const auto owed = static_cast<Money>((12.5 * 250 - met) * kMoneyPerTickLot);
    CHECK(parents.integers("own_reaction_money").front() == owed);
    CHECK(parents.integers("reaction_money").front() == owed);
    Money shared = 0;
    for (std::size_t row = 0; row < fills.rows(); ++row) {
      const Money part = fills.integers("own_reaction_money")[row];
      CHECK(std::abs(part - owed * fills.integers("quantity_lots")[row] / 250) <= 1);
      shared += part;
    }
    CHECK(shared == owed);
    CHECK(parents.reals("arrival_slippage_bps").front() == Approx(parents.reals("total_bps").front()).epsilon(1e-9));
  }
}

// J is whole ticks in prices: each slice meets one that is off by half a tick at most, alternately to both sides.
TEST_CASE("a block cut into slices costs what it costs whole under a linear permanent model, but for the rounding of J") {
  for (const Response response : {Response::overlay, Response::shift})
    for (const double ticks_per_lot : {0.002, 0.1, 0.37}) {
      const ImpactChoice linear = impact("linear", {{"ticks_per_lot", ticks_per_lot, ""}});
      const auto total = [&](Lots slices) {
        Sliced plan{Side::buy, 3'600, slices, kSecond};
        return cost(run_one(deep_touch(), sliced(plan, 3'600, linear, response)));
      };
      const Money whole = total(1);
      CHECK(whole == static_cast<Money>(3'600 * (0.5 + 3'600 * ticks_per_lot / 2) * kMoneyPerTickLot + 0.5));
      for (const Lots slices : {Lots{2}, Lots{9}, Lots{100}, Lots{400}}) {
        CAPTURE(ticks_per_lot, slices);
        CHECK(std::abs(total(slices) - whole) <= 3'600 * kMoneyPerTickLot / 2 + slices);
      }
    }
}

// Bought at once out of a touch that holds it all, sold in slices: this earned what the linear model moves, half of 100 ticks a lot.
TEST_CASE("a block bought at once and sold slowly no longer earns under a linear model") {
  const ImpactChoice linear = impact("linear", {{"ticks_per_lot", 0.01, ""}});
  for (const Response response : {Response::overlay, Response::shift}) {
    Sliced buys{Side::buy, 10'000, 1, kSecond}, sells{Side::sell, 10'000, 100, kSecond};
    RunSpec spec = sliced(buys, 10'000, linear, response);
    spec.parents.push_back(spec.parents.front());
    spec.parents.back().side = Side::sell;
    spec.parents.back().start += 10 * kSecond;
    spec.parents.back().strategy = scripted(sells.script);
    const ScenarioResult result = run_one(deep_touch(), spec);
    REQUIRE(all_filled(result));
    // Costs are against mids of decision that stand still: the sum is what the round trip pays, its two half spreads.
    CHECK(cost(result) >= 0);
    CHECK(cost(result) == Approx(10'000.0 * kMoneyPerTickLot).epsilon(0).margin(10'000.0 * kMoneyPerTickLot / 2));
  }
}

// The last hundredth of the purchase walks so far that D is all of the displacement: J does not jump, and takes over once the book is
// whole.
TEST_CASE("neither does a block whose last lots walk far, when the book refills before it is sold") {
  TapeBuilder tape;
  tape.add(0, 1, Side::buy, 1'000, 1'000'000);
  tape.add(0, 2, Side::sell, 1'001, 9'900);
  tape.add(0, 3, Side::sell, 1'101, 1'000'000);
  tape.add(300 * kSecond, 4, Side::buy, 1, 1);
  Sliced buys{Side::buy, 10'000, 1, kSecond}, sells{Side::sell, 10'000, 100, kSecond};
  RunSpec spec = sliced(buys, 10'000, impact("linear", {{"ticks_per_lot", 0.005, ""}}), Response::overlay);
  spec.markets[0].rules.refill_per_s = 5.0;
  spec.parents.push_back(spec.parents.front());
  spec.parents.back().side = Side::sell;
  spec.parents.back().start += 10 * kSecond;
  spec.parents.back().strategy = scripted(sells.script);
  const ScenarioResult result = run_one(tape.finish({}), spec);
  REQUIRE(all_filled(result));
  // 25 ticks on average, of which the hundred lots that moved the mid by 50 have met theirs.
  CHECK(table(result, "parents").integers("own_reaction_money").front() == (25 * 10'000 - 50 * 100) * kMoneyPerTickLot);
  CHECK(table(result, "fills").integers("price_ticks").at(2) == 1'050);
  CHECK(cost(result) >= 0);
}

// A lot taken costs half of the recorded spread, half a tick at least, beyond the model's own way (reaction.hpp); J's rounding to ticks in
// its price gives back half a tick at most. What is left is the rounding of what is owed: half a unit of money an execution, nine a parent.
TEST_CASE("no round trip of one owner earns, over 2,000 random schedules for each model that declares itself free, overlay and shift") {
  std::vector<std::string> names;
  const EventTape deep = frozen_book(2, 10'000'000, 1), thin = frozen_book(60, 500, 6), wide = frozen_book(3, 10'000'000, 21);
  for (const ImpactChoice& model : free_models()) {
    REQUIRE(model.type->manipulation_free == 1);
    names.emplace_back(model.type->name);
    CAPTURE(names.back());
    const std::uint64_t half = names.back() == "latent_book" ? 100 : 1'000;  // its integral takes a tenth of a second a round trip
    CHECK(cheapest_round_trip(deep, model, 1, half) >= -18);
    CHECK(cheapest_round_trip(thin, model, 2'000, half / 2) >= -18);
    CHECK(cheapest_round_trip(wide, model, 3'000, half / 2) >= -18);
  }
  for (const PluginEntry& entry : registry().entries()) {
    if (entry.kind != PluginKind::impact_model || entry.impact_model->manipulation_free == 0) continue;
    INFO(entry.name << " declares itself free of manipulation: add its settings to free_models()");
    CHECK(std::find(names.begin(), names.end(), entry.name) != names.end());
  }
}

// Purchases apart from each other are metaorders of their own, whose displacements add up; the root gives less for one sale of the same
// size.
TEST_CASE("the known round trip of the bare square root still earns") {
  const ImpactChoice root = impact(
      "square_root", {{"daily_volatility", 0.05, ""}, {"daily_volume_lots", std::int64_t{10'000'000}, ""}, {"merge_window_s", 0.0, ""}});
  for (const Response response : {Response::overlay, Response::shift}) {
    Sliced block{Side::sell, 10'000, 1, kSecond};
    RunSpec spec = one_parent(Side::sell, 10'000, 500 * kSecond, 501 * kSecond, scripted(block.script));
    std::vector<std::unique_ptr<Sliced>> buys;
    for (int part = 0; part < 10; ++part) {
      ParentSpec& buyer = spec.parents.emplace_back(spec.parents.front());
      buyer.side = Side::buy;
      buyer.lots = 1'000;
      buyer.start = (1 + 20 * part) * kSecond;
      buyer.end = buyer.start + kSecond;
      buyer.strategy = scripted(buys.emplace_back(std::make_unique<Sliced>(Side::buy, 1'000, 1, kSecond))->script);
    }
    spec.markets[0].impact = root;
    spec.markets[0].rules.response = response;
    const ScenarioResult result = run_one(deep_touch(), spec);
    REQUIRE(all_filled(result));
    CHECK(cost(result) < 0);
  }
}
