// T10: what a tape event and a scenario take, and T11: how soon the first event is simulated.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "bench/figures.hpp"
#include "bench/memory_probe.hpp"
#include "bench/program.hpp"
#include "bench/scenarios.hpp"

namespace plimsoll::bench {

namespace {

Spread exactly(double value) { return {value, value, value}; }

// Bytes on the heap that each of `count` runs adds to a batch that has one already: `waiting` for its start, and `started`, when it waits
// for its end.
struct RunBytes {
  double waiting, started;
};
RunBytes heap_of_runs(const EventTape& tape, std::size_t count) {
  const auto heap = [&](std::size_t runs) -> RunBytes {
    const std::vector<RunSpec> specs = waiters(tape, runs);
    memory_probe().arm();
    pass(tape, specs);
    return {static_cast<double>(memory_probe().heap_at_first()), static_cast<double>(memory_probe().heap_at_last())};
  };
  heap(count + 1);  // what is allocated once a process
  const RunBytes many = heap(count + 1), one = heap(1);
  return {(many.waiting - one.waiting) / static_cast<double>(count), (many.started - one.started) / static_cast<double>(count)};
}

std::string scenario_text(const std::string& market, const std::string& more) {
  return "title = \"bench\"\nsource = \"bench\"\nexpect = \"bench\"\n[market]\n" + market +
         "\n[parent]\nside = \"buy\"\nquantity_lots = 100\nstart_s = 0\nend_s = 1\n[impact]\nname = \"none\"\n" + more;
}

// Peak memory of a run that plans `seeds` scenarios and does a thousand of them; it does not merge.
double planned_kib(const std::string& file, const std::string& folder, std::size_t seeds) {
  std::filesystem::remove_all(folder);
  return peak_kib(instruction_program(), {plimsoll_program(), "run", file, "-o", folder, "--set",
                                          "experiment.seeds=" + std::to_string(seeds), "--shard", "1/" + std::to_string(seeds / 1'000)});
}

// Milliseconds from the start of `plimsoll run` to the first event of its only scenario, as a plugin saw it.
double first_event_ms(const std::string& file, const std::string& folder, const std::string& stamp) {
  std::filesystem::remove_all(folder);
  std::filesystem::remove(stamp);
  const double begun = monotonic_s();
  run_or_throw({plimsoll_program(), "run", file, "-o", folder});
  double ns = 0;
  if (!(std::ifstream{stamp} >> ns)) throw std::runtime_error("the plugin of the start was not started");
  return (ns * 1e-9 - begun) * 1e3;
}

}  // namespace

void measure_memory(Bench& bench) {
  const std::string path = bench.workloads.w1_file();
  const EventTape& w1 = bench.workloads.get("W1").only();
  bench.report.add(at_most("T10.event", "a tape event, in memory and on disk", exactly(static_cast<double>(kTapeBytesPerEvent)), "B", 24));
  bench.report.add(at_most("T10.file", "the tape file of W1, for each event",
                           exactly(static_cast<double>(std::filesystem::file_size(path)) / static_cast<double>(w1.size())), "B", 24));

  const EventTape some = first_rows(w1, 1'000);
  const RunBytes heap = heap_of_runs(some, 63);
  bench.report.add(
      at_most("T10.run", "a run that waits in a pass for its start: heap, counted by the allocator", exactly(heap.waiting), "B", 512));
  bench.report.add(plain("T10.started", "the same once it has started and waits for its end", exactly(heap.started), "B"));

  const std::string file = bench.workloads.work() + "/planned.toml";
  std::ofstream{file} << scenario_text("feed = \"synthetic\"\nduration_s = 60",
                                       "[strategy]\nname = \"twap\"\n[strategy.twap]\njitter = 0.5\n");
  const std::string folder = bench.workloads.work() + "/planned";
  const double planned = (planned_kib(file, folder, 100'000) - planned_kib(file, folder, 2'000)) * 1024 / 98'000;
  bench.report.add(at_most("T10.scenario", "a scenario that waits for its turn: peak memory of `plimsoll run` without its results",
                           exactly(planned), "B", 512));
}

void measure_start(Bench& bench) {
  const std::string file = bench.workloads.work() + "/start.toml";
  const std::string folder = bench.workloads.work() + "/start";
  const std::string stamp = bench.workloads.work() + "/start.stamp";
  std::ofstream{file} << scenario_text("feed = \"tape\"\npath = \"" + std::filesystem::absolute(bench.workloads.w1_file()).string() + "\"",
                                       "[strategy]\nname = \"bench_first_event\"\n[strategy.bench_first_event]\n"
                                       "file = \"" +
                                           std::filesystem::absolute(stamp).string() + "\"\n[plugins]\ndirectories = [\"" +
                                           first_event_folder() + "\"]\n");
  const Spread ms = interleave(bench.rounds, {[&] { return first_event_ms(file, folder, stamp); }}).front();
  bench.report.add(at_most("T11", "plimsoll run on a 5M-message tape file, page cache warm: to the first simulated event", ms, "ms", 100));
}

}  // namespace plimsoll::bench
