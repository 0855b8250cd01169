#pragma once
/// Puts the tables of one ScenarioResult together, always in the same order.

#include <cstdint>
#include <span>
#include <string>

#include "metrics/parent_metrics.hpp"
#include "metrics/records.hpp"
#include "metrics/scenario_result.hpp"
#include "metrics/schema.hpp"

namespace plimsoll {

/// Which tables a scenario keeps beside "parents".
struct RecordedTables {
  bool fills = false;       ///< "children" and "fills"
  bool trajectory = false;  ///< "trajectory"
};

/// Tables come with their first row or at the end, so a run that waits holds none. Order: parents, children, fills, trajectory; only those
/// asked for exist. Facts of tables that were not asked for are dropped. Thread rule: belongs to its run.
class ResultTables {
 public:
  ResultTables(std::uint64_t scenario, RecordedTables which);

  void add_parent(const ParentMetrics& metrics, const ParentFact& fact, const ValidityFact& validity);
  /// Room for so many rows of children.
  void expect_children(std::size_t rows);
  void add_children(std::span<const ChildRow> rows);
  void add_point(const TrajectoryFact& fact);

  /// The finished result; this object is empty afterwards.
  ScenarioResult done();
  /// A failed one: the message, and the same tables without rows.
  ScenarioResult failed(std::string message);

 private:
  std::vector<Table>& tables();
  ScenarioResult result_;
  RecordedTables which_;
};

}  // namespace plimsoll
