// How fast history replays, alone and with scenarios on it. Prints nanoseconds per event: the median of the passes, and their range.
// Not measured: reading files, writing results, several threads. Usage: replay_bench [TAPE.h5] [passes]; without a tape, synthetic flow.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "experiment/plugin_registry.hpp"
#include "feed/feed.hpp"
#include "io/tape_file.hpp"
#include "market/order_book.hpp"
#include "replay/replay.hpp"

using namespace plimsoll;

namespace {

struct Timing {
  double median, fastest, slowest;
};
Timing ns_per_event(std::size_t events, int passes, const std::function<void()>& pass) {
  std::vector<double> times;
  for (int i = 0; i < passes; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    pass();
    times.push_back(std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - begin).count() /
                    static_cast<double>(events));
  }
  std::sort(times.begin(), times.end());
  return {times[times.size() / 2], times.front(), times.back()};
}

/// A day's work of `count` runs: twap that takes and twap that rests, spread over sides and sizes.
std::vector<RunSpec> runs_on(const EventTape& tape, const PluginRegistry& plugins, std::size_t count, std::int64_t slices) {
  const plimsoll_strategy_type& twap = *plugins.find_strategy("twap");
  const plimsoll_impact_model_type& model = *plugins.find_impact_model("square_root");
  const Duration length = tape.last_time() - tape.first_time();
  std::vector<RunSpec> specs;
  for (std::size_t i = 0; i < count; ++i) {
    RunSpec spec;
    spec.scenario = i;
    spec.replicate = static_cast<std::uint32_t>(i);
    spec.latency = {.feed = 200 * kMicrosecond, .order = 500 * kMicrosecond, .response = 200 * kMicrosecond};
    ParentSpec parent;
    parent.side = i % 2 == 0 ? Side::buy : Side::sell;
    parent.lots = 5'000;
    parent.start = tape.first_time() + length / 20;
    parent.end = tape.last_time() - length / 20;
    parent.start_jitter = length / 50;
    const std::vector<GivenParam> given = {
        {"slices", slices, ""}, {"jitter", 0.5, ""}, {"style", std::string{i % 4 < 2 ? "cross" : "join"}, ""}};
    parent.strategy = {&twap, resolve_params(twap.params, twap.param_count, given, "", "").values};
    const std::vector<GivenParam> impact = {{"daily_volatility", 0.015, ""}, {"daily_volume_lots", std::int64_t{2'500'000}, ""}};
    spec.impact = {&model, resolve_params(model.params, model.param_count, impact, "", "").values};
    spec.parents.push_back(parent);
    specs.push_back(spec);
  }
  return specs;
}

void print(const char* what, const Timing& time, double per) {
  std::printf("%-44s %9.1f  (%.1f .. %.1f)", what, time.median, time.fastest, time.slowest);
  if (per > 1) std::printf("  %7.2f per scenario-event", time.median / per);
  std::printf("\n");
}

}  // namespace

int main(int argc, char** argv) {
  const EventTape tape =
      argc > 1 && std::string{argv[1]} != "synthetic" ? read_tape(argv[1]) : load_feed("synthetic", {{"duration_s", "3600"}});
  const int passes = argc > 2 ? std::atoi(argv[2]) : 9;
  const PluginRegistry plugins;
  std::printf("%zu events, %u order slots; ns per event: median (fastest .. slowest) of %d passes\n", tape.size(), tape.info().slot_count,
              passes);

  std::uint64_t arrivals = 0;
  print("recorded book (L3, queues, best prices)",
        ns_per_event(tape.size(), passes,
                     [&] {
                       OrderBook book{tape.info()};
                       for (std::size_t row = 0; row < tape.size(); ++row) book.apply(tape[row]);
                       arrivals += book.arrivals();
                     }),
        1);
  for (const std::int64_t slices : {std::int64_t{50}, std::int64_t{400}})
    for (const std::size_t count : {std::size_t{1}, std::size_t{16}, std::size_t{64}}) {
      const std::vector<RunSpec> specs = runs_on(tape, plugins, count, slices);
      std::vector<const RunSpec*> pointers;
      for (const RunSpec& spec : specs) pointers.push_back(&spec);
      const std::string what =
          std::to_string(count) + (count == 1 ? " scenario" : " scenarios") + " in one pass, " + std::to_string(slices) + " slices";
      print(what.c_str(), ns_per_event(tape.size(), passes, [&] { arrivals += replay(tape, pointers).size(); }),
            static_cast<double>(count));
    }
  return arrivals == 0 ? 1 : 0;
}
