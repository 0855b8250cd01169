#pragma once
/// What `plimsoll compare` finds out: two results paired scenario by scenario, metric by metric.
/// Thread rule: the thread that owns HDF5.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/table.hpp"
#include "io/result_file.hpp"
#include "metrics/paired.hpp"

namespace plimsoll {

/// A column of /scenarios, and which way it gets worse.
struct ComparedMetric {
  enum class Worse { higher, lower, neither };
  const char* column;
  Worse worse;

  /// The column without its unit, which is how people name it: "total", "markout_1s", "fill_rate".
  std::string name() const;
  bool is_share() const;  ///< of 1; else basis points
};
const std::vector<ComparedMetric>& compared_metrics();
/// By name or column. Throws BadInput (64).
const ComparedMetric& compared_metric(const std::string& word);

/// A nightly gate: the worsening (B - A; A - B where less is worse) may not exceed `limit`, in the unit of the column.
struct Gate {
  const ComparedMetric* metric;
  double limit;
};
/// Which figure of the worsening is held against the limit: an end of the 95 % interval, or the mean.
enum class GateOn { lower, mean, upper };

struct CompareRequest {
  std::string path_a, path_b;
  std::map<std::string, std::string> where_a, where_b;
  std::string group;                           ///< a key; "" for none
  std::vector<const ComparedMetric*> metrics;  ///< in the order asked for
  IntervalKind interval = IntervalKind::student_t;
  std::vector<Gate> gates;
  GateOn gate_on = GateOn::lower;
};

struct ComparedRow {
  const ComparedMetric* metric;
  PairedDifference difference;

  /// "B worse", "B better", "B more", "B less" where the interval excludes zero; "equal" when all pairs are; else "".
  std::string verdict() const;
  /// Of the pairs; NaN where neither way is worse.
  double share_worse() const;
  /// Low end, mean or high end of the worsening; the mean where there is no interval.
  double worsening(GateOn which) const;
};

struct ComparedGroup {
  std::string value;  ///< of the group key
  std::size_t pairs = 0;
  std::vector<ComparedRow> rows;
};

/// Something that differs between what the two results were made from.
struct Change {
  std::string what, in_a, in_b;  ///< "" when it has none
};

struct GateFinding {
  std::string what;  ///< "total_bps", with the group where there are groups; or what is wrong with the scenarios as such
  double limit;
  double worsening;  ///< the figure judged; NaN: nothing to judge by, which is a breach
  bool breached;
  bool counts = false;  ///< no metric: `worsening` scenarios, of which there may be none
};

struct Comparison {
  struct Side {
    std::string path, title, result_hash;
    std::string where;          ///< what was asked for, in words; "" for all
    std::size_t scenarios = 0;  ///< in the file; with `by_parent` their parents
    std::size_t asked_for = 0;  ///< after --where
    std::size_t failed = 0;     ///< of those
    bool complete = true;
    bool by_parent = false;
    std::vector<std::string> unpaired;  ///< the first few, in words
    std::size_t unpaired_count = 0;
  };
  Side a, b;
  std::vector<Change> changes;
  std::vector<std::string> keys;  ///< pairs agree in these
  std::size_t pairs = 0;
  std::size_t newly_failed = 0;  ///< pairs done in A and failed in B
  std::string clustered_by;      ///< "date", "seed" or "scenario"
  std::size_t clusters = 0;
  IntervalKind interval = IntervalKind::student_t;
  std::string group_key;
  std::vector<ComparedGroup> groups;  ///< one without a group key
  GateOn gate_on = GateOn::lower;
  std::vector<GateFinding> gates;

  bool breached() const;
};

/// Throws BadInput: 66 and 65 for files that are no results, COMPARE-NOTHING and COMPARE-AMBIGUOUS (65), and 64 for keys that are none.
Comparison compare_results(const CompareRequest& request);

/// What differs between the attributes of two results: title, settings of the scenario, data, plugins, program.
std::vector<Change> changes_between(const std::map<std::string, AttributeValue>& a, const std::map<std::string, AttributeValue>& b);

std::string comparison_text(const Comparison& comparison, std::size_t width);
std::string comparison_json(const Comparison& comparison);
std::string comparison_csv(const Comparison& comparison);

}  // namespace plimsoll
