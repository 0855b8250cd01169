#pragma once
/// Kyle's lambda: how many ticks the mid moves with each lot that takers buy net of what they sell.
///
///   dm_i = a + lambda q_i + e_i      Kyle (1985), Econometrica 53; interval regression as in Hasbrouck (1991) and after
///
/// over intervals of 10 s to 5 min; dm the change of the mid, q the lots bought minus sold by takers (recorded aggressor). Errors:
/// Newey-West within days, clustered by day from kClustersMin days on.
///
/// What it is not: ordinary flow carries information and the reaction of others, so lambda overstates what an uninformed order does per
/// lot, and being linear it understates small orders and overstates large ones. Wrong signs bias it to zero.

#include <span>

#include "calibration/estimate.hpp"
#include "calibration/intervals.hpp"

namespace plimsoll {

/// "kyle": ticks_per_lot (lambda), intercept_ticks. Needs 30 intervals. Thread rule: pure.
Estimate estimate_kyle(const Intervals& intervals);

}  // namespace plimsoll
