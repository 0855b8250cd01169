#pragma once
/// What a run ends with: means over days and seeds.
/// Thread rule: pure functions.

#include <cstdint>
#include <string>
#include <vector>

#include "core/table.hpp"

namespace plimsoll {

/// Groups rows of `scenarios` (the columns of /parents beside the swept keys) by the values of `group_keys` (column names; never the
/// replicate), in order of first appearance. Returns table "summary": the keys with their types, `scenarios` (rows of the group),
/// `measured` (rows with a defined total), and for each of total_bps, spread_bps, sweep_bps, reaction_bps, vwap_slippage_bps,
/// participation, fill_rate a column `<name>_mean` and `<name>_se`. Undefined values (failed scenarios, nothing filled) are skipped; the
/// estimates are mean_estimate's, or with a `day_key` (a text column; then there is a column `days` too) those of pooled_estimate.
/// Where the table has several days, a group of one has no standard error: what its seeds differ by stands beside what days differ by.
/// A key that is not a column is our bug.
Table summarise(const Table& scenarios, const std::vector<std::string>& group_keys, const std::string& day_key = "");

/// Whether `column` is one of those statistics.
bool is_summarised(const std::string& column);

struct MeanEstimate {
  double mean;            ///< NaN when n = 0
  double standard_error;  ///< NaN when n < 2
  std::int64_t n;
};
/// Of the values that are not NaN, in their order: se = sd / sqrt(n) with n - 1 in sd.
MeanEstimate mean_estimate(const std::vector<double>& values);

/// The same mean. What happened on one day is not independent (its seeds trade in one market), so from two days on the standard error is
/// that between days: se^2 = G / (G - 1) sum_g (sum_{i in g} (x_i - mean))^2 / n^2 over G days, which is sd(day means) / sqrt(G) when all
/// days have equally many values (Cameron and Miller, A Practitioner's Guide to Cluster-Robust Inference, J. Human Resources 50, 2015).
MeanEstimate pooled_estimate(const std::vector<double>& values, const std::vector<std::string>& days);

}  // namespace plimsoll
