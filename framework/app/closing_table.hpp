#pragma once
/// The end of a run: what the order cost, one line for each combination of swept values (of each symbol, when there are several) over all
/// days and seeds, for someone who reads it for the first time.

#include <cstddef>
#include <string>
#include <vector>

#include "core/table.hpp"

namespace plimsoll {

/// Columns of /scenarios that the closing table and the JSON lines are made from.
bool closing_needs(const std::string& column);

/// Swept columns of /scenarios but for the replicate "seed".
std::vector<std::string> swept_columns(const Table& scenarios);

/// At most `width` columns wide: where the swept values take much room, the least important figures go first. With a legend.
std::string closing_table(const Table& scenarios, std::size_t width);
/// The same groups, one JSON object a line, every figure of summarise(); undefined is null.
std::string closing_json(const Table& scenarios);

}  // namespace plimsoll
