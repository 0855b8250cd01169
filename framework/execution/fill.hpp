#pragma once
/// The words for how an own order was filled, and why it was not.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

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

/// Why an own order was cancelled, or it or its cancellation rejected.
enum class Reason : std::uint8_t { none, requested, ioc, book_exhausted, self_trade, halted, no_quantity, not_open };

inline constexpr std::array<std::string_view, 8> kReasonTexts = {
    "", "requested", "ioc", "book exhausted", "self-trade prevention", "halted", "quantity must be positive", "cancel: not open"};
/// As users read it. A literal: what it points to ends with a zero byte.
constexpr std::string_view text(Reason reason) { return kReasonTexts[static_cast<std::size_t>(reason)]; }

}  // namespace plimsoll
