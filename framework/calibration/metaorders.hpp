#pragma once
/// What a user did: own parent orders, for the square-root prefactor.

#include <string>

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

}  // namespace plimsoll
