#include <algorithm>
#include <set>

#include "io/scenario_sweep.hpp"
#include "io/scenario_values.hpp"

namespace plimsoll {
namespace {

constexpr std::string_view kZip = "zip[";

/// "zip[0].parent.side" -> {"zip[0]", "parent.side"}; a plain axis has no group.
std::pair<std::string, std::string> split_zip(const std::string& axis) {
  if (!axis.starts_with(kZip)) return {"", axis};
  const std::size_t dot = axis.find("].");
  if (dot == std::string::npos) return {"", axis};
  return {axis.substr(0, dot + 1), axis.substr(dot + 2)};
}

void check_column(const AxisColumn& column, const std::string& field, const ScenarioNames& names, ScenarioFaults& faults) {
  if (!names.is_key(column.key)) {
    faults.add({"SCENARIO-UNKNOWN-KEY", column.place, field, "unknown key", names.suggest_key(column.key)});
  } else if (!names.can_be_swept(column.key)) {
    faults.add({"SCENARIO-SWEEP", column.place, field, "cannot be swept",
                column.key == "experiment.seed" ? "[experiment] seeds repeats with other luck" : "write one scenario file for each value"});
  }
}

void check_axis(const SweepAxis& axis, ScenarioFaults& faults) {
  for (const AxisColumn& column : axis.columns) {
    if (column.values.empty())
      faults.add({"SCENARIO-SWEEP", column.place, "sweep." + column.key, "has no values", "give at least one, or remove the axis"});
    if (column.values.size() != axis.size())
      faults.add({"SCENARIO-SWEEP", column.place, "sweep.zip." + column.key,
                  "has " + std::to_string(column.values.size()) + " values where " + axis.columns.front().key + " has " +
                      std::to_string(axis.size()),
                  "keys that move together need equally many values"});
  }
  std::set<std::string> rows;
  for (std::size_t row = 0; row < axis.size(); ++row) {
    std::string text;
    for (const AxisColumn& column : axis.columns)
      if (row < column.values.size()) text += toml_text(column.values[row]) + ", ";
    text.resize(text.size() - 2);
    if (!rows.insert(text).second)
      faults.add({"SCENARIO-SWEEP", axis.columns.front().values[row].place, "sweep." + axis.columns.front().key, text + " is repeated",
                  "equal scenarios give equal results; for other luck use [experiment] seeds"});
  }
}

}  // namespace

std::vector<SweepAxis> read_axes(const FlatDocument& document, const std::map<std::string, std::string>& overridden,
                                 const ScenarioNames& names, ScenarioFaults& faults) {
  std::vector<SweepAxis> axes;
  std::map<std::string, std::size_t> zip_axis;
  std::map<std::string, std::string> swept_at;
  for (const FlatSetting& setting : document.settings) {
    if (!setting.key.starts_with("sweep.")) continue;
    const auto [zip, key] = split_zip(setting.key.substr(6));
    if (overridden.contains(key)) continue;
    AxisColumn column{key, setting.key_place, {}};
    check_column(column, setting.key, names, faults);
    if (!setting.value.is_list()) {
      faults.add({"SCENARIO-SWEEP", setting.value.place, setting.key, "an axis is a list of values, not " + type_text(setting.value),
                  "write [...]"});
      continue;
    }
    column.values = std::get<std::vector<FlatValue>>(setting.value.value);
    if (const auto [first, fresh] = swept_at.emplace(key, setting.key_place); !fresh) {
      faults.add({"SCENARIO-SWEEP", setting.key_place, setting.key, "is swept twice", "the first axis is at " + first->second});
      continue;
    }
    if (const auto known = zip_axis.find(zip); !zip.empty() && known != zip_axis.end()) {
      axes[known->second].columns.push_back(std::move(column));
      continue;
    }
    if (!zip.empty()) zip_axis[zip] = axes.size();
    axes.push_back({{std::move(column)}, setting.key_place});
  }
  for (const SweepAxis& axis : axes) check_axis(axis, faults);
  return axes;
}

}  // namespace plimsoll
