#pragma once
/// How the reaction shift J follows the impact model, and what an execution pays of the displacement it causes itself.

#include <algorithm>

#include "core/units.hpp"

namespace plimsoll {

/// The model states the total displacement I of the mid, of which the mechanical part D is already paid by our fills, so J heads for I - D.
/// But max(0, I - D) alone makes the bid fall when we buy, because a fill makes D jump by more than I. Hence, for a buyer (a seller
/// mirrored):
///
///   on the clock   J <- max(min(J, I), I - D)     J gives way where the model relaxes, and takes over what D gives back
///   at a fill      J <- max(J, I - D)             a fill of ours never moves J against us, whatever model and book say
///
/// I, D, J in ticks, signed (+ = up). What the market shows is J rounded half away from zero to whole ticks.
inline double reaction_at_fill(double current, double total_ticks, double mechanical_ticks, Side side) {
  const double rest = total_ticks - mechanical_ticks;
  return side == Side::buy ? std::max(current, rest) : std::min(current, rest);
}
/// Between our fills the direction is the model's own sign.
inline double reaction_on_clock(double current, double total_ticks, double mechanical_ticks) {
  const double capped = total_ticks >= 0.0 ? std::min(current, total_ticks) : std::max(current, total_ticks);
  return reaction_at_fill(capped, total_ticks, mechanical_ticks, total_ticks >= 0.0 ? Side::buy : Side::sell);
}

/// The way of one execution: the fills of a parent that are one event to the model.
///
/// Its fills are priced with the J that was there before; its own displacement comes on top. Sent as many small orders at one instant it
/// would meet that displacement on the way, and so it pays the difference as a whole: for each lot what the model's displacement I was at
/// that lot (`mean_ticks` over all of them), less what its price has met already: J before it and the mechanical D as of its level,
///
///   owed = max(0, s (mean I - mean(D + J)) q)          ticks x lots, s = +1 for a buyer
///
/// Where the touch serves it all and J is up to date that is its own jump of J times the share that the model's average has of it, one half
/// when the model is linear. What is owed makes a lot cost no less than half of the recorded spread plus the model's own way, so that a
/// round trip cannot earn where it cannot earn in the model (tests/laws/round_trips.test.cpp).
struct ExecutionWay {
  Lots lots = 0;     ///< that owe anything: those of a book that the model made have paid for their way
  double met = 0.0;  ///< sum over them of D + J, ticks x lots, up positive

  /// D of a fill beyond the touch: the mid has moved by half of what its side of the book has.
  void add(Lots some, double displaced_ticks, Ticks beyond_touch, double reaction_ticks) {
    lots += some;
    met += static_cast<double>(some) * (displaced_ticks + 0.5 * static_cast<double>(beyond_touch) + reaction_ticks);
  }
  double owed(Side side, double mean_ticks) const { return std::max(0.0, sign(side) * (mean_ticks * static_cast<double>(lots) - met)); }
};

}  // namespace plimsoll
