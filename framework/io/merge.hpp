#pragma once
/// Puts the scenarios of many shards into one result.h5. The bytes depend on the facts, the plan and the sealed results only, never on how
/// the scenarios were spread over shards, in which order they ran, when and where, or which numbers they bore in an earlier plan.
///
/// Thread rule: one thread a folder; HDF5 is locked inside.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "io/manifest.hpp"
#include "io/shard.hpp"

namespace plimsoll {

struct MergedResult {
  std::string bytes;
  std::string result_hash;
};

/// One scenario of the result and where it lies.
struct MergeSource {
  std::uint32_t planned = 0;  ///< index in the plan: number and swept values of the result
  std::uint32_t shard = 0;    ///< index in `shards`
  std::uint32_t entry = 0;    ///< index in the shard's entries()
};

/// `sources` ascend by planned index, none twice. Throws h5::Error when the shards do not fit together. Beside the result itself it takes
/// one column at a time in memory, however many shards there are.
MergedResult merge_shards(const ManifestFacts& facts, const PlannedScenarios& plan, std::span<const Shard> shards,
                          std::span<const MergeSource> sources);

}  // namespace plimsoll
