#pragma once
/// The axes of a sweep. Internal to the scenario_*.cpp files.

#include <map>
#include <string>
#include <vector>

#include "io/scenario_names.hpp"

namespace plimsoll {

struct AxisColumn {
  std::string key;
  std::string place;
  std::vector<FlatValue> values;
};
/// Columns of equal length that move together; one column unless zipped.
struct SweepAxis {
  std::vector<AxisColumn> columns;
  std::string place;
  std::size_t size() const { return columns.front().values.size(); }
};
/// [sweep] and [[sweep.zip]] in file order, without the keys an option fixed.
std::vector<SweepAxis> read_axes(const FlatDocument& document, const std::map<std::string, std::string>& overridden,
                                 const ScenarioNames& names, ScenarioFaults& faults);

}  // namespace plimsoll
