// T4 and T5: whole scenarios, alone and sharing a pass.
#include "bench/figures.hpp"
#include "bench/scenarios.hpp"

namespace plimsoll::bench {

namespace {

constexpr std::size_t kShared = 64;
constexpr std::size_t kAlone = 8;  // "one": the mean of the first eight, which hold every side and distance from the touch

void require_fills(const std::vector<ScenarioResult>& results) {
  for (const ScenarioResult& result : results)
    if (fills_of(result) == 0) throw std::runtime_error("a measured run has no fills: it is not a full scenario");
}

// The promise that makes a shared pass usable: nobody notices the others.
void require_equal_to_separate_passes(const EventTape& tape, const std::vector<RunSpec>& specs) {
  const std::vector<ScenarioResult> shared = pass(tape, specs);
  require_fills(shared);
  for (std::size_t i = 0; i < specs.size(); ++i)
    if (digest(pass(tape, {&specs[i], 1}).front()) != digest(shared[i]))
      throw UnequalResults("scenario " + std::to_string(i) + " has another result in the shared pass than alone");
}

struct SharedCosts {
  Spread alone, together;
  std::optional<Spread> ideal_together;
};

SharedCosts measure_together(const Bench& bench, const Workload& workload, const std::vector<RunSpec>& specs, bool with_ideal) {
  const OneCore one_core;
  const EventTape& tape = workload.only();
  const auto eight_alone = [&] {
    for (std::size_t i = 0; i < kAlone; ++i) pass(tape, {&specs[i], 1});
  };
  std::vector<std::function<double()>> turns = {[&] { return ns_per_message(workload, eight_alone) / static_cast<double>(kAlone); },
                                                [&] { return ns_per_message(workload, [&] { pass(tape, specs); }); }};
  with_ideal = with_ideal && bench.yardstick.present();
  if (with_ideal) turns.emplace_back([&] { return bench.yardstick.ns_per_message("scen:64", workload.name); });
  const std::vector<Spread> spreads = interleave(bench.rounds, turns);
  return {spreads[0], spreads[1], with_ideal ? std::optional{spreads[2]} : std::nullopt};
}

// Dividing spreads: the range is that of the numerator against the median of the denominator.
Spread times(const Spread& spread, double factor) { return {spread.median * factor, spread.lowest * factor, spread.highest * factor}; }

}  // namespace

void measure_one_scenario(Bench& bench) {
  const Workload& w1 = bench.workloads.get("W1");
  for (const Impact impact : {Impact::square_root, Impact::none}) {
    const std::vector<RunSpec> spec = quoters(w1.only(), 1, 256, impact);
    require_fills(pass(w1.only(), spec));
    const Compared compared = compare(bench, w1, "scen:1", [&] { pass(w1.only(), spec); });
    const bool model = impact == Impact::square_root;
    bench.report.add(against_ideal(
        model ? "T4" : "T4.no_model",
        model ? "one full scenario, woken every 256 rows, impact square_root, fills recorded" : "the same without an impact model",
        compared.ours, "ns/message", compared.ideal, 4.5));
  }
}

namespace {

// 64 that act every `rows` rows, against one of them. `target`: of the ratio, where one was set.
void measure_acting(Bench& bench, const Workload& workload, const std::string& id, std::size_t rows, std::optional<double> target) {
  const std::vector<RunSpec> specs = quoters(workload.only(), kShared, rows, Impact::none);
  require_equal_to_separate_passes(workload.only(), specs);
  const bool with_ideal = target.has_value() && rows == 256;
  const SharedCosts costs = measure_together(bench, workload, specs, with_ideal);
  const std::string every = std::to_string(rows);
  bench.report.add(plain(id + ".one", "one scenario that acts every " + every + " rows", costs.alone, "ns/message"));
  const Spread ratio = times(costs.together, 1 / costs.alone.median);
  const std::string against = "64 such in one pass against one; results equal 64 passes, bit for bit";
  bench.report.add(target ? at_most(id, against, ratio, "x one", *target) : plain(id, against, ratio, "x one"));
  const double per_scenario = 1.0 / static_cast<double>(kShared);
  const Spread event = times(costs.together, per_scenario);
  const std::string what = "64 in one pass, every " + every + " rows: a scenario and message";
  if (!with_ideal) return bench.report.add(plain(id + ".event", what, event, "ns"));
  std::optional<Spread> ideal;
  if (costs.ideal_together) ideal = times(*costs.ideal_together, per_scenario);
  bench.report.add(against_ideal("T5.event", what, event, "ns", ideal, 8));
}

}  // namespace

void measure_shared_pass(Bench& bench) {
  const Workload& w1 = bench.workloads.get("W1");
  measure_acting(bench, w1, "T5.2048", 2'048, 2.0);
  measure_acting(bench, w1, "T5.256", 256, 3.0);
  if (const Workload* hour = bench.workloads.real_hour())
    for (const std::size_t rows : {std::size_t{2'048}, std::size_t{256}})
      measure_acting(bench, *hour, "T5.AAPL." + std::to_string(rows), rows, std::nullopt);
  else
    bench.report.left_out("T5.AAPL", "no real hour of AAPL here");
  const SharedCosts waiting = measure_together(bench, w1, waiters(w1.only(), kShared), false);
  bench.report.add(plain("T5.waiting.one", "one run that waits for its end: the pass without anybody", waiting.alone, "ns/message"));
  bench.report.add(at_most("T5.waiting", "64 runs that wait for their end, against one such run",
                           times(waiting.together, 1 / waiting.alone.median), "x one", 1.05));
}

}  // namespace plimsoll::bench
