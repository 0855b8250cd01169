// Several markets in one run: what happens in one is what happened there alone, seen when its news arrive, until a model joins them.

#include <cmath>

#include "laws/law_runs.hpp"
#include "replay/scripted.hpp"

using namespace plimsoll;
using namespace plimsoll::test;

namespace {

const EventTape& other_tape() {
  static const EventTape tape = load_feed("synthetic", {{"duration_s", "900"}, {"seed", "12"}});
  return tape;
}

/// One market's part of a scenario, far enough from the tape's end that its last markouts are inside.
struct Part {
  const EventTape* tape;
  MarketSpec market;
  ParentSpec parent;
};

Part part(const EventTape& tape, Side side, Lots lots, const StrategyChoice& strategy, const ImpactChoice& impact,
          const LatencyRules& latency) {
  Part out{&tape, {}, {}};
  out.market.impact = impact;
  out.market.latency = latency;
  out.parent.side = side;
  out.parent.lots = lots;
  out.parent.start = tape.first_time() + 60 * kSecond;
  out.parent.end = tape.first_time() + 400 * kSecond;
  out.parent.strategy = strategy;
  return out;
}

ImpactChoice linear(double ticks_per_lot) { return impact("linear", {{"ticks_per_lot", ticks_per_lot, ""}}); }
ImpactChoice cross(std::vector<double> lambda) { return impact("cross_impact", {{"lambda", std::move(lambda), ""}}); }

RunSpec run_of(const std::vector<Part>& parts) {
  RunSpec spec;
  spec.seed = 7;
  spec.record = RecordLevel::full;
  spec.markets.clear();
  for (const Part& each : parts) {
    spec.markets.push_back(each.market);
    spec.parents.push_back(each.parent);
    spec.parents.back().market = static_cast<std::uint32_t>(spec.parents.size() - 1);
  }
  return spec;
}

ScenarioResult run_parts(const std::vector<Part>& parts, const ReplayOptions& options = {}) {
  Duration quickest = kNever;
  for (const Part& each : parts) quickest = std::min(quickest, each.market.latency.feed);
  std::vector<LaggedTape> tapes;
  for (const Part& each : parts) tapes.push_back({*each.tape, each.market.latency.feed - quickest});
  const RunSpec spec = run_of(parts);
  const RunSpec* specs[] = {&spec};
  ScenarioResult result = replay(tapes, specs, options).front();
  if (result.status == ScenarioStatus::failed) FAIL(result.message);
  return result;
}

/// The rows of one parent as text, without its number and the names of markets.
std::vector<std::string> rows_of(const ScenarioResult& result, const std::string& table_name, std::int64_t parent) {
  const Table& rows = table(result, table_name);
  std::vector<std::string> out;
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    if (rows.integers("parent")[row] != parent) continue;
    std::string& line = out.emplace_back();
    for (const Column& column : rows.columns()) {
      if (column.name == "parent" || column.name == "child") continue;
      line += column.name + "=";
      if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&column.data)) line += std::to_string((*integers)[row]);
      if (const auto* reals = std::get_if<std::vector<double>>(&column.data)) line += std::to_string((*reals)[row]);
      if (const auto* texts = std::get_if<std::vector<std::string>>(&column.data)) line += (*texts)[row];
      line += " ";
    }
  }
  return out;
}

void check_same_parent(const ScenarioResult& one, std::int64_t parent, const ScenarioResult& other, std::int64_t other_parent) {
  for (const char* name : {"parents", "children", "fills"}) {
    const std::vector<std::string> rows = rows_of(one, name, parent), others = rows_of(other, name, other_parent);
    REQUIRE(rows.size() == others.size());
    REQUIRE(!rows.empty());
    for (std::size_t row = 0; row < rows.size(); ++row) CHECK(rows[row] == others[row]);
  }
}

const LatencyRules kNearLatency{.feed = kMillisecond, .order = 2 * kMillisecond, .response = 3 * kMillisecond};
const LatencyRules kFarLatency{.feed = 40 * kMillisecond, .order = 70 * kMillisecond, .response = 25 * kMillisecond};

