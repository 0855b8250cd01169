// T6, T8, T9: sweeps on several threads, what it costs to keep everything, and days by the dozen.
#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <numeric>

#include <nlohmann/json.hpp>

#include "app/shard_writer.hpp"
#include "bench/figures.hpp"
#include "bench/program.hpp"
#include "bench/scenarios.hpp"
#include "experiment/experiment.hpp"
#include "io/result_fixture.hpp"

namespace plimsoll::bench {

namespace {

std::shared_ptr<const MarketSet> one_market() {
  const auto source = std::make_shared<const MarketSource>(MarketSource{.feed = "bench", .settings = {}, .place = ""});
  return std::make_shared<const MarketSet>(MarketSet{{{source, 0}}});
}

// Strategies that take, rest and follow volume, over the whole tape, other sizes and sides.
std::vector<Scenario> mixed_sweep(const EventTape& tape, std::size_t count) {
  const auto markets = one_market();
  const std::vector<StrategyChoice> ways = {
      strategy("twap", {{"slices", std::int64_t{390}, ""}, {"jitter", 0.5, ""}}), strategy("pov", {{"rate", 0.05, ""}}),
      strategy("twap", {{"slices", std::int64_t{390}, ""}, {"jitter", 0.5, ""}, {"style", std::string{"join"}, ""}})};
  std::vector<Scenario> scenarios;
  for (std::size_t i = 0; i < count; ++i) {
    Scenario& scenario = scenarios.emplace_back();
    scenario.markets = markets;
    scenario.run = whole_tape(tape, i % 2 == 0 ? Side::buy : Side::sell, ways[i % ways.size()], Impact::square_root);
    scenario.run.scenario = i;
    scenario.run.replicate = static_cast<std::uint32_t>(i);
    scenario.run.record = RecordLevel::summary;
    scenario.run.parents.front().lots = 100'000 + 1'000 * static_cast<Lots>(i);
  }
  return scenarios;
}

class Listed final : public ScenarioSource {
 public:
  explicit Listed(std::vector<Scenario> scenarios) : scenarios_{std::move(scenarios)} {}
  std::size_t size() const override { return scenarios_.size(); }
  std::size_t market_of(std::size_t) const override { return 0; }
  Scenario make(std::size_t number) const override { return scenarios_[number]; }

