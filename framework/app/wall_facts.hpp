#pragma once
/// Where and when this process runs: what manifests say and results never do.

#include <string>
#include <vector>

#include "io/manifest.hpp"

namespace plimsoll {

/// ISO 8601, whole seconds.
std::string utc_now();
/// This host, now, and "plimsoll COMMAND WORDS..".
WallFacts wall_facts(const std::string& command, const std::vector<std::string>& words);

}  // namespace plimsoll
