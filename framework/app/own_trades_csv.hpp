#pragma once
/// Own parents and fills from CSV, for `plimsoll tca` and `calibrate`: results/README.md ("Own trades as CSV") has the columns. They go by
/// their names in the first line, in any order. Fields have no quotes.
///
/// Times: `2012-06-21T09:35:00.123456789`, in the tape's timezone unless it ends in Z or an offset (+02:00); a clock time alone is of the
/// tape's day, and of several tapes none; a whole number is nanoseconds since 1970 UTC. Prices and quantities are decimals in currency
/// and units, and must be whole ticks and lots of the tape's instrument.

#include <optional>
#include <string>
#include <vector>

#include "calibration/metaorders.hpp"
#include "feed/timezone.hpp"
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

/// A file's text, and the name that faults give it.
struct OwnCsv {
  std::string path, text;
};
/// Throws BadInput: 66 when the file is missing, 65 when it is empty or no text.
OwnCsv read_own_csv(const std::string& path, const std::string& option);

/// For tca. Throws BadInput (65) with every fault of both files (file:line, column): what cannot be read, ids twice or unknown, times out
/// of order or off the tape, fills beyond their parent's limit.
OwnTradesFiles parse_own_trades(const OwnCsv& parents, const OwnCsv& fills, const TapeFacts& tape, const std::string& timezone);

/// What the tapes of own trades have in common.
struct OwnMarket {
  Instrument instrument;
  std::string timezone;
  std::optional<CivilDate> day;  ///< of a clock time alone
};
struct ExecutedTrades {
  std::vector<Metaorder> parents;   ///< in order of start
  std::vector<MarkedPrint> prints;  ///< sorted
};
/// For calibrate, which asks for prices in place of fills. Throws BadInput (65) with every fault of both files.
ExecutedTrades parse_executed_trades(const std::optional<OwnCsv>& parents, const std::optional<OwnCsv>& fills, const OwnMarket& market);

}  // namespace plimsoll
