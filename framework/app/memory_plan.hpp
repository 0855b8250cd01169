#pragma once
/// How much memory an experiment will take, said before it starts.

#include <cstdint>

#include "app/experiment_setup.hpp"

namespace plimsoll {

/// Peak bytes of `run`, measured to within a factor of two for 180 to 100,000 scenarios with record = "summary": program, tapes, plan, the
/// replay itself, and the merge at the end. Fills and trajectories come on top. May be asked before setup.scenarios is filled.
std::uint64_t memory_needed(const ExperimentSetup& setup);

/// Throws BadInput MEMORY (78) when that is more than the machine has left.
void require_memory(const ExperimentSetup& setup);

}  // namespace plimsoll