 private:
  std::vector<Scenario> scenarios_;
};

// Wall seconds of the sweep; `digests` receives what each scenario left.
double sweep_seconds(const ScenarioSource& scenarios, const Tape& tape, unsigned threads, std::vector<std::string>& digests) {
  std::vector<std::size_t> todo(scenarios.size());
  std::iota(todo.begin(), todo.end(), std::size_t{0});
  digests.assign(scenarios.size(), "");
  const ResultSink sink = [&](std::span<const Scenario> done, std::vector<ScenarioResult>&& results) {
    for (std::size_t i = 0; i < results.size(); ++i) digests[done[i].run.scenario] = digest(results[i]);
  };
  ExperimentOptions options;
  options.threads = threads;
  options.batch = 16;  // 32 of them: what one thread does at the end while the other has nothing left is little
  return wall_seconds([&] {
    run_experiment(
        todo, scenarios, [&](const MarketSource&) { return tape; }, options, sink);
  });
}

// T8's sweep, built here.
std::vector<Scenario> recorded_sweep(const EventTape& tape, RecordLevel record) {
  const auto markets = one_market();
  const std::vector<StrategyChoice> ways = {strategy("twap", {{"slices", std::int64_t{1'000}, ""}, {"jitter", 0.5, ""}}),
                                            strategy("pov", {{"rate", 0.01, ""}})};
  std::vector<Scenario> scenarios;
  for (std::uint64_t i = 0; i < 64; ++i) {
    Scenario& scenario = scenarios.emplace_back();
    scenario.key = fixture::key_of("scenario " + std::to_string(i));
    scenario.markets = markets;
    scenario.run = whole_tape(tape, Side::buy, ways[i / 32]);
    scenario.run.scenario = i;
    scenario.run.replicate = static_cast<std::uint32_t>(i % 32);
    scenario.run.record = record;
    scenario.run.parents.front().lots = 200'000;
  }
  return scenarios;
}

// CPU seconds of the one thread that simulates, while others write what it leaves behind, as in `plimsoll run`.
double simulating_seconds(std::vector<Scenario> all, const Tape& tape, const std::string& folder) {
  std::filesystem::remove_all(folder);
  std::vector<ScenarioKey> plan;
  for (const Scenario& scenario : all) plan.push_back({scenario.run.scenario, scenario.key, {}});
  ResultFolder results{folder, fixture::facts(), plan, fixture::wall()};
  ShardWriter writer{results, plan.size(), [](const ShardWriter::Sealed&) {}};
  const ResultSink sink = [&](std::span<const Scenario> done, std::vector<ScenarioResult>&& left) {
    std::vector<FinishedScenario> finished;
    for (std::size_t i = 0; i < left.size(); ++i) finished.push_back({done[i].key, {}, std::move(left[i])});
    writer.add(std::move(finished));
  };
  std::vector<std::size_t> todo(all.size());
  std::iota(todo.begin(), todo.end(), std::size_t{0});
  const Listed scenarios{std::move(all)};
  ExperimentOptions options;
  options.threads = 1;
  const auto tapes = [&](const MarketSource&) { return tape; };
  const double seconds = cpu_seconds([&] { run_experiment(todo, scenarios, tapes, options, sink); });
  writer.finish();
  return seconds;
}

Spread more_by(const std::vector<Spread>& without_and_with) {
  const auto share = [&](double with) { return 100 * (with - without_and_with[0].median) / without_and_with[0].median; };
  return {share(without_and_with[1].median), share(without_and_with[1].lowest), share(without_and_with[1].highest)};
}

// Days of about two million events. The command makes only those that are not there.
std::string generated_days(const Bench& bench, std::size_t count) {
  const std::string folder = bench.workloads.work() + "/days";
  run_or_throw({plimsoll_program(), "generate", "zero_intelligence", "-o", folder + "/{date}.h5", "--days", std::to_string(count),
                "--first-date", "2026-01-05", "--set", "duration_s=23400", "--set", "limit_per_s=41", "--set", "market_per_s=3", "--set",
                "hidden_per_s=2", "--set", "lifetime_s=25"});
  return std::filesystem::absolute(folder).string();
}

// The first `count` days of the folder.
std::string year_scenario(const std::string& folder, std::size_t count, std::size_t seeds) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator{folder}) files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  std::string paths;
  for (std::size_t day = 0; day < std::min(count, files.size()); ++day) paths += (day == 0 ? "\"" : ", \"") + files[day] + "\"";
  return "title = \"bench: days\"\nsource = \"bench\"\nexpect = \"bench\"\n[experiment]\nseeds = " + std::to_string(seeds) +
         "\n[market]\nfeed = \"tape\"\npaths = [" + paths +
         "]\n[parent]\nside = \"buy\"\nquantity_lots = 1_000\nstart_s = 600\nend_s = 22_200\nstart_jitter_s = 600\n"
         "[strategy]\nname = \"twap\"\n[strategy.twap]\nslices = 360\njitter = 0.5\n[strategy.pov]\nrate = 0.02\ninterval_s = 60\n"
         "[impact]\nname = \"square_root\"\n[impact.square_root]\ndaily_volatility = 0.015\ndaily_volume_lots = 10_000_000\n"
         "[latency]\nfeed_us = 200\norder_us = 500\nresponse_us = 200\n"
         "[sweep]\nstrategy.name = [\"twap\", \"pov\"]\nstrategy.twap.style = [\"cross\", \"join\"]\n"
         "strategy.pov.style = [\"cross\", \"join\"]\nparent.quantity_lots = [1_000, 2_000, 5_000, 10_000, 20_000]\n";
}

// T9's scenarios over the first days: the file they stand in.
std::string days_file(const Bench& bench, std::size_t days) {
  constexpr std::size_t kCombinations = 20;  // of the sweep above
  const std::string file = bench.workloads.work() + "/days.toml";
  std::ofstream{file} << year_scenario(generated_days(bench, days), days, std::max<std::size_t>(1, bench.scenarios / kCombinations));
  return file;
}

// What `plimsoll run` of a file takes with record = fills more than with summary: wall time and CPU time of the same runs, in turns.
void compare_recording(Bench& bench, const std::string& file, const std::string& id, const std::string& what) {
  std::array<std::vector<double>, 2> cpu;
  const auto run = [&](std::size_t which) {
    const std::string record = which == 0 ? "summary" : "fills", folder = bench.workloads.work() + "/recording-" + record;
    std::filesystem::remove_all(folder);
    const Finished finished = run_or_throw({plimsoll_program(), "run", file, "-o", folder, "--set", "output.record=" + record});
    cpu[which].push_back(finished.cpu_s);
    return finished.wall_s;
  };
  const std::vector<Spread> wall = interleave(std::min(bench.rounds, 3), {[&] { return run(0); }, [&] { return run(1); }});
  std::vector<Spread> used;
  for (std::vector<double>& each : cpu) used.push_back(spread_of({each.begin() + 1, each.end()}));  // but for the round that is not counted
  bench.report.add(at_most(id, what + ", record = fills against summary: wall time more by", more_by(wall), "%", 10));
  bench.report.add(plain(id + ".cpu", "the same, CPU time of all threads, writer included", more_by(used), "%"));
}

}  // namespace

void measure_two_threads(Bench& bench) {
  const Tape tape = bench.workloads.get("W1").tapes.front();
  const Listed scenarios{mixed_sweep(*tape, 512)};
  std::vector<std::string> by_one, by_two;
  const int rounds = std::min(bench.rounds, 3);
  const std::vector<Spread> seconds = interleave(
      rounds, {[&] { return sweep_seconds(scenarios, tape, 1, by_one); }, [&] { return sweep_seconds(scenarios, tape, 2, by_two); }});
  if (by_one != by_two) throw UnequalResults("two threads give other results than one");
  const Spread gain{seconds[0].median / seconds[1].median, seconds[0].median / seconds[1].highest, seconds[0].median / seconds[1].lowest};
  bench.report.add(at_least("T6", "two threads against one: 512 scenarios of W1, equal results", gain, "x one", 1.9));
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
  compare_recording(bench, file, "T8", "plimsoll run");
  compare_recording(bench, days_file(bench, std::min<std::size_t>(bench.days, 10)), "T8.days", "plimsoll run of T9's scenarios and days");
  const Tape tape = bench.workloads.get("W1").tapes.front();
  const auto simulate = [&](RecordLevel record) {
    return simulating_seconds(recorded_sweep(*tape, record), tape, bench.workloads.work() + "/recording-thread");
  };
  const std::vector<Spread> spreads =
      interleave(std::min(bench.rounds, 3), {[&] { return simulate(RecordLevel::summary); }, [&] { return simulate(RecordLevel::fills); }});
  bench.report.add(plain("T8.simulating", "the same, CPU time of the thread that simulates", more_by(spreads), "%"));
}

namespace {

// A field of the plan that `plimsoll check --json` prints.
double planned(const std::string& output, const char* field) {
  for (std::size_t at = 0; at < output.size();) {
    const std::size_t end = std::min(output.find('\n', at), output.size());
    const nlohmann::json line = nlohmann::json::parse(output.substr(at, end - at), nullptr, false);
    if (line.is_object() && line.contains("plan")) return line["plan"][field].get<double>();
    at = end + 1;
  }
  throw std::runtime_error("no plan in: " + output);
}

}  // namespace

void measure_days(Bench& bench) {
  const std::string file = days_file(bench, bench.days), folder = bench.workloads.work() + "/days-result";
  const std::string plan = run_or_throw({plimsoll_program(), "check", file, "--json"}).output;
  const double events = planned(plan, "events"), threads = planned(plan, "threads");
  const double scenarios = planned(plan, "scenarios") / static_cast<double>(bench.days);
  const auto run = [&] {
    std::filesystem::remove_all(folder);
    return run_or_throw({plimsoll_program(), "run", file, "-o", folder, "--batch", "64"}).wall_s;
  };
  const double seconds = run();  // long enough to need no repetition
  const double ns = seconds * 1e9 * threads / (events * scenarios);
  const auto count = [](double value) { return std::to_string(static_cast<std::size_t>(value)); };
  bench.report.add(at_most("T9",
                           count(static_cast<double>(bench.days)) + " days, " + count(events) + " events, " + count(scenarios) +
                               " scenarios: a scenario and event, on one of " + count(threads) + " cores",
                           {ns, ns, ns}, "ns", 3.6));
  const double minutes = seconds / 60 * 250 / static_cast<double>(bench.days);
  bench.report.add(at_most("T9.year", bench.days == 250 ? "a year of 250 days" : "a year of 250 days, extrapolated",
                           {minutes, minutes, minutes}, "minutes", 15.0 * scenarios / 1'000));
}

void print_days_curve(Bench& bench, bool longer) {
  std::vector<std::size_t> counts = {1, 3, 10};
  if (longer) counts.insert(counts.end(), {30, 100});
  const std::string days = generated_days(bench, counts.back());
  const std::string file = bench.workloads.work() + "/days-curve.toml", folder = bench.workloads.work() + "/days-curve";
  std::printf("\nDays: plimsoll run, 100 scenarios a day of about 2M events, wall time and peak memory\n  %14s %16s %12s\n", "days",
              "seconds/day", "MiB");
  for (const std::size_t count : counts) {
    std::ofstream{file} << year_scenario(days, count, 5);
    std::filesystem::remove_all(folder);
    double kib = 0;
    const double seconds = wall_seconds([&] {
      kib = peak_kib(instruction_program(), {plimsoll_program(), "run", file, "-o", folder, "--batch", "64"});
    });
    std::printf("  %14zu %16s %12.0f\n", count, number_text(seconds / static_cast<double>(count)).c_str(), kib / 1024);
    std::fflush(stdout);
  }
}

}  // namespace plimsoll::bench
