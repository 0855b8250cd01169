#pragma once
/// The words for how an own order was filled.

#include <cstdint>

namespace plimsoll {

/// Which side of a fill we stood on: it decides the fee and how the fill counts against recorded volume.
enum class Liquidity : std::uint8_t { took = 0, made = 1 };

/// What brought a fill about.
enum class FillCause : std::uint8_t {
  own_order = 0,       ///< our order arrived and took what was there
  recorded_fill = 1,   ///< a recorded taker met our resting order
  recorded_print = 2,  ///< a recorded taker of hidden liquidity met our displayed price
  recorded_add = 3,    ///< a recorded limit order crossed our resting order
  spill = 4,           ///< a recorded taker whose liquidity we had taken went on to our order
  shift = 5,           ///< the reaction shift (or a resume) moved the market onto our resting order
  actor = 6,           ///< another actor of this run took it
};

}  // namespace plimsoll
