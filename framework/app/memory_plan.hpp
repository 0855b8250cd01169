#pragma once
/// How much memory an experiment will take, said before it starts.

#include <cstdint>

#include "app/experiment_setup.hpp"

namespace plimsoll {

/// Bytes of result.h5 with record = "summary". Children, fills and trajectory come on top; they depend on what the strategies do.
std::uint64_t result_bytes(std::uint64_t scenarios);

/// Peak bytes of `run`, measured to within a factor of two for 180 to 250,000 scenarios with record = "summary": program, the tapes that
/// are in memory at once, plan, the replay itself, and the merge at the end. May be asked before setup.scenarios is filled.
std::uint64_t memory_needed(const ExperimentSetup& setup);

/// Throws BadInput MEMORY (78) when that is more than the machine has left.
void require_memory(const ExperimentSetup& setup);

}  // namespace plimsoll
