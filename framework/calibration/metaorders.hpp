#pragma once
/// What a user did: own parent orders, for the square-root prefactor, and own prints, which are taken out of the recorded flow.
///
/// Both are CSV files with a header line; columns are found by name, in any order, other columns are passed over. No quoting.
///   parents: parent (any word), side (buy, sell), start, end, quantity_lots, arrival_mid, and end_mid or average_price
///   prints:  time, price, quantity_lots
/// Times are whole nanoseconds since 1970 (UTC) or 2012-06-21T13:35:00.25Z. Prices are in the instrument's currency, quantities in lots
/// of the tape.

#include <string>
#include <string_view>
#include <vector>

#include "calibration/estimate.hpp"
#include "calibration/observations.hpp"

namespace plimsoll {

struct Metaorder {
  std::string name;
  Side side = Side::buy;
  TimePoint start = 0, end = 0;
  double quantity_lots = 0;           ///< executed
  double arrival_mid = 0;             ///< currency
  double end_mid = kUndefined;        ///< mid at the last fill
  double average_price = kUndefined;  ///< of the fills
};

/// In order of start. `place` names the text in errors. Throws BadInput OWN-TRADES (65) with every fault of the file.
std::vector<Metaorder> parse_metaorders(std::string_view csv, const std::string& place);
/// Sorted. A price that is no whole tick of `instrument` is a fault.
std::vector<MarkedPrint> parse_marked_prints(std::string_view csv, const std::string& place, const Instrument& instrument);

}  // namespace plimsoll
