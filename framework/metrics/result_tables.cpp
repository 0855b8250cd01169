#include "metrics/result_tables.hpp"

#include "core/contract.hpp"

namespace plimsoll {

namespace {
constexpr std::size_t kParents = 0, kChildren = 1, kFills = 2;
}  // namespace

ResultTables::ResultTables(std::uint64_t scenario, RecordedTables which) : which_{which} { result_.scenario = scenario; }

std::vector<Table>& ResultTables::tables() {
  if (!result_.tables.empty()) return result_.tables;
  result_.tables.push_back(parents_schema());
  if (which_.fills) {
    result_.tables.push_back(children_schema());
    result_.tables.push_back(fills_schema());
  }
  if (which_.trajectory) result_.tables.push_back(trajectory_schema());
  return result_.tables;
}

void ResultTables::add_parent(const ParentMetrics& metrics, const ParentFact& fact, const ValidityFact& validity) {
  metrics.finish(fact, validity, tables()[kParents], which_.fills ? &tables()[kFills] : nullptr);
}

void ResultTables::expect_children(std::size_t rows) {
  if (which_.fills) tables()[kChildren].reserve(rows);
}

void ResultTables::add_children(std::span<const ChildRow> rows) {
  if (which_.fills) append_children(tables()[kChildren], rows);
}

void ResultTables::add_point(const TrajectoryFact& fact) {
  if (which_.trajectory) append_point(tables().back(), result_.scenario, fact);
}

ScenarioResult ResultTables::done() {
  tables();
  result_.status = ScenarioStatus::done;
  return std::move(result_);
}

ScenarioResult ResultTables::failed(std::string message) {
  result_.tables.clear();
  tables();
  result_.status = ScenarioStatus::failed;
  result_.message = std::move(message);
  return std::move(result_);
}

}  // namespace plimsoll
