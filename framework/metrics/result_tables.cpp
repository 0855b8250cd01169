#include "metrics/result_tables.hpp"

#include "core/contract.hpp"

namespace plimsoll {

namespace {
constexpr std::size_t kParents = 0, kChildren = 1, kFills = 2;
}  // namespace

ResultTables::ResultTables(std::uint64_t scenario, RecordedTables which) : which_{which} {
  result_.scenario = scenario;
  make_tables();
}

void ResultTables::make_tables() {
  result_.tables.clear();
  result_.tables.push_back(parents_schema());
  if (which_.fills) {
    result_.tables.push_back(children_schema());
    result_.tables.push_back(fills_schema());
  }
  if (which_.trajectory) result_.tables.push_back(trajectory_schema());
}

void ResultTables::add_parent(const ParentMetrics& metrics, const ParentFact& fact, const ValidityFact& validity) {
  metrics.finish(fact, validity, result_.tables[kParents], which_.fills ? &result_.tables[kFills] : nullptr);
}

void ResultTables::add_child(const ChildFact& fact) {
  if (which_.fills) append_child(result_.tables[kChildren], result_.scenario, fact);
}

void ResultTables::add_point(const TrajectoryFact& fact) {
  if (which_.trajectory) append_point(result_.tables.back(), result_.scenario, fact);
}

ScenarioResult ResultTables::done() {
  result_.status = ScenarioStatus::done;
  return std::move(result_);
}

ScenarioResult ResultTables::failed(std::string message) {
  make_tables();
  result_.status = ScenarioStatus::failed;
  result_.message = std::move(message);
  return std::move(result_);
}

}  // namespace plimsoll
