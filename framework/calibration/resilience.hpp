#pragma once
/// Depth, and how it comes back after a sweep: the parameters of the Obizhaeva-Wang book (Obizhaeva and Wang 2013, Journal of Financial
/// Markets 16).
///
/// Depth: the block book has q lots at every tick; q is the time average of the lots within the band of `band_ticks` best prices, both
/// sides, over the width of the band. Errors: Newey-West over seconds averaged to 10 s, at the bandwidth of Andrews (depth is correlated
/// over minutes), clustered from kClustersMin days on.
///
/// Resilience: a sweep is a trade that takes all of the best price. E_i(t) is what is missing, t after sweep i, in the prices that were the
/// band before it: the whole recovery, orders that come back, new ones and turnover. Depth drifts without a sweep too: from E_i(t) the mean
/// of ordinary moments (every whole second) of the same side of the market's day, the same half hour and the same fifth of depth is
/// taken off. Over all sweeps
///   E(t) / E(0) = p + (1 - p) exp(-rho t)
/// E(0) what the sweeps took within the band, p the share that does not come back within a minute, rho the resilience. In the block book a
/// lasting shift of lambda per lot leaves lambda q of the hole for ever, so p = lambda q and the permanent impact is p / q.
/// Errors: circular block bootstrap over sweeps, blocks of 120 s; log rho is what has a symmetric interval.

#include <span>
#include <vector>

#include "calibration/bootstrap.hpp"
#include "calibration/estimate.hpp"
#include "calibration/observations.hpp"

namespace plimsoll {

/// "depth": depth_lots_per_tick. Needs 30 intervals of 10 s.
Estimate estimate_depth(std::span<const Observations> days, Ticks band_ticks);

/// What the sweeps of one block of time lost, summed: E_i(t) at each lag, then the lots taken by the sweeps that are known at that lag.
struct RecoveryBlock {
  double sweeps = 0;
  RecoveryCurve missing{}, taken{};
};
std::vector<RecoveryBlock> recovery_blocks(const Observations& day);

/// E(t) / E(0) at kRecoveryLags over all blocks; NaN where no sweep is known.
RecoveryCurve recovery_curve(std::span<const RecoveryBlock> blocks);

/// Least squares over kRecoveryLags; rho between 1e-3 and 100 a second.
struct ExponentialRecovery {
  double lasting_share = kUndefined;     ///< p, in [0, 1)
  double resilience_per_s = kUndefined;  ///< rho
  double sum_of_squares = kUndefined;
  bool resolved = false;  ///< rho lies inside its range, and some of the hole closes
};
ExponentialRecovery fit_recovery(const RecoveryCurve& curve);

/// "resilience": resilience_per_s, lasting_share. Needs 30 sweeps in 10 blocks. Refused when the curve has no decay to fit.
Estimate estimate_resilience(std::span<const RecoveryBlock> blocks, const BlockBootstrap& how);

}  // namespace plimsoll
