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
#include "io/h5.hpp"

namespace plimsoll {
namespace {

// Fitted to the peak resident size of runs of 180 to 250,000 scenarios, as seeds, combinations and days (x86-64, HDF5 1.10).
constexpr std::uint64_t kProgramBytes = 24'000'000;
constexpr std::uint64_t kMarketBytes = 1'500;     ///< where it comes from, what is known of it
constexpr std::uint64_t kCombinationBytes = 400;  ///< a draft
constexpr std::uint64_t kResultBytes = 1'000;     ///< a scenario in the plan of the results, in the merge and in the closing table
constexpr std::uint64_t kFinishedBytes = 20'000;  ///< a result on its way to disk, mostly names of columns
constexpr std::uint64_t kShardsOnTheWay = kShardsQueued + kShardWriters + 1;

// Measured on result files of 24 to 250,000 scenarios: names and meanings of the columns, and two rows a scenario, which are compressed
// from a chunk on.
constexpr std::uint64_t kResultFileBytes = 60 * 1024, kPlainRowBytes = 1'300, kPackedRowBytes = 205;

}  // namespace

std::uint64_t result_bytes(std::uint64_t scenarios) {
  return kResultFileBytes + scenarios * (scenarios < h5::kChunkRows ? kPlainRowBytes : kPackedRowBytes);
}

std::uint64_t memory_needed(const ExperimentSetup& setup) {
  const std::uint64_t planned = setup.only ? 1 : setup.file.scenario_count;
  const unsigned threads = std::min(setup.threads, default_threads());
  std::vector<std::uint64_t> tapes;  // of each set
  std::uint64_t replay = 0;
  for (const auto& set : setup.sets) {
    std::uint64_t of_set = 0;
    tapes.push_back(0);
    for (const MarketSet::Member& member : set->members) {
      const TapeHeader& tape = setup.tapes->header(*member.source);
      tapes.back() += tape.rows * kTapeBytesPerEvent;
      of_set += memory_estimate(tape.info, tape.rows, threads, setup.batch_of(planned));
    }
    replay = std::max(replay, of_set);
  }
  const std::size_t at_once = std::min<std::size_t>(tapes.size(), threads);
  std::partial_sort(tapes.begin(), tapes.begin() + static_cast<std::ptrdiff_t>(at_once), tapes.end(), std::greater<>{});
  tapes.resize(at_once);
  // The merge holds the file twice, once as HDF5 builds it.
  return kProgramBytes + std::accumulate(tapes.begin(), tapes.end(), std::uint64_t{0}) + replay + setup.markets.size() * kMarketBytes +
         setup.file.combinations * kCombinationBytes + planned * kResultBytes + 2 * result_bytes(planned) +
         kShardsOnTheWay * shard_size(planned) * kFinishedBytes;
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
