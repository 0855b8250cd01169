// T6 and T8: sweeps on several threads, and what it costs to keep everything.
#include <filesystem>
#include <fstream>

#include "bench/figures.hpp"
#include "bench/program.hpp"
#include "bench/scenarios.hpp"
#include "experiment/experiment.hpp"

namespace plimsoll::bench {

namespace {

// Strategies that take, rest and follow volume, over the whole tape, other sizes and sides.
std::vector<Scenario> mixed_sweep(const EventTape& tape, std::size_t count) {
  const auto market = std::make_shared<const MarketSource>(MarketSource{.feed = "bench", .settings = {}, .place = ""});
  const std::vector<StrategyChoice> ways = {
      strategy("twap", {{"slices", std::int64_t{390}, ""}, {"jitter", 0.5, ""}}), strategy("pov", {{"rate", 0.05, ""}}),
      strategy("twap", {{"slices", std::int64_t{390}, ""}, {"jitter", 0.5, ""}, {"style", std::string{"join"}, ""}})};
  std::vector<Scenario> scenarios;
  for (std::size_t i = 0; i < count; ++i) {
    Scenario& scenario = scenarios.emplace_back();
    scenario.market = market;
    scenario.run = whole_tape(tape, i % 2 == 0 ? Side::buy : Side::sell, ways[i % ways.size()], Impact::square_root);
    scenario.run.scenario = i;
    scenario.run.replicate = static_cast<std::uint32_t>(i);
    scenario.run.record = RecordLevel::summary;
    scenario.run.parents.front().lots = 100'000 + 1'000 * static_cast<Lots>(i);
  }
  return scenarios;
}

// Wall seconds of the sweep; `digests` receives what each scenario left.
double sweep_seconds(const std::vector<Scenario>& scenarios, const Tape& tape, unsigned threads, std::vector<std::string>& digests) {
  std::vector<const Scenario*> todo;
  for (const Scenario& scenario : scenarios) todo.push_back(&scenario);
  digests.assign(scenarios.size(), "");
  const ResultSink sink = [&](std::span<const Scenario* const> done, std::vector<ScenarioResult>&& results) {
    for (std::size_t i = 0; i < results.size(); ++i) digests[done[i]->run.scenario] = digest(results[i]);
  };
  ExperimentOptions options;
  options.threads = threads;
  return wall_seconds([&] {
    run_experiment(
        todo, [&](const MarketSource&) { return tape; }, options, sink);
  });
}

}  // namespace

void measure_two_threads(Bench& bench) {
  const Tape tape = bench.workloads.get("W1").tapes.front();
  const std::vector<Scenario> scenarios = mixed_sweep(*tape, 128);
  std::vector<std::string> by_one, by_two;
  const int rounds = std::min(bench.rounds, 3);
  const std::vector<Spread> seconds = interleave(
      rounds, {[&] { return sweep_seconds(scenarios, tape, 1, by_one); }, [&] { return sweep_seconds(scenarios, tape, 2, by_two); }});
  if (by_one != by_two) throw UnequalResults("two threads give other results than one");
  const Spread gain{seconds[0].median / seconds[1].median, seconds[0].median / seconds[1].highest, seconds[0].median / seconds[1].lowest};
  bench.report.add(at_least("T6", "two threads against one: 128 scenarios of W1, equal results", gain, "x one", 1.9));
}

void measure_recording(Bench& bench) {
  const std::string file = bench.workloads.work() + "/recording.toml";
  std::ofstream{file} << "title = \"bench: recording\"\nsource = \"bench\"\nexpect = \"bench\"\n"
                         "[experiment]\nseeds = 32\n"
                         "[market]\nfeed = \"tape\"\npath = \""
                      << std::filesystem::absolute(bench.workloads.w1_file()).string()
                      << "\"\n[parent]\nside = \"buy\"\nquantity_lots = 200_000\nstart_s = 60\nend_s = 23_000\n"
                         "[strategy]\nname = \"twap\"\n[strategy.twap]\nslices = 1_000\njitter = 0.5\n[strategy.pov]\nrate = 0.01\n"
                         "[impact]\nname = \"none\"\n[latency]\nfeed_us = 200\norder_us = 500\nresponse_us = 200\n"
                         "[sweep]\nstrategy.name = [\"twap\", \"pov\"]\n";
  const auto run = [&](const std::string& record, double Finished::*seconds) {
    const std::string folder = bench.workloads.work() + "/recording-" + record;
    std::filesystem::remove_all(folder);
    return run_or_throw({plimsoll_program(), "run", file, "-o", folder, "--set", "output.record=" + record}).*seconds;
  };
  for (const bool wall : {true, false}) {
    const auto seconds = wall ? &Finished::wall_s : &Finished::cpu_s;
    const std::vector<Spread> spreads =
        interleave(std::min(bench.rounds, 3), {[&] { return run("summary", seconds); }, [&] { return run("fills", seconds); }});
    const auto share = [&](double of_fills) { return 100 * (of_fills - spreads[0].median) / spreads[0].median; };
    const Spread percent{share(spreads[1].median), share(spreads[1].lowest), share(spreads[1].highest)};
    if (wall)
      bench.report.add(at_most("T8", "plimsoll run, record = fills against summary: wall time more by", percent, "%", 10));
    else
      bench.report.add(plain("T8.cpu", "the same, CPU time of all threads, writer included", percent, "%"));
  }
}

}  // namespace plimsoll::bench
