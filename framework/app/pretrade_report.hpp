#pragma once
/// What plimsoll pretrade prints: tables for people, JSON lines, CSV.

#include <string>

#include "experiment/manipulation.hpp"
#include "experiment/pretrade.hpp"

namespace plimsoll {

/// An answer with what it is about.
struct PretradeSheet {
  std::string model;
  PretradeOrder order;
  double mid_ticks = 0.0;
  std::string currency;
  Pretrade answer;
  std::optional<PricedSchedule> own;  ///< the user's --schedule
};

std::string pretrade_table(const PretradeSheet& sheet);
std::string pretrade_json(const PretradeSheet& sheet);
/// `what`: "schedule" or "frontier".
std::string pretrade_csv(const PretradeSheet& sheet, const std::string& what);

std::string round_trip_table(const plimsoll_impact_model_type& model, const RoundTripReport& report);
std::string round_trip_json(const plimsoll_impact_model_type& model, const RoundTripReport& report);

}  // namespace plimsoll
