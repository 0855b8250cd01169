#pragma once
/// How the reaction shift J follows the impact model.

#include <algorithm>

#include "core/math.hpp"
#include "core/units.hpp"

namespace plimsoll {

/// The next J. The model states the total displacement I of the mid, of which the mechanical part D is already paid by our fills, so J
/// heads for I - D; but a fill of ours must never move it against us: max(0, I - D) alone makes the bid fall when we buy, because D jumps
/// by more than I.
///
///   buyer:  J <- max(min(J, round(I)), round(I - D))        seller: mirrored
///
/// I, D in ticks, signed (+ = up). Rounded half away from zero: the one place where a model's double becomes a price.
inline Ticks next_reaction(Ticks current, double total_ticks, double mechanical_ticks, Side direction) {
  const auto total = static_cast<Ticks>(math::round_half_away(total_ticks));
  const auto rest = static_cast<Ticks>(math::round_half_away(total_ticks - mechanical_ticks));
  return direction == Side::buy ? std::max(std::min(current, total), rest) : std::min(std::max(current, total), rest);
}

}  // namespace plimsoll
