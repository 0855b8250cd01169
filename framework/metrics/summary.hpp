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

/// Mean of (b - a) over the seeds both groups have with a defined `value` (common random numbers: the luck cancels). `replicate` is an
/// integer column, `rows_a` and `rows_b` are row numbers of `scenarios`; a replicate that occurs more than once in a group counts with
/// its first row.
MeanEstimate paired_difference(const Table& scenarios, const std::vector<std::size_t>& rows_a, const std::vector<std::size_t>& rows_b,
                               const std::string& replicate, const std::string& value);

}  // namespace plimsoll
