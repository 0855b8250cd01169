#pragma once
/// The end of a run: what the order cost, one line for each combination of swept values, for someone who reads it for the first time.

#include <string>
#include <vector>

#include "core/table.hpp"

namespace plimsoll {

inline constexpr std::size_t kTableColumns = 80;

/// Swept columns of /scenarios but for the replicate "seed".
std::vector<std::string> swept_columns(const Table& scenarios);

/// At most kTableColumns wide: where the swept values take much room, the least important figures go first. With a legend.
std::string closing_table(const Table& scenarios);
/// The same groups, one JSON object a line, every figure of summarise(); undefined is null.
std::string closing_json(const Table& scenarios);

}  // namespace plimsoll
