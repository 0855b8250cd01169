#include "app/compared_result.hpp"

#include <algorithm>
#include <limits>
#include <set>

#include "app/closing_table.hpp"
#include "app/comparison.hpp"
#include "core/error.hpp"

namespace plimsoll {
namespace {

constexpr const char* kParentName = "parent_name";
constexpr std::size_t kNowhere = std::numeric_limits<std::size_t>::max();

bool is_compared(const std::string& column) {
  const auto& all = compared_metrics();
  return std::any_of(all.begin(), all.end(), [&](const ComparedMetric& metric) { return column == metric.column; });
}

std::uint64_t rows_of(const ResultOutline& outline, const std::string& name) {
  for (const ResultOutline::TableOutline& table : outline.tables)
    if (table.name == name) return table.rows;
  return 0;
}

/// Rows of the new table: of which scenario, and of which parent (kNowhere: the scenario failed).
struct Rows {
  std::vector<std::size_t> scenario, parent;
  std::vector<std::string> name;
};

Rows rows_by_parent(const Table& scenarios, const Table& parents) {
  std::map<std::int64_t, std::vector<std::size_t>> of_scenario;
  std::vector<std::string> names;
  const auto& numbers = parents.integers("scenario");
  const auto& all_names = parents.texts(kParentName);
  for (std::size_t row = 0; row < numbers.size(); ++row) {
    of_scenario[numbers[row]].push_back(row);
    if (std::find(names.begin(), names.end(), all_names[row]) == names.end()) names.push_back(all_names[row]);
  }
  Rows out;
  for (std::size_t scenario = 0; scenario < scenarios.rows(); ++scenario) {
    const auto found = of_scenario.find(scenarios.integers("scenario")[scenario]);
    const std::size_t count = found == of_scenario.end() ? names.size() : found->second.size();
    for (std::size_t i = 0; i < count; ++i) {
      out.scenario.push_back(scenario);
      out.parent.push_back(found == of_scenario.end() ? kNowhere : found->second[i]);
      out.name.push_back(found == of_scenario.end() ? names[i] : all_names[found->second[i]]);
    }
  }
  return out;
}

Column picked(const Column& from, const std::vector<std::size_t>& rows) {
  Column out{from.name, from.unit, from.meaning, {}};
  std::visit(
      [&](const auto& values) {
        std::decay_t<decltype(values)> all;
        for (const std::size_t row : rows) {
          if (row != kNowhere)
            all.push_back(values[row]);
          else if constexpr (std::is_same_v<std::decay_t<decltype(values)>, std::vector<double>>)
            all.push_back(std::numeric_limits<double>::quiet_NaN());
          else
            all.emplace_back();
        }
        out.data = std::move(all);
      },
      from.data);
  return out;
}

void tell_parents_apart(ComparedResult& result) {
  const Table parents = read_result_columns(
      result.path, "parents", [](const std::string& name) { return name == "scenario" || name == kParentName || is_compared(name); });
  if (parents.find(kParentName) == nullptr) return;  // written before parents had names: the first of each is compared
  const Rows rows = rows_by_parent(result.scenarios, parents);
  Table by_parent{"scenarios"};
  for (const Column& column : result.scenarios.columns())
    if (!is_compared(column.name) && column.name != kParentName) by_parent.columns().push_back(picked(column, rows.scenario));
  for (const Column& column : parents.columns())
    if (is_compared(column.name)) by_parent.columns().push_back(picked(column, rows.parent));
  by_parent.columns().push_back({kParentName, "text", "name of the parent", rows.name});
  result.scenarios = std::move(by_parent);
  result.keys.emplace_back(kParentName);
  result.by_parent = true;
}

}  // namespace

ComparedResult read_compared(const std::string& path) {
  const ResultOutline outline = read_result_outline(path);
  if (!outline.attributes.contains("result_hash"))
    throw BadInput{ExitCode::bad_data, {"DATA-FORMAT", path, "", "is a shard, a part of a result", "compare the result.h5 beside it"}};
  ComparedResult out;
  out.path = path;
  out.attributes = outline.attributes;
  static const std::set<std::string> kIdentity = {"scenario", "status", "seed", "symbol", "date"};
  out.scenarios = read_result_columns(path, "scenarios", [](const std::string& name) {
    return kIdentity.contains(name) || name.find('.') != std::string::npos || is_compared(name);
  });
  out.keys = swept_columns(out.scenarios);
  for (const char* key : {"symbol", "date", "seed"})
    if (out.scenarios.find(key) != nullptr) out.keys.emplace_back(key);
  if (rows_of(outline, "parents") > out.scenarios.rows()) tell_parents_apart(out);
  return out;
}

}  // namespace plimsoll
