#pragma once
/// One word for a whole result: what tests and the bench compare when results must be equal.

#include <string>
#include <variant>
#include <vector>

#include "core/content_hash.hpp"
#include "metrics/scenario_result.hpp"

namespace plimsoll::test {

/// Hash of everything a scenario left behind.
inline std::string digest(const ScenarioResult& result) {
  ContentHash hash;
  hash.add(result.message);
  for (const Table& each : result.tables)
    for (const Column& column : each.columns()) {
      hash.add(column.name);
      if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&column.data)) hash.add(integers->data(), integers->size() * 8);
      if (const auto* reals = std::get_if<std::vector<double>>(&column.data)) hash.add(reals->data(), reals->size() * 8);
      if (const auto* texts = std::get_if<std::vector<std::string>>(&column.data))
        for (const std::string& text : *texts) hash.add(text);
    }
  return hash.hex();
}

}  // namespace plimsoll::test
