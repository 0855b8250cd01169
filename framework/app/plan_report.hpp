#pragma once
/// What is about to happen: scenarios, batches, memory, bytes. Said before the start; all there is to say of `check` and --dry-run.

#include <cstddef>
#include <string>
#include <vector>

#include "app/experiment_setup.hpp"

namespace plimsoll {

/// Lines of at most `width` columns for people, or one JSON line. `done` scenarios of this part are sealed already.
std::string plan_report(const ExperimentSetup& setup, const std::vector<std::size_t>& to_do, std::size_t done, const std::string& folder,
                        std::size_t width);

}  // namespace plimsoll
