#include "app/memory_plan.hpp"

#include <algorithm>

#include "app/console.hpp"
#include "app/machine_memory.hpp"
#include "app/shard_writer.hpp"
#include "experiment/executor.hpp"
#include "experiment/experiment.hpp"

namespace plimsoll {
namespace {

// Fitted to the peak resident size of runs of 180, 20,000 and 100,000 scenarios, as seeds and as combinations (x86-64, HDF5 1.10).
constexpr std::uint64_t kProgramBytes = 24'000'000;
constexpr std::uint64_t kCombinationBytes = 1'200;  ///< a draft, until it is expanded
constexpr std::uint64_t kScenarioBytes = 500;       ///< a planned scenario
constexpr std::uint64_t kResultBytes = 1'400;       ///< its key in the manifest, its rows in the merge and the closing table
constexpr std::uint64_t kOpenShardBytes = 8'000;    ///< while it is merged

}  // namespace

std::uint64_t memory_needed(const ExperimentSetup& setup) {
  const std::uint64_t planned = setup.file.scenario_count, merged = setup.only ? 1 : planned;
  const std::uint64_t shards = merged / shard_size(merged) + 1;
  std::uint64_t tapes = 0, replay = 0;
  for (const MarketSource& market : setup.file.markets) {
    const auto tape = setup.tapes->load(market);
    tapes += tape->size() * kTapeBytesPerEvent;
    replay = std::max<std::uint64_t>(replay, memory_estimate(tape->info(), 0, std::min(setup.threads, default_threads()), setup.batch));
  }
  return kProgramBytes + tapes + replay + planned / setup.file.seeds * kCombinationBytes + planned * kScenarioBytes +
         merged * kResultBytes + shards * kOpenShardBytes;
}

void require_memory(const ExperimentSetup& setup) {
  const std::uint64_t needed = memory_needed(setup), available = memory_for_process();
  if (needed <= available) return;
  throw BadInput{ExitCode::bad_scenario,
                 {"MEMORY", setup.file.path, "",
                  grouped(setup.file.scenario_count) + " scenarios need about " + bytes_text(needed) + " of memory, and " +
                      bytes_text(available) + " can be had",
                  "sweep fewer values or seeds in one file, or use a larger machine"}};
}

}  // namespace plimsoll
