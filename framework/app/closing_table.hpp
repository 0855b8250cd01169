#pragma once
/// The end of a run: what the order cost, one line for each combination of swept values (of each symbol, when there are several) over all
/// days and seeds, for someone who reads it for the first time.

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "core/table.hpp"

namespace plimsoll {

/// What the closing table and the JSON lines of a merged result are made from: the columns of /scenarios; where scenarios have several
/// parents a row for each of them, with its own figures and its name in `parent_name`.
Table closing_rows(const std::string& result_path);
/// The same with the columns of /scenarios and /parents that `wanted` takes; it takes at least those that closing_needs() does.
Table result_rows(const std::string& result_path, const std::function<bool(const std::string&)>& wanted);
bool closing_needs(const std::string& column);
/// What rows are told apart by: swept keys, several symbols, several parents.
std::vector<std::string> group_keys(const Table& rows);

/// Swept columns of /scenarios but for the replicate "seed".
std::vector<std::string> swept_columns(const Table& scenarios);

/// `scenarios` as closing_rows() gives it. At most `width` columns wide: where the swept values take much room, the least important figures
/// go first. With a legend.
std::string closing_table(const Table& scenarios, std::size_t width);
/// The same groups, one JSON object a line, every figure of summarise(); undefined is null.
std::string closing_json(const Table& scenarios);

}  // namespace plimsoll
