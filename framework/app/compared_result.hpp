#pragma once
/// What a comparison needs of a result: a row for each scenario, or for each parent where a scenario has several.

#include <map>
#include <string>
#include <vector>

#include "core/table.hpp"
#include "io/result_file.hpp"

namespace plimsoll {

struct ComparedResult {
  std::string path;
  std::map<std::string, AttributeValue> attributes;
  Table scenarios{"scenarios"};   ///< `scenario`, `status`, the keys and the compared metrics
  std::vector<std::string> keys;  ///< swept keys, symbol, date, seed; parent_name
  bool by_parent = false;         ///< a row a parent, told apart by parent_name; a failed scenario has one of each name
};

/// Throws BadInput: 66 when there is no such file, 65 when it is no result.
ComparedResult read_compared(const std::string& path);

}  // namespace plimsoll
