// Own trades and simulated ones are measured by the same rules: a simulation that left no trace in its market (response "none"), handed
// over as trades that happened on that day, has the same costs, benchmarks and markouts to the last bit.

#include <set>

#include "laws/law_runs.hpp"
#include "replay/own_trades.hpp"

using namespace plimsoll;
using namespace plimsoll::test;

namespace {

OwnParent as_own(const ScenarioResult& result, const LatencyRules& latency) {
  const Table& row = table(result, "parents");
  const Table& fills = table(result, "fills");
  OwnParent out;
  out.side = row.integers("side")[0] > 0 ? Side::buy : Side::sell;
  out.lots = row.integers("quantity_lots")[0];
  out.decision = row.integers("start_time")[0] - latency.feed;
  out.start = row.integers("arrival_time")[0];
  out.end = row.integers("end_time")[0] - latency.feed;
  for (std::size_t i = 0; i < fills.rows(); ++i)
    out.fills.push_back({fills.integers("time")[i], static_cast<Ticks>(fills.integers("price_ticks")[i]),
                         fills.integers("quantity_lots")[i], fills.texts("liquidity")[i] == "took" ? Liquidity::took : Liquidity::made,
                         fills.integers("fee_money")[i]});
  return out;
}

bool goes_by_effective_mid(const std::string& column) {
  for (const char* start : {"spread", "sweep", "timing", "mid_before", "recorded_mid_before", "mid_stale"})
    if (column.starts_with(start)) return true;
  return column.starts_with("markout") && !column.ends_with("lots");
}

/// What the fills paid beyond the arrival mid.
Money price_parts(const Table& table, std::size_t row) {
  return table.integers("spread_money")[row] + table.integers("sweep_money")[row] + table.integers("timing_money")[row];
}

/// How many fills saw the same recorded mid before them.
std::size_t same_mids(const Table& simulated, const Table& own) {
  std::size_t same = 0;
  for (std::size_t row = 0; row < simulated.rows(); ++row)
    same += simulated.reals("recorded_mid_before_ticks")[row] == own.reals("recorded_mid_before_ticks")[row];
  return same;
}

/// Columns that both can know, to the last bit. A simulation's parent ends when its last order is answered, so its final mid is another
/// where all is done. `resting`: own orders stood in the simulated book, whose mid is not the recorded one when only they are left at a
/// price; parts and markouts that go by it are left out, not their sum.
void check_same(const ScenarioResult& simulated, const ScenarioResult& own, bool resting) {
  static const std::set<std::string> kSimulatedOnly = {
      "scenario", "start_time", "end_time", "children",        "schedule_error",           "final_mid_ticks",
      "flags",    "child",      "cause",    "displaced_ticks", "queue_ahead_at_entry_lots"};
  for (const char* name : {"parents", "fills"}) {
    const Table &expected = table(simulated, name), &found = table(own, name);
    REQUIRE(expected.rows() == found.rows());
    for (std::size_t row = 0; row < expected.rows(); ++row) CHECK(price_parts(expected, row) == price_parts(found, row));
    for (const Column& column : expected.columns()) {
      if (kSimulatedOnly.contains(column.name) || column.name.starts_with("reaction") || column.name == "own_reaction_money" ||
          column.name.starts_with("displacement") || column.name.starts_with("impact"))
        continue;                                          // what the market answers is not in the record
      if (column.name == "share_time_consumed") continue;  // sampled by the run
      if (resting && goes_by_effective_mid(column.name)) continue;
      const Column* other = found.find(column.name);
      REQUIRE(other != nullptr);
      for (std::size_t row = 0; row < expected.rows(); ++row) {
        INFO(name << "." << column.name << " row " << row);
        std::visit(
            [&](const auto& values) {
              const auto& theirs = std::get<std::decay_t<decltype(values)>>(other->data);
              CHECK((values[row] == theirs[row] || (values[row] != values[row] && theirs[row] != theirs[row])));
            },
            column.data);
      }
    }
  }
}

}  // namespace

TEST_CASE("a simulation without a trace and the same trades measured from history agree to the last bit, whatever the strategy") {
  const EventTape& tape = synthetic_tape();
  std::size_t made = 0, took = 0, same = 0;
  for (const auto& [name, choice] : every_strategy())
    for (const Side side : {Side::buy, Side::sell}) {
      INFO(name << ", " << plimsoll::name(side));
      RunSpec spec = one_parent(side, 600, tape.first_time() + 100 * kSecond, tape.first_time() + 500 * kSecond, choice);
      spec.markets[0].rules.response = Response::none;
      spec.markets[0].latency = {200 * kMicrosecond, 500 * kMicrosecond, 300 * kMicrosecond};
      spec.markets[0].fees = {0.3, -0.1, 0, 0};
      const ScenarioResult simulated = run_one(tape, spec);
      const std::vector own = {as_own(simulated, spec.markets[0].latency)};
      const ScenarioResult measured = measure_own_trades(tape, own, {.printed = false}).parents.at(0);
      check_same(simulated, measured, name.ends_with("join") || name == "gueant");
      same += same_mids(table(simulated, "fills"), table(measured, "fills"));
      for (const OwnFill& fill : own[0].fills) (fill.liquidity == Liquidity::made ? made : took) += 1;
    }
  CHECK(took > 80);
  CHECK(made > 50);
  // A maker's mid is that before the whole taker; a simulation looks before the taker's last row, another mid if it swept a price first.
  CHECK(same >= took + made - made / 10);
}
