#pragma once
/// How the reaction shift J follows the impact model.

#include <algorithm>

#include "core/math.hpp"
#include "core/units.hpp"

namespace plimsoll {

/// The model states the total displacement I of the mid, of which the mechanical part D is already paid by our fills, so J heads for I - D.
/// But max(0, I - D) alone makes the bid fall when we buy, because a fill makes D jump by more than I. Hence, for a buyer (a seller
/// mirrored):
///
///   on the clock   J <- max(min(J, round(I)), round(I - D))     J gives way where the model relaxes, and takes over what D gives back
///   at a fill      J <- max(J, round(I - D))                    a fill of ours never moves J against us, whatever model and book say
///
/// I, D in ticks, signed (+ = up). Rounded half away from zero: the one place where a model's double becomes a price.
inline Ticks reaction_at_fill(Ticks current, double total_ticks, double mechanical_ticks, Side side) {
  const auto rest = static_cast<Ticks>(math::round_half_away(total_ticks - mechanical_ticks));
  return side == Side::buy ? std::max(current, rest) : std::min(current, rest);
}
/// Between our fills the direction is the model's own sign.
inline Ticks reaction_on_clock(Ticks current, double total_ticks, double mechanical_ticks) {
  const auto total = static_cast<Ticks>(math::round_half_away(total_ticks));
  const Ticks capped = total_ticks >= 0.0 ? std::min(current, total) : std::max(current, total);
  return reaction_at_fill(capped, total_ticks, mechanical_ticks, total_ticks >= 0.0 ? Side::buy : Side::sell);
}

}  // namespace plimsoll