std::vector<Part> near_and_far(const ImpactChoice& near, const ImpactChoice& far) {
  return {part(synthetic_tape(), Side::buy, 3'000, strategy("twap", {{"slices", std::int64_t{12}, ""}, {"style", std::string{"join"}, ""}}),
               near, kNearLatency),
          part(other_tape(), Side::sell, 4'000, strategy("pov", {{"rate", 0.15, ""}}), far, kFarLatency)};
}

double real_of(const ScenarioResult& result, std::size_t parent, const char* column) {
  return table(result, "parents").reals(column)[parent];
}

}  // namespace

TEST_CASE("without a model across them, each of two markets is what it is alone, whatever the other's delays") {
  for (const bool far_first : {false, true}) {
    std::vector<Part> parts = near_and_far(square_root(), linear(0.01));
    if (far_first) std::reverse(parts.begin(), parts.end());
    const ScenarioResult both = run_parts(parts);
    for (std::int64_t index = 0; index < 2; ++index) {
      INFO("market " << index << (far_first ? ", far one first" : ""));
      check_same_parent(both, index, run_parts({parts[static_cast<std::size_t>(index)]}), 0);
    }
  }
}

TEST_CASE("a strategy that resolves time to the row sees a slow market's rows when its news arrive, as it does alone") {
  // Wakes at every print and every change of the touch, and trades a lot at each tenth of them: any row out of order would change its
  // orders.
  const auto watcher = [](int& wakes) {
    Script script;
    script.on_start = [](Desk& desk, const plimsoll_parent&) {
      desk.wake_on_trade();
      desk.wake_on_touch_change();
    };
    script.on_wake = [&wakes](Desk& desk) {
      if (++wakes % 10 == 0 && wakes <= 500) desk.limit(Side::buy, desk.quote().ask_ticks, 1);
    };
    return script;
  };
  const auto run = [&](bool with_other) {
    int near_wakes = 0, far_wakes = 0;
    Script near = watcher(near_wakes), far = watcher(far_wakes);
    std::vector<Part> parts{part(other_tape(), Side::buy, 50, scripted(far), {}, kFarLatency)};
    if (with_other) parts.push_back(part(synthetic_tape(), Side::buy, 50, scripted(near), {}, kNearLatency));
    return run_parts(parts);
  };
  const ScenarioResult alone = run(false);
  CHECK(table(alone, "parents").integers("fills")[0] > 20);
  check_same_parent(run(true), 0, alone, 0);
}

TEST_CASE("two markets of one tape and one delay are twins") {
  const Part one = part(synthetic_tape(), Side::buy, 3'000, strategy("pov", {{"rate", 0.1, ""}}), square_root(), kNearLatency);
  const ScenarioResult twins = run_parts({one, one});
  check_same_parent(twins, 0, twins, 1);
}

TEST_CASE("cross_impact with nothing off the diagonal is a linear model in each market") {
  const ScenarioResult joined = run_parts(near_and_far(cross({0.02, 0, 0, 0.01}), cross({0.02, 0, 0, 0.01})));
  const ScenarioResult apart = run_parts(near_and_far(linear(0.02), linear(0.01)));
  const Table &with = table(joined, "fills"), &without = table(apart, "fills");
  for (const char* column : {"parent", "time", "price_ticks", "quantity_lots", "reaction_ticks", "sweep_money"})
    CHECK(with.integers(column) == without.integers(column));
  REQUIRE(with.rows() > 100);
  // Lambda goes through money and back: what is owed may round to the next unit.
  for (std::size_t row = 0; row < with.rows(); ++row)
    CHECK(std::abs(with.integers("own_reaction_money")[row] - without.integers("own_reaction_money")[row]) <= 1);
}

TEST_CASE("cross_impact with nothing off the diagonal is a linear model also where both markets fill at one instant") {
  // Twin tapes: every row that fills a resting seller here does so there, before either model has heard of it.
  const auto twins = [](const ImpactChoice& model) {
    const Part one = part(synthetic_tape(), Side::sell, 3'000,
                          strategy("twap", {{"slices", std::int64_t{12}, ""}, {"style", std::string{"join"}, ""}}), model, kNearLatency);
    return run_parts({one, one});
  };
  const ScenarioResult joined = twins(cross({0.001, 0, 0, 0.001})), apart = twins(linear(0.001));
  for (const char* column : {"parent", "time", "price_ticks", "quantity_lots", "reaction_ticks"})
    CHECK(table(joined, "fills").integers(column) == table(apart, "fills").integers(column));
  CHECK(table(joined, "trajectory").texts("series") == table(apart, "trajectory").texts("series"));
  CHECK(table(joined, "trajectory").reals("value") == table(apart, "trajectory").reals("value"));
}

TEST_CASE("what is bought in one market moves the other by Lambda, and by no more") {
  // Both tapes have ticks and lots of one worth, so a symmetric Lambda is symmetric in money.
  const double own = 0.02, across = 0.01;
  std::vector<Part> parts = near_and_far(cross({own, across, across, own}), cross({own, across, across, own}));
  parts[0].parent.strategy = strategy("immediate");
  parts[0].parent.lots = 500;
  parts[1].parent.strategy = strategy("twap", {{"slices", std::int64_t{1}, ""}});
  parts[1].parent.lots = 1;
  parts[1].parent.start += 10 * kSecond;
  const ScenarioResult result = run_parts(parts);
  const double bought = static_cast<double>(table(result, "parents").integers("filled_lots")[0]);
  REQUIRE(bought == 500);
  const double moved = across * bought - own * 1;
  // The seller of one lot finds the price up by what the buyer did elsewhere: its impact, positive = bad, is negative.
  CHECK(real_of(result, 1, "impact_10s_ticks") == Approx(-std::round(moved)).margin(0.5));
  CHECK(real_of(result, 1, "displacement_end_ticks") == Approx(-moved));
  CHECK(table(result, "parents").integers("reaction_max_ticks")[1] == std::llround(across * bought));
}

TEST_CASE("the other market answers at the very moment of our execution, though nothing of ours stands there") {
  const ImpactChoice model = cross({0.02, 0.01, 0.01, 0.02});
  std::vector<Part> parts = near_and_far(model, model);
  parts[0].parent.strategy = strategy("immediate");
  parts[0].market.name = std::make_shared<const std::string>("here");
  parts[1].market.name = std::make_shared<const std::string>("there");
  parts[1].parent.start += 60 * kSecond;
  const Table trajectory = table(run_parts(parts), "trajectory");
  const auto first_time_of = [&](const std::string& series) -> TimePoint {
    for (std::size_t row = 0; row < trajectory.rows(); ++row)
      if (trajectory.texts("series")[row] == series) return trajectory.integers("time")[row];
    return kNever;
  };
  CHECK(first_time_of("reaction_ticks.here") < parts[1].parent.start);
  CHECK(first_time_of("reaction_ticks.there") == first_time_of("reaction_ticks.here"));
}

TEST_CASE("a run ends with the tape that ends first") {
  TapeBuilder builder;
  const TimePoint first = synthetic_tape().first_time();
  builder.add(first, 1, Side::buy, 100, 10);
  builder.add(first, 2, Side::sell, 101, 10);
  builder.add(first + 200 * kSecond, 3, Side::buy, 99, 10);
  TapeInfo info;
  info.instrument = synthetic_tape().info().instrument;
  const EventTape short_tape = builder.finish(info);
  std::vector<Part> parts{part(synthetic_tape(), Side::buy, 3'000, strategy("twap", {{"slices", std::int64_t{34}, ""}}), {}, {}),
                          part(short_tape, Side::buy, 1, strategy("immediate"), {}, {})};
  const ScenarioResult result = run_parts(parts);
  const Table& fills = table(result, "fills");
  TimePoint last = 0;
  for (const std::int64_t time : fills.integers("time")) last = std::max(last, time);
  CHECK(last <= first + 200 * kSecond);
  CHECK(last > first + 180 * kSecond);
  CHECK(table(result, "parents").integers("completed")[0] == 0);
}

TEST_CASE("several markets: false wakes change nothing, and a pass of many equals passes of one") {
  std::vector<RunSpec> specs;
  for (const double across : {0.0, 0.005, 0.01}) {
    const ImpactChoice model = cross({0.02, across, across, 0.01});
    specs.push_back(run_of(near_and_far(model, model)));
    specs.push_back(run_of(near_and_far(square_root(), {})));
  }
  const LaggedTape tapes[] = {{synthetic_tape(), 0}, {other_tape(), kFarLatency.feed - kNearLatency.feed}};
  std::vector<const RunSpec*> pointers;
  for (const RunSpec& spec : specs) pointers.push_back(&spec);
  const std::vector<ScenarioResult> together = replay(tapes, pointers), woken = replay(tapes, pointers, {.wake_everyone = true});
  for (std::size_t index = 0; index < specs.size(); ++index) {
    CHECK(together[index].message == "");
    CHECK(digest(woken[index]) == digest(together[index]));
    CHECK(digest(replay(tapes, std::span{pointers}.subspan(index, 1)).front()) == digest(together[index]));
  }
}
