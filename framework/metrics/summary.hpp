#pragma once
/// What a run ends with: means over seeds, and paired differences between groups.
/// Thread rule: pure functions.

#include <cstdint>
#include <string>
#include <vector>

#include "core/table.hpp"

namespace plimsoll {

/// Groups rows of `scenarios` (the columns of /parents beside the swept keys) by the values of `group_keys` (column names; never the
/// replicate), in order of first appearance. Returns table "summary": the keys with their types, `scenarios` (rows of the group),
/// `measured` (rows with a defined total), and for each of total_bps, spread_bps, sweep_bps, reaction_bps, vwap_slippage_bps,
/// participation, fill_rate a column `<name>_mean` and `<name>_se`. Undefined values (failed scenarios, nothing filled) are skipped; se =
/// sd / sqrt(n) with n - 1 in sd, NaN when n < 2. A key that is not a column is our bug.
Table summarise(const Table& scenarios, const std::vector<std::string>& group_keys);

struct MeanEstimate {
  double mean;            ///< NaN when n = 0
  double standard_error;  ///< NaN when n < 2
  std::int64_t n;
};
/// Of the values that are not NaN, in their order.
MeanEstimate mean_estimate(const std::vector<double>& values);

}  // namespace plimsoll
