#pragma once
/// The keys of a scenario file that belong to the house: everything but feed settings and plugin parameters.

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/plimsoll.h"

namespace plimsoll {

/// One key. An empty default text means that it may be absent, a null one that it is required.
struct HouseKey {
  const char* table;  ///< "parent"; "" for the top
  plimsoll_param_info info;
  bool can_be_swept;

  std::string dotted() const { return *table == '\0' ? std::string{info.name} : std::string{table} + "." + info.name; }
};

std::span<const HouseKey> house_keys();
const HouseKey* find_house_key(std::string_view dotted);
/// Keys that hold a list of texts; none can be swept.
inline constexpr std::array<const char*, 3> kListKeys = {"market.paths", "market.symbols", "plugins.directories"};
inline bool is_list_key(std::string_view dotted) { return std::find(kListKeys.begin(), kListKeys.end(), dotted) != kListKeys.end(); }
/// Tables that stand once for all markets, and under one of several: [latency], [market.spot.latency].
inline constexpr std::array<const char*, 4> kSharedTables = {"instrument", "impact", "latency", "fees"};
/// "latency.feed_us" is in a shared table, "market.spot.latency.feed_us" is not.
bool is_in_shared_table(std::string_view dotted);
/// "market.spot.latency.feed_us" -> {"market.spot", "latency.feed_us"}; what stands under no market -> {"", itself}.
struct UnderMarket {
  std::string market, rest;
};
UnderMarket under_market(const std::string& dotted);
/// The declared parameters of one table.
std::vector<plimsoll_param_info> house_params(std::string_view table);

}  // namespace plimsoll
