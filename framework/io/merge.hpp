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
  const ScenarioKey* planned = nullptr;  ///< number and swept values of the result
  const Shard* shard = nullptr;
  std::size_t entry = 0;  ///< in shard->entries()
};

/// `sources` ascending by planned number, none twice; `planned` is the size of the whole plan. Throws h5::Error when the shards
/// do not fit together.
MergedResult merge_shards(const ManifestFacts& facts, std::size_t planned, std::span<const MergeSource> sources);

}  // namespace plimsoll
