#include "app/memory_plan.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <vector>

#include "app/console.hpp"
#include "app/machine_memory.hpp"
#include "app/shard_writer.hpp"
#include "experiment/executor.hpp"
#include "experiment/experiment.hpp"

namespace plimsoll {
namespace {

// Fitted to the peak resident size of runs of 180, 20,000 and 100,000 scenarios, as seeds and as combinations (x86-64, HDF5 1.10).
constexpr std::uint64_t kProgramBytes = 24'000'000;
constexpr std::uint64_t kMarketBytes = 3'000;     ///< where it comes from, what is known of it
constexpr std::uint64_t kCombinationBytes = 450;  ///< a draft
constexpr std::uint64_t kScenarioBytes = 16;      ///< its place in the list of what is to do
constexpr std::uint64_t kResultBytes = 2'600;     ///< its key in the manifest, its rows in the merge and the closing table
constexpr std::uint64_t kOpenShardBytes = 1'050'000;

}  // namespace

std::uint64_t memory_needed(const ExperimentSetup& setup) {
  const std::uint64_t planned = setup.file.scenario_count, merged = setup.only ? 1 : planned;
  const std::uint64_t shards = merged / std::max(setup.batch, shard_size(merged)) + 1;
  const unsigned threads = std::min(setup.threads, default_threads());
  std::vector<std::uint64_t> tapes;
  std::uint64_t replay = 0;
  for (const auto& market : setup.markets) {
    const TapeHeader& tape = setup.tapes->header(*market);
    tapes.push_back(tape.rows * kTapeBytesPerEvent);
    replay = std::max<std::uint64_t>(replay, memory_estimate(tape.info, 0, threads, setup.batch));
  }
  const std::size_t at_once = std::min<std::size_t>(tapes.size(), threads);
  std::partial_sort(tapes.begin(), tapes.begin() + static_cast<std::ptrdiff_t>(at_once), tapes.end(), std::greater<>{});
  tapes.resize(at_once);
  return kProgramBytes + std::accumulate(tapes.begin(), tapes.end(), std::uint64_t{0}) + replay + setup.markets.size() * kMarketBytes +
         setup.file.combinations * kCombinationBytes + planned * kScenarioBytes + merged * kResultBytes + shards * kOpenShardBytes;
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
