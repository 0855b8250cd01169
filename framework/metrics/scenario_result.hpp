#pragma once
/// What one scenario leaves behind.

#include <cstdint>
#include <string>
#include <vector>

#include "core/table.hpp"

namespace plimsoll {

enum class ScenarioStatus : std::uint8_t { done = 0, failed = 1 };

/// Tables in a fixed order: "parents" always; "children" and "fills" from record = "fills"; "trajectory" with "full"; "drawn"
/// where a scenario drew parameters of its own. Every table's first column is `scenario`. A failed scenario has a message and tables
/// without rows, but for "drawn": the draw may be the reason. The "scenarios" table itself is put together by
/// io: id, key, swept values, status, message, and the parents' columns of the first parent.
struct ScenarioResult {
  std::uint64_t scenario = 0;
  ScenarioStatus status = ScenarioStatus::done;
  std::string message;
  std::vector<Table> tables;
};

}  // namespace plimsoll
