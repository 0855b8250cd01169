#pragma once
/// What the integers of a tape mean in the world.

#include <cstdint>
#include <string>

#include "core/units.hpp"

namespace plimsoll {

/// All sizes are exact decimals in units of 1e-9, as they stand in the scenario file or the feed's own definition.
struct Instrument {
  std::string symbol = "UNKNOWN";
  std::string currency = "USD";
  std::int64_t tick_e9 = 10'000'000;    ///< price of one tick, 1e-9 currency per unit: 0.01
  std::int64_t lot_e9 = 1'000'000'000;  ///< units in one lot, 1e-9: 1 share
  std::int64_t multiplier = 1;          ///< contract multiplier
  std::int32_t subticks = 1;            ///< finest print price: prints may lie on 1/subticks of a tick (hidden midpoints)

  double tick() const { return static_cast<double>(tick_e9) * 1e-9; }
  double lot() const { return static_cast<double>(lot_e9) * 1e-9; }
  /// Currency in one unit of Money.
  double currency_per_money() const { return tick() * lot() * static_cast<double>(multiplier) / static_cast<double>(kMoneyPerTickLot); }
  friend bool operator==(const Instrument&, const Instrument&) = default;
};

}  // namespace plimsoll
