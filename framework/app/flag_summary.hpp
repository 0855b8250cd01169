#pragma once
/// The validity flags of a result, counted: a cost that a replay cannot vouch for should not have to be looked for.

#include <cstddef>
#include <map>
#include <string>

#include "core/table.hpp"

namespace plimsoll {

struct FlagSummary {
  std::size_t scenarios = 0;                   ///< of the table
  std::size_t flagged = 0;                     ///< those with at least one reason
  std::map<std::string, std::size_t> reasons;  ///< kind of reason -> scenarios that have it
};

/// Reads column `flags` of /scenarios. Reasons that differ in measured numbers alone are one kind: "participation 0.312 > 0.20" is
/// "participation above 0.20", "unserved lots 84 > 0" is "unserved lots".
FlagSummary count_flags(const Table& scenarios);

/// One line, the most frequent kind first; "" when nothing is flagged.
std::string flag_line(const FlagSummary& flags);
/// The same as a JSON line; "" when nothing is flagged.
std::string flag_json(const FlagSummary& flags);

}  // namespace plimsoll
