#pragma once
/// Puts the scenarios of many shards into one result.h5. The bytes depend on the facts, the plan and the sealed results only, never on how
/// the scenarios were spread over shards, in which order they ran, when and where, or which numbers they bore in an earlier plan.
///
/// Thread rule: one thread a folder; HDF5 is locked inside.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "io/manifest.hpp"
#include "io/shard.hpp"

namespace plimsoll {

/// Holds HDF5 while it lives, for its bytes are those of the file that HDF5 has in memory.
struct MergedResult {
  h5::Lock lock;
  h5::File file = h5::File::in_memory(lock);
  std::string_view image;
  std::string seal, result_hash;
  /// The bytes of the file, one after the other.
  std::array<std::string_view, 2> parts() const { return {image, seal}; }
};

/// One scenario of the result and where it lies.
struct MergeSource {
  std::uint32_t planned = 0;  ///< index in the plan: number and swept values of the result
  std::uint32_t shard = 0;    ///< index in `shards`
  std::uint32_t entry = 0;    ///< index in the shard's entries()
};

/// `sources` ascend by planned index, none twice. Throws h5::Error when the shards do not fit together. Beside the result itself it takes
/// two columns at a time in memory, however many shards there are.
MergedResult merge_shards(const ManifestFacts& facts, const PlannedScenarios& plan, std::span<const Shard> shards,
                          std::span<const MergeSource> sources);

}  // namespace plimsoll
