#pragma once
/// Own parents and fills from CSV, for `plimsoll tca`. Columns go by their names in the first line, in any order.
///
/// Parents: `id`, `side` (buy, sell), `quantity`, `start`, `end`; `decision` (default: start) and `limit` when there; any other column is
/// kept as a key of the result, so that `compare --group parent.NAME` can use it. Fills: `parent` (an id), `time`, `price`, `quantity`;
/// `liquidity` (took, made), `fee` (currency, cost positive) and `side` when there; others are named and left aside.
///
/// Times: `2012-06-21T09:35:00.123456789`, in the tape's timezone unless it ends in Z or an offset (+02:00); a clock time alone is of the
/// tape's day; a whole number is nanoseconds since 1970 UTC. Prices and quantities are decimals in currency and units, and must be whole
/// ticks and lots of the tape's instrument. Fields have no quotes.

#include <string>
#include <vector>

#include "io/scenario_file.hpp"
#include "replay/own_trades.hpp"

namespace plimsoll {

struct OwnTradesFiles {
  std::vector<OwnParent> parents;
  std::vector<std::string> ids;                     ///< of the parents
  std::vector<std::string> key_names;               ///< other columns of the parents' file ...
  std::vector<std::vector<std::string>> key_texts;  ///< ... and their texts, for each parent
  std::vector<std::string> left_aside;              ///< other columns of the fills' file
  bool has_fees = false;
  std::string hash;  ///< of both files
};

/// Throws BadInput: 66 when a file is missing; 65 with every fault of both (file:line, column): what cannot be read, ids twice or unknown,
/// times out of order or off the tape, fills beyond their parent's limit.
OwnTradesFiles read_own_trades(const std::string& parents_path, const std::string& fills_path, const TapeFacts& tape,
                               const std::string& timezone);

}  // namespace plimsoll
